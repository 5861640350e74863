"""Following a Matrix room through a homeserver on a real socket."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest

from backchannel.desk import Desk
from backchannel.errors import SourceError, StartError
from backchannel.hub.local import LocalHub
from backchannel.media.fetcher import Fetcher
from backchannel.post import Order, ReplyTo, Status, Verb
from backchannel.sources import stretch
from backchannel.sources.base import Batch
from backchannel.sources.homeserver import found
from backchannel.sources.matrix import Matrix, MatrixSettings
from backchannel.store.base import Query
from backchannel.store.house import Store
from tests.made_up import Clock
from tests.sources.matrix_server import ALIAS, INES, ME, ROOM, TOKEN, TOMAS, MatrixServer, matrix_server, text

pytestmark = pytest.mark.anyio

AFTERNOON: Final = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
async def troubled() -> AsyncGenerator[MatrixServer]:
    """One server for all tests that hear nothing but its trouble: to open and shut one takes longer than they do."""
    async with matrix_server() as server:
        yield server


@pytest.fixture
async def server() -> AsyncGenerator[MatrixServer]:
    async with matrix_server() as server:
        yield server
    assert server.faults == []


class Sleeper:
    """Sleeps in no time, and remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Sleep."""
        self.slept.append(seconds)


def matrix(
    server: MatrixServer, *, sleep: Sleeper | None = None, clock: Clock | None = None, **settings: Any
) -> Matrix:
    return Matrix(
        MatrixSettings(**({"room": ALIAS, "server": server.url, "token_env": "TOKEN"} | settings)),
        ("pink11",),
        clock=clock or Clock(AFTERNOON),
        sleep=sleep or Sleeper(),
        fetcher=lambda: Fetcher(deadline_s=5),
        environ={"TOKEN": TOKEN},
    )


async def heard(source: Matrix, count: int, cursor: str | None = None) -> list[Batch]:
    """So many batches from the start on."""
    batches: list[Batch] = []
    async with aclosing(source.follow(cursor)) as following:
        async for batch in following:
            batches.append(batch)
            if len(batches) == count:
                break
    return batches


def words(*batches: Batch) -> list[str]:
    """What is said."""
    return [sighting.content.text for batch in batches for sighting in batch.sightings if sighting.content]


async def test_what_is_said_in_the_room_is_told_oldest_first(server: MatrixServer) -> None:
    server.say("Soup is served")
    server.say("Which soup?")
    (batch,) = await heard(matrix(server), 1)
    assert words(batch) == ["Soup is served", "Which soup?"]
    [soup, _] = batch.sightings
    assert soup.content
    assert (soup.content.author.name, soup.content.author.address) == ("Ines Kowalczyk", "@ines:matrix.example")
    assert (batch.refused, batch.trouble, batch.caught_up) == ((), "", True)


async def test_one_more_answer_waits_for_news(server: MatrixServer) -> None:
    server.say("Soup is served")
    sleep = Sleeper()
    async with aclosing(matrix(server, sleep=sleep, every_s=2.0).follow(None)) as following:
        await anext(following)
        assert (await anext(following)).sightings == ()
        server.say("Tea is served", TOMAS)
        assert words(await anext(following)) == ["Tea is served"]
    assert sleep.slept == [2.0, 2.0]


async def test_the_first_start_takes_the_newest_messages(server: MatrixServer) -> None:
    for number in range(30):
        server.say(f"Cup {number}")
    (batch,) = await heard(matrix(server), 1)
    assert words(batch) == [f"Cup {number}" for number in range(10, 30)]
    assert "/messages" not in "".join(server.requests)


async def test_after_our_restart_nothing_is_lost_or_told_again(server: MatrixServer) -> None:
    server.say("Soup is served")
    (start,) = await heard(matrix(server), 1)
    server.say("Tea is served")
    (batch,) = await heard(matrix(server), 1, start.cursor)
    assert words(batch) == ["Tea is served"]
    (quiet,) = await heard(matrix(server), 1, batch.cursor)
    assert (quiet.sightings, quiet.cursor) == ((), None)


async def test_while_the_server_is_away_nothing_is_lost(server: MatrixServer) -> None:
    server.say("Soup is served")
    (start,) = await heard(matrix(server), 1)
    await server.site.shut()
    with pytest.raises(SourceError, match="refuses connections"):
        await heard(matrix(server), 1, start.cursor)
    server.say("Tea is served")
    await server.site.open()
    assert words(*await heard(matrix(server), 1, start.cursor)) == ["Tea is served"]


@pytest.mark.parametrize("ignores_to", [False, True])
async def test_a_gap_is_paged_back_to_what_is_known(server: MatrixServer, ignores_to: bool) -> None:
    server.ignores_to = ignores_to
    server.say("Known")
    (start,) = await heard(matrix(server), 1)
    for number in range(90):
        server.say(f"Cup {number}", TOMAS)
    batches = await heard(matrix(server), 4, start.cursor)
    assert [batch.caught_up for batch in batches] == [False, False, False, True]
    assert words(*batches) == [f"Cup {number}" for number in range(90)]
    assert [bool(batch.cursor) for batch in batches] == [False, False, False, True]
    assert {each.content.author.name for batch in batches for each in batch.sightings if each.content} == {
        "Tomás Bergström"
    }


async def test_a_server_that_forgot_the_place_is_asked_for_all_since_the_last_message(server: MatrixServer) -> None:
    server.say("Known")
    (start,) = await heard(matrix(server), 1)
    for number in range(30):
        server.say(f"Cup {number}")
    server.forgets_places = True
    batches = await heard(matrix(server), 2, start.cursor)
    assert words(*batches) == [f"Cup {number}" for number in range(30)]


async def test_a_gap_without_end_is_told(server: MatrixServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretch, "PAGES_MAX", 2)
    server.say("Known")
    (start,) = await heard(matrix(server), 1)
    for number in range(100):
        server.say(f"Cup {number}")
    *_, last = await heard(matrix(server), 3, start.cursor)
    assert words(last) == [f"Cup {number}" for number in range(20, 100)]
    assert last.trouble == "More than 60 messages came while we were away: the oldest are missing."


async def test_a_long_stretch_moves_the_cursor_at_its_end_only(server: MatrixServer) -> None:
    server.say("Known")
    (start,) = await heard(matrix(server), 1)
    for number in range(130):
        server.say(f"Cup {number}")
    batches = [batch for batch in await heard(matrix(server), 6, start.cursor) if batch.sightings]
    assert [(len(batch.sightings), bool(batch.cursor)) for batch in batches] == [(100, False), (30, True)]


async def test_a_cursor_that_cannot_be_read_means_the_newest_messages(server: MatrixServer) -> None:
    server.say("Soup is served")
    for cursor in ("", "nonsense", "[]", '{"since": "s1"}', '{"room_id": "!other:x", "since": "s1"}'):
        assert words(*await heard(matrix(server), 1, cursor)) == ["Soup is served"]


async def test_only_what_the_settings_name_counts_where_they_name_something(server: MatrixServer) -> None:
    server.say("Soup")
    server.say("Soup #wall")
    server.say("Tea", TOMAS)
    server.say("A help desk")
    (batch,) = await heard(matrix(server, hashtags=("wall",), accounts=(TOMAS,), phrases=("help desk",)), 1)
    assert words(batch) == ["Soup #wall", "Tea", "A help desk"]
    assert [sighting.matched for sighting in batch.sightings] == [("#wall",), (TOMAS,), ("help desk",)]


async def test_what_is_excluded_never_counts(server: MatrixServer) -> None:
    for said in ("Soup", "Soup #offtopic", "Free soup"):
        server.say(said)
    server.say("Tea", TOMAS)
    (batch,) = await heard(matrix(server, exclude=("#offtopic", "free soup", TOMAS)), 1)
    assert words(batch) == ["Soup"]


async def test_a_message_that_gets_the_hashtag_by_an_edit_counts_from_then_on(
    server: MatrixServer, store: Store
) -> None:
    soup = server.say("Soup")
    room = Room(server, store, hashtags=("wall",))
    await room.read()
    server.edit(soup, "Soup #wall")
    await room.read()
    assert await room.shown(Status.QUEUED) == ["Soup #wall"]
    server.redact(soup)
    await room.restart()
    assert await room.shown(Status.QUEUED) == []
    await room.close()


class Room:
    """A room that is read into a store, answer by answer."""

    def __init__(self, server: MatrixServer, store: Store, **settings: Any) -> None:
        self.clock = Clock(AFTERNOON)
        self._server = server
        self._store = store
        self._settings = settings
        self._desk = Desk(store.posts, LocalHub(), store.secret, self.clock, seen=store.sightings)
        self._cursor: str | None = None
        self._source = matrix(server, clock=self.clock, **settings)
        self._following = self._source.follow(None)

    async def read(self) -> Batch:
        """Take one answer in."""
        batch = await anext(self._following)
        await self._desk.receive(batch.sightings, None, self._source.name)
        self._cursor = batch.cursor or self._cursor
        return batch

    async def restart(self) -> Batch:
        """Know nothing any more but what is stored, and go on."""
        await self._following.aclose()
        self._source = matrix(self._server, clock=self.clock, **self._settings)
        self._following = self._source.follow(self._cursor)
        return await self.read()

    async def approve(self) -> None:
        """Approve all that waits."""
        queued = (await self._store.posts.page(Query(Status.QUEUED))).posts
        await self._desk.decide(Order(tuple(post.key for post in queued), Verb.APPROVE, "Jo"))

    async def shown(self, status: Status = Status.APPROVED) -> list[str]:
        """What the posts of a status say."""
        return [post.content.text for post in (await self._store.posts.page(Query(status))).posts]

    async def close(self) -> None:
        """Read no more."""
        await self._following.aclose()


@pytest.fixture
async def room(server: MatrixServer, store: Store) -> AsyncGenerator[Room]:
    room = Room(server, store)
    yield room
    await room.close()


async def test_an_edit_changes_the_post_and_brings_it_back_to_the_desk(server: MatrixServer, room: Room) -> None:
    soup = server.say("Soup is hot")
    await room.read()
    await room.approve()
    server.edit(soup, "Soup is cold")
    await room.read()
    assert (await room.shown(), await room.shown(Status.QUEUED)) == ([], ["Soup is cold"])
    server.edit(soup, "Soup is gone")
    await room.restart()
    assert await room.shown(Status.QUEUED) == ["Soup is gone"]


async def test_an_edit_keeps_what_it_does_not_tell(server: MatrixServer) -> None:
    soup = server.say("Soup is hot")
    relation = {"m.in_reply_to": {"event_id": soup}}
    answer = server.send(text("Which soup?", **{"m.relates_to": relation}), TOMAS)
    async with aclosing(matrix(server).follow(None)) as following:
        _, before = (await anext(following)).sightings
        server.edit(answer, "What soup?", TOMAS)
        after, again = (await anext(following)).sightings
    assert before.content
    assert after.content
    assert (after.id, after.content, after.only_known) == (before.id, again.content, False)
    assert after.content.reply_to == before.content.reply_to == ReplyTo("Ines Kowalczyk", INES)
    assert after.content.posted_at == before.content.posted_at


async def test_an_edit_by_somebody_else_changes_nothing(server: MatrixServer, room: Room) -> None:
    soup = server.say("Soup is hot")
    await room.read()
    await room.approve()
    forged = server.edit(soup, "Soup is poison", TOMAS)
    assert (await room.read()).refused == ("it edits somebody else's message",)
    server.edit(soup, "Soup is bad", TOMAS)
    server.redact(forged, TOMAS)
    await room.restart()
    assert (await room.shown(), await room.shown(Status.QUEUED)) == (["Soup is hot"], [])


async def test_who_takes_back_a_forged_edit_changes_nothing(server: MatrixServer, room: Room) -> None:
    soup = server.say("Soup is hot")
    await room.read()
    await room.approve()
    server.say("Tea is hot")
    await room.restart()
    forged = server.edit(soup, "Soup is poison", TOMAS)
    await room.read()
    server.redact(forged, TOMAS)
    await room.read()
    assert await room.shown() == ["Soup is hot"]
    server.redact(soup)  # which the forged edit did not keep from being found
    await room.read()
    assert await room.shown() == []


async def test_a_forged_edit_beside_a_redaction_does_not_save_the_message(server: MatrixServer, room: Room) -> None:
    soup = server.say("Soup is hot")
    await room.read()
    await room.approve()
    server.edit(soup, "Soup is poison", TOMAS)
    server.redact(soup)
    await room.restart()
    assert await room.shown() == []


@pytest.mark.parametrize("after_restart", [False, True])
async def test_a_message_that_is_taken_back_is_gone(server: MatrixServer, room: Room, after_restart: bool) -> None:
    soup = server.say("Soup is hot")
    server.say("Tea is hot")
    await room.read()
    await room.approve()
    server.redact(soup)
    await (room.restart() if after_restart else room.read())
    assert await room.shown() == ["Tea is hot"]


async def test_an_edit_that_is_taken_back_brings_back_what_was_said_before(server: MatrixServer, room: Room) -> None:
    soup = server.say("Soup is hot")
    await room.read()
    mistake = server.edit(soup, "Soup is at my home, 11 Elm Street")
    await room.read()
    await room.approve()
    server.redact(mistake)
    await room.read()
    assert (await room.shown(), await room.shown(Status.QUEUED)) == ([], ["Soup is hot"])


async def test_an_edit_that_is_taken_back_after_our_restart_takes_the_post_away(
    server: MatrixServer, room: Room
) -> None:
    soup = server.say("Soup is hot")
    await room.read()
    mistake = server.edit(soup, "Soup is at my home, 11 Elm Street")
    await room.read()
    await room.approve()
    server.redact(mistake)
    await room.restart()
    assert (await room.shown(), await room.shown(Status.QUEUED)) == ([], [])


async def test_a_redaction_takes_away_what_the_server_checked(server: MatrixServer, room: Room) -> None:
    soup, mine = server.say("Soup is hot"), server.say("Tea is hot", TOMAS)
    await room.read()
    await room.approve()
    server.send({"redacts": soup}, TOMAS, "m.room.redaction", redacts=mine)
    await room.read()
    assert await room.shown() == ["Soup is hot"]


async def test_an_edit_to_something_that_is_not_for_a_wall_takes_the_post_away(
    server: MatrixServer, room: Room
) -> None:
    soup = server.say("Soup is hot")
    await room.read()
    await room.approve()
    server.edit(soup, "Soup is hot #nowall")
    await room.read()
    assert await room.shown() == []


async def test_people_are_called_by_their_name_in_the_room(server: MatrixServer) -> None:
    server.say("Soup is hot", "@jo:matrix.example")
    server.say("Tea is hot")
    member = {"membership": "join", "displayname": "Ines (desk)"}
    server.send(member, INES, "m.room.member", state_key=INES)
    server.say("Bread is hot")
    (batch,) = await heard(matrix(server), 1)
    names = [sighting.content.author.name for sighting in batch.sightings if sighting.content]
    assert names == ["jo", "Ines Kowalczyk", "Ines (desk)"]


async def test_an_open_room_is_joined(server: MatrixServer) -> None:
    server.joined.clear()
    server.say("Soup is hot")
    assert words(*await heard(matrix(server), 1)) == ["Soup is hot"]
    assert server.joined == {ME}


async def test_a_room_may_be_named_by_its_id(server: MatrixServer) -> None:
    server.say("Soup is hot")
    assert words(*await heard(matrix(server, room=ROOM), 1)) == ["Soup is hot"]


async def test_a_closed_room_is_told_with_what_to_do(server: MatrixServer) -> None:
    server.joined.clear()
    server.is_open = False
    with pytest.raises(SourceError, match=f"does not let {ME} in. It says: You are not invited") as caught:
        await heard(matrix(server), 1)
    assert (caught.value.remedy, caught.value.needs_person) == (
        f"Invite {ME} into the room, or open it for everybody.",
        True,
    )


async def test_a_room_that_nobody_knows_is_told_with_what_to_do(server: MatrixServer) -> None:
    with pytest.raises(SourceError, match="knows no room #nowhere:") as caught:
        await heard(matrix(server, room="#nowhere:matrix.example"), 1)
    assert (caught.value.needs_person, "Check the source's room" in caught.value.remedy) == (True, True)


async def test_who_is_sent_out_of_the_room_is_told_so(server: MatrixServer) -> None:
    (start,) = await heard(matrix(server), 1)
    server.joined.clear()
    server.say("Behind closed doors")
    async with aclosing(matrix(server).follow(start.cursor)) as following:
        await anext(following)
        server.joined.clear()
        with pytest.raises(SourceError, match="no longer in the room"):
            await anext(following)


@pytest.mark.parametrize(
    ("kind", "state", "words", "remedy"),
    [
        ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, "is encrypted, so nothing", "make one without"),
        ("m.room.tombstone", {"replacement_room": "!new:x"}, "was left for another one", "Write !new:x as"),
        ("m.room.tombstone", {}, "was left for another one", "Write the new room as"),
    ],
)
async def test_a_room_that_cannot_be_followed_says_why(
    server: MatrixServer, kind: str, state: dict[str, Any], words: str, remedy: str
) -> None:
    async with aclosing(matrix(server).follow(None)) as following:
        await anext(following)
        server.send(state, INES, kind)  # is a message and no state
        await anext(following)
        server.send(state, INES, kind, state_key="")
        assert (await anext(following)).cursor
        with pytest.raises(SourceError, match=words):
            await anext(following)
    server.state[kind] = state
    with pytest.raises(SourceError, match=words) as caught:
        await heard(matrix(server), 1)
    assert (caught.value.needs_person, remedy in caught.value.remedy) == (True, True)


@pytest.mark.parametrize(
    ("status", "body", "headers", "words", "needs_person", "retry_after_s"),
    [
        (401, {"errcode": "M_UNKNOWN_TOKEN", "error": "?"}, {}, "does not know the access token", True, None),
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 7000}, {}, "ask less often", False, 7),
        (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": -9}, {}, "ask less often", False, 0),
        (429, {}, {"retry-after": "17"}, "ask less often", False, 17),
        (429, "slow down", {}, "ask less often", False, 30),
        (403, {"errcode": "M_FORBIDDEN", "error": "No\nway"}, {}, r"refuses\. It says: No way", False, None),
        (418, {}, {}, r"refuses\.", False, None),
        (404, "nothing here", {}, "There is no Matrix at", True, None),
        (404, {"errcode": "M_UNRECOGNIZED"}, {}, "There is no Matrix at", True, None),
        (503, "gone fishing", {"retry-after": "40"}, "is in trouble itself", False, 40),
        (200, "<title>Sign in to our Wi-Fi</title>", {}, "text/plain where JSON was asked for", False, None),
        (200, [], {}, "something that is not Matrix", False, None),
        (200, {}, {}, "something that is not Matrix", False, None),
        (200, {"user_id": 7}, {}, "something that is not Matrix", False, None),
    ],
)
async def test_trouble_at_the_server_is_told_in_plain_words(
    troubled: MatrixServer,
    status: int,
    body: object,
    headers: dict[str, str],
    words: str,
    needs_person: bool,
    retry_after_s: float | None,
) -> None:
    troubled.trouble, troubled.headers = (status, body), headers
    with pytest.raises(SourceError, match=words) as caught:
        await heard(matrix(troubled), 1)
    assert (caught.value.needs_person, caught.value.retry_after_s) == (needs_person, retry_after_s)


async def test_an_answer_without_a_place_is_told(server: MatrixServer) -> None:
    bodies: tuple[object, ...] = ([], {}, {"rooms": 3}, {"next_batch": None})
    for body in bodies:
        server.trouble = None
        async with aclosing(matrix(server).follow(None)) as following:
            await anext(following)
            server.trouble = (200, body)
            with pytest.raises(SourceError, match="tells of no room"):
                await anext(following)


async def test_a_limit_in_the_middle_of_a_gap_loses_nothing(server: MatrixServer) -> None:
    server.say("Known")
    (start,) = await heard(matrix(server), 1)
    for number in range(40):
        server.say(f"Cup {number}")
    async with aclosing(matrix(server).follow(start.cursor)) as following:
        await anext(following)
        server.trouble = (429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000})
        with pytest.raises(SourceError) as caught:
            await anext(following)
    assert caught.value.retry_after_s == 2
    server.trouble = None
    assert words(*await heard(matrix(server), 2, start.cursor)) == [f"Cup {number}" for number in range(40)]


async def test_garbage_in_a_room_is_passed_over_and_counted(server: MatrixServer) -> None:
    server.send({"msgtype": 7, "body": []})
    server.send({"algorithm": "m.megolm.v1.aes-sha2"}, kind="m.room.encrypted")
    server.say("Soup is hot")
    (batch,) = await heard(matrix(server), 1)
    assert words(batch) == ["Soup is hot"]
    assert batch.refused == ("it is neither words nor a picture, sound or film", "the message is encrypted")


async def test_the_token_stands_in_a_file_or_in_the_environment(server: MatrixServer, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    server.say("Soup is hot")
    source = matrix(server, token_env="", token_file=str(tmp_path / "token"))
    assert words(*await heard(source, 1)) == ["Soup is hot"]
    with pytest.raises(StartError, match="token_file: name a file with the access token"):
        matrix(server, token_env="")


async def test_a_wrong_token_is_told_with_what_to_do(server: MatrixServer, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("open")
    with pytest.raises(SourceError, match="does not know the access token") as caught:
        await heard(matrix(server, token_env="", token_file=str(tmp_path / "token")), 1)
    assert (caught.value.needs_person, "token_file" in caught.value.remedy) == (True, True)


@pytest.mark.parametrize("server_name", ["", "a b", "ftp://x", "https://x/_matrix", "https://x?y", "https://a:b@x"])
def test_what_is_no_server_stops_the_start(server_name: str) -> None:
    settings = MatrixSettings(room=ALIAS, server=server_name, token_env="TOKEN")
    with pytest.raises(StartError, match="is no server; write its name"):
        Matrix(settings, (), clock=Clock(), environ={"TOKEN": TOKEN})


@pytest.mark.parametrize(
    ("status", "body", "address"),
    [
        (200, '{"m.homeserver": {"base_url": "https://hs.matrix.example"}}', "https://hs.matrix.example"),
        (200, '{"m.homeserver": {"base_url": "ftp://hs"}}', "https://matrix.example"),
        (200, '{"m.homeserver": 3}', "https://matrix.example"),
        (200, "[" * 100_000, "https://matrix.example"),
        (200, "<html>", "https://matrix.example"),
        (404, "", "https://matrix.example"),
    ],
)
async def test_a_servers_name_leads_to_its_address(status: int, body: str, address: str) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        assert str(request.url) == "https://matrix.example/.well-known/matrix/client"
        return httpx2.Response(status, text=body)

    async with Fetcher(transport=httpx2.MockTransport(answer)) as fetcher:
        assert await found(fetcher, "matrix.example") == address
