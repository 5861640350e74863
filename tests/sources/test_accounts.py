"""Followed and shunned people, by the DIDs that their handles have now."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from backchannel.errors import StartError
from backchannel.media.fetcher import Fetcher
from backchannel.post import Author
from backchannel.sources.accounts import PAUSE_S, RESOLVED_FOR_S, Accounts, actor_of
from backchannel.sources.beside import beside
from backchannel.sources.profiles import Profiles
from backchannel.sources.xrpc import Xrpc
from tests.made_up import Clock
from tests.sources.appview_server import AppViewServer, Mode, appview_server
from tests.sources.test_profiles import Naps

pytestmark = pytest.mark.anyio

DESK, SPAM = "did:plc:desk", "did:plc:spam"


@pytest.fixture
async def server() -> AsyncGenerator[AppViewServer]:
    async with appview_server() as server:
        server.know(DESK, "desk.example", "The Desk")
        server.know(SPAM, "spam.example")
        yield server
    assert server.faults == []


class People:
    """Accounts that are being looked up; `changes` counts how often they were known anew."""

    def __init__(self, server: AppViewServer, *followed: str, shunned: tuple[str, ...] = ()) -> None:
        self.naps = Naps()
        self.changes = 0
        self.profiles = Profiles(Xrpc(server.url), Clock(), self.naps)
        self.accounts = Accounts(followed, shunned, self._count, self.naps)

    def _count(self) -> None:
        self.changes += 1

    async def look_up(self) -> None:
        """One round."""
        self.naps.begun.clear()
        async with Fetcher() as fetcher, beside(accounts=self.accounts.resolve(fetcher, self.profiles)):
            await self.naps.begun.wait()


@pytest.mark.parametrize("entry", ["@desk.example", "@Desk.Example", "https://bsky.app/profile/desk.example"])
async def test_a_handle_is_followed_by_its_did(server: AppViewServer, entry: str) -> None:
    people = People(server, entry)
    assert people.accounts.dids == frozenset()
    assert entry in people.accounts.trouble
    await people.look_up()
    await people.accounts.ready()
    assert people.accounts.dids == {DESK}
    assert people.accounts.author(DESK) == Author("", address=entry, id=DESK)
    assert (people.accounts.trouble, people.changes, people.naps.seconds) == ("", 1, [RESOLVED_FOR_S])
    assert people.profiles.of(DESK).name == "The Desk"


async def test_a_did_is_followed_as_it_is(server: AppViewServer) -> None:
    people = People(server, DESK, shunned=("#ad", "free money", "@somebody@social.example"))
    await people.accounts.ready()
    async with asyncio.TaskGroup() as group, Fetcher() as fetcher:
        group.create_task(people.accounts.resolve(fetcher, people.profiles), name="ends at once")
    assert people.accounts.dids == {DESK}
    assert server.asked == []


async def test_who_is_shunned_is_known_by_did_too_and_not_followed(server: AppViewServer) -> None:
    people = People(server, shunned=("@spam.example",))
    await people.look_up()
    assert people.accounts.dids == frozenset()
    assert people.accounts.author(SPAM) == Author("", url="@spam.example", id=SPAM)


async def test_who_does_not_exist_is_told(server: AppViewServer) -> None:
    people = People(server, "@desk.example", "@nobody.example")
    await people.look_up()
    assert people.accounts.trouble == "Nobody on Bluesky is called @nobody.example."
    assert people.accounts.dids == {DESK}


async def test_a_handle_that_changed_hands_is_followed_at_its_new_owner(server: AppViewServer) -> None:
    people = People(server, "@desk.example")
    await people.look_up()
    server.forget(DESK)
    server.know("did:plc:new", "desk.example")
    await people.look_up()
    assert people.accounts.dids == {"did:plc:new"}
    assert people.changes == 2


async def test_who_gave_a_handle_up_is_followed_until_somebody_has_it(server: AppViewServer) -> None:
    people = People(server, "@desk.example")
    await people.look_up()
    server.know(DESK, "desk2.example")
    await people.look_up()
    assert people.accounts.dids == {DESK}


async def test_a_server_in_trouble_is_asked_again(server: AppViewServer) -> None:
    people = People(server, "@desk.example")
    server.mode = Mode.TROUBLE
    await people.look_up()
    assert people.naps.seconds == [PAUSE_S]
    assert people.accounts.trouble == "It could not be found out yet who @desk.example is."
    server.mode = Mode.FINE
    await people.look_up()
    assert people.accounts.dids == {DESK}


@pytest.mark.parametrize("entry", ["Ines", "@ines@social.example", "https://social.example/@ines", "did:x"])
def test_who_cannot_be_on_bluesky_stops_the_start(entry: str) -> None:
    assert actor_of(entry) == ""
    with pytest.raises(StartError, match=r"\(bluesky\) accounts: .* is nobody on Bluesky"):
        Accounts([entry], [])
