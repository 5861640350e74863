"""Following X: the stream, the searches beside it, the rules, and the budget."""

import asyncio
import json
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backchannel.errors import SourceError, StartError
from backchannel.media.fetcher import Fetcher
from backchannel.post import Sighting
from backchannel.sources.base import Batch, Revisiting
from backchannel.sources.x import X, XSettings
from backchannel.sources.x_search import LEFT_OUT, TOO_LITTLE, TOO_OLD
from tests.made_up import Clock
from tests.sources.x_server import TOKEN, Mode, XServer, author, made_up, x_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
async def running() -> AsyncGenerator[XServer]:
    async with x_server(Clock()) as (server, _):
        yield server


@pytest.fixture
def server(running: XServer, clock: Clock) -> Generator[XServer]:
    running.reset(clock)
    yield running
    assert running.faults == []


def source(server: XServer, clock: Clock, reads_per_day: int = 1000, token: str = TOKEN, **more: Any) -> X:
    settings = XSettings(server=server.url, token_env="TOKEN", reads_per_day=reads_per_day, **more)
    return X(settings, ("pink11",), clock=clock, fetcher=lambda: Fetcher(deadline_s=5), environ={"TOKEN": token})


class Followed:
    """A source that is followed: what it told so far."""

    def __init__(self, batches: AsyncGenerator[Batch]) -> None:
        self._batches = batches
        self.heard: list[Batch] = []

    async def batch(self) -> Batch:
        """The next batch."""
        async with asyncio.timeout(10):
            self.heard.append(await anext(self._batches))
        return self.heard[-1]

    async def caught_up(self) -> Batch:
        """The batch that ends a search."""
        while not (await self.batch()).caught_up:
            pass
        return self.heard[-1]

    @property
    def texts(self) -> list[str]:
        """What was said."""
        return [each.content.text for each in self.sightings if each.content]

    @property
    def sightings(self) -> list[Sighting]:
        """Everything that was told."""
        return [each for batch in self.heard for each in batch.sightings]

    @property
    def cursor(self) -> str:
        """The last cursor."""
        return next(batch.cursor for batch in reversed(self.heard) if batch.cursor)


class Following:
    """Follows while the block lasts."""

    def __init__(self, source: X, cursor: str | None = None) -> None:
        self._closing = aclosing(source.follow(cursor))

    async def __aenter__(self) -> Followed:
        return Followed(await self._closing.__aenter__())

    async def __aexit__(self, *error: Any) -> None:
        await self._closing.__aexit__(*error)


async def trouble(source: X, cursor: str | None = None) -> SourceError:
    """What ends the following."""
    with pytest.raises(SourceError) as raised:
        async with Following(source, cursor) as followed:
            while True:
                await followed.batch()
    return raised.value


async def test_posts_come_as_they_are_written(server: XServer, clock: Clock) -> None:
    async with Following(source(server, clock)) as followed:
        first = await followed.caught_up()
        assert (first.sightings, first.budget_left) == ((), 1000)
        server.post("Ask who wrote the runbook. #pink11")
        batch = await followed.batch()
    (sighting,) = batch.sightings
    assert sighting.content
    assert sighting.content.text == "Ask who wrote the runbook. #pink11"
    assert (sighting.matched, sighting.ref) == (("#pink11",), sighting.id)
    assert (batch.budget_left, batch.caught_up, batch.trouble) == (999, True, "")


async def test_what_was_said_before_the_start_is_found_newest_page_first(server: XServer, clock: Clock) -> None:
    for number in range(150):
        server.post(f"Post {number} #pink11")
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
    assert followed.texts == [f"Post {number} #pink11" for number in range(50, 150)]


async def test_silence_is_a_sign_of_life(server: XServer, clock: Clock) -> None:
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
        server.say()
        batch = await followed.batch()
    assert batch == Batch(budget_left=1000)


async def test_an_edit_comes_under_the_first_id(server: XServer, clock: Clock) -> None:
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
        first = server.post("See you at tne talk. #pink11")
        clock.turn(60)
        await followed.batch()
        server.edit(first, "See you at the talk. #pink11")
        while "See you at the talk. #pink11" not in followed.texts:
            await followed.batch()
    edits = {each.content.text: each.content.edited_at for each in followed.sightings if each.content}
    assert edits == {"See you at tne talk. #pink11": None, "See you at the talk. #pink11": clock.at}
    assert {each.id for each in followed.sightings} == {first}


