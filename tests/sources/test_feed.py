"""Following a feed on a plain file server."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backchannel.collector import Collector
from backchannel.desk import Desk
from backchannel.errors import SourceError, StartError
from backchannel.hub.local import LocalHub
from backchannel.media.fetcher import Fetcher
from backchannel.post import Order, Status, Verb
from backchannel.sources.base import Batch
from backchannel.sources.feed import Feed, FeedSettings
from backchannel.sources.subscription import Subscription
from backchannel.store.base import Query
from backchannel.store.house import Store
from backchannel.store.turns import EDITED, STRAYED
from tests.made_up import Clock
from tests.sources.feed_server import RECORDINGS, FeedServer, atom, entry, feed_server

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server(tmp_path: Path) -> AsyncGenerator[FeedServer]:
    (tmp_path / "files").mkdir()
    async with feed_server(tmp_path / "files") as server:
        yield server
    assert server.faults == []


class Sleeper:
    """Sleeps in no time, and remembers for how long it was asked to."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Sleep."""
        self.slept.append(seconds)


def feed(server: FeedServer, *, sleep: Sleeper | None = None, clock: Clock | None = None, **settings: Any) -> Feed:
    return Feed(
        FeedSettings(**({"url": server.url} | settings)),
        ("pink11",),
        clock=clock or Clock(),
        sleep=sleep or Sleeper(),
        fetcher=lambda: Fetcher(deadline_s=5),
    )


def names(*batches: Batch) -> list[str]:
    """What the entries are called."""
    return [sighting.id.rpartition(":")[2] for batch in batches for sighting in batch.sightings]


async def heard(feed: Feed, count: int, cursor: str | None = None) -> list[Batch]:
    """So many batches from the start on."""
    batches: list[Batch] = []
    async with aclosing(feed.follow(cursor)) as following:
        async for batch in following:
            batches.append(batch)
            if len(batches) == count:
                break
    return batches


async def test_entries_with_the_hashtag_are_told_oldest_first(server: FeedServer) -> None:
    server.write((RECORDINGS / "feed.xml").read_bytes())
    (batch,) = await heard(feed(server), 1)
    assert names(batch) == ["runbooks", "lunch"]
    runbooks, lunch = batch.sightings
    assert (runbooks.matched, lunch.matched) == (("#pink11",), ("#pink11",))  # in the text; as a category
    assert lunch.content
    assert (lunch.content.author.name, lunch.content.url) == ("Ines Kowalczyk", f"{server.site.url}/blog/lunch")
    assert (batch.trouble, batch.refused) == ("", ())


async def test_a_whole_feed_is_the_conferences_where_the_configuration_says_so(server: FeedServer) -> None:
    server.write((RECORDINGS / "podcast.xml").read_bytes())
    assert names(*await heard(feed(server), 1)) == []
    (batch,) = await heard(feed(server, every_entry=True), 1)
    assert [sighting.id for sighting in batch.sightings] == [f"{server.url} hour-42", f"{server.url} hour-43"]
    assert {sighting.matched for sighting in batch.sightings} == {()}
    (batch,) = await heard(feed(server, every_entry=True, exclude=("third page",)), 1)
    assert [sighting.id for sighting in batch.sightings] == [f"{server.url} hour-42"]


async def test_a_json_feed_and_a_mastodon_servers_feed_of_a_hashtag_are_feeds(server: FeedServer) -> None:
    for name, count in (("feed.json", 2), ("mastodon-tag.rss", 1)):
        server.write((RECORDINGS / name).read_bytes())
        (batch,) = await heard(feed(server), 1)
        assert len(batch.sightings) == count


async def test_what_did_not_change_is_not_sent_again(server: FeedServer) -> None:
    server.write(atom(entry("1")))
    first, second = await heard(feed(server), 2)
    assert (names(first), second) == (["1"], Batch())
    assert server.answers == [200, 304]


async def test_a_server_without_etags_is_asked_by_date(server: FeedServer) -> None:
    server.hides_etag = True
    server.write(atom(entry("1")))
    await heard(feed(server), 2)
    assert server.answers == [200, 304]


async def test_a_new_entry_is_told_once(server: FeedServer) -> None:
    server.write(atom(entry("1")))
    async with aclosing(feed(server).follow(None)) as following:
        await anext(following)
        server.write(atom(entry("2"), entry("1")))
        assert names(await anext(following)) == ["2"]
        assert names(await anext(following)) == []


async def test_after_a_restart_nothing_is_lost_or_told_again(server: FeedServer) -> None:
    server.write(atom(entry("1")))
    (start,) = await heard(feed(server), 1)
    (quiet,) = await heard(feed(server), 1, start.cursor)
    assert (quiet, server.answers) == (Batch(), [200, 304])
    server.write(atom(entry("3"), entry("2"), entry("1")))
    (batch,) = await heard(feed(server), 1, start.cursor)
    assert sorted(names(batch)) == ["2", "3"]


