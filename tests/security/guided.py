"""Coverage-guided fuzzing by atheris, where that program is installed: it is no part of the tests' requirements.

`python -m tests.security.guided [TARGET…] [--seconds N]` fuzzes each target for a while, one after the other, in a
process of its own; a crash is told with the bytes that cause it. Targets are the names in `TARGETS`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from starlette.requests import HTTPConnection, Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from backchannel.config import parse, shown
from backchannel.errors import Refusal, StartError
from backchannel.hostname import readable
from backchannel.html import from_html
from backchannel.interest import Interest
from backchannel.networks import NETWORKS
from backchannel.post import Author, Content, fold_of
from backchannel.sieve import read_sieve
from backchannel.sources import dialect, entry, event, frame, record, room_event, status, x_post
from backchannel.sources.conversation import Conversation
from backchannel.sources.fields import Fields
from backchannel.text import from_plain, tame
from backchannel.web.cards import host_of, web_address
from backchannel.web.floor import address_of
from backchannel.web.headers import OriginRule

ROOT: Final = Path(__file__).resolve().parents[2]
RECORDINGS: Final = ROOT / "tests" / "recordings"
NOW: Final = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)
URL: Final = "https://feed.example/feed.xml"
INTEREST: Final = Interest(("pink11",))
Target = Callable[[bytes], None]


def _json(raw: bytes) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(raw)
    return None


def text(raw: bytes) -> None:
    """Words of strangers, as plain text and as HTML."""
    words = raw.decode("utf-8", "surrogatepass" if raw[:1] == b"\xed" else "replace")
    for found in (from_plain(words), from_html(words)):
        fold_of("x", Content(Author("", id="x"), found.plain, found.spans), b"k" * 32)
    tame(words, 40)
    readable(words)
    web_address(words)
    host_of(words)
    with suppress(Refusal):
        read_sieve(words[:300], NOW, UTC)


def mastodon(raw: bytes) -> None:
    """A frame of a stream, and a status of a timeline."""
    found = frame.read(raw)
    if not isinstance(found, str):
        frame.meaning(found, "social.example", INTEREST)
    status.read(_json(raw), "social.example", INTEREST, ("#pink11",))


def bluesky(raw: bytes) -> None:
    """A frame of a Jetstream, and a record."""
    found = event.read(raw)
    body = found.body if not isinstance(found, str) else Fields(_json(raw))
    record.read("did:plc:abc", "3k", body.one("record") or body, NOW)


def feed(raw: bytes) -> None:
    """A feed of any dialect."""
    for kind in ("application/xml", "application/feed+json"):
        try:
            told = dialect.translated(raw, kind, URL)
        except Exception:  # noqa: BLE001, S112 (it is read in a program of its own, which ends with it)
            continue
        for found in Fields(told).many("items", 100):
            entry.read(found, Fields(told), URL)


def x(raw: bytes) -> None:
    """An answer of X."""
    said = Fields(_json(raw))
    x_post.read(said.one("data"), x_post.beside(said.one("includes")))


def matrix(raw: bytes) -> None:
    """A message of a room."""
    said = Fields(_json(raw))
    room = Conversation("!room:matrix.example", "Room", "matrix.example")
    room_event.read(said, room, NOW)
    room_event.redacted(said)


def config(raw: bytes) -> None:
    """A file of settings."""
    with suppress(tomllib.TOMLDecodeError, UnicodeDecodeError, StartError, RecursionError):
        shown(parse(tomllib.loads(raw.decode()), NETWORKS))


def forwarded(raw: bytes) -> None:
    """What proxies say of a client, and where a page says that it is from."""
    parts = (raw.split(b"\n") + [b""] * 5)[:5]
    names = (b"x-forwarded-for", b"x-forwarded-proto", b"host", b"origin", b"cookie")
    headers = [(name, bytes(part)) for name, part in zip(names, parts, strict=True)]
    scope: dict[str, Any] = {
        "method": "GET",
        "path": "/",
        "type": "http",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "headers": headers,
    }
    seen: list[Any] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope)

    proxied: Any = ProxyHeadersMiddleware(app, ["127.0.0.1", "10.0.0.0/8"])
    with suppress(StopIteration):
        proxied(scope, None, None).send(None)
    with suppress(Refusal):
        OriginRule("https://pink11.example").check(HTTPConnection(seen[0]), optional=True)
    address_of(Request(seen[0]))


TARGETS: Final[Mapping[str, Target]] = {
    each.__name__: each for each in (text, mastodon, bluesky, feed, x, matrix, config, forwarded)
}


def seeds(name: str) -> Iterable[bytes]:
    """What a target begins with: recordings in the network's own shape, and the shipped file of settings."""
    if name == "config":
        return [(ROOT / "config.toml").read_bytes()]
    if name == "feed":
        return [
            (RECORDINGS / each).read_bytes() for each in ("feed.json", "feed.xml", "mastodon-tag.rss", "podcast.xml")
        ]
    if name in {"x", "matrix", "mastodon", "bluesky"}:
        return [line for file in sorted(RECORDINGS.glob("*.json*")) for line in file.read_bytes().splitlines()[:20]]
    return [
        b"Hello #pink11 https://example.org/ @ada",
        b"10.0.0.1, 203.0.113.7\nhttps\npink11.example\nhttps://pink11.example",
    ]


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    atheris = import_module("atheris")  # whoever wants it has it: it is no part of the tests' requirements

    atheris.instrument_all()
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds(name)):
            (Path(corpus) / str(number)).write_bytes(seed[:20_000])
        options = [
            f"-max_total_time={seconds}",
            "-max_len=20000",
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *options, corpus], TARGETS[name])
        atheris.Fuzz()


def main() -> int:
    """Fuzz the targets that were asked for; 1 where one crashed."""
    parser = argparse.ArgumentParser(prog="python -m tests.security.guided")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=150)
    parser.add_argument("--here", action="store_true", help="in this process")
    asked = parser.parse_args()
    if asked.here:
        fuzz(asked.targets[0], asked.seconds)
        return 0
    crashed = []
    for name in asked.targets or TARGETS:
        command = (sys.executable, "-m", "tests.security.guided", name, "--here", "--seconds", str(asked.seconds))
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
        told = [line for line in ended.stderr.splitlines() if "number_of_executed_units" in line or "stat::" in line][
            :1
        ]
        sys.stdout.write(f"{name}: {'crashed' if ended.returncode else 'no crash'} {' '.join(told)}\n")
        if ended.returncode:
            crashed.append(name)
            sys.stdout.write(ended.stderr[-4000:] + "\n")
    return 1 if crashed else 0


if __name__ == "__main__":
    sys.exit(main())
