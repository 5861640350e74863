"""Admission: how many clients there may be, and how fast they may come. Pure: what time it is, in seconds, comes in.

Screens and consoles go first. A tenth of all places is theirs alone, and they do not wait in the crowd that comes back
after a restart: a hall without a screen is worse off than a phone that waits for five seconds. Anybody may open a
screen, so half of that tenth is for whom the desk knows.
"""

from collections import Counter
from collections.abc import Callable
from math import ceil
from typing import Final

from backchannel.errors import Refusal
from backchannel.figures import Figures, Why

DESK_SHARE: Final = 0.1
KNOWN_SHARE: Final = 0.05  # for consoles, and screens that somebody paired
SPREAD_MIN_S: Final = 2.0
SPREAD_OF_ACCEPTING: Final = 1.5  # who comes back takes the moments of this many times as long as accepting them takes


class Bucket:
    """So many in a second on average, and so many at once at most. Without a rate there is no bound."""

    def __init__(self, rate: float, size: float, now: Callable[[], float]) -> None:
        self._rate = rate
        self._size = size
        self._now = now
        self._left = size
        self._at = now()

    def take(self) -> float:
        """Take one: 0 where there was one, else the seconds until there is."""
        if not self._rate:
            return 0.0
        now = self._now()
        self._left = min(self._size, self._left + max(0.0, now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / self._rate
        self._left -= 1
        return 0.0


class Admission:
    """Who is let in. `wanted` are the places that were asked for, where the system allows fewer."""

    def __init__(
        self,
        *,
        clients: int,
        clients_per_device: int,
        arrivals_per_second: float,
        now: Callable[[], float],
        figures: Figures | None = None,
        wanted: int = 0,
    ) -> None:
        self.clients = clients
        self.wanted = wanted or clients
        self.inside = 0
        self._per_device = clients_per_device
        self._rate = arrivals_per_second
        self._arrivals = Bucket(arrivals_per_second, arrivals_per_second, now)
        self.figures = figures or Figures()
        self._devices: Counter[str] = Counter()

    @classmethod
    def of_all(cls) -> "Admission":
        """Whoever comes is let in."""
        return cls(clients=1 << 30, clients_per_device=1 << 30, arrivals_per_second=0, now=lambda: 0.0)

    @property
    def spread_s(self) -> float:
        """Over how many seconds clients had better come back, where all have to."""
        return max(SPREAD_MIN_S, SPREAD_OF_ACCEPTING * self.inside / self._rate if self._rate else 0)

    @property
    def is_full(self) -> bool:
        """Whether phones are sent away."""
        return self.inside >= self.clients - ceil(self.clients * DESK_SHARE)

    @property
    def is_closed(self) -> bool:
        """Whether screens are sent away, too, unless they are known."""
        return self.inside >= self.clients - int(self.clients * KNOWN_SHARE)

    def enter(self, device: str, *, goes_first: bool = False, is_known: bool = False) -> None:
        """Let a client of a device in, who must `leave` again; nameless ones are not told apart. Raises Refusal."""
        is_late = self.is_closed if goes_first else self.is_full
        if self.inside >= self.clients or (is_late and not is_known):
            raise self._refused(Why.FULL, 503, "All places are taken. It is tried again by itself.", 10)
        if device and self._devices[device] >= self._per_device:
            raise self._refused(Why.DEVICE, 429, "This device has too many pages open. Close some of them.", 30)
        wait_s = 0.0 if goes_first else self._arrivals.take()
        if wait_s:
            raise self._refused(Why.RUSH, 503, "Many come at once. It is tried again by itself.", ceil(wait_s))
        self.inside += 1
        if device:
            self._devices[device] += 1

    def leave(self, device: str) -> None:
        """A client that was let in is gone."""
        self.inside -= 1
        if device:
            self._devices[device] -= 1
            if not self._devices[device]:
                del self._devices[device]

    def _refused(self, why: Why, status: int, words: str, retry_after_s: int) -> Refusal:
        self.figures.refused[why] += 1
        refusal = Refusal(status, why.value, words)
        refusal.retry_after_s = retry_after_s
        return refusal
