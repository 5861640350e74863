"""Following a hashtag on a server with Mastodon's API."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from backchannel.errors import SourceError, StartError
from backchannel.interest import Interest
from backchannel.media.fetcher import Fetcher
from backchannel.post import Sighting
from backchannel.sources.base import Batch
from backchannel.sources.instance import reset_s
from backchannel.sources.lanes import groups
from backchannel.sources.mastodon import Mastodon, MastodonSettings
from tests.made_up import Clock
from tests.sources.mastodon_api import RESET_S, MastodonServer
from tests.sources.mastodon_server import mastodon_server
from tests.sources.mastodon_shapes import made_up
from tests.sources.mastodon_trouble import Mode
from tests.sources.virtual_time import VirtualTime

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server() -> AsyncGenerator[MastodonServer]:
    async with mastodon_server() as server:
        yield server
    assert server.faults == []


def source(
    server: MastodonServer, *tags: str, time: VirtualTime | None = None, token: str = "", **more: Any
) -> Mastodon:
    settings = MastodonSettings(server=server.url, token_env="TOKEN" if token else "", **more)
    time = time or VirtualTime()
    return Mastodon(
        settings,
        tags or ("pink11",),
        clock=time.clock,
        sleep=time.sleep,
        alarm=time.alarm,
        fetcher=lambda: Fetcher(deadline_s=5),
        environ={"TOKEN": token},
    )


async def heard(source: Mastodon, count: int, cursor: str | None = None) -> list[Batch]:
    """So many batches from the start on."""
    batches: list[Batch] = []
    async with aclosing(source.follow(cursor)) as following:
        async for batch in following:
            batches.append(batch)
            if len(batches) == count:
                break
    return batches


def ids(*batches: Batch) -> list[str]:
    return [sighting.id for batch in batches for sighting in batch.sightings]


async def test_the_first_page_holds_the_newest_posts_oldest_first(server: MastodonServer) -> None:
    uris = [server.post(made_up())["uri"] for _ in range(90)]
    first, second = await heard(source(server), 2)
    assert ids(first) == uris[-40:]
    assert first.caught_up
    assert ids(second) == []
    assert second.cursor is None
    assert first.rate_limit_left == 299


async def test_a_long_gap_is_read_without_losing_its_middle(server: MastodonServer) -> None:
    server.post(made_up())
    (start,) = await heard(source(server), 1)
    uris = [server.post(made_up())["uri"] for _ in range(90)]
    batches = await heard(source(server), 3, start.cursor)
    assert ids(*batches) == uris
    assert [batch.caught_up for batch in batches] == [False, False, True]


async def test_a_server_with_small_pages_is_read_to_the_end(server: MastodonServer) -> None:
    server.post(made_up())
    (start,) = await heard(source(server), 1)
    server.page_max = 20
    uris = [server.post(made_up())["uri"] for _ in range(45)]
    batches = await heard(source(server), 3, start.cursor)
    assert ids(*batches) == uris
    assert [batch.caught_up for batch in batches] == [False, False, True]


async def test_a_quiet_round_keeps_the_place(server: MastodonServer) -> None:
    server.post(made_up())
    async with aclosing(source(server).follow(None)) as following:
        await anext(following)
        await anext(following)
        uris = [server.post(made_up())["uri"] for _ in range(50)]
        assert ids(await anext(following), await anext(following)) == uris


async def test_a_cursor_goes_on_after_its_own_page(server: MastodonServer) -> None:
    server.post(made_up())
    (start,) = await heard(source(server), 1)
    uris = [server.post(made_up())["uri"] for _ in range(60)]
    (page,) = await heard(source(server), 1, start.cursor)
    (rest,) = await heard(source(server), 1, page.cursor)
    assert ids(page, rest) == uris


async def test_a_tag_nobody_uses_is_followed_until_somebody_does(server: MastodonServer) -> None:
    following = source(server).follow(None)
    async with aclosing(following):
        assert await anext(following) == Batch(cursor='{"pink11": "0"}', rate_limit_left=299)
        uri = server.post(made_up())["uri"]
        assert ids(await anext(following)) == [uri]


async def test_a_burst_on_a_tag_that_nobody_used_before_is_read_to_its_beginning(server: MastodonServer) -> None:
    (start,) = await heard(source(server), 1)
    uris = [server.post(made_up())["uri"] for _ in range(90)]
    assert ids(*await heard(source(server), 3, start.cursor)) == uris


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"pink11": 7}', '{"other": "7"}'])
async def test_a_cursor_that_cannot_be_read_means_the_newest_page(server: MastodonServer, cursor: str) -> None:
    uri = server.post(made_up())["uri"]
    (batch,) = await heard(source(server), 1, cursor)
    assert ids(batch) == [uri]
    assert "min_id" not in server.requests[0]


async def test_many_hashtags_take_few_requests_each_with_its_own_place(server: MastodonServer) -> None:
    tags = ["#One", "two", "three", "four", "five", "six", "ONE"]
    for tag in ("two", "six", "seven"):
        server.post(made_up(tags=(tag,)))
    batches = await heard(source(server, *tags), 2)
    assert [len(batch.sightings) for batch in batches] == [1, 1]
    assert server.requests == ["limit=40&any%5B%5D=two&any%5B%5D=three&any%5B%5D=four&any%5B%5D=five", "limit=40"]
    assert set(json.loads(batches[-1].cursor or "")) == {"ONE two three four five", "six"}


async def test_a_tag_of_any_script_is_asked_for(server: MastodonServer) -> None:
    uri = server.post(made_up(tags=("会議/11",)))["uri"]
    (batch,) = await heard(source(server, "会議"), 1)
    assert (ids(batch), groups(Interest(["#会議", "Ä", "a"]).hashtags)) == ([], [("会議", "a")])
    uri = server.post(made_up(tags=("会議",)))["uri"]
    (batch,) = await heard(source(server, "会議"), 1)
    assert ids(batch) == [uri]


async def test_a_round_is_followed_by_a_pause(server: MastodonServer) -> None:
    time = VirtualTime()
    await heard(source(server, time=time), 3)
    assert time.slept == [15.0, 15.0]


async def test_a_used_up_limit_is_waited_for_before_the_next_request(server: MastodonServer) -> None:
    time = VirtualTime()
    server.remaining = 1
    first, _ = await heard(source(server, time=time), 2)
    assert time.slept[0] == RESET_S
    assert first.rate_limit_left == 0
    assert "allows no more requests for 120 s" in first.trouble


async def test_an_unreadable_status_leaves_its_neighbours(server: MastodonServer) -> None:
    good = [server.post(made_up())["uri"] for _ in range(2)]
    server.post(made_up(account=None))
    server.post(made_up(content=7, visibility=["public"]))
    (batch,) = await heard(source(server), 1)
    assert ids(batch) == good
    assert batch.refused == ("a post has no author", "the post is not public")


async def test_an_edited_or_deleted_status_is_served_as_it_is(server: MastodonServer) -> None:
    one, two = server.post(made_up()), server.post(made_up())
    server.edit(one["uri"], content="<p>Mended #pink11</p>", edited_at="2026-11-17T09:05:00.000Z")
    server.delete(two["uri"])
    (batch,) = await heard(source(server), 1)
    assert [sighting.content.text for sighting in batch.sightings if sighting.content] == ["Mended #pink11"]
    assert isinstance(batch.sightings[0], Sighting)


@pytest.mark.parametrize("mode", [Mode.TOKEN_401, Mode.TOKEN_422, Mode.FORBIDDEN])
async def test_a_server_that_wants_a_token_says_where_to_make_one(server: MastodonServer, mode: Mode) -> None:
    server.mode = mode
    with pytest.raises(SourceError, match=r"shows hashtags only to its own people.*The words of the server") as caught:
        await heard(source(server), 1)
    assert caught.value.needs_person
    assert "/settings/applications" in caught.value.remedy
    assert "read:statuses" in caught.value.remedy


async def test_a_token_is_shown_to_the_server(server: MastodonServer) -> None:
    server.token = "sesame"
    uri = server.post(made_up())["uri"]
    (batch,) = await heard(source(server, token="sesame"), 1)
    assert ids(batch) == [uri]
    with pytest.raises(SourceError, match="refuses the access token"):
        await heard(source(server, token="wrong"), 1)


@pytest.mark.parametrize(
    ("mode", "words", "needs_person", "retry_after_s"),
    [
        (Mode.NOT_FOUND, "There is no Mastodon at", True, None),
        (Mode.GONE, "is gone for good", True, None),
        (Mode.LIMITED, "wants us to ask less often", False, RESET_S),
        (Mode.TROUBLE, "is in trouble itself", False, 7.0),
        (Mode.HTML, "text/html", False, None),
        (Mode.OBJECT, "no list of posts", False, None),
        (Mode.BROKEN_JSON, "broken JSON", False, None),
        (Mode.HUGE, "more than 2048 kB", False, None),
        (Mode.CUT, "broke its answer off", False, None),
    ],
)
async def test_trouble_at_the_server_is_told_with_what_to_do(
    server: MastodonServer, mode: Mode, words: str, needs_person: bool, retry_after_s: float | None
) -> None:
    server.mode = mode
    with pytest.raises(SourceError, match=words) as caught:
        await heard(source(server), 1)
    assert (caught.value.needs_person, caught.value.retry_after_s) == (needs_person, retry_after_s)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset": "2026-11-17T09:02:00.842445Z", "date": "Tue, 17 Nov 2026 09:00:00 GMT"}, 120.842445),
        ({"x-ratelimit-reset": "1794906120", "date": "Tue, 17 Nov 2026 09:00:00 GMT"}, 120.0),
        ({"x-ratelimit-reset": "2026-11-17T08:00:00Z", "date": "Tue, 17 Nov 2026 09:00:00 GMT"}, 1.0),
        ({"x-ratelimit-reset": "2027-11-17T08:00:00Z", "date": "Tue, 17 Nov 2026 09:00:00 GMT"}, 900.0),
        ({"x-ratelimit-reset": "soon", "date": "Tue, 17 Nov 2026 09:00:00 GMT"}, 300.0),
        ({"x-ratelimit-reset": "2026-11-17T09:02:00Z"}, 300.0),
        ({"x-ratelimit-reset": "9" * 400, "date": "today"}, 300.0),
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": "99999999"}, 900.0),
        ({}, 300.0),
    ],
)
def test_a_reset_is_read_by_the_servers_own_clock(headers: dict[str, str], seconds: float) -> None:
    assert reset_s(headers) == pytest.approx(seconds)


def test_a_token_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="the environment has no NONE"):
        Mastodon(MastodonSettings(token_env="NONE"), ["pink11"], clock=Clock(), environ={})
    with pytest.raises(StartError, match="token_file"):
        Mastodon(MastodonSettings(token_file=str(tmp_path / "none")), ["pink11"], clock=Clock())
    (tmp_path / "token").write_text(" sesame\n")
    Mastodon(MastodonSettings(token_file=str(tmp_path / "token")), ["pink11"], clock=Clock())


@pytest.mark.parametrize("server", ["not a server", "https://", "ftp://social.example", "user:word@social.example"])
def test_what_is_no_server_stops_the_start(server: str) -> None:
    with pytest.raises(StartError, match="is no server"):
        Mastodon(MastodonSettings(server=server), ["pink11"], clock=Clock())


def test_a_source_is_named_by_its_server() -> None:
    mastodon = Mastodon(MastodonSettings(), ["pink11"], clock=Clock())
    assert (mastodon.name, mastodon.title) == ("mastodon:mastodon.social", "Mastodon (mastodon.social)")


async def test_an_edit_of_a_recent_post_is_heard_within_a_minute(server: MastodonServer) -> None:
    time = VirtualTime()
    uris = [server.post(made_up())["uri"] for _ in range(3)]
    async with aclosing(source(server, time=time).follow(None)) as following:
        await anext(following)
        server.edit(uris[1], content="<p>In other words.</p>", edited_at="2026-11-17T09:05:00.000Z")
        while not (batch := await anext(following)).sightings:
            assert sum(time.slept) < 60
    [edited] = batch.sightings
    assert edited.id == uris[1]
    assert edited.content
    assert edited.content.text == "In other words."
    assert batch.cursor is None


async def test_a_pages_title_that_the_server_learns_later_is_heard_within_a_minute(server: MastodonServer) -> None:
    time = VirtualTime()
    uri = server.post(made_up('<a href="https://talk.example/slides">talk.example/slides</a>'))["uri"]
    async with aclosing(source(server, time=time).follow(None)) as following:
        await anext(following)
        server.edit(uri, card={"url": "https://talk.example/slides", "title": "Slides of the talk"})
        while not (batch := await anext(following)).sightings:
            assert sum(time.slept) < 60
    [titled] = batch.sightings
    assert titled.content
    assert titled.content.spans[0].beside == "Slides of the talk"
