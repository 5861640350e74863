"""The stream beside the timelines: posts, edits and deletes at once, and trust that is earned."""

import json
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from backchannel.errors import SourceError
from backchannel.post import Sighting
from backchannel.sources.base import Batch
from tests.sources.mastodon_api import MastodonServer
from tests.sources.mastodon_ear import TOKEN, Ear, ids, listening, matches, source
from tests.sources.mastodon_server import mastodon_server
from tests.sources.mastodon_shapes import made_up
from tests.sources.mastodon_streaming import Door
from tests.sources.virtual_time import VirtualTime

pytestmark = pytest.mark.anyio

TIMELINE = "/api/v1/timelines/tag/pink11"


@pytest.fixture
async def server() -> AsyncGenerator[MastodonServer]:
    async with mastodon_server() as server:
        server.token = TOKEN
        yield server
    assert server.faults == []


@pytest.fixture
def time() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
async def ear(server: MastodonServer, time: VirtualTime) -> AsyncGenerator[Ear]:
    """An ear at a source that has read the timeline and listens to the stream."""
    async with listening(source(server, time=time, token=TOKEN), time) as ear:
        await ear.next()
        await server.streaming.until_subscribed()
        yield ear


def at(time: VirtualTime, seconds: float = 0) -> str:
    return (time.clock() + timedelta(seconds=seconds)).isoformat()


def polls(server: MastodonServer) -> int:
    return sum(asked.startswith(TIMELINE) for asked in server.asked)


async def proven(server: MastodonServer, ear: Ear) -> None:
    """Let the stream tell of a first post."""
    server.post(made_up())
    await ear.next()


async def test_a_post_is_told_of_at_once_and_only_once(server: MastodonServer, time: VirtualTime, ear: Ear) -> None:
    posted = server.post(made_up("Hello", created_at=at(time)))
    time.now_s += 2
    told = await ear.next()
    assert (ids(told), matches(told), told.lag_s) == ([posted["uri"]], [("#pink11",)], 2.0)
    assert told.cursor is None
    polled = await ear.after(60)
    assert (ids(polled), told.sightings[0].ref) == ([], posted["id"])
    assert posted["id"] in (polled.cursor or "")


async def test_an_edit_is_told_of_at_once(server: MastodonServer, ear: Ear) -> None:
    posted = server.post(made_up())
    await ear.next()
    server.edit(posted["uri"], content="<p>Mended #pink11</p>", edited_at="2026-11-17T09:05:00.000Z")
    [edited] = (await ear.next()).sightings
    assert edited.content
    assert (edited.id, edited.content.text, edited.only_known) == (posted["uri"], "Mended #pink11", False)


async def test_a_pages_title_that_the_server_learns_later_is_told_of_once(server: MastodonServer, ear: Ear) -> None:
    posted = server.post(made_up('<a href="https://talk.example/slides">talk.example/slides</a>'))
    await ear.next()
    for title in ("Slides", "Slides of the talk"):
        server.edit(posted["uri"], card={"url": "https://talk.example/slides", "title": title})
    server.edit(posted["uri"], content="<p>Mended #pink11</p>", edited_at="2026-11-17T09:05:00.000Z")
    titled, edited = [each for batch in await ear.until(2) for each in batch.sightings]
    assert titled.content
    assert edited.content
    assert [span.beside for span in titled.content.spans] == ["Slides", ""]
    assert edited.content.text == "Mended #pink11"


async def test_a_delete_is_told_of_at_once_by_the_servers_own_name(server: MastodonServer, ear: Ear) -> None:
    posted = server.post(made_up())
    await ear.next()
    server.delete(posted["uri"])
    assert (await ear.next()).sightings == (Sighting("mastodon", "", None, ref=posted["id"]),)


async def test_a_delete_beats_a_post_that_comes_after_it(server: MastodonServer, ear: Ear) -> None:
    late = made_up() | {"id": "117020582917124999"}
    server.streaming.tell("delete", ["pink11"], late["id"])
    await ear.next()
    server.streaming.tell("update", ["pink11"], late)
    server.streaming.tell("status.update", ["pink11"], late | {"edited_at": "2026-11-17T09:05:00.000Z"})
    posted = server.post(made_up())
    assert ids(*await ear.until(1)) == [posted["uri"]]


