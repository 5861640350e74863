"""Pictures are fetched once, beside everything else, and go where their posts go."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backchannel.errors import StoreError
from backchannel.gallery import Gallery
from backchannel.hub.local import LocalHub
from backchannel.media.darkroom import NoPictureError, Print
from backchannel.media.lens import NotYetError
from backchannel.post import Media, Post, Verb
from backchannel.store.base import Arrival, Heads, Log, Logged
from backchannel.store.house import Store
from backchannel.updates import DESK
from tests.made_up import MORNING, Clock, sighting
from tests.store.world import key, order

pytestmark = pytest.mark.anyio
URL = "https://pictures.example/1.png"


class Eye:
    """Looks at addresses without a network: what it was told to see, as often as it is asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.troubles: list[Exception] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, url: str) -> Print:
        self.asked[url] += 1
        await self.open.wait()
        if self.troubles:
            raise self.troubles.pop(0)
        return Print(url.encode(), 640, 480)


class Wall:
    """A store with a gallery that runs."""

    def __init__(self, store: Store) -> None:
        self.store, self.hub, self.eye, self.clock = store, LocalHub(0.02), Eye(), Clock()
        self.slept: list[float] = []

    async def bring(self, number: int, *urls: str, **more: Any) -> None:
        """Have a post with pictures come in."""
        media = tuple(Media("image", url) for url in urls)
        arrival = Arrival(key(number), sighting(str(number), f"Look {number}", media=media, **more))
        await self.store.posts.receive([arrival], MORNING)
        self.hub.wake([DESK])

    async def post(self, number: int, until: Callable[[Post], bool]) -> Post:
        """A post, once something is true of it."""
        async with asyncio.timeout(10):
            while True:
                found = await self.store.posts.find(key(number))
                if found is not None and until(found):
                    return found
                await asyncio.sleep(0.01)

    async def sleep(self, seconds: float) -> None:
        """No time passes, but for the hour."""
        self.slept.append(seconds)
        await asyncio.sleep(3600 if seconds > 1000 else 0)


@asynccontextmanager
async def gallery(wall: Wall, keeps: timedelta = timedelta(days=7)) -> AsyncGenerator[Wall]:
    running = Gallery(wall.store.log, wall.store.pictures, wall.hub, wall.eye, wall.clock, keeps, wall.sleep)
    task = asyncio.get_running_loop().create_task(running.run(), name="gallery")
    try:
        yield wall
    finally:
        task.cancel()
        await asyncio.wait([task])


def is_pictured(post: Post) -> bool:
    return bool(post.pictures)


async def test_the_picture_of_a_post_is_fetched_once_for_all_who_show_it(store: Store) -> None:
    async with gallery(Wall(store)) as wall:
        await wall.bring(1, URL)
        one = await wall.post(1, is_pictured)
        await wall.bring(2, URL)
        two = await wall.post(2, is_pictured)
    assert one.pictures[0].name == two.pictures[0].name
    assert wall.eye.asked == {URL: 1}


async def test_a_post_is_in_the_queue_while_its_picture_does_not_come(store: Store) -> None:
    async with gallery(Wall(store)) as wall:
        wall.eye.open.clear()
        await wall.bring(1, URL)
        await wall.bring(2)
        assert (await wall.post(1, lambda post: True)).pictures == ()
        assert (await store.posts.find(key(2))) is not None
        wall.eye.open.set()
        await wall.post(1, is_pictured)


async def test_what_was_not_fetched_when_the_server_ended_is_fetched_after_its_start(store: Store) -> None:
    wall = Wall(store)
    await wall.bring(1, URL)
    async with gallery(wall):
        await wall.post(1, is_pictured)