async def test_what_only_a_quoted_post_carries_is_counted_and_left_out(server: XServer, clock: Clock) -> None:
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
        server.post("Look at this.", quotes="See you there. #pink11")
        batch = await followed.batch()
    assert (batch.sightings, batch.refused) == ((), ("what is followed is not in the post itself",))
    assert batch.budget_left == 999


async def test_authors_and_phrases_are_followed_and_what_is_excluded_is_not(server: XServer, clock: Clock) -> None:
    server.users["8"] = author(id="8", username="desk", name="Desk")
    exclude = ("#spam", "@ines_pm")
    x = source(server, clock, accounts=("@desk",), phrases=("help desk",), exclude=exclude)
    async with Following(x) as followed:
        await followed.caught_up()
        server.post("From the desk.", author_id="8")
        server.post("The help desk is left of the stairs.", author_id="8")
        server.post("Cheap #pink11 #spam", author_id="8")
        server.post("Me again #pink11")
        while len(followed.texts) < 2:
            await followed.batch()
    assert [each.matched for each in followed.sightings] == [("@desk",), ("@desk", "help desk")]
    assert server.delivered == 2


async def test_what_x_lets_through_although_it_is_excluded_is_counted(server: XServer, clock: Clock) -> None:
    exclude = tuple(f"{'long ' * 10}phrase {number}" for number in range(9))
    async with Following(source(server, clock, exclude=exclude)) as followed:
        await followed.caught_up()
        server.post(f"{exclude[-1]} #pink11")
        batch = await followed.batch()
    assert batch.refused == ("the post has what is excluded",)


async def test_rules_follow_the_hashtags_and_leave_foreign_ones_alone(server: XServer, clock: Clock) -> None:
    foreign = {"id": "f", "value": "cats -is:retweet", "tag": "cats"}
    stale = {"id": "s", "value": "#old11 -is:retweet", "tag": "backchannel"}
    server.rules = {"f": foreign, "s": stale}
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
    assert foreign in server.rules.values()
    assert {each["value"] for each in server.rules.values()} == {"cats -is:retweet", "#pink11 -is:retweet"}
    assert [each["tag"] for each in server.rules.values() if each["id"] != "f"] == ["backchannel"]
    changes = sum(each.startswith("POST") for each in server.requests)
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
    assert sum(each.startswith("POST") for each in server.requests) == changes == 2


async def test_a_rule_that_somebody_else_has_is_not_made_again(server: XServer, clock: Clock) -> None:
    server.rules = {"f": {"id": "f", "value": "#pink11 -is:retweet", "tag": "theirs"}}
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
        server.post("Ours too. #pink11")
        assert len((await followed.batch()).sightings) == 1
    assert len(server.rules) == 1


async def test_a_rule_that_x_does_not_take_needs_a_person(server: XServer, clock: Clock) -> None:
    raised = await trouble(source(server, clock, phrases=("odd",), hashtags=("a",)))
    assert "does not take the rule '(#a OR \"odd\") -is:retweet'. It says: No." in str(raised)
    assert raised.needs_person


async def test_a_gap_is_searched_for_and_what_was_heard_twice_has_one_id(server: XServer, clock: Clock) -> None:
    x = source(server, clock)
    server.post("before #pink11")
    async with Following(x) as followed:
        await followed.caught_up()
    clock.turn(45)
    for number in range(130):
        server.post(f"meanwhile {number} #pink11")
    async with Following(x, followed.cursor) as again:
        await again.caught_up()
        server.post("after #pink11")
        await again.batch()
    expected = [*(f"meanwhile {number} #pink11" for number in range(130)), "after #pink11", "before #pink11"]
    assert sorted(again.texts) == sorted(expected)
    assert again.heard[0].caught_up is False
    assert len({each.id for each in again.sightings}) == len(again.sightings)


async def test_a_post_that_searches_find_late_is_found_by_the_next_one(server: XServer, clock: Clock) -> None:
    x = source(server, clock)
    async with Following(x) as followed:
        await followed.caught_up()
        server.post("before #pink11")
        await followed.batch()
    late = server.post("late #pink11")
    server.unindexed.add(late)
    async with Following(x, followed.cursor) as again:
        await again.caught_up()
        assert again.texts == ["before #pink11"]
        server.unindexed.clear()
        clock.turn(30)
        server.post("live #pink11")
        await again.batch()
        clock.turn(30)
        server.say()
        await again.batch()
        await again.caught_up()
    assert set(again.texts) == {"before #pink11", "live #pink11", "late #pink11"}