async def test_while_the_server_is_away_nothing_is_lost_that_it_still_offers(server: FeedServer) -> None:
    server.write(atom(entry("1")))
    (start,) = await heard(feed(server), 1)
    await server.site.shut()
    with pytest.raises(SourceError, match="refuses connections"):
        await heard(feed(server), 1, start.cursor)
    server.write(atom(*(entry(str(number)) for number in range(5, 0, -1))))
    await server.site.open()
    first, second = await heard(feed(server), 2, start.cursor)
    assert (sorted(names(first)), names(second)) == (["2", "3", "4", "5"], [])


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"interest": 7}', '{"interest": "x", "lines": {"a": {}}}'])
async def test_a_cursor_that_cannot_be_read_means_the_newest_entries(server: FeedServer, cursor: str) -> None:
    server.write(atom(entry("1")))
    assert names(*await heard(feed(server), 1, cursor)) == ["1"]


async def test_other_hashtags_look_at_every_entry_anew(server: FeedServer) -> None:
    server.write(atom(entry("1", "Elsewhere #soup")))
    (start,) = await heard(feed(server), 1)
    (batch,) = await heard(feed(server, hashtags=("soup",)), 1, start.cursor)
    assert (names(start), names(batch), server.answers) == ([], ["1"], [200, 200])


async def test_the_first_reading_tells_the_newest_entries_and_the_young(server: FeedServer) -> None:
    old = [entry(f"old{number}", at=f"2025-10-{number:02}T08:00:00Z") for number in range(1, 31)]
    young = [entry(f"young{number}", at="2026-11-16T08:00:00Z") for number in range(25)]
    server.write(atom(*old))
    (batch,) = await heard(feed(server), 1)
    assert names(batch) == [f"old{number}" for number in range(11, 31)]
    server.write(atom(*old, *young))  # oldest first, as some write them
    (batch,) = await heard(feed(server), 1)
    assert sorted(names(batch)) == sorted(f"young{number}" for number in range(25))
    server.write(atom(*old, *young, entry("new")))
    (batch,) = await heard(feed(server), 1, batch.cursor)
    assert names(batch) == ["new"]


async def test_an_edit_is_told_with_the_time_that_the_feed_says(server: FeedServer) -> None:
    clock = Clock()
    server.write(atom(entry("1")))
    async with aclosing(feed(server, clock=clock).follow(None)) as following:
        await anext(following)
        server.write(atom(entry("1", "Soup is gone #pink11", updated="2026-11-17T08:30:00Z")))
        [edited] = (await anext(following)).sightings
        assert edited.content
        assert (edited.content.text, edited.content.edited_at) == (
            "Soup is gone #pink11",
            clock.at - timedelta(minutes=30),
        )


async def test_an_edit_without_a_time_was_made_now(server: FeedServer) -> None:
    clock = Clock()
    server.write(atom(entry("1")))
    async with aclosing(feed(server, clock=clock).follow(None)) as following:
        await anext(following)
        for words, updated in (("gone", ""), ("back", "2026-11-17T08:30:00Z"), ("over", "2099-01-01T00:00:00Z")):
            clock.turn(120)
            server.write(atom(entry("1", f"Soup is {words} #pink11", updated=updated)))
            [edited] = (await anext(following)).sightings
            assert edited.content
            assert edited.content.edited_at == clock.at


async def test_a_later_time_alone_is_no_edit(server: FeedServer) -> None:
    server.write(atom(entry("1")))
    async with aclosing(feed(server).follow(None)) as following:
        await anext(following)
        server.write(atom(entry("1", updated="2026-11-17T08:30:00Z")))
        assert names(await anext(following)) == []
        assert server.answers == [200, 200]


async def test_what_leaves_a_feed_is_not_gone(server: FeedServer) -> None:
    server.write(atom(entry("2"), entry("1")))
    async with aclosing(feed(server).follow(None)) as following:
        await anext(following)
        server.write(atom(entry("2")))
        assert names(await anext(following)) == []


async def test_an_author_who_opts_out_later_takes_the_post_along(server: FeedServer) -> None:
    server.write(atom(entry("1"), entry("2", "Soup #pink11 #nowall")))
    async with aclosing(feed(server).follow(None)) as following:
        first = await anext(following)
        assert (names(first), first.refused) == (["1"], ("the author opted out in the entry",))
        server.write(atom(entry("1", "Soup #pink11 #NoWall"), entry("2", "Soup #pink11 #nowall")))
        second = await anext(following)
        assert [(each.is_gone, each.only_known) for each in second.sightings] == [(True, True)]
        assert second.refused == ("the author opted out in the entry",)


