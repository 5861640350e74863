"""Following a hashtag on Bluesky, through a Jetstream."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from datetime import timedelta

import pytest

from backchannel.errors import SourceError, StartError
from backchannel.post import Absence, Presence, Sighting
from backchannel.sources.base import Batch
from backchannel.sources.bluesky import Bluesky, BlueskySettings
from backchannel.sources.event import FRAME_MAX
from backchannel.sources.jetstream import Jetstream
from tests.sources.jetstream_server import DID, NOON, POST, V1, V2, JetstreamServer, Mode, jetstream_server, made_up

pytestmark = pytest.mark.anyio

NOWHERE = "http://127.0.0.1:9"  # nobody listens there: nobody has a name
OTHER = "did:plc:odd00000000000000000otto"
GARBAGE: list[bytes | str] = [
    b"\xff\xfe", "no JSON", "[]", "{}", '{"did":', "[" * 5000, '{"kind":7}', '{"$type":7}', "null", '"text"', "1e999"
]  # fmt: skip


@pytest.fixture
async def server() -> AsyncGenerator[JetstreamServer]:
    async with jetstream_server() as server:
        yield server
    assert server.faults == []
    assert server.agents <= {"Backchannel/0.1.0"}


def source(server: JetstreamServer, *tags: str, silence_s: float = 60) -> Bluesky:
    return Bluesky(
        BlueskySettings(server.url, fallbacks=(), api=NOWHERE),
        tags or ("pink11",),
        clock=lambda: NOON + timedelta(seconds=1),
        jetstream=lambda url: Jetstream(url, open_s=5, silence_s=silence_s),
        every_s=0.05,
    )


def host(server: JetstreamServer) -> str:
    return server.url.removeprefix("ws://")


def uri(rkey: str, did: str = DID) -> str:
    return f"at://{did}/{POST}/{rkey}"


def ids(*batches: Batch) -> list[str]:
    return [sighting.id for batch in batches for sighting in batch.sightings]


def texts(*batches: Batch) -> list[str]:
    return [each.content.text for batch in batches for each in batch.sightings if each.content]


class Ear:
    """Listens to a source: every batch that it yields is noted."""

    def __init__(self, batches: AsyncGenerator[Batch]) -> None:
        self._batches = batches
        self.heard: list[Batch] = []

    async def until(self, count: int) -> list[Batch]:
        """The batches since the last time, when so many sightings, absences and refusals are among them."""
        since: list[Batch] = []
        while sum(len(each.sightings) + len(each.absences) + len(each.refused) for each in since) < count:
            since.append(await anext(self._batches))
            self.heard.append(since[-1])
        return since

    @property
    def cursor(self) -> str | None:
        """The place that the store would keep."""
        return next((each.cursor for each in reversed(self.heard) if each.cursor), None)


Listen = Callable[..., Awaitable[Ear]]


@pytest.fixture
async def listen(server: JetstreamServer) -> AsyncGenerator[Listen]:
    """Makes ears that are connected."""
    async with AsyncExitStack() as stack:

        async def connect(bluesky: Bluesky, cursor: str | None = None) -> Ear:
            batches = await stack.enter_async_context(aclosing(bluesky.follow(cursor)))
            ear = Ear(batches)
            ear.heard.append(await anext(batches))
            await server.until_heard()
            return ear

        yield connect


async def ended(ear: Ear) -> SourceError:
    with pytest.raises(SourceError) as told:
        await ear.until(10_000)
    return told.value


@pytest.mark.parametrize("path", [V2, V1])
async def test_posts_with_the_hashtag_are_kept_and_no_others(
    server: JetstreamServer, listen: Listen, path: str
) -> None:
    server.paths = {path}
    ear = await listen(source(server))
    assert ear.heard == [Batch()]
    await server.post(**made_up("Nothing to see, only pink11 without its sign."))
    like = {"operation": "create", "collection": "app.bsky.feed.like", "rkey": "3l", "record": made_up()}
    await server.keep("commit", like)
    first = await server.post(**made_up("Hello #Pink11!"))
    second = await server.post(**made_up("Beside the text", tags=["pink11"]))
    batches = await ear.until(2)
    assert ids(*batches) == [uri(first), uri(second)]
    assert texts(*batches) == ["Hello #Pink11!", "Beside the text"]
    assert all(batch.caught_up for batch in batches)


async def test_the_first_version_is_asked_first_and_a_refusal_is_remembered(
    server: JetstreamServer, listen: Listen
) -> None:
    server.paths = {V1}
    bluesky = source(server)
    for _ in range(2):
        ear = await listen(bluesky)
        await server.close()
        await ended(ear)
    assert [request.partition("?")[0] for request in server.requests] == [V2, V1, V1]
    assert "wantedCollections=app.bsky.feed.post" in server.requests[1]
    assert "collections=app.bsky.feed.post&kinds=commit&kinds=account" in server.requests[0]


async def test_a_server_that_takes_every_path_for_its_own_is_asked_in_the_old_way(
    server: JetstreamServer, listen: Listen
) -> None:
    server.mode = Mode.NO_SUBPROTOCOL
    ear = await listen(source(server))
    await server.post()
    await ear.until(1)
    assert [request.partition("?")[0] for request in server.requests] == [V2, V1]


@pytest.mark.parametrize("path", [V2, V1])
async def test_after_a_restart_nothing_is_missed(server: JetstreamServer, listen: Listen, path: str) -> None:
    server.paths = {path}
    ear = await listen(source(server))
    await server.post()
    await ear.until(1)
    missed = [uri(await server.post()) for _ in range(250)]
    later = await listen(source(server), ear.cursor)
    while missed[-1] not in ids(*later.heard):
        await later.until(1)  # the place may be a little earlier, so that what was heard last comes again
    assert [each for each in ids(*later.heard) if each in missed] == missed
    assert all(len(batch.sightings) <= 100 for batch in later.heard)


async def test_the_place_moves_on_although_nothing_matches(server: JetstreamServer) -> None:
    async with aclosing(source(server).follow(None)) as following:
        await anext(following)
        await server.until_heard()
        await server.post(**made_up("Nothing"))
        batch = await anext(following)
    assert (batch.sightings, batch.refused) == ((), ())
    assert json.loads(batch.cursor or "") == {"seq": 1000, "host": host(server), "time_us": 1_794_916_800_010_000}


async def test_by_number_the_place_is_exact_and_by_time_a_little_earlier(
    server: JetstreamServer, listen: Listen
) -> None:
    cursor = json.dumps({"seq": 1000, "time_us": 1_794_916_800_000_000})
    await listen(source(server), cursor)
    server.paths = {V1}
    await listen(source(server), cursor)
    assert "cursor=1000" in server.requests[0]
    assert "cursor=1794916795000000" in server.requests[-1]


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", "{}", '{"time_us":-1}', '{"time_us":"7"}', "[" * 100_000])
async def test_a_place_that_cannot_be_read_means_from_now(server: JetstreamServer, listen: Listen, cursor: str) -> None:
    await listen(source(server), cursor)
    assert "cursor=" not in server.requests[0]


async def test_a_place_too_far_back_is_asked_for_by_time_and_the_gap_is_told(
    server: JetstreamServer, listen: Listen
) -> None:
    for _ in range(5):
        await server.post()
    server.floor = 1003
    cursor = json.dumps({"seq": 1000, "time_us": 1_794_916_800_000_000})
    ear = await listen(source(server), cursor)
    batches = await ear.until(2)
    assert len(ids(*batches)) == 2
    assert "cursor=1000" in server.requests[0]
    assert "cursor=1794916795000000" in server.requests[1]
    assert "does not remember that far back" in ear.heard[0].trouble
    assert "does not remember that far back" in batches[-1].trouble


async def test_a_server_that_counts_anew_is_asked_by_time(server: JetstreamServer, listen: Listen) -> None:
    rkey = await server.post()
    cursor = json.dumps({"seq": 5_000_000, "time_us": 1_794_916_800_000_000})
    ear = await listen(source(server), cursor)
    batches = await ear.until(1)
    assert ids(*batches) == [uri(rkey)]
    assert "counts its posts anew: we went on by time, and nothing is missing" in batches[-1].trouble


async def test_the_lag_is_told_by_the_time_of_the_last_event(server: JetstreamServer, listen: Listen) -> None:
    ear = await listen(source(server))
    await server.leap(-60)
    await server.post()
    (batch,) = await ear.until(1)
    assert batch.lag_s == pytest.approx(60.99)


async def test_a_delete_is_reported_for_a_known_post_only(server: JetstreamServer, listen: Listen) -> None:
    ear = await listen(source(server))
    await server.delete("3gone")
    (batch,) = await ear.until(1)
    assert batch.sightings == (Sighting("bluesky", uri("3gone"), None, only_known=True),)


async def test_an_edit_is_reported_with_its_time_even_where_the_hashtag_went(
    server: JetstreamServer, listen: Listen
) -> None:
    ear = await listen(source(server))
    await server.post("3edit", operation="update", **made_up("Now #pink11"))
    await server.post("3edit", operation="update", **made_up("Now without"))
    await server.post("3edit", operation="update", **made_up("Leave me out #nowall"))
    edit, without, out = (each for batch in await ear.until(3) for each in batch.sightings)
    assert edit.content is not None
    assert (edit.only_known, edit.content.edited_at) == (False, NOON + timedelta(milliseconds=10))
    assert without.content is not None
    assert (without.only_known, without.content.text) == (True, "Now without")
    assert (out.only_known, out.content) == (True, None)


async def test_accounts_that_go_and_come_back_are_reported(server: JetstreamServer, listen: Listen) -> None:
    ear = await listen(source(server))
    await server.account(active=False, status="deactivated")
    await server.account(active=True)
    await server.account(active=False, status="deleted", did=OTHER)
    await server.keep("account", {"did": OTHER})
    absences = [each for batch in await ear.until(3) for each in batch.absences]
    assert absences == [
        Absence("bluesky", DID, Presence.AWAY),
        Absence("bluesky", DID, Presence.HERE),
        Absence("bluesky", OTHER, Presence.GONE),
    ]


@pytest.mark.parametrize("path", [V2, V1])
async def test_garbage_is_refused_counted_and_survived(server: JetstreamServer, listen: Listen, path: str) -> None:
    server.paths = {path}
    ear = await listen(source(server))
    for frame in GARBAGE:
        await server.raw(frame)
    await server.raw('{"x":"' + "y" * FRAME_MAX + '"}')
    await server.post(did="not a did")
    await server.post(**made_up("not this #pink11 #nobot"))
    rkey = await server.post()
    batches = await ear.until(12)
    assert ids(*batches) == [uri(rkey)]
    reasons = {reason for batch in batches for reason in batch.refused}
    assert reasons == {
        "a frame is no JSON", "a frame is no object", "a frame nests too deep", "a frame is too large",
        "a post has no id", "the author opted out in the post",
    }  # fmt: skip


async def test_a_frame_beyond_all_bounds_ends_the_connection_and_is_not_met_for_ever(
    server: JetstreamServer, listen: Listen
) -> None:
    bluesky = source(server)
    ear = await listen(bluesky)
    await server.post()
    await ear.until(1)
    await server.raw("x" * (4 * 1024 * 1024 + 1))
    assert "sent a frame of more than 4096 kB" in str(await ended(ear))
    assert "sent a frame of more than 4096 kB" in str(await ended(await listen(bluesky, ear.cursor)))
    third = await listen(bluesky, ear.cursor)
    assert "too large, again and again" in third.heard[0].trouble
    rkey = await server.post()
    assert ids(*await third.until(1)) == [uri(rkey)]


async def test_a_silent_server_is_given_up(server: JetstreamServer, listen: Listen) -> None:
    server.mode = Mode.SILENT
    ear = await listen(source(server, silence_s=0.1))
    assert "has sent nothing for 0.1 seconds" in str(await ended(ear))


async def test_what_came_before_the_end_counts(server: JetstreamServer, listen: Listen) -> None:
    ear = await listen(source(server))
    await server.post()
    await server.raw('{"$type":"error","error":"ConsumerTooSlow","message":"too slow"}')
    assert len(ids(*await ear.until(1))) == 1
    error = await ended(ear)
    assert "finds us too slow" in str(error)
    assert error.remedy


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ('{"$type":"error","error":"InternalError","message":"archive\\nbroken"}', "It says: archive broken"),
        ('{"$type":"error","error":"Odd"}', "It says: Odd"),
    ],
)
async def test_an_error_frame_is_told_in_the_servers_words(
    server: JetstreamServer, listen: Listen, frame: str, words: str
) -> None:
    ear = await listen(source(server))
    await server.raw(frame)
    assert words in str(await ended(ear))


@pytest.mark.parametrize("reason", ["", "going away for a while"])
async def test_a_closed_connection_is_told(server: JetstreamServer, listen: Listen, reason: str) -> None:
    ear = await listen(source(server))
    await server.close(1001, reason)
    error = str(await ended(ear))
    assert "closed the connection." in error
    assert reason in error


@pytest.mark.parametrize(
    ("mode", "words", "needs_person", "retry_after_s"),
    [
        (Mode.WARMING, "is not ready yet. It says: The words of the server", False, None),
        (Mode.LIMITED, "wants us to ask less often", False, 7),
        (Mode.TROUBLE, "is in trouble itself", False, None),
        (Mode.FORBIDDEN, "refuses. It says: The words of the server", False, None),
        (Mode.HTML, "There is no Jetstream at", True, None),
    ],
)
async def test_a_refused_handshake_is_told_in_plain_words(
    server: JetstreamServer, mode: Mode, words: str, needs_person: bool, retry_after_s: float | None
) -> None:
    server.mode = mode
    with pytest.raises(SourceError) as told:
        await anext(source(server).follow(None))
    assert words in str(told.value)
    assert (told.value.needs_person, told.value.retry_after_s) == (needs_person, retry_after_s)


async def test_a_server_without_any_jetstream_needs_a_person(server: JetstreamServer) -> None:
    server.paths = set()
    with pytest.raises(SourceError, match="There is no Jetstream at") as told:
        await anext(source(server).follow(None))
    assert told.value.needs_person


async def test_a_port_where_nobody_listens_is_told(server: JetstreamServer) -> None:
    async with jetstream_server() as other:
        bluesky = source(other)
    with pytest.raises(SourceError, match="refuses connections"):
        await anext(bluesky.follow(None))


async def test_a_name_that_nobody_has_is_told() -> None:
    bluesky = Bluesky(BlueskySettings("ws://jetstream.invalid", api=NOWHERE), ("pink11",), clock=lambda: NOON)
    with pytest.raises(SourceError, match=r"cannot be (found|reached)"):
        await anext(bluesky.follow(None))


async def test_a_server_that_speaks_no_tls_is_told(server: JetstreamServer) -> None:
    bluesky = Bluesky(BlueskySettings(server.url.replace("ws:", "wss:"), api=NOWHERE), ("pink11",), clock=lambda: NOON)
    with pytest.raises(SourceError, match=r"cannot be (reached|trusted)"):
        await anext(bluesky.follow(None))


async def test_a_socket_that_never_answers_is_given_up() -> None:
    left = asyncio.Event()

    async def keep_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        left.set()

    async with await asyncio.start_server(keep_silent, "127.0.0.1", 0) as mute:
        url = "ws://127.0.0.1:{1}".format(*mute.sockets[0].getsockname())
        bluesky = Bluesky(
            BlueskySettings(url, api=NOWHERE),
            ("pink11",),
            clock=lambda: NOON,
            jetstream=lambda url: Jetstream(url, open_s=0.1),
        )
        with pytest.raises(SourceError, match=r"did not answer within 0\.1 seconds"):
            await anext(bluesky.follow(None))
        await left.wait()


async def test_old_events_are_catching_up(server: JetstreamServer, listen: Listen) -> None:
    ear = await listen(source(server))
    await server.leap(-60)
    await server.post()
    (batch,) = await ear.until(1)
    assert not batch.caught_up


@pytest.mark.parametrize("name", ["jetstream.example", "wss://jetstream.example/", "ws://127.0.0.1:7"])
def test_a_server_may_be_named_without_its_scheme(name: str) -> None:
    bluesky = Bluesky(BlueskySettings(name), ("pink11",), clock=lambda: NOON)
    assert bluesky.name == f"bluesky:{name.partition('//')[2].rstrip('/') or name}"


@pytest.mark.parametrize(
    "name",
    ["https://jetstream.example", "wss://", "wss://a:b@jetstream.example", "wss://a/subscribe", "wss://[", "wss://a:0"],
)
def test_what_is_no_server_stops_the_start(name: str) -> None:
    with pytest.raises(StartError, match=r"\(bluesky\) server:"):
        Bluesky(BlueskySettings(name), ("pink11",), clock=lambda: NOON)
