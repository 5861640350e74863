"""What is on at a moment, asked again and again. Pure: the time is told."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar


class Timed(Protocol):
    """What begins and ends."""

    @property
    def start(self) -> datetime:
        """When it begins."""

    @property
    def end(self) -> datetime:
        """When it is over."""


S = TypeVar("S", bound=Timed)
T = TypeVar("T")


class Hours(Generic[S, T]):
    """Sessions by time. What `make` makes of those that are on is kept until the next begins or ends.

    With `before` and `after` each counts for so long before and after it.
    """

    def __init__(
        self,
        sessions: Sequence[S],
        make: Callable[[Sequence[S]], T],
        before: timedelta = timedelta(),
        after: timedelta = timedelta(),
    ) -> None:
        self._spans = [(each.start - before, each.end + after, each) for each in sessions]
        self._edges = sorted({edge for start, end, _ in self._spans for edge in (start, end)})
        self._make = make
        self._known: dict[int, T] = {}

    def at(self, at: datetime) -> T:
        """What is made of the sessions at a moment, in their order."""
        place = bisect_right(self._edges, at)
        if place not in self._known:
            self._known[place] = self._make([each for start, end, each in self._spans if start <= at < end])
        return self._known[place]

    def next_edge(self, at: datetime) -> datetime | None:
        """When something begins or ends after a moment."""
        place = bisect_right(self._edges, at)
        return self._edges[place] if place < len(self._edges) else None
