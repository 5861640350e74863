"""Looking authors up: many at once, each once, beside everything else."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from backchannel.media.fetcher import Fetcher
from backchannel.sources import profiles as module
from backchannel.sources.beside import beside
from backchannel.sources.profile import Profile
from backchannel.sources.profiles import FRESH_FOR, NOBODY_FOR, PAUSE_S, Profiles
from backchannel.sources.xrpc import Xrpc
from tests.made_up import Clock
from tests.sources.appview_server import RESET_S, AppViewServer, Mode, appview_server, label

pytestmark = pytest.mark.anyio

INES, OTTO = "did:plc:ines", "did:plc:otto"


class Naps:
    """Sleeps that end when they are told to, and are remembered."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.begun = asyncio.Event()
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.begun.set()
        await self.over.wait()
        self.over.clear()


@pytest.fixture
async def server() -> AsyncGenerator[AppViewServer]:
    async with appview_server() as server:
        server.know(INES, "ines.example", "Ines")
        yield server
    assert server.faults == []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
async def profiles(server: AppViewServer, clock: Clock, naps: Naps) -> AsyncGenerator[Profiles]:
    profiles = Profiles(Xrpc(server.url), clock, naps)
    async with Fetcher() as fetcher, beside(profiles=profiles.look_up(fetcher)):
        yield profiles


async def until_known(profiles: Profiles, *dids: str) -> list[Profile]:
    for did in dids:
        profiles.of(did)
    await profiles.settle(dids, 5)
    return [profiles.of(did) for did in dids]


async def test_who_is_not_known_yet_is_looked_up(profiles: Profiles) -> None:
    assert profiles.of(INES) == Profile(INES)
    assert await until_known(profiles, INES) == [Profile(INES, "ines.example", "Ines", followers=7)]


async def test_many_are_asked_for_at_once_and_nobody_twice(profiles: Profiles, server: AppViewServer) -> None:
    dids = [f"did:plc:n{number}" for number in range(60)]
    await until_known(profiles, *dids, *dids)
    await until_known(profiles, *dids)
    assert sorted(server.asked) == sorted(dids)
    assert len(server.requests) == 3


async def test_nobody_waits_longer_than_allowed_and_then_not_at_all_until_it_answers(
    profiles: Profiles, server: AppViewServer
) -> None:
    server.open.clear()
    profiles.of(INES)
    await profiles.settle([INES], 0.01)
    async with asyncio.timeout(1):
        await profiles.settle([INES], 60)  # not at all
    server.open.set()
    while not profiles.knows(INES):
        await asyncio.sleep(0.002)
    assert (await until_known(profiles, OTTO, INES))[1].handle == "ines.example"


async def test_what_is_learnt_too_late_is_told_once(profiles: Profiles, server: AppViewServer) -> None:
    server.know(OTTO, "otto.example")
    profiles.miss(INES)
    await until_known(profiles, INES, OTTO)
    assert profiles.late(9) == (Profile(INES, "ines.example", "Ines", followers=7),)
    assert profiles.late(9) == ()
    profiles.miss(INES)
    assert profiles.late(9) == ()


async def test_who_is_nobody_is_asked_for_again_a_little_later(
    profiles: Profiles, server: AppViewServer, clock: Clock
) -> None:
    assert await until_known(profiles, OTTO) == [Profile(OTTO)]
    profiles.miss(OTTO)
    server.know(OTTO, "otto.example")
    clock.turn(NOBODY_FOR.total_seconds() - 1)
    assert profiles.of(OTTO) == Profile(OTTO)
    clock.turn(1)
    profiles.of(OTTO)
    while not profiles.of(OTTO).handle:
        await asyncio.sleep(0.002)
    assert server.asked == [OTTO, OTTO]


async def test_a_name_grows_old_and_is_used_until_the_new_one_is_there(
    profiles: Profiles, server: AppViewServer, clock: Clock
) -> None:
    await until_known(profiles, INES)
    server.know(INES, "ines.example", "Ines K.")
    clock.turn(FRESH_FOR.total_seconds())
    assert profiles.of(INES).name == "Ines"
    while profiles.of(INES).name != "Ines K.":
        await asyncio.sleep(0.002)
    assert profiles.late(9) == ()


async def test_who_hides_after_posts_were_told_is_told_late(
    profiles: Profiles, server: AppViewServer, clock: Clock
) -> None:
    await until_known(profiles, INES)
    server.know(INES, "ines.example", "Ines", labels=[label("!no-unauthenticated")])
    clock.turn(FRESH_FOR.total_seconds())
    profiles.of(INES)
    while not profiles.of(INES).refusal:
        await asyncio.sleep(0.002)
    [late] = profiles.late(9)
    assert (late.did, bool(late.refusal)) == (INES, True)


@pytest.mark.parametrize(("mode", "pause"), [(Mode.LIMITED, RESET_S), (Mode.TROUBLE, PAUSE_S), (Mode.HTML, PAUSE_S)])
async def test_a_server_in_trouble_is_left_alone_for_a_while_and_asked_again(
    profiles: Profiles, server: AppViewServer, naps: Naps, mode: Mode, pause: float
) -> None:
    server.mode = mode
    profiles.of(INES)
    await naps.begun.wait()
    await profiles.settle([INES], 60)  # nobody waits for it
    assert naps.seconds == [pause]
    server.mode = Mode.FINE
    naps.over.set()
    while not profiles.knows(INES):
        await asyncio.sleep(0.002)
    assert server.asked == [INES, INES]


async def test_nonsense_names_nobody(profiles: Profiles, server: AppViewServer) -> None:
    server.mode = Mode.NONSENSE
    assert await until_known(profiles, INES) == [Profile(INES)]


async def test_what_is_kept_is_bounded(
    profiles: Profiles, monkeypatch: pytest.MonkeyPatch, server: AppViewServer
) -> None:
    monkeypatch.setattr(module, "KNOWN_MAX", 3)
    dids = [f"did:plc:n{number}" for number in range(10)]
    for did in dids:
        profiles.miss(did)
    profiles.learn([Profile(did, f"n{did[-1]}.example") for did in dids])
    assert [profiles.knows(did) for did in dids] == [False] * 7 + [True] * 3
    assert [each.did for each in profiles.late(9)] == dids[-3:]
