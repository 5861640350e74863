"""What the guided fuzzing gives its bytes to: each target reads them as the server would, and looks at what it made."""

import asyncio
import json
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.requests import HTTPConnection, Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from backchannel.config import parse, shown
from backchannel.errors import Refusal, SourceError, StartError
from backchannel.hostname import readable
from backchannel.html import from_html
from backchannel.interest import Interest
from backchannel.media.fetcher import Fetcher, nests_too_deep
from backchannel.networks import NETWORKS
from backchannel.post import Sighting
from backchannel.programme import programme_of
from backchannel.schedules import document
from backchannel.schedules.reading import LONGEST
from backchannel.sieve import read_sieve
from backchannel.sources import capabilities, commits, dialect, entry, event, frame, profile, room_event, status, x_told
from backchannel.sources.accounts import Accounts
from backchannel.sources.conversation import Conversation
from backchannel.sources.fields import Fields
from backchannel.sources.gathering import Gathering
from backchannel.sources.homeserver import Homeserver
from backchannel.sources.listener import Listener
from backchannel.sources.profiles import Profiles
from backchannel.sources.reading import Reading
from backchannel.sources.stretch import Place, Stretch
from backchannel.sources.told import Told, place_of
from backchannel.sources.webhook import Webhook, WebhookSettings
from backchannel.sources.x_reader import XReader
from backchannel.sources.xrpc import Xrpc
from backchannel.text import from_plain, tame, tame_line
from backchannel.web.bodies import decoded
from backchannel.web.cards import host_of, web_address
from backchannel.web.floor import DRAFTS, WAITED_MAX_S, address_of, with_idem
from backchannel.web.head import head_of
from backchannel.web.headers import OriginRule
from backchannel.web.hooks import ANYTHING
from tests.security.sound import check, check_all, check_text

NOW: Final = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)
URL: Final = "https://feed.example/feed.xml"
HOST: Final = "social.example"
ROOM: Final = "!foyer:matrix.example"
# What the recordings speak of, too, so that most of it is wanted.
WANTED: Final = ("pink11", "rstats", "scicomm", "cats")
INTEREST: Final = Interest(WANTED, ("@ada@social.example",), ("the", "soup"), ("#spam", "@bot@social.example"))
HOOK: Final = Webhook(
    WebhookSettings("crew", secrets_env=("S",)),
    NETWORKS.keys(),
    clock=lambda: NOW,
    environ={"S": "whsec_" + "A" * 44},
)
Target = Callable[[bytes], None]


class Still(Homeserver):
    """A homeserver that is asked nothing: an event is not there."""

    async def event(self, fetcher: Fetcher, room_id: str, event_id: str) -> Fields | None:
        """None."""


def _json(raw: bytes) -> Any:
    if nests_too_deep(raw):  # as whoever fetches it makes sure
        return None
    with suppress(ValueError):
        return json.loads(raw.decode("utf-8-sig"))
    return None


def _each(value: Any) -> list[Any]:
    return value[:40] if isinstance(value, list) else [value]


def text(raw: bytes) -> None:
    """Words of strangers, as plain text and as HTML."""
    words = raw.decode("utf-8", "surrogateescape")  # with halves of characters in it
    for found in (from_plain(words, {"blob"}), from_html(words, mentions={"https://a.example/@b": "@b@a.example"})):
        check_text(found)
        for span in found.spans:
            readable(span.value)
    line = tame_line(words, 40)
    assert tame_line(line, 40) == line
    assert tame(words, 40) == tame(tame(words, 40), 40)
    web_address(words)
    host_of(words)
    with suppress(Refusal):
        read_sieve(words[:300], NOW, UTC)


def mastodon(raw: bytes) -> None:
    """A frame of a stream, statuses of a timeline, what a server says of itself."""
    found = frame.read(raw)
    if not isinstance(found, str):
        check(frame.meaning(found, HOST, INTEREST))
    told = _json(raw)
    for each in _each(told):
        check(status.read_new(each, HOST, INTEREST, ("#pink11",)))
        check(status.read_again(each, HOST, INTEREST))
    capabilities.read(told).stream("https://social.example")


