"""One process alone: asyncio events, a look at the log every second besides, and nobody else who could lead."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final

from anyio import move_on_after, sleep_forever

POLL_EVERY_S: Final = 1.0


class LocalHub:
    """Wakes every waiter of a stream. The poll notices what another process wrote (a command beside the server)."""

    def __init__(self, poll_every_s: float = POLL_EVERY_S) -> None:
        self._poll_every_s = poll_every_s
        self._events: defaultdict[str, dict[str, asyncio.Event]] = defaultdict(dict)

    def wake(self, streams: Iterable[str]) -> None:
        """Wake who waits for these streams; who comes for the first time finds its stream awake."""
        for stream in streams:
            for event in self._events[stream].values():
                event.set()

    def wake_all(self) -> None:
        """Wake everybody who ever waited."""
        self.wake(tuple(self._events))

    async def wait(self, stream: str, waiter: str = "") -> None:
        """Return when the stream was woken since this waiter's last wait, or after the polling pause."""
        event = self._events[stream].get(waiter)
        if event is None:
            self._events[stream][waiter] = asyncio.Event()
            return
        with move_on_after(self._poll_every_s):
            await event.wait()
        event.clear()

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
