"""What the live path did since the start, in figures: for Prometheus, and for the owner's page. Pure.

Everybody who works on the live path counts into the one `Figures` of the house, and a worker into its own, which it
hands over again and again; nobody decides by them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from backchannel.feed import View

# In seconds: what a person does not notice, what a tick takes, what a promise allows, and what is trouble.
BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Why(StrEnum):
    """Why a client was refused, or shown out."""

    FULL = "full"  # no place was left
    FILES = "files"  # the system had no open file left to give
    DEVICE = "device"  # its device had too many connections
    RUSH = "rush"  # too many came in the same moment
    SIZE = "size"  # it sent a message that is too large
    MESSAGES = "messages"  # it sent too many messages
    SILENT = "silent"  # it answered no ping, or never said what it wants
    STOPPED = "stopped"  # it did not read what it was told


@dataclass(frozen=True, slots=True)
class Times:
    """How often something took how long in a while: by bound, in all, and the longest."""

    counts: list[int]
    total: float
    worst: float


class Histogram:
    """How often something took how long; `worst` is the longest since it was last asked for."""

    def __init__(self, bounds: Sequence[float] = BOUNDS) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self._worst = 0.0
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        """Count one more."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._worst = max(self._worst, seconds)
        self.total += seconds

    @property
    def count(self) -> int:
        """How often it happened."""
        return sum(self._counts)

    def buckets(self) -> Iterator[tuple[str, int]]:
        """As Prometheus wants it: up to each bound, and in all."""
        so_far = 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            so_far += count
            yield bound, so_far

    def take_worst(self) -> float:
        """The longest since the last time this was asked."""
        worst, self._worst = self._worst, 0.0
        return worst

    def take(self) -> Times:
        """All that was counted; the next count begins."""
        taken = Times(self._counts, self.total, self.take_worst())
        self._counts, self.total = [0] * len(self._counts), 0.0
        return taken

    def add(self, times: Times) -> None:
        """Count what was counted elsewhere."""
        self._counts = [ours + theirs for ours, theirs in zip(self._counts, times.counts, strict=True)]
        self._worst = max(self._worst, times.worst)
        self.total += times.total


@dataclass(frozen=True, slots=True)
class Counted:
    """What a worker did in a while."""

    deliveries: int
    resumed: int
    snapshots: int
    ended: dict[Why, int]
    lag: dict[View, Times]
    loop_delay: Times


def _lags() -> Mapping[View, Histogram]:
    return {view: Histogram() for view in View}


@dataclass(slots=True)
class Figures:
    """Counts since the start. `lag` is from the commit to the write to whoever is told last, by view."""

    deliveries: int = 0  # messages that were written to clients
    resumed: int = 0  # who came or went on, and was answered from the ring
    snapshots: int = 0  # who was given a snapshot
    refused: Counter[Why] = field(default_factory=Counter)
    ended: Counter[Why] = field(default_factory=Counter)
    lag: Mapping[View, Histogram] = field(default_factory=_lags)
    loop_delay: Histogram = field(default_factory=Histogram)
    workers_lost: int = 0  # that ended by themselves, or had to be

    def take(self) -> Counted:
        """All that a worker counted; the next count begins."""
        taken = Counted(
            self.deliveries,
            self.resumed,
            self.snapshots,
            dict(self.ended),
            {view: histogram.take() for view, histogram in self.lag.items() if histogram.count},
            self.loop_delay.take(),
        )
        self.deliveries = self.resumed = self.snapshots = 0
        self.ended.clear()
        return taken

    def add(self, counted: Counted) -> None:
        """Count what a worker counted."""
        self.deliveries += counted.deliveries
        self.resumed += counted.resumed
        self.snapshots += counted.snapshots
        self.ended.update(counted.ended)
        for view, times in counted.lag.items():
            self.lag[view].add(times)
        self.loop_delay.add(counted.loop_delay)