def bluesky(raw: bytes) -> None:
    """A frame of a Jetstream, found posts, a profile."""
    profiles = Profiles(Xrpc("https://app.example"), lambda: NOW)
    reads = commits.Commits(INTEREST, Accounts((), ()), profiles)
    gathering = Gathering(reads.read)
    gathering.note(raw)
    place = gathering.last_event
    check_all(gathering.sightings)
    told = event.read(raw)
    if not isinstance(told, str) and told.place is not None:
        assert event.place_of(told.place.stored()) is not None
        _ = (told.place.time, told.place.cursor_by_time, place)
    said = Fields(_json(raw))
    seen = profile.read(said)
    profiles.learn([seen] if seen else [])
    for each in (said, said.one("post"), *said.many("posts", 40)):
        author = each.one("author")
        made = reads.posted(author.text("did") or "did:plc:abc", "3k", each.one("record") or said, is_edit=True, at=NOW)
        check(made)
        check(reads.named(made) if isinstance(made, Sighting) else made)


def feed(raw: bytes) -> None:
    """A feed of any dialect, read twice."""
    for kind in ("application/xml", "application/feed+json", "text/html; charset=x"):
        try:
            told = dialect.translated(raw, kind, URL)
        except Exception:  # noqa: BLE001, S112 (it is read in a program of its own, which ends with it)
            continue
        fields = Fields(json.loads(json.dumps(told)))
        first = _reading(fields, None)
        again = _reading(fields, place_of(Told("x", lines=first.lines).stored(), "x"))
        assert not again.sightings
        for found in fields.many("items", 100):
            read = entry.read(found, fields, URL)
            assert isinstance(read, str) or read.digest


def _reading(feed: Fields, told: Told | None) -> Reading:
    reading = Reading(URL, INTEREST, told, NOW, takes_all=True)
    reading.read(feed)
    check_all(reading.sightings)
    return reading


def webhook(raw: bytes) -> None:
    """A message of a webhook; its headers are bytes of strangers, too."""
    lines = raw[:2000].decode("latin-1").split(",")
    HOOK.signed(raw, dict(zip(("webhook-id", "webhook-timestamp", "webhook-signature"), lines, strict=False)))
    with suppress(Refusal):
        check_all(HOOK.read(decoded(raw, ANYTHING), "msg_1"))


def x(raw: bytes) -> None:
    """A line of X's stream, and an answer."""
    reader = XReader(INTEREST)
    line = x_told.line(raw)
    for told in (line, x_told.told(Fields(_json(raw)), {"x-rate-limit-remaining": raw[:12].decode("latin-1")})):
        if not isinstance(told, str):
            check_all(reader.read(told).sightings)
            check_all(reader.read_again(told))
            _ = (told.gone, told.ending, told.trouble, [x_told.words_of(each) for each in told.errors])


def matrix(raw: bytes) -> None:
    """What a homeserver tells of a room."""
    home, room = Still("https://matrix.example", "t"), Conversation(ROOM, "#foyer", "matrix.example")
    answer = Fields(_json(raw))
    with suppress(SourceError):
        stretch = Stretch(home, room, answer, Place(ROOM, "s1"))
        stretch.next.stored()
        for events, _ in stretch.chunks():
            listener = Listener(home, room, INTEREST, lambda: NOW, takes_all=True)
            check_all(asyncio.run(listener.hear(Fetcher(), events)).sightings)
    check(room_event.read(answer, room, NOW))


def floor(raw: bytes) -> None:
    """A post that somebody types."""
    with suppress(Refusal):
        draft = with_idem(decoded(raw, DRAFTS))
        check_text(from_plain(draft.text))
        tame(draft.name, 40).encode()
        _ = NOW - timedelta(seconds=min(draft.waited_s, WAITED_MAX_S))


def schedule(raw: bytes) -> None:
    """A programme in any form."""
    with suppress(SourceError):
        found = document.read(raw, UTC)
        for session in found.sessions:
            assert session.start < session.end <= session.start + LONGEST
            json.dumps((session.id, session.title, session.room, session.url)).encode()
            session.title.encode()
        programme = programme_of(found.sessions, {"main": ("Main",), "b": ()}, WANTED)
        programme.overlaps()


def config(raw: bytes) -> None:
    """A file of settings, as TOML or, for its shape, as JSON."""
    with suppress(tomllib.TOMLDecodeError, UnicodeError, StartError, RecursionError):
        table = _json(raw) if raw[:1] == b"{" else tomllib.loads(raw.decode())
        json.dumps(table, ensure_ascii=False, default=str).encode()  # no TOML holds half a character
        if isinstance(table, dict):
            shown(parse(table, NETWORKS))


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
    address_of(Request(seen[0])).encode()
    head = head_of(raw, dict(scope))
    if head is not None:
        _ = (head.cookies, head.query_params, head.accepted)


TARGETS: Final[Mapping[str, Target]] = {
    each.__name__: each
    for each in (text, mastodon, bluesky, feed, webhook, x, matrix, floor, schedule, config, forwarded)
}