async def test_an_entry_that_cannot_be_read_leaves_its_neighbours_and_is_counted_once(server: FeedServer) -> None:
    nameless, empty = entry("x").replace("id>", "di>"), entry("4", "")
    server.write(atom(entry("1"), nameless, entry("1", "Again #pink11"), empty))
    first, *_ = batches = await heard(feed(server), 2)
    assert names(*batches) == ["1"]
    assert first.refused == (
        "an entry has neither an id nor an address",
        "an entry has the id of another one",
        "the entry is empty",
    )
    server.write(atom(entry("2"), entry("1"), empty))
    (second,) = await heard(feed(server), 1, first.cursor)
    assert (names(second), second.refused) == (["2"], ())


async def test_a_broken_feed_is_read_as_far_as_it_goes_and_says_so(server: FeedServer) -> None:
    server.write(atom(entry("1"), "<entry><title>&nope;"))
    first, second = await heard(feed(server), 2)
    assert names(first) == ["1"]
    assert first.trouble == second.trouble == "The feed is broken at line 1: entries may be missing."


async def test_the_pause_is_the_settings_and_the_servers_within_reason(server: FeedServer) -> None:
    server.write(atom())
    for header, pause_s in (("", 120), ("max-age=60", 120), ("public, max-age=240", 240), ("max-age=86400", 300)):
        sleep = Sleeper()
        server.headers = {"cache-control": header}
        await heard(feed(server, sleep=sleep), 3)
        assert sleep.slept == [pause_s, pause_s]


@pytest.mark.parametrize(
    ("status", "headers", "words", "needs_person", "retry_after_s"),
    [
        (404, {}, "There is no feed at", True, None),
        (410, {}, "is gone for good", True, 3600),
        (401, {}, "does not show its feed to everybody", True, None),
        (403, {}, "does not show its feed to everybody", True, None),
        (418, {}, "refuses", False, None),
        (429, {}, "wants us to ask less often", False, 300),
        (429, {"retry-after": "17"}, "wants us to ask less often", False, 17),
        (503, {}, "is in trouble itself", False, None),
        (503, {"retry-after": "40"}, "is in trouble itself", False, 40),
        (500, {"retry-after": "soon"}, "is in trouble itself", False, None),
    ],
)
async def test_trouble_at_the_server_is_told_with_what_to_do(
    server: FeedServer,
    status: int,
    headers: dict[str, str],
    words: str,
    needs_person: bool,
    retry_after_s: float | None,
) -> None:
    server.status, server.headers = status, headers
    with pytest.raises(SourceError, match=words) as caught:
        await heard(feed(server), 1)
    assert (caught.value.needs_person, caught.value.retry_after_s) == (needs_person, retry_after_s)
    assert bool(caught.value.remedy) is needs_person


@pytest.mark.parametrize(
    ("document", "words", "remedy"),
    [
        (b"", "empty document", ""),
        (b"Moved. Ask Ines.", "something that is no feed", "RSS, Atom or JSON feed"),
        (b'{"version": "1.0", "items": []}', "something that is no feed", "RSS, Atom or JSON feed"),
        (b"<!DOCTYPE html><title>Sign in</title>", "is a web page and no feed", "Write the address of its feed"),
        (
            b"<html><link rel='alternate' type='application/rss+xml' href='/rss'><p>Our blog</html>",
            "is a web page and no feed",
            "write http://127.0.0.1:PORT/rss as the source's url",
        ),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "too broken to be read", ""),
        (b'{"items": ' + b"[" * 90_000, "too broken to be read", ""),
        (atom("<entry><title>&#99999999;</title></entry>").encode(), "too broken to be read", ""),
        (b" " * 3_000_000, "more than 2048 kB", ""),
    ],
)
async def test_what_is_no_feed_is_told_with_what_to_do(
    server: FeedServer, document: bytes, words: str, remedy: str
) -> None:
    server.write(document)
    with pytest.raises(SourceError, match=words) as caught:
        await heard(feed(server), 1)
    assert remedy.replace("PORT", server.site.url.rpartition(":")[2]) in caught.value.remedy
    assert caught.value.needs_person is bool(remedy)


async def test_an_address_in_place_of_a_feed_is_not_followed(server: FeedServer) -> None:
    server.write(server.url)
    with pytest.raises(SourceError, match="no feed"):
        await heard(feed(server), 1)
    assert server.answers == [200]


