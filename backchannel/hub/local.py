"""One process alone: asyncio events, a look at the log every second besides, and nobody else who could lead."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from time import monotonic
from typing import Final

from anyio import move_on_after, sleep_forever

POLL_EVERY_S: Final = 1.0


class _Bell(asyncio.Event):
    """An event that knows when it was set first."""

    rung_at: float | None = None

    def ring(self) -> None:
        """Set it."""
        if self.rung_at is None:
            self.rung_at = monotonic()
        self.set()


class LocalHub:
    """Wakes every waiter of a stream. The poll notices what another process wrote (a command beside the server)."""

    def __init__(self, poll_every_s: float = POLL_EVERY_S) -> None:
        self._poll_every_s = poll_every_s
        self._events: defaultdict[str, dict[str, _Bell]] = defaultdict(dict)

    def wake(self, streams: Iterable[str]) -> None:
        """Wake who waits for these streams; who comes for the first time finds its stream awake."""
        for stream in streams:
            for bell in self._events[stream].values():
                bell.ring()

    def wake_all(self) -> None:
        """Wake everybody who ever waited."""
        self.wake(tuple(self._events))

    async def wait(self, stream: str, waiter: str = "") -> float | None:
        """Return when the stream was woken since this waiter's last wait, and when; or after the polling pause."""
        bell = self._events[stream].get(waiter)
        if bell is None:
            self._events[stream][waiter] = _Bell()
            return None
        with move_on_after(self._poll_every_s):
            await bell.wait()
        bell.clear()
        rung_at, bell.rung_at = bell.rung_at, None
        return rung_at

    async def run(self) -> None:
        """Nothing runs beside."""
        await sleep_forever()


class Alone:
    """The leadership of a node that has the store to itself."""

    async def stand(self) -> bool:
        """Always: the lock file of a SQLite store keeps a second server away."""
        return True

    def term(self) -> AbstractAsyncContextManager[None]:
        """It never ends."""
        return nullcontext()