async def test_searches_end_once_one_finds_nothing_new(server: XServer, clock: Clock) -> None:
    def searches() -> int:
        return sum("search/recent" in each for each in server.requests)

    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
        for number in range(6):
            clock.turn(61)
            server.post(f"{number} #pink11")
            while len(followed.texts) <= number:
                await followed.batch()
        for _ in range(6):
            clock.turn(61)
            server.say()
            await followed.batch()
    assert searches() == 2


async def test_a_restart_of_ours_goes_on_where_we_were(server: XServer, clock: Clock) -> None:
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
        server.post("one #pink11")
        await followed.batch()
    clock.turn(3600)
    server.post("two #pink11")
    async with Following(source(server, clock), followed.cursor) as again:
        await again.caught_up()
    assert "two #pink11" in again.texts
    assert set(again.texts) <= {"one #pink11", "two #pink11"}


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"since": 7}', '{"since": "x", "is_new": true}'])
async def test_a_cursor_that_cannot_be_read_means_the_newest_page(server: XServer, clock: Clock, cursor: str) -> None:
    for number in range(120):
        server.post(f"{number} #pink11")
    async with Following(source(server, clock), cursor) as followed:
        await followed.caught_up()
    expected = 120 if "since" in cursor and "is_new" not in cursor else 100
    assert len(followed.texts) == expected


async def test_what_is_older_than_seven_days_is_told_to_be_missing(server: XServer, clock: Clock) -> None:
    server.post("one #pink11")
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
    clock.turn(8 * 86400)
    server.post("two #pink11")
    async with Following(source(server, clock), followed.cursor) as again:
        last = await again.caught_up()
    assert (again.texts, last.trouble) == (["two #pink11"], TOO_OLD)


async def test_without_a_budget_nothing_is_asked(server: XServer, clock: Clock) -> None:
    raised = await trouble(source(server, clock, reads_per_day=0))
    assert (raised.needs_person, server.requests) == (True, [])
    assert "Reading X costs money" in str(raised)
    assert "reads_per_day" in raised.remedy
    assert await source(server, clock, reads_per_day=0).revisit(["1"]) == Batch()


async def test_without_a_token_nothing_is_asked(server: XServer, clock: Clock) -> None:
    raised = await trouble(X(XSettings(server=server.url, reads_per_day=9), ["pink11"], clock=clock, environ={}))
    assert (raised.needs_person, server.requests) == (True, [])
    assert "token_file" in raised.remedy


async def test_at_the_limit_the_stream_is_closed_until_midnight(server: XServer, clock: Clock) -> None:
    x = source(server, clock, reads_per_day=30)
    with pytest.raises(SourceError) as raised:
        async with Following(x) as followed:
            await followed.caught_up()
            while followed.heard[-1].budget_left:
                server.post("Again #pink11")
                await followed.batch()
            while server.is_streaming:
                await asyncio.sleep(0.01)
            await followed.batch()
    assert "Today's 30 posts are read. X is asked again from 00:00 UTC on." in str(raised.value)
    assert raised.value.retry_after_s == 15 * 3600
    assert (len(followed.texts), server.delivered, followed.heard[-1].budget_left) == (30, 30, 0)


async def test_a_restart_does_not_make_the_budget_new_and_midnight_does(server: XServer, clock: Clock) -> None:
    with pytest.raises(SourceError):
        async with Following(source(server, clock, reads_per_day=20)) as followed:
            await followed.caught_up()
            while True:
                server.post("Again #pink11")
                await followed.batch()
    asked = len(server.requests)
    again = await trouble(source(server, clock, reads_per_day=20), followed.cursor)
    assert (again.retry_after_s, len(server.requests)) == (15 * 3600, asked)
    clock.turn(15 * 3600)
    async with Following(source(server, clock, reads_per_day=20), followed.cursor) as tomorrow:
        last = await tomorrow.caught_up()
    assert last.budget_left is not None
    assert 0 < last.budget_left < 20


async def test_no_search_asks_for_more_than_is_left(server: XServer, clock: Clock) -> None:
    for number in range(200):
        server.post(f"{number} #pink11")
    async with Following(source(server, clock, reads_per_day=50), '{"since": "", "is_new": false}') as followed:
        last = await followed.caught_up()
    assert (len(followed.texts), last.budget_left) == (25, 25)  # the newest, and the other half is for what is live
    assert last.trouble == LEFT_OUT
    assert server.delivered == 25


