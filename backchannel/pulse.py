"""The pulse of the live path: how late the event loop is, and what was done in the last ten minutes, for the owner."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Final

from backchannel.feed import View
from backchannel.hub.fanout import Fanout
from backchannel.memory import memory_mb

BEAT_S: Final = 0.1
SAMPLE_EVERY_S: Final = 2.0
KEEPS: Final = 300  # ten minutes


@dataclass(frozen=True, slots=True)
class Sample:
    """Two seconds of the live path: who was connected at their end, and what happened since the sample before.

    `deliveries` are those of a second; `lag_ms` and `delay_ms` are the longest.
    """

    at: datetime
    phones: int
    screens: int
    consoles: int
    programs: int
    deliveries: float
    lag_ms: float
    delay_ms: float
    refused: int
    ended: int
    resumed: int
    snapshots: int
    memory_mb: float


class Pulse:
    """Beats ten times a second, and keeps what it saw."""

    def __init__(self, fanout: Fanout, clock: Callable[[], datetime]) -> None:
        self._fanout = fanout
        self._clock = clock
        self._samples: deque[Sample] = deque(maxlen=KEEPS)
        self._before = self._totals()

    @property
    def samples(self) -> Sequence[Sample]:
        """What was seen, the oldest first."""
        return tuple(self._samples)

    async def run(self) -> None:
        """Beat until cancelled."""
        sampled_at = monotonic()
        while True:
            due = monotonic() + BEAT_S
            await asyncio.sleep(BEAT_S)
            now = monotonic()
            self._fanout.figures.loop_delay.observe(max(0.0, now - due))
            if now - sampled_at >= SAMPLE_EVERY_S:
                self._samples.append(self.sample(now - sampled_at))
                sampled_at = now

    def sample(self, seconds: float) -> Sample:
        """What happened in the seconds since the last sample."""
        figures, before = self._fanout.figures, self._before
        self._before = now = self._totals()
        deliveries, resumed, snapshots, refused, ended = (
            later - earlier for earlier, later in zip(before, now, strict=True)
        )
        clients = dict.fromkeys(View, 0)
        for channel in self._fanout.channels:
            clients[channel.view] += channel.clients
        return Sample(
            at=self._clock(),
            phones=clients[View.PHONE],
            screens=clients[View.SCREEN],
            consoles=clients[View.CONSOLE],
            programs=clients[View.POSTS],
            deliveries=deliveries / seconds,
            lag_ms=max(lag.take_worst() for lag in figures.lag.values()) * 1000,
            delay_ms=figures.loop_delay.take_worst() * 1000,
            refused=refused,
            ended=ended,
            resumed=resumed,
            snapshots=snapshots,
            memory_mb=memory_mb() + self._fanout.workers.memory_mb,
        )

    def _totals(self) -> tuple[int, int, int, int, int]:
        figures = self._fanout.figures
        so_far = figures.deliveries, figures.resumed, figures.snapshots
        return *so_far, figures.refused.total(), figures.ended.total()
