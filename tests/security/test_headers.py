"""Every answer carries every safe header: all routes by every method, errors, refusals, static files, handshakes."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from httpx2 import Headers
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from backchannel.roles import Role
from backchannel.web.headers import FRAMES_OWN, POLICY, SAFE, framed_by
from tests.served import Served

WEB: Final = Path(__file__).parents[2] / "backchannel" / "web"
ROUTE: Final = re.compile(r'Route\(\s*f?"(/[^"]*)"')
# What stands in the place of each part of an address.
PARTS: Final = {"hall": "main", "form": "csv", "version": "1", "view": "screen"}
METHODS: Final = ("GET", "POST", "DELETE", "PATCH")
NAMES: Final = {
    "Content-Security-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
}
# What is another than on the other pages, on purpose: where nobody may frame /embed, and who may read the JSON Feed.
OWN: Final[Mapping[str, Mapping[str, str]]] = {
    "/console/screens": {"Content-Security-Policy": FRAMES_OWN},
    "/console": {"Content-Security-Policy": FRAMES_OWN},
    "/embed": framed_by(()),
    "/feed.json": {"Cross-Origin-Resource-Policy": "cross-origin"},
}
FILES: Final = (
    "/static/css/tokens.css",
    "/static/js/trusted.js",
    "/static/favicon.svg",
    "/static/fonts/OFL.txt",
    "/static/none.js",
    "/static/",
    "/static/..%2f..%2fconfig.toml",
    "/static/%00",
    "/nowhere",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/" + "a" * 5000,
)


def addresses() -> list[str]:
    """Every address that a door names, as it stands in the source."""
    named = {path for file in WEB.glob("*.py") for path in ROUTE.findall(file.read_text())}
    assert len(named) > 60
    return sorted(re.sub(r"\{(\w+)[^}]*\}", lambda part: PARTS.get(part[1], "none"), path) for path in named)


def missing(headers: Headers, path: str) -> list[str]:
    """What an answer lacks."""
    own = OWN.get(path, {})
    wrong = [name for name, value in SAFE.items() if headers.get(name) not in {value, own.get(name, value)}]
    if "cache-control" not in headers:
        wrong.append("Cache-Control")
    wrong += [f"{name} tells what runs here" for name in ("server", "x-powered-by") if headers.get(name)]
    for cookie in headers.get_list("set-cookie"):
        wrong += [f"a cookie without {word}" for word in ("HttpOnly", "SameSite=lax", "Path=/") if word not in cookie]
    return wrong


def test_none_of_the_safe_headers_is_forgotten() -> None:
    assert set(SAFE) == NAMES
    assert "default-src 'none'" in POLICY


async def test_every_route_by_every_method_carries_every_safe_header(house: Served) -> None:
    wrong: dict[str, list[str]] = {}
    seen: set[int] = set()
    for path in (*addresses(), *FILES):
        owner = await house.badge("Olu", Role.OWNER)  # anew, since one of the commands ends it
        for method, who in (*((each, house.from_page) for each in METHODS), ("GET", owner), ("POST", owner)):
            answer = await house.client.request(method, path, headers=who)
            seen.add(answer.status_code)
            if lacks := missing(answer.headers, path):
                wrong[f"{method} {path} {answer.status_code}"] = lacks
            assert answer.status_code < 500, f"{method} {path} {answer.status_code}"
    assert wrong == {}
    assert seen >= {200, 303, 401, 404, 405}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "application/json"}, b"{"),
        ({"content-type": "application/json"}, b"[" * 100_000),
        ({"content-type": "text/plain"}, b"{}"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"--x\r\n"),
        ({"content-type": "application/json", "content-length": "5000000"}, b" " * 5_000_000),
        ({"content-type": "application/json", "origin": "https://evil.example"}, b"{}"),
        ({"content-type": "application/json", "authorization": "Bearer \xff"}, b"{}"),
        ({"cookie": "badge=" + "a" * 4000}, b""),
    ],
)
async def test_every_refusal_does_too(house: Served, headers: dict[str, str], body: bytes) -> None:
    plain = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    for path in ("/posts", "/api/decisions", "/api/rules", "/join", "/api/halls/main/stage"):
        answer = await house.client.post(path, headers=plain, content=body)
        assert answer.status_code < 500
        assert missing(answer.headers, path) == [], path


async def test_a_handshake_that_is_refused_does_too(house: Served) -> None:
    for place in ("/feed/console", "/feed/none", "/feed/screen?hall=none"):
        with pytest.raises(InvalidStatus) as refused:
            async with connect(house.url.replace("http", "ws", 1) + place):
                pass
        answer = refused.value.response
        assert answer.status_code < 500
        assert missing(Headers(list(answer.headers.raw_items())), place) == []