async def test_with_too_little_left_nothing_is_searched_for_and_the_place_stays(server: XServer, clock: Clock) -> None:
    server.post("before #pink11")
    cursor = '{"since": "", "is_new": false}'
    async with Following(source(server, clock, reads_per_day=9), cursor) as followed:
        last = await followed.caught_up()
        server.post("live #pink11")
        await followed.batch()
    assert (last.trouble, followed.texts) == (TOO_LITTLE, ["live #pink11"])
    assert json.loads(followed.cursor)["since"] == ""


async def test_what_was_paid_for_counts_although_it_cannot_be_read(server: XServer, clock: Clock) -> None:
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
        server.say(b'{"data": {"id": "1"}}')
        server.say(b'{"data": [7, {}]}')
        server.say(b"{")
        server.say(b"[" * 50 + b"]" * 50)
        server.say(b'{"meta": {}}')
        server.say(b'{"errors": [{"title": "Odd"}]}')
        while (batch := await followed.batch()).budget_left != 997 or not batch.refused:
            pass
        while len(refused := [each for one in followed.heard for each in one.refused]) < 7:
            await followed.batch()
    assert sorted(refused) == [
        "X tells of trouble: Odd",
        "a line of the stream is no JSON",
        "a line of the stream nests more than 32 deep",
        "a line of the stream tells of no post",
        "a post has no author",
        "a post is no object",
        "a post is no object",
    ]


async def test_a_post_beside_an_error_is_a_post(server: XServer, clock: Clock) -> None:
    line = {"data": made_up(), "includes": {"users": [author()]}, "errors": [{"title": "Not Found Error"}]}
    async with Following(source(server, clock)) as followed:
        await followed.caught_up()
        server.say(json.dumps(line).encode())
        batch = await followed.batch()
    assert (len(batch.sightings), batch.refused) == (1, ())


ENDINGS = [
    ("operational-disconnect", False, 0.0),
    ("streaming-connection", False, 60.0),
    ("usage-capped", True, None),
]


@pytest.mark.parametrize(("kind", "needs_person", "retry_after_s"), ENDINGS)
async def test_an_error_inside_the_stream_ends_it(
    server: XServer, clock: Clock, kind: str, needs_person: bool, retry_after_s: float | None
) -> None:
    problem = {"title": kind, "detail": "For reasons.", "type": f"https://api.x.com/2/problems/{kind}"}
    with pytest.raises(SourceError, match=r"broke the stream off\. It says: For reasons\.") as raised:
        async with Following(source(server, clock)) as followed:
            await followed.caught_up()
            server.post("The last one #pink11")
            server.say(json.dumps({"errors": [problem]}).encode())
            while True:
                await followed.batch()
    assert (raised.value.needs_person, raised.value.retry_after_s) == (needs_person, retry_after_s)
    assert followed.texts == ["The last one #pink11"]


async def test_a_stream_that_ends_is_opened_again_at_once(server: XServer, clock: Clock) -> None:
    with pytest.raises(SourceError, match="closed the stream") as raised:
        async with Following(source(server, clock)) as followed:
            await followed.caught_up()
            server.say()
            await followed.batch()
            server.cut()
            await followed.batch()
    assert raised.value.retry_after_s == 0


@pytest.mark.parametrize(
    ("mode", "words", "needs_person", "waits"),
    [
        (Mode.UNKNOWN_TOKEN, "refuses the token", True, [None, None]),
        (Mode.NO_CREDITS, r"gives nothing more for what is paid. It says: No credits\.", True, [None, None]),
        (Mode.NOT_ENROLLED, r"does not let us read. It says: Use keys of an App", True, [None, None]),
        (Mode.CAPPED, "gives nothing more for what is paid", True, [None, None]),
        (Mode.LIMITED, "wants us to ask less often", False, [120, 120]),
        (Mode.LIMITED_WITHOUT_RESET, "wants us to ask less often", False, [60, 120]),
        (Mode.TAKEN, "has enough connections", False, [60, 120]),
        (Mode.TROUBLE, "is in trouble itself", False, [5, 10]),
        (Mode.ODD, "refuses. It says: What is that", False, [5, 10]),
        (Mode.HTML, "text/html", False, [0, 0.25]),
    ],
)
@pytest.mark.parametrize("place", ["mode", "stream_mode"])
async def test_trouble_at_x_is_told_with_what_to_do(
    server: XServer, clock: Clock, mode: Mode, words: str, needs_person: bool, waits: list[float | None], place: str
) -> None:
    if (mode, place) == (Mode.HTML, "stream_mode"):
        return  # lines that are no JSON: test_what_was_paid_for_counts_although_it_cannot_be_read
    setattr(server, place, mode)
    x = source(server, clock)
    raised = [await trouble(x) for _ in waits]
    with pytest.raises(SourceError, match=words):
        raise raised[0]
    assert [each.retry_after_s for each in raised] == waits
    assert raised[0].needs_person is needs_person
    assert bool(raised[0].remedy) is (needs_person or mode in {Mode.TAKEN, Mode.ODD, Mode.HTML})


