"""Secrets that sing: whatever the server is given in secret is in no log, no page, no figure and no answer of it."""

import asyncio
import base64
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient

from tests.journeys.people import Running, free_port, running
from tests.terminal import server

CONFIG = """\
[server]
port = {port}
[sign_in]
issuer = "{echo}"
client_id = "desk"
client_secret_env = "CANARY_OIDC"
hosts = ["@pink11.example"]
[[sources]]
network = "floor"
[[sources]]
network = "mastodon"
server = "{echo}"
token_file = "mastodon.token"
[[sources]]
network = "matrix"
room = "!room:matrix.example"
server = "{echo}"
token_env = "CANARY_MATRIX"
[[sources]]
network = "x"
server = "{echo}"
token_env = "CANARY_X"
reads_per_day = 10
[[sources]]
network = "bluesky"
server = "{socket}"
fallbacks = []
api = "{echo}"
pds = "{echo}"
account = "desk.example"
app_password_file = "bluesky.password"
[[sources]]
network = "webhook"
name = "crew"
secrets_files = ["crew.secret"]
[[sources]]
network = "webhook"
name = "bot"
secrets_env = ["CANARY_HOOK"]
"""
FILES = ("mastodon.token", "bluesky.password", "crew.secret")
ENVIRONMENT = ("CANARY_MATRIX", "CANARY_X", "CANARY_HOOK", "CANARY_OIDC")
TOLD = ("mastodon.token", "bluesky.password", "CANARY_MATRIX", "CANARY_X")  # to networks, in a request
PAGES = (
    "/",
    "/screen",
    "/join",
    "/sign-in/away",
    "/console",
    "/console/people",
    "/console/rules",
    "/console/record",
    "/console/pulse",
)
PROGRAMS = ("/api/sources", "/api/people", "/api/record", "/api/rules", "/metrics", "/readyz", "/openapi.json")


def canary(name: str) -> str:
    """A secret that is found wherever it is told."""
    song = f"canary{secrets.token_hex(16)}"
    return f"whsec_{base64.b64encode(song.encode()).decode()}" if name in {"crew.secret", "CANARY_HOOK"} else song


@asynccontextmanager
async def echo() -> AsyncGenerator[tuple[str, asyncio.Queue[bytes]]]:
    """A server of a network that is out of order, and says back in its error whatever it was told."""
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with_body = await reader.read(65536)
        heard.put_nowait(with_body)
        body = b'{"error": "' + base64.b16encode(with_body) + b'", "message": "' + _quoted(with_body) + b'"}'
        head = b"HTTP/1.1 500 %s\r\ncontent-type: application/json\r\n" % _quoted(with_body)[:4000]
        writer.write(head + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", heard


def _quoted(said: bytes) -> bytes:
    return said.replace(b"\r\n", b" ").replace(b'"', b"'")


async def test_no_secret_is_in_any_log_page_figure_or_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {name: canary(name) for name in (*FILES, *ENVIRONMENT)}
    for name in FILES:
        (tmp_path / name).write_text(given[name])
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, given[name])
    port, config = free_port(), tmp_path / "config.toml"
    async with echo() as (url, heard):
        config.write_text(CONFIG.format(port=port, echo=url, socket=url.replace("http", "ws")))
        async with running(config, f"http://127.0.0.1:{port}") as up:
            given["invitation"] = up.sign_in.partition("#")[2]
            given["badge"] = server(config, "badge", "Olu", "--role", "owner").stdout.strip()
            told = b""
            async with asyncio.timeout(20):
                while not all(given[name].encode() in told for name in TOLD):
                    told += await heard.get()
            said = await exercised(up, given)
            said["the log"] = await up.end()
    checked = server(config, "check")
    said["check"] = checked.stdout + checked.stderr
    assert [(name, place) for name, secret in given.items() for place, words in said.items() if secret in words] == []
    assert '"level"' in said["the log"]
    assert '"Olu"' in said["GET /api/people"]


async def exercised(up: Running, given: dict[str, str]) -> dict[str, str]:
    """What the server says to an owner, to strangers, and to those who use secrets badly; adds what it gives away."""
    said: dict[str, str] = {}
    async with AsyncClient(base_url=up.url, headers={"Origin": up.url}) as client:

        async def ask(method: str, path: str, **more: Any) -> None:
            answer = await client.request(method, path, **more)
            said[f"{method} {path} {'' if not more else len(said)}".rstrip()] = answer.text + str(answer.headers)

        owner = {"Authorization": f"Bearer {given['badge']}"}
        for path in (*PAGES, *PROGRAMS):
            answer = await client.get(path, headers=owner)
            assert answer.status_code in {200, 503}, path
            said[f"GET {path}"] = answer.text
        for wrong in (given["mastodon.token"], given["badge"][:-1], given["badge"] + "\udc80"):
            await ask("GET", "/api/sources", headers={"Authorization": f"Bearer {wrong}".encode("utf-8", "replace")})
            await ask("POST", "/join", data={"invitation": wrong.encode("utf-8", "replace").decode(), "name": "Eve"})
        for hook in ("crew", "bot"):
            await ask("POST", f"/hooks/{hook}", content=b"{}", headers={"webhook-id": "1", "webhook-signature": "v1,x"})
        entered = await client.post("/join", data={"invitation": given["invitation"], "name": "Ada"})
        given["cookie"] = entered.cookies["badge"]
        await ask("POST", "/join", data={"invitation": given["invitation"], "name": "Eve"})
        await ask("POST", "/api/decisions", content=b"[" * 100_000)
        await ask("POST", f"/api/invitations?badge={given['badge']}", json={"name": 1})
        await ask("GET", "/metrics")
    return said
