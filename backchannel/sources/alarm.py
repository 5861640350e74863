"""What time is to a source that watches: a clock, pauses, and alarms. Tests bring their own."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime


class Alarm:
    """Goes off once, so many seconds from when it is set. Whoever sets the clock has no say in it."""

    def __init__(self, seconds: float) -> None:
        self._time = asyncio.get_running_loop().time
        self._at = self._time() + seconds

    @property
    def rang(self) -> bool:
        """Whether it went off."""
        return self._time() >= self._at

    def limit(self) -> AbstractAsyncContextManager[object]:
        """A limit to what is waited for inside: TimeoutError as soon as the alarm goes off."""
        return asyncio.timeout_at(self._at)


@dataclass(frozen=True, slots=True)
class Timing:
    """How a source tells the time, pauses, and sets an alarm."""

    clock: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    alarm: Callable[[float], Alarm] = Alarm