async def test_a_wrong_token_is_told(server: XServer, clock: Clock) -> None:
    raised = await trouble(source(server, clock, token="wrong"))
    assert "refuses the token. It says: Unauthorized" in str(raised)
    assert "Bearer Token" in raised.remedy


async def test_who_is_connected_to_too_often_waits_before_x_minds(server: XServer, clock: Clock) -> None:
    x = source(server, clock)
    server.stream_mode = Mode.TROUBLE
    for _ in range(50):
        clock.turn(1)
        await trouble(x)
    raised = await trouble(x)
    assert (raised.retry_after_s, server.connects) == (851, 50)
    assert "broke 50 times in 15 minutes" in str(raised)


async def test_a_deleted_or_protected_post_is_noticed_by_asking_again(server: XServer, clock: Clock) -> None:
    server.users["8"] = author(id="8", username="noah")
    ids = [server.post(f"{number} #pink11", author_id="8" if number == 3 else "2244994945") for number in range(4)]
    x = source(server, clock)
    assert isinstance(x, Revisiting)
    async with Following(x) as followed:
        await followed.caught_up()
        server.delete(ids[0])
        second = server.edit(ids[1], "The sign is gone.")
        server.users["8"] |= {"protected": True}
        batch = await x.revisit(ids)
    found = {each.ref: each for each in batch.sightings if each.is_gone or each.content}
    assert found[ids[0]] == Sighting("x", "", None, ref=ids[0])
    assert found[ids[3]] == Sighting("x", "", None, ref=ids[3])
    strayed, kept = found[ids[1]], found[ids[2]]
    assert strayed.content
    assert (strayed.content.text, strayed.matched, strayed.content.url[-19:]) == ("The sign is gone.", (), second)
    assert kept.matched == ("#pink11",)
    assert batch.budget_left == 1000 - server.delivered


async def test_looking_again_takes_a_fourth_of_the_budget_spread_over_the_day(server: XServer, clock: Clock) -> None:
    ids = [server.post(f"{number} #pink11") for number in range(20)]
    x = source(server, clock, reads_per_day=160)
    async with Following(x) as followed:
        await followed.caught_up()
        paid = server.delivered
        for _ in range(4):
            await x.revisit(ids)
        assert server.delivered - paid == 15  # nine of twenty-four hours, of 40
        clock.turn(3 * 3600)
        await x.revisit(ids)
        assert server.delivered - paid == 20
        server.say()
        await followed.batch()
    asked = [each.partition("ids=")[2].partition("&")[0].split("%2C") for each in server.requests if "ids=" in each]
    assert [len(each) for each in asked] == [15, 5]
    assert len({each for some in asked for each in some}) == 20  # whoever waits longest comes first
    again = source(server, clock, reads_per_day=160)
    async with Following(again, followed.cursor) as restarted:
        await restarted.caught_up()
        assert (await again.revisit(ids)).sightings == ()


async def test_before_it_is_followed_nothing_is_looked_at(server: XServer, clock: Clock) -> None:
    assert await source(server, clock).revisit(["1"]) == Batch()
    assert server.requests == []


@pytest.mark.parametrize("server_name", ["not a server", "https://", "ftp://api.x.com"])
def test_what_is_no_server_stops_the_start(server_name: str) -> None:
    with pytest.raises(StartError, match="is no server"):
        X(XSettings(server=server_name), ["pink11"], clock=Clock())


def test_what_can_be_no_account_stops_the_start() -> None:
    with pytest.raises(StartError, match=r"accounts: '@desk@social\.example' can be no account on X"):
        X(XSettings(accounts=("@desk@social.example",)), ["pink11"], clock=Clock())


def test_a_token_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="the environment has no NONE"):
        X(XSettings(token_env="NONE"), ["pink11"], clock=Clock(), environ={})
    (tmp_path / "token").write_text(" sesame\n")
    X(XSettings(token_file=str(tmp_path / "token")), ["pink11"], clock=Clock())


def test_a_source_is_named_by_its_server() -> None:
    x = X(XSettings(), ["pink11"], clock=Clock())
    assert (x.name, x.title) == ("x:api.x.com", "X")
    other = X(replace(XSettings(), server="x.example"), ["pink11"], clock=Clock())
    assert other.title == "X (x.example)"
