"""The service level: how fast posts come in and are decided, how long they wait, what halls have ahead. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from backchannel.pacing import CALM_EVERY_S, FLOOR_S, GAP_S, HURRY, Pace, pace_of
from backchannel.stage import PLACES, Layout, Stage

MINUTES: Final = 60
TREND_MIN: Final = 3  # so many minutes in a row make a trend
BACKLOG_MIN: Final = 5.0  # a longer backlog than this, in minutes, wants more hands where it grows


@dataclass(frozen=True, slots=True)
class Flow:
    """What the store counted at a moment.

    `came` are the posts that came into the queue and `decided` those that people took out of it, minute by minute, the
    last 60 s first. `oldest_at`, `half_at` and `most_at` are since when the oldest of the queue waits, the half that
    waits longest, and the twentieth part that does. `ahead` tells for each hall how long each approved post that was
    not on air yet takes to be read, in their order, in seconds.
    """

    at: datetime
    came: tuple[int, ...]
    decided: tuple[int, ...]
    waiting: int = 0
    oldest_at: datetime | None = None
    half_at: datetime | None = None
    most_at: datetime | None = None
    ahead: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def came_a_minute(self) -> float:
        """How many came in a minute, of late."""
        return sum(self.came[:TREND_MIN]) / TREND_MIN

    @property
    def decided_a_minute(self) -> float:
        """How many were decided in a minute, of late."""
        return sum(self.decided[:TREND_MIN]) / TREND_MIN

    @property
    def backlog_min(self) -> float | None:
        """How many minutes the queue takes at the present pace; None where nobody decides and something waits."""
        if self.waiting == 0:
            return 0.0
        return self.waiting / self.decided_a_minute if self.decided_a_minute else None

    @property
    def needs_hands(self) -> bool:
        """Whether more came than was decided for minutes on end, and what waits takes long."""
        pairs = zip(self.came[:TREND_MIN], self.decided[:TREND_MIN], strict=True)
        is_long = self.backlog_min is None or self.backlog_min > BACKLOG_MIN
        return is_long and all(came > decided for came, decided in pairs)

    def waits_s(self, since: datetime | None) -> float | None:
        """How long something waits that came at a moment."""
        return None if since is None else max((self.at - since).total_seconds(), 0.0)


def ahead_s(dwells: Sequence[float], stage: Stage) -> float:
    """Seconds until a hall has shown all that waits for its turn, as pacing would do it if nothing else came."""
    places = PLACES[stage.layout]
    if stage.calm:
        return -(-len(dwells) // places) * CALM_EVERY_S
    return sum(_turn_s(dwell, pace_of(len(dwells) - shown), places) for shown, dwell in enumerate(dwells))


def _turn_s(dwell: float, pace: Pace, places: int) -> float:
    if pace >= Pace.CROWDED:
        places = PLACES[Layout.COLUMNS]  # the relief of a burst
    if pace >= Pace.HURRIED:
        return max(dwell * HURRY, FLOOR_S) / places
    return (dwell + (GAP_S if pace is Pace.EASY else 0.0)) / places