async def test_an_edit_that_is_excluded_still_changes_what_we_have(server: MastodonServer, time: VirtualTime) -> None:
    mastodon = source(server, time=time, token=TOKEN, exclude=("#ad",))
    async with listening(mastodon, time) as ear:
        await ear.next()
        await server.streaming.until_subscribed()
        one, two = server.post(made_up()), server.post(made_up("Buy this", tags=("pink11", "ad")))
        told = await ear.until(2)
        assert (ids(*told), told[-1].refused) == ([one["uri"]], ("the post is excluded by the settings",))
        server.edit(one["uri"], content="<p>#pink11 #ad</p>", edited_at="2026-11-17T09:05:00.000Z")
        server.edit(two["uri"], edited_at="2026-11-17T09:05:00.000Z")
        edited = await ear.next()
        assert [(each.only_known, each.matched) for each in edited.sightings[:1]] == [(True, ())]


async def test_an_author_who_opts_out_by_an_edit_takes_the_post_back(server: MastodonServer, ear: Ear) -> None:
    posted = server.post(made_up())
    await ear.next()
    server.edit(posted["uri"], content="<p>Never mind. #pink11 #nowall</p>", edited_at="2026-11-17T09:05:00.000Z")
    assert (await ear.next()).sightings == (Sighting("mastodon", "", None, ref=posted["id"]),)


async def test_many_hashtags_share_one_connection(server: MastodonServer, time: VirtualTime) -> None:
    async with listening(source(server, "#One", "zwei", "三", time=time, token=TOKEN), time) as ear:
        await ear.next()
        await server.streaming.until_subscribed(3)
        server.post(made_up(tags=("三", "other")))
        server.post(made_up(tags=("one", "zwei")))
        told = await ear.until(2)
        assert matches(*told) == [("#三",), ("#One", "#zwei")]
        assert len(server.streaming.requests) == 1
        assert server.streaming.agents == {"Backchannel/0.1.0"}


async def test_without_a_token_nobody_listens(server: MastodonServer, time: VirtualTime) -> None:
    server.token = ""
    async with listening(source(server, time=time), time) as ear:
        for _ in range(3):
            await ear.next()
    assert (server.streaming.requests, time.slept) == ([], [15.0, 15.0])


async def test_the_stream_is_open_before_the_timeline_is_read(server: MastodonServer, time: VirtualTime) -> None:
    async with listening(source(server, time=time, token=TOKEN), time) as ear:
        assert server.streaming.requests == []
        await ear.next()
        assert len(server.streaming.requests) == 1
        await server.streaming.until_subscribed()


async def test_a_post_that_the_stream_leaves_out_comes_by_the_timeline(
    server: MastodonServer, time: VirtualTime, ear: Ear
) -> None:
    await proven(server, ear)
    await ear.after(60)
    posted = server.post(made_up(created_at="2026-11-17T06:00:00Z"), streamed=False)
    late = [await ear.after(60), await ear.after(60)]  # the timeline's page, and the look back at edits
    assert (ids(*late), {each.trouble for each in late}) == ([posted["uri"]], {""})


async def test_a_deaf_stream_is_told_of_and_the_timeline_asked_as_often_as_without(
    server: MastodonServer, time: VirtualTime, ear: Ear
) -> None:
    server.streaming.is_deaf = True
    for second in (5, 20):
        posted = server.post(made_up(created_at=at(time, second)))
        assert ids(await ear.after(15)) == [posted["uri"]]
    told = await ear.after(15)
    assert "opens its stream, but sends nothing on it" in told.trouble
    assert "there is nothing to do" in told.remedy
    posted = server.post(made_up(created_at=at(time)))
    assert ids(await ear.after(15), await ear.after(15)) == [posted["uri"]]  # a look back at edits may come first
    server.streaming.is_deaf = False
    await proven(server, ear)
    assert ear.heard[-1].trouble == ""


async def test_a_stream_that_goes_deaf_loses_its_trust(server: MastodonServer, time: VirtualTime, ear: Ear) -> None:
    await proven(server, ear)
    await ear.after(60)
    server.streaming.is_deaf = True
    server.post(made_up(created_at=at(time)))
    assert (await ear.after(60)).trouble == ""
    assert "sends nothing on it" in (await until_trouble(ear)).trouble


async def until_trouble(ear: Ear) -> Batch:
    for _ in range(5):
        if (batch := await ear.after(15)).trouble:
            return batch
    raise AssertionError