async def test_a_server_in_trouble_is_asked_three_times_and_no_more(store: Store) -> None:
    async with gallery(Wall(store)) as wall:
        wall.eye.troubles = [NotYetError("busy"), NotYetError("busy")]
        await wall.bring(1, URL)
        await wall.post(1, is_pictured)
        wall.eye.troubles = [NotYetError("busy")] * 9
        await wall.bring(2, "https://busy.example/")
        await wall.bring(3, "https://pictures.example/3.png")
        while wall.eye.asked["https://busy.example/"] < 3:
            await asyncio.sleep(0.01)
        wall.eye.troubles = []
        await wall.post(3, is_pictured)
    assert wall.eye.asked["https://busy.example/"] == 3
    assert {0.0, 5.0, 30.0} <= set(wall.slept)


async def test_what_is_no_picture_is_asked_for_once(store: Store) -> None:
    async with gallery(Wall(store)) as wall:
        wall.eye.troubles = [NoPictureError("a page")]
        await wall.bring(1, "https://page.example/", URL)
        post = await wall.post(1, is_pictured)
        await store.posts.decide(order(Verb.HOLD, 1), MORNING)
        wall.hub.wake([DESK])
        await wall.bring(2, "https://pictures.example/2.png")
        await wall.post(2, is_pictured)
    assert [picture.url for picture in post.pictures] == [URL]
    assert wall.eye.asked["https://page.example/"] == 1


async def test_an_edit_that_shows_another_picture_has_the_first_thrown_away(store: Store) -> None:
    async with gallery(Wall(store)) as wall:
        await wall.bring(1, URL)
        first = await wall.post(1, is_pictured)
        await wall.bring(1, "https://pictures.example/2.png", edited_at=MORNING + timedelta(minutes=1))
        await wall.post(1, lambda post: [each.url for each in post.pictures] == ["https://pictures.example/2.png"])
    assert await store.pictures.served(first.pictures[0].name) is None


async def test_nobody_fetches_what_was_rejected(store: Store) -> None:
    wall = Wall(store)
    await wall.bring(1, URL)
    await store.posts.decide(order(Verb.REJECT, 1), MORNING)
    async with gallery(wall):
        await wall.bring(2, "https://pictures.example/2.png")
        await wall.post(2, is_pictured)
    assert URL not in wall.eye.asked


async def test_pictures_that_nobody_is_shown_are_thrown_away_after_their_days(store: Store) -> None:
    wall = Wall(store)
    await wall.bring(1, URL)
    async with gallery(wall):
        shown = await wall.post(1, is_pictured)
    await store.posts.decide(order(Verb.REJECT, 1), MORNING)
    wall.clock.turn(timedelta(days=8).total_seconds())
    async with gallery(wall):
        await wall.post(1, lambda post: not post.pictures)
    assert await store.pictures.served(shown.pictures[0].name) is None


async def test_the_avatar_of_an_author_on_x_is_fetched_and_no_other(store: Store) -> None:
    async with gallery(Wall(store)) as wall:
        for number, network in enumerate(("mastodon", "x"), start=1):
            said = sighting(str(number), f"Look {number}", network)
            author = replace(said.content.author, avatar=f"https://{network}.example/a.png") if said.content else None
            content = replace(said.content, author=author) if said.content and author else None
            await store.posts.receive([Arrival(key(number), replace(said, content=content))], MORNING)
        wall.hub.wake([DESK])
        await wall.post(2, is_pictured)
    assert set(wall.eye.asked) == {"https://x.example/a.png"}


class Moody:
    """A log that cannot be read at first, as while a database restarts."""

    def __init__(self, told: Log) -> None:
        self._told, self._troubles = told, 2

    async def heads(self) -> Heads:
        if self._troubles:
            self._troubles -= 1
            raise StoreError("The database is away.")
        return await self._told.heads()

    async def since(self, stream: str, seq: int, limit: int) -> tuple[Logged, ...]:
        return await self._told.since(stream, seq, limit)


async def test_a_store_in_trouble_ends_nothing_but_the_pictures_until_it_is_back(store: Store) -> None:
    wall = Wall(replace(store, log=Moody(store.log)))
    async with gallery(wall):
        await wall.bring(1, URL)
        await wall.post(1, is_pictured)
