"""A strand: one stream as one view sees it, for whoever follows it. Its latest frames, who has which place, and news.

The first process encodes a strand and calls it a channel; a worker has a copy. Who tells viewers sees no difference.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from backchannel import feed
from backchannel.feed import Ring, View
from backchannel.figures import Figures

NOWHERE: Final = -1  # no place in the ring


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a stream, as a client claims it."""

    epoch: str
    seq: int


class Doors(Protocol):
    """Who let the viewers of a strand in, and counts what is done for them."""

    @property
    def figures(self) -> Figures:
        """Where it is counted."""

    @property
    def spread_s(self) -> float:
        """Over how many seconds clients had better come back, where all have to."""

    def leave(self, device: str) -> None:
        """A client that was let in is gone."""


class Strand(ABC):
    """One stream as one view sees it. `committed_at` is of the newest update, by the clock that only goes on."""

    def __init__(self, view: View, stream: str, doors: Doors) -> None:
        self.view = view
        self.stream = stream
        self.epoch = ""
        self.ring = Ring(0)
        self.clients = 0
        self.committed_at: float | None = None
        self.hears: Callable[[], None] | None = None
        self._doors = doors
        self._woken_at: float | None = None
        self._news = asyncio.Event()

    @abstractmethod
    async def snapshot(self) -> tuple[int, str]:
        """The stream as it is now, at the ring's head or before it."""

    @abstractmethod
    def beat(self) -> str:
        """The sign of life."""

    def hello(self) -> str:
        """The first frame of every connection."""
        return feed.hello(self.epoch, self.ring.head, round(self._doors.spread_s, 1))

    def place_of(self, position: Position | None) -> int:
        """The number after which a client goes on; `NOWHERE` where only a snapshot helps."""
        return NOWHERE if position is None or position.epoch != self.epoch else position.seq

    async def news(self) -> None:
        """Wait until there is something to tell that was not there before."""
        await self._news.wait()

    def take_woken(self) -> float | None:
        """When the first update was committed that an audience has not been told, as far as that is known."""
        woken_at, self._woken_at = self._woken_at, None
        return woken_at

    def _published(self, committed_at: float | None) -> None:
        """Wake everybody: updates are in the ring."""
        self.committed_at = committed_at
        self._woken_at = committed_at if self._woken_at is None else self._woken_at
        self._wake()
        if self.hears is not None:
            self.hears()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
