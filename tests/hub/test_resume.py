"""Promise 3 as a model: whatever happens, whoever followed holds what a fresh snapshot holds.

Wake-ups are lost and come twice; phones stop reading, go on, break off and come back to where they stood. Meanwhile
posts are approved, withdrawn, restored, deleted at their network, and their authors forgotten. Store, desk and hub are
real, on both engines.
Half of the phones are a worker's: nobody sees a difference.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backchannel.feed import Ring
from backchannel.hub import audience as audiences
from backchannel.hub.audience import Audience
from backchannel.hub.local import LocalHub
from backchannel.hub.strand import Position
from backchannel.post import Verb
from backchannel.store.house import Store, open_store
from tests import migrated
from tests.hub.beside import beside
from tests.hub.desked import opened
from tests.hub.test_audience import Seats
from tests.hub.wire import Wire
from tests.made_up import gone

pytestmark = pytest.mark.timeout(240)

SETTINGS: Final = settings(
    max_examples=max(1, settings().max_examples // 5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return migrated.at(tmp_path / "resume.db")
    fresh: Callable[[], str] = request.getfixturevalue("fresh_postgresql")
    return fresh()


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    async with open_store(url, ["main", "foyer"]) as opened_store:
        yield opened_store


class LossyHub(LocalHub):
    """Loses every third wake-up, and says every fourth twice; the polling pause finds what was lost."""

    def __init__(self, random: Random) -> None:
        super().__init__(poll_every_s=0.01)
        self._random = random

    def wake(self, streams: Iterable[str]) -> None:
        """Wake, or not."""
        named = tuple(streams)
        if self._random.random() < 1 / 3:
            return
        for _ in range(1 + (self._random.random() < 1 / 4)):
            super().wake(named)


class Phone:
    """What one phone holds: the cards of its page, and every update that it was told."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self.cards: dict[str, str] | None = None
        self.place: Position | None = None
        self.come()

    def come(self) -> None:
        """Connect, from where it stands."""
        self.wire = Wire(self._audience.seat(self.place))
        self._audience.welcome(self.wire.viewer)

    def hear(self) -> None:
        """Apply what it was told; a number is never left out, nor told twice."""
        for frame in self.wire.told():
            if frame["op"] == "snapshot":
                self.cards = {card["key"]: card["html"] for card in frame["cards"]}
                self.place = Position(frame["epoch"], frame["seq"])
            elif frame["op"] in {"put", "drop"}:
                assert self.cards is not None
                assert self.place is not None
                assert frame["seq"] == self.place.seq + 1
                self.place = Position(self.place.epoch, frame["seq"])
                self.cards.pop(frame["key"], None)
                if frame["op"] == "put":
                    self.cards[frame["key"]] = frame["html"]


class Hall:
    """The phones, and what may happen to them and to the posts."""

    def __init__(self, seats: Seats, workers: Audience, random: Random) -> None:
        self.seats = seats
        self.random = random
        self.posts: dict[str, str] = {}
        self.phones = [Phone(audience) for audience in (seats.audience, workers) * 2]

    async def approve(self) -> None:
        number = f"resume {next(self.seats.numbers)} {self.random.random()}"
        self.posts[number] = await self.seats.desked.approved(number, f"words {number}")

    async def withdraw(self) -> None:
        await self._decide(Verb.WITHDRAW)

    async def restore(self) -> None:
        await self._decide(Verb.RESTORE)

    async def approve_again(self) -> None:
        await self._decide(Verb.APPROVE)

    async def erase(self) -> None:
        if self.posts:
            await self.seats.desked.desk.receive([gone(self.random.choice(sorted(self.posts)))])

    async def forget_author(self) -> None:
        if self.posts:
            desked = self.seats.desked
            leaving = await desked.store.forgetting.of_post(self.posts[self.random.choice(sorted(self.posts))])
            if leaving is not None:
                await desked.desk.forget(leaving, "Jo")

    async def _decide(self, verb: Verb) -> None:
        if self.posts:
            await self.seats.desked.decide(verb, self.posts[self.random.choice(sorted(self.posts))])

    def stop(self) -> None:
        self.random.choice(self.phones).wire.viewer.pause_writing()

    def go_on(self) -> None:
        for phone in self.phones:
            if phone.wire.viewer.is_stopped:
                phone.wire.viewer.resume_writing()

    def break_off(self) -> None:
        """What was written is lost with the connection, or read first."""
        phone = self.random.choice(self.phones)
        if self.random.random() < 1 / 2:
            phone.hear()
        phone.wire.close()
        phone.come()

    def forget(self) -> None:
        """The ring moves on so far that nobody finds a place in it."""
        self.seats.channel.ring = Ring(self.seats.channel.ring.head, size=4)

    async def turn(self) -> None:
        await asyncio.sleep(0)

    async def settle(self) -> None:
        await self.seats.settled(*(phone.wire for phone in self.phones if not phone.wire.viewer.is_stopped))


ACTS: Final = st.sampled_from(
    [
        *[Hall.approve] * 4,
        *[Hall.withdraw, Hall.restore, Hall.approve_again, Hall.erase, Hall.forget_author] * 2,
        *[Hall.stop, Hall.go_on, Hall.break_off, Hall.forget, Hall.turn, Hall.settle],
    ]
)


@SETTINGS
@given(acts=st.lists(ACTS, min_size=5, max_size=25), seed=st.integers(0, 2**32))
async def test_whoever_followed_holds_what_a_fresh_snapshot_holds(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    acts: Sequence[Callable[[Hall], Awaitable[None] | None]],
    seed: int,
) -> None:
    monkeypatch.setattr(audiences, "TICK_S", 0)
    monkeypatch.setattr(audiences, "AT_ONCE", 2)
    monkeypatch.setattr(audiences, "SNAPSHOTS_AT_ONCE", 1)
    random = Random(seed)  # noqa: S311 (that it can be repeated is the point)
    async with opened(store, LossyHub(random)) as desked, beside(desked.fanout) as worker:
        seats = Seats(desked)
        hall = Hall(seats, await worker.audience(seats.channel), random)
        for act in [*acts, Hall.stop, Hall.approve, Hall.settle, Hall.go_on, Hall.settle]:
            if (work := act(hall)) is not None:
                await work
        fresh: Any = Phone(seats.audience)
        await seats.settled(fresh.wire)
        fresh.hear()
        for phone in hall.phones:
            phone.hear()
            assert phone.cards == fresh.cards
            assert phone.place == fresh.place
