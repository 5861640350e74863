"""Following people and phrases on Bluesky, and putting names to posts, through a Jetstream and an AppView."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from backchannel.post import Absence, Author, Portrait, Presence, Sighting
from backchannel.sources.base import Batch
from backchannel.sources.bluesky import Bluesky, BlueskySettings
from backchannel.sources.jetstream import Jetstream
from tests.made_up import Clock
from tests.sources.appview_server import AppViewServer, Mode, appview_server, label
from tests.sources.jetstream_server import DID, NOON, V1, V2, JetstreamServer, jetstream_server, made_up

pytestmark = pytest.mark.anyio

OTTO = "did:plc:odd00000000000000000otto"
INES = Author(
    "Ines Kowalczyk", "@ines.example", f"https://bsky.app/profile/{DID}", "https://cdn.example/i.png", DID, followers=7
)


@pytest.fixture
async def server() -> AsyncGenerator[JetstreamServer]:
    async with jetstream_server() as server:
        yield server
    assert server.faults == []


@pytest.fixture
async def appview() -> AsyncGenerator[AppViewServer]:
    async with appview_server() as appview:
        appview.know(DID, "ines.example", INES.name, avatar=INES.avatar)
        yield appview
    assert appview.faults == []


class Listener:
    """A source that is listened to, batch by batch."""

    def __init__(self, server: JetstreamServer, appview: AppViewServer, every_s: float = 0.05, **wishes: Any) -> None:
        settings = BlueskySettings(server.url, fallbacks=(), api=appview.url, **wishes)
        self.clock = Clock(NOON)
        self.bluesky = Bluesky(
            settings,
            ("pink11",),
            clock=self.clock,
            jetstream=lambda url: Jetstream(url, open_s=5),
            every_s=every_s,
        )
        self.heard: list[Batch] = []

    async def until(self, batches: AsyncGenerator[Batch], count: int) -> list[Batch]:
        """The batches until so many reports are among them."""
        since: list[Batch] = []
        while sum(map(_reports, since)) < count:
            since.append(await anext(batches))
        return since


def _reports(batch: Batch) -> int:
    return len(batch.sightings) + len(batch.absences) + len(batch.refused) + len(batch.portraits)


def sightings(batches: list[Batch]) -> list[Sighting]:
    return [each for batch in batches for each in batch.sightings]


def authors(batches: list[Batch]) -> list[Author]:
    return [each.content.author for each in sightings(batches) if each.content]


async def test_a_post_comes_with_the_name_of_its_author(server: JetstreamServer, appview: AppViewServer) -> None:
    listener = Listener(server, appview, every_s=0.5)
    async with aclosing(listener.bluesky.follow(None)) as batches:
        await anext(batches)
        for _ in range(3):
            await server.post()
        heard = await listener.until(batches, 3)
    assert authors(heard) == [INES] * 3
    assert appview.asked == [DID]
    assert [each.matched for each in sightings(heard)] == [("#pink11",)] * 3


async def test_a_post_does_not_wait_for_a_name_and_the_name_is_told_later(
    server: JetstreamServer, appview: AppViewServer
) -> None:
    appview.open.clear()
    listener = Listener(server, appview)
    async with aclosing(listener.bluesky.follow(None)) as batches:
        await anext(batches)
        await server.post()
        [nameless] = authors(await listener.until(batches, 1))
        assert (nameless.name, nameless.address, nameless.id) == ("ines0000…", "", DID)
        appview.open.set()
        while not appview_is_done(listener):
            await asyncio.sleep(0.002)
        await server.post(**made_up("Nothing"))
        [late] = await listener.until(batches, 1)
    assert late.portraits == (Portrait("bluesky", INES),)


@pytest.mark.parametrize("path", [V2, V1])
async def test_after_an_author_took_another_handle_the_next_post_comes_with_it(
    server: JetstreamServer, appview: AppViewServer, path: str
) -> None:
    server.paths = {path}
    listener = Listener(server, appview, every_s=0.5)
    async with aclosing(listener.bluesky.follow(None)) as batches:
        await anext(batches)
        await server.post()
        assert authors(await listener.until(batches, 1)) == [INES]
        appview.know(DID, "kowalczyk.example", INES.name, avatar=INES.avatar)
        await server.rename("otto.example", OTTO)
        await server.rename("kowalczyk.example")
        await server.post()
        renamed = replace(INES, address="@kowalczyk.example")
        assert authors(await listener.until(batches, 1)) == [renamed]
    assert appview.asked == [DID, DID]


async def test_a_new_handle_that_is_told_right_after_a_post_does_not_keep_it_waiting(
    server: JetstreamServer, appview: AppViewServer
) -> None:
    listener = Listener(server, appview, every_s=0.5)
    async with aclosing(listener.bluesky.follow(None)) as batches:
        await anext(batches)
        await server.post()
        await listener.until(batches, 1)
        appview.know(DID, "kowalczyk.example", INES.name, avatar=INES.avatar)
        await server.post()
        await server.rename("kowalczyk.example")
        [author] = authors(await listener.until(batches, 1))
    assert author.address == "@kowalczyk.example"


def appview_is_done(listener: Listener) -> bool:
    """Whether the name was learnt."""
    return listener.bluesky._profiles.knows(DID)


async def test_who_wants_to_be_read_by_signed_in_people_only_is_refused(
    server: JetstreamServer, appview: AppViewServer
) -> None:
    appview.know(DID, "ines.example", labels=[label("!no-unauthenticated", src=DID)])
    listener = Listener(server, appview, every_s=0.5)
    async with aclosing(listener.bluesky.follow(None)) as batches:
        await anext(batches)
        await server.post()
        await server.post("3edit", operation="update")
        heard = await listener.until(batches, 2)
    assert [each.content for each in sightings(heard)] == [None]
    assert [reason for batch in heard for reason in batch.refused] == [
        "the author wants to be read by signed-in people only"
    ]


async def test_where_that_is_learnt_late_everything_of_theirs_goes(
    server: JetstreamServer, appview: AppViewServer
) -> None:
    appview.open.clear()
    appview.know(DID, "ines.example", labels=[label("!no-unauthenticated", src=DID)])
    listener = Listener(server, appview)
    async with aclosing(listener.bluesky.follow(None)) as batches:
        await anext(batches)
        await server.post()
        assert len(authors(await listener.until(batches, 1))) == 1
        appview.open.set()
        while not appview_is_done(listener):
            await asyncio.sleep(0.002)
        await server.post(**made_up("Nothing"))
        [late] = await listener.until(batches, 1)
    assert (late.absences, late.portraits) == ((Absence("bluesky", DID, Presence.GONE),), ())


async def test_a_server_of_names_in_trouble_keeps_no_post_back(server: JetstreamServer, appview: AppViewServer) -> None:
    appview.mode = Mode.TROUBLE
    listener = Listener(server, appview)
    async with aclosing(listener.bluesky.follow(None)) as batches:
        await anext(batches)
        for did in (DID, OTTO):
            await server.post(did=did)
        heard = await listener.until(batches, 2)
    assert [author.id for author in authors(heard)] == [DID, OTTO]


async def test_authors_are_followed_by_handle_whatever_they_write(
    server: JetstreamServer, appview: AppViewServer
) -> None:
    listener = Listener(server, appview, accounts=("@ines.example",))
    async with aclosing(listener.bluesky.follow(None)) as batches:
        assert (await anext(batches)).trouble == ""
        await server.post(did=OTTO, **made_up("Nothing of ours"))
        await server.post("3mine", **made_up("Lunch."))
        await server.post("3mine", operation="update", **made_up("Supper."))
        await server.delete("3mine")
        heard = sightings(await listener.until(batches, 3))
    assert [each.matched for each in heard] == [("@ines.example",)] * 2 + [()]
    assert [each.content.text if each.content else None for each in heard] == ["Lunch.", "Supper.", None]


async def test_a_follower_of_somebody_unknown_goes_on_and_says_so(
    server: JetstreamServer, appview: AppViewServer
) -> None:
    listener = Listener(server, appview, accounts=("@nobody.example",))
    async with aclosing(listener.bluesky.follow(None)) as batches:
        assert (await anext(batches)).trouble == "Nobody on Bluesky is called @nobody.example."
        await server.post()
        assert len(sightings(await listener.until(batches, 1))) == 1


async def test_phrases_are_followed_and_what_is_excluded_is_not(
    server: JetstreamServer, appview: AppViewServer
) -> None:
    appview.know(OTTO, "otto.example")
    unwanted = ("#ad", "@otto.example", "free money")
    listener = Listener(server, appview, phrases=("opening keynote",), exclude=unwanted)
    async with aclosing(listener.bluesky.follow(None)) as batches:
        await anext(batches)
        for text in (
            "The Opening  Keynote!",
            "#OpeningKeynote",
            "opening keynotes",
            "#pink11 #ad",
            "#pink11 Free money",
        ):
            await server.post(**made_up(text))
        await server.post(did=OTTO, **made_up("#pink11 from me"))
        await server.post("3last", **made_up("opening keynote #pink11"))
        heard = sightings(await listener.until(batches, 3))
    assert [each.matched for each in heard] == [("opening keynote",)] * 2 + [("#pink11", "opening keynote")]


async def test_an_edit_that_brings_in_what_is_excluded_still_changes_what_people_see(
    server: JetstreamServer, appview: AppViewServer
) -> None:
    listener = Listener(server, appview, exclude=("free money",))
    async with aclosing(listener.bluesky.follow(None)) as batches:
        await anext(batches)
        await server.post("3l", operation="update", **made_up("#pink11 free money"))
        [edit] = sightings(await listener.until(batches, 1))
    assert (edit.only_known, edit.matched) == (True, ())
    assert edit.content is not None
    assert edit.content.text == "#pink11 free money"
