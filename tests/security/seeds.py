"""What each target of the guided fuzzing begins with: recordings in a network's own shape, whole and one by one."""

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from tests.schedules.test_frab import FOSDEM, PRETALX, XML, schedule
from tests.schedules.test_ical import WHOLE, calendar
from tests.security.vectors import all_of_them
from tests.shared import fixtures, json_documents

ROOT: Final = Path(__file__).resolve().parents[2]
RECORDINGS: Final = ROOT / "tests" / "recordings"
SEED_MAX: Final = 12_000
SEEDS_MAX: Final = 400


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode()


def _inside(value: Any) -> Iterator[Any]:
    """A JSON value, and every object and list of objects in it, those that are packed into strings, too."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        with suppress(ValueError):
            yield from _inside(json.loads(value))
    elif isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict) for each in value)):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _inside(inner)


def _recorded(folder: str, *names: str) -> Iterator[bytes]:
    """The documents of the fixtures' folder, and those objects in them that have all of one of these sets of names."""
    wanted = [frozenset(name.split()) for name in names]
    for path in sorted(fixtures(folder).rglob("*.json*")):
        with suppress(ValueError):
            for document in json_documents(path):
                for told in _inside(document):
                    if told is document or (isinstance(told, dict) and any(each <= told.keys() for each in wanted)):
                        yield _dumped(told)


def _feeds() -> Iterator[bytes]:
    for path in (*sorted(RECORDINGS.glob("*feed*")), *sorted(fixtures("feeds").rglob("*"))):
        if path.is_file():
            yield path.read_bytes()
    yield (RECORDINGS / "podcast.xml").read_bytes()
    yield (RECORDINGS / "mastodon-tag.rss").read_bytes()


def _rooms() -> Iterator[bytes]:
    answer = json.loads((RECORDINGS / "matrix-sync.json").read_text())
    timeline = answer["rooms"]["join"]["!foyer:matrix.example"]["timeline"]
    events = timeline["events"]
    yield _dumped(answer)
    for at, each in enumerate(events):
        timeline["events"] = [*events[:1], each, *events[at + 1 : at + 2]]
        yield _dumped(answer)


def _hooks() -> Iterator[bytes]:
    for name in ("pink11.jsonl", "x.jsonl"):
        for line in (RECORDINGS / name).read_bytes().splitlines():
            post = json.loads(line)["post"] | {"network": "slack"}
            yield _dumped({"kind": "edited", "post": post})
            yield _dumped({"posts": [post, {"text": "Where is #pink11?", "author": {"name": "Ines"}}]})


def _settings() -> Iterator[bytes]:
    """The shipped file; and the same, and what its comments show besides, as JSON."""
    shipped = (ROOT / "config.toml").read_text()
    yield shipped.encode()
    yield _dumped(tomllib.loads(shipped))
    shown = ""
    for line in shipped.splitlines():
        candidate = shown + line.removeprefix("# ").removeprefix("#") + "\n"
        with suppress(tomllib.TOMLDecodeError):
            tomllib.loads(candidate)
            shown = candidate
    told = tomllib.loads(shown)
    yield json.dumps(told, default=str).encode()
    for name, table in told.items():
        yield json.dumps({name: table}, default=str).encode()


def _schedules() -> Iterator[bytes]:
    yield from (FOSDEM.encode(), XML.encode(), schedule(PRETALX), calendar(WHOLE, WHOLE))
    yield calendar(WHOLE).replace(b"DTEND", b"DURATION:PT45M\r\nRECURRENCE-ID:20261117T093000Z\r\nX-")
    slots = json.loads(fixtures("conference", "Devoxx2017BeMonday-schedule.json").read_text())["slots"]
    yield from (_dumped({"slots": slots[at : at + 2]}) for at in range(0, len(slots), 2))


def _requests() -> Iterator[bytes]:
    yield b"10.0.0.1, 203.0.113.7\nhttps\npink11.example\nhttps://pink11.example\ndevice=abc; screen=d"
    yield b"2001:db8::1, ::ffff:10.0.0.1\nwss\n127.0.0.1:80\nhttp://127.0.0.1\n__Host-device=abc"
    yield b'for=192.0.2.60;proto=http;by=203.0.113.43, for="[2001:db8::17]:4711"\nhttp\n[::1]:80\nhttp://[::1]\n'
    yield (
        b"GET /feed/phone?hall=main&since=3 HTTP/1.1\r\nHost: pink11.example\r\nUpgrade: websocket\r\n"
        b"Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\nCookie: device=abc\r\n\r\n"
    )


def _drafts() -> Iterator[bytes]:
    for words in all_of_them():
        yield _dumped({"text": words, "name": words, "idem": "a1", "hall": "main", "kind": "question", "waited_s": 2})


def _words() -> Iterator[bytes]:
    for words in all_of_them():
        yield words.encode(errors="replace")
    for path in ("blns.txt", "twitter-text-extract.yml"):
        yield from (line.encode() for line in fixtures("text", path).read_text().splitlines()[::3])


SEEDS: Final[Mapping[str, Callable[[], Iterable[bytes]]]] = {
    "text": _words,
    "mastodon": lambda: _recorded("mastodon", "account content", "event payload", "version"),
    "bluesky": lambda: _recorded("bluesky", "did kind", "did handle", "$type createdAt", "payload"),
    "feed": _feeds,
    "webhook": _hooks,
    "x": lambda: _recorded("x", "data", "data includes", "errors"),
    "matrix": _rooms,
    "floor": _drafts,
    "schedule": _schedules,
    "config": _settings,
    "forwarded": _requests,
}


def seeds(name: str) -> list[bytes]:
    """What a target begins with: of many, the ones that differ most in size."""
    found = sorted({each for each in SEEDS[name]() if 0 < len(each) <= SEED_MAX}, key=lambda each: (len(each), each))
    return found[:: max(1, len(found) // SEEDS_MAX)]
