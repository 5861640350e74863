"""Takedowns: which screens have said that a post is gone, how fast, and which have not. Pure: every moment comes in.

Moments are seconds of one clock that only goes forward; no screen's own clock is asked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

DEADLINE_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Takedown:
    """A post that is to leave the screens of a hall: everybody up to number `seq` of its stream is without it."""

    hall: str
    seq: int
    key: str


@dataclass(frozen=True, slots=True)
class Count:
    """How a takedown stands: `took_s` is what the slowest who confirmed took, `late` names who did not in time."""

    takedown: Takedown
    asked: int
    confirmed: int = 0
    took_s: float | None = None
    late: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every screen confirmed."""
        return self.confirmed == self.asked


@dataclass(slots=True)
class _Watched:
    takedown: Takedown
    begun: float
    asked: Mapping[str, str]
    took: dict[str, float] = field(default_factory=dict)
    told: Count | None = None

    def count(self, now: float) -> Count | None:
        """What there is to tell; nothing before all confirmed or the deadline is over."""
        is_late = now >= self.begun + DEADLINE_S
        if len(self.took) < len(self.asked) and not is_late:
            return None
        late = sorted(name for screen, name in self.asked.items() if screen not in self.took)
        took_s = max(self.took.values(), default=None)
        return Count(self.takedown, len(self.asked), len(self.took), took_s, tuple(late))


class Takedowns:
    """Counts, for every takedown, who confirmed it. After `lasts_s` nobody is waited for: the lease of all is over."""

    def __init__(self, lasts_s: float) -> None:
        self._lasts_s = lasts_s
        self._watched: list[_Watched] = []

    def begin(self, takedown: Takedown, screens: Mapping[str, str], now: float) -> None:
        """Ask these screens, each with its name, to be without a post. Where there are none, nothing is to be told."""
        if screens:
            self._watched.append(_Watched(takedown, now, dict(screens)))

    def painted(self, screen: str, hall: str, seq: int, keys: Collection[str], now: float) -> None:
        """Hear what a screen has on the glass, and up to which number it has applied everything."""
        for each in self._watched:
            asked = each.takedown
            is_gone = (asked.hall, True) == (hall, seq >= asked.seq) and asked.key not in keys
            if is_gone and screen in each.asked and screen not in each.took:
                each.took[screen] = now - each.begun

    def shown_again(self, hall: str, key: str) -> None:
        """End what was asked of a post: it may be shown again, and nobody can confirm that it is gone."""
        self._watched = [each for each in self._watched if (each.takedown.hall, each.takedown.key) != (hall, key)]

    def news(self, now: float) -> tuple[Count, ...]:
        """What was not told before: a takedown is told once it is whole or late, and again when a late one confirms."""
        told: list[Count] = []
        for each in self._watched:
            count = each.count(now)
            if count is not None and count != each.told:
                each.told = count
                told.append(count)
        self._watched = [each for each in self._watched if not _is_over(each, now, self._lasts_s)]
        return tuple(told)

    @property
    def due(self) -> float | None:
        """When there is something to tell at the latest; None where nothing is waited for."""
        return min((each.begun + DEADLINE_S for each in self._watched if each.told is None), default=None)


def _is_over(watched: _Watched, now: float, lasts_s: float) -> bool:
    is_whole = watched.told is not None and watched.told.is_whole
    return is_whole or now >= watched.begun + lasts_s