async def test_a_feed_reads_no_file_of_ours(server: FeedServer, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("sesame")
    entity = f"<!DOCTYPE feed [<!ENTITY told SYSTEM 'file://{tmp_path}/secret'>]>"
    server.write(f"<?xml version='1.0'?>{entity}{atom(entry('1', 'Told: &told; #pink11')).partition('?>')[2]}")
    (batch,) = await heard(feed(server), 1)
    assert [sighting.content.text for sighting in batch.sightings if sighting.content] == ["Told: #pink11"]


async def test_a_feed_that_keeps_its_reader_busy_is_given_up(server: FeedServer) -> None:
    server.write(f"<rss><channel><item><author>{'a' * 500_000}@</author></item></channel></rss>")
    source = Feed(
        FeedSettings(url=server.url),
        ("pink11",),
        clock=Clock(),
        subscription=lambda url: Subscription(url, deadline_s=0.5),
    )
    with pytest.raises(SourceError, match=r"cannot be read within 0\.5 seconds") as caught:
        await heard(source, 1)
    assert caught.value.retry_after_s == 300


@pytest.mark.parametrize(
    "url", ["blog.example/feed", "feed://blog.example", "file:///etc/passwd", "https://a:b@c.example/"]
)
def test_what_is_no_address_stops_the_start(url: str) -> None:
    with pytest.raises(StartError, match="is no address of a feed"):
        Feed(FeedSettings(url=url), ("pink11",), clock=Clock())


def test_a_feed_is_named_by_its_address_without_what_only_its_readers_know() -> None:
    one, other = (Feed(FeedSettings(url=f"https://blog.example/feed?key={key}"), (), clock=Clock()) for key in "ab")
    assert one.name.startswith("feed:https://blog.example/feed?")
    assert (one.name != other.name, "key" in one.name) == (True, False)
    assert one.title == "Feed (blog.example/feed)"


class Patient:
    """Sleeps until the test has written the next document, and stops the following after the last one."""

    def __init__(self, server: FeedServer, *documents: str) -> None:
        self._server = server
        self._documents = list(documents)

    async def __call__(self, seconds: float) -> None:
        """Go on to the next document."""
        if not self._documents:
            raise _Over
        self._server.write(self._documents.pop(0))


class _Over(BaseException):
    """There is nothing more to read."""


async def collected(store: Store, server: FeedServer, *documents: str, clock: Clock) -> Collector:
    """Read the feed, document after document, into the store."""
    source = Feed(FeedSettings(url=server.url), ("pink11",), clock=clock, sleep=Patient(server, *documents))
    collector = Collector([source], desk_of(store, clock), store.cursors, clock)
    with pytest.raises(BaseExceptionGroup) as caught:
        await collector.run()
    assert caught.group_contains(_Over)
    return collector


def desk_of(store: Store, clock: Clock) -> Desk:
    return Desk(store.posts, LocalHub(), store.secret, clock, seen=store.sightings)


async def approve_all(store: Store, clock: Clock) -> None:
    queued = (await store.posts.page(Query(Status.QUEUED))).posts
    await desk_of(store, clock).decide(Order(tuple(post.key for post in queued), Verb.APPROVE, "Jo"))


async def test_an_approved_entry_stays_approved_when_only_its_time_changes(server: FeedServer, store: Store) -> None:
    clock = Clock()
    server.write(atom(entry("1")))
    await collected(store, server, clock=clock)
    await approve_all(store, clock)
    [before] = (await store.posts.page(Query(Status.APPROVED))).posts
    bumped = [atom(entry("1", updated=f"2026-11-17T08:{minute}:00Z")) for minute in (10, 20, 30)]
    await collected(store, server, *bumped, clock=clock)
    assert (await store.posts.page(Query(Status.APPROVED))).posts == (before,)


async def test_an_edited_or_strayed_entry_goes_back_to_the_desk(server: FeedServer, store: Store) -> None:
    clock = Clock()
    server.write(atom(entry("1"), entry("2", "Tea is served #pink11")))
    await collected(store, server, clock=clock)
    await approve_all(store, clock)
    clock.turn(120)
    server.write(atom(entry("1", "Bread #pink11"), entry("2", "Bread")))
    collector = await collected(store, server, clock=clock)
    queued = (await store.posts.page(Query(Status.QUEUED))).posts
    assert {post.content.text: post.reasons for post in queued} == {
        "Bread #pink11": (EDITED,),
        "Bread": (EDITED, STRAYED),
    }
    assert collector.health()[0].received == 0


async def test_a_reading_that_did_not_reach_the_disk_is_made_again_and_doubles_nothing(
    server: FeedServer, store: Store
) -> None:
    clock = Clock()
    server.write(atom(entry("1")))
    (batch,) = await heard(feed(server, clock=clock), 1)
    await desk_of(store, clock).receive(batch.sightings)  # and the crash comes before the cursor
    collector = await collected(store, server, atom(entry("2", "Tea #pink11"), entry("1")), clock=clock)
    health = collector.health()[0]
    assert (health.received, health.duplicates) == (1, 1)
