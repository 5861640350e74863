"""Time that tests turn by hand: pauses pass at once, and what waits under an alarm waits until it is turned."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime, timedelta

from backchannel.sources.alarm import Alarm
from tests.made_up import MORNING


class VirtualTime:
    """A clock, a way to sleep and a maker of alarms that agree. `each_second` is done whenever one has passed."""

    def __init__(self, each_second: Callable[[], Awaitable[None]] | None = None) -> None:
        self.now_s = 0.0
        self.slept: list[float] = []
        self.waiting: dict[VirtualAlarm, asyncio.Timeout] = {}
        self.each_second = each_second
        self._came = asyncio.Event()

    def clock(self) -> datetime:
        """What time it is."""
        return MORNING + timedelta(seconds=self.now_s)

    async def sleep(self, seconds: float) -> None:
        """Sleep in no time, and remember for how long it was asked to."""
        self.slept.append(seconds)
        await self.turn(seconds)
        await asyncio.sleep(0)

    async def wait(self, seconds: float) -> None:
        """Sleep until somebody has turned time so far."""
        with suppress(TimeoutError):
            async with self.alarm(seconds).limit():
                await asyncio.Event().wait()

    async def until_waited_for(self, many: int = 1) -> None:
        """Return once so many wait for time to pass."""
        while len(self.waiting) < many:
            self._came.clear()
            await self._came.wait()

    def begin_to_wait(self, alarm: "VirtualAlarm", timeout: asyncio.Timeout) -> None:
        """From now on an alarm waits."""
        self.waiting[alarm] = timeout
        self._came.set()

    def alarm(self, seconds: float) -> Alarm:
        """An alarm that goes off when time has been turned so far."""
        return VirtualAlarm(self, self.now_s + seconds)

    async def turn(self, seconds: float) -> None:
        """Let time pass, second by second where something is to be done in each, and let alarms go off."""
        end = self.now_s + seconds
        while self.each_second is not None and int(self.now_s) + 1 <= end:
            self.now_s = float(int(self.now_s) + 1)
            await self.each_second()
        self.now_s = end
        for alarm, timeout in list(self.waiting.items()):
            if alarm.rang and timeout.when() is None:
                timeout.reschedule(asyncio.get_running_loop().time())


class VirtualAlarm(Alarm):
    """Goes off by virtual time."""

    def __init__(self, time: VirtualTime, at_s: float) -> None:
        self._virtual = time
        self._at_s = at_s

    @property
    def rang(self) -> bool:
        """Whether time was turned so far."""
        return self._virtual.now_s >= self._at_s

    def limit(self) -> AbstractAsyncContextManager[object]:
        """A limit that time has to be turned to."""
        return self._limit()

    @asynccontextmanager
    async def _limit(self) -> AsyncGenerator[None]:
        async with asyncio.timeout(0 if self.rang else None) as timeout:
            self._virtual.begin_to_wait(self, timeout)
            try:
                yield
            finally:
                del self._virtual.waiting[self]