@pytest.mark.parametrize(
    ("door", "words"),
    [
        (Door.FORBIDDEN, r"\(answer 403\) refuses the access token for its stream. It says: The words of the stream"),
        (Door.NO_STREAM, r"\(answer 404\) has no stream"),
        (Door.LIMITED, r"\(answer 429\) wants us to ask less often"),
        (Door.TROUBLE, r"\(answer 503\) is in trouble itself"),
        (Door.HTML, r"\(answer 200\) has no stream"),
    ],
)
async def test_a_refused_stream_is_told_of_and_posts_come_all_the_same(
    server: MastodonServer, time: VirtualTime, door: Door, words: str
) -> None:
    server.streaming.door = door
    async with listening(source(server, time=time, token=TOKEN), time) as ear:
        first = await ear.next()
        assert first.trouble.startswith("There is no live stream: ")
        assert first.trouble.endswith("Posts still come, only somewhat later.")
        with pytest.raises(SourceError, match=words):
            raise SourceError(first.trouble)
        uri = server.post(made_up())["uri"]
        assert ids(await ear.next()) == [uri]
    assert time.slept == [15.0]


async def test_a_wrong_token_says_which_one_is_needed(server: MastodonServer, time: VirtualTime) -> None:
    server.streaming.token = "another one"
    async with listening(source(server, time=time, token=TOKEN), time) as ear:
        first = await ear.next()
    assert "refuses the access token for its stream. It says: Invalid access token" in first.trouble
    assert "read:statuses" in first.remedy
    assert "/settings/applications" in first.remedy


async def test_a_stream_that_failed_is_opened_again_after_a_while_and_then_longer(
    server: MastodonServer, time: VirtualTime
) -> None:
    server.streaming.door = Door.TROUBLE
    tried_at = []
    async with listening(source(server, time=time, token=TOKEN), time) as ear:
        while time.now_s < 600:
            before = len(server.streaming.requests)
            await ear.next()
            tried_at += [time.now_s] * (len(server.streaming.requests) - before)
        server.streaming.door = Door.OPEN
        while ear.heard[-1].trouble:
            await ear.next()
    assert tried_at[:4] == [0, 15, 30, 60]
    assert len(tried_at) <= 8


async def test_a_revoked_token_closes_the_stream_and_is_told_of(server: MastodonServer, time: VirtualTime) -> None:
    async with listening(source(server, time=time, token=TOKEN), time) as ear:
        await ear.next()
        await server.streaming.until_subscribed()
        await server.streaming.revoke()
        assert "closed the stream" in (await ear.next()).trouble
        told = await ear.next()
        while "closed the stream" in told.trouble:
            told = await ear.next()
    assert "Invalid access token" in told.trouble


async def test_a_refused_subscription_is_told_of(server: MastodonServer, time: VirtualTime) -> None:
    server.streaming.refuses = {"pink11"}
    async with listening(source(server, time=time, token=TOKEN), time) as ear:
        await ear.next()
        told = await ear.next()
        while not told.trouble:
            told = await ear.next()
    assert "refuses a subscription. It says: Unknown stream type" in told.trouble


async def test_garbage_on_the_stream_is_counted_and_survived(server: MastodonServer, ear: Ear) -> None:
    garbage: list[str | bytes] = [
        "no JSON", b"\xff\xfe", "[]", "{}", "null", "[" * 5000, '{"event": 7}',
        json.dumps({"stream": ["hashtag"], "event": "update", "payload": "{"}),
        json.dumps({"event": "delete", "payload": ""}), json.dumps({"event": "update", "payload": "[]"}),
        json.dumps({"stream": ["hashtag", "pink11"], "event": "update", "payload": json.dumps(made_up(account=None))}),
    ]  # fmt: skip
    for frame in garbage:
        server.streaming.send(frame)
    server.streaming.send('{"stream": ["user"], "event": "filters_changed"}')
    posted = server.post(made_up())
    batches = await ear.until(len(garbage) + 1)
    refused = [reason for batch in batches for reason in batch.refused]
    assert (ids(*batches), len(refused)) == ([posted["uri"]], len(garbage))
    assert "a post has no author" in refused


async def test_a_frame_that_is_too_large_ends_the_stream_in_plain_words(server: MastodonServer, ear: Ear) -> None:
    server.streaming.send("x" * (1024 * 1024 + 1))
    told = await ear.next()
    assert "sent a frame of more than 1024 kB" in told.trouble


async def test_no_stream_at_the_address_is_plain_words_too(server: MastodonServer, time: VirtualTime) -> None:
    server.about["configuration"]["urls"]["streaming"] = "ws://127.0.0.1:1"
    async with listening(source(server, time=time, token=TOKEN), time) as ear:
        assert "127.0.0.1:1 refuses connections" in (await ear.next()).trouble
