"""The hub of a single process: asyncio events, and a look at the log every second besides."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from anyio import move_on_after

POLL_EVERY_S: Final = 1.0


class LocalHub:
    """Wakes one waiter per stream. The poll notices what another process wrote (a command beside the server)."""

    def __init__(self, poll_every_s: float = POLL_EVERY_S) -> None:
        self._poll_every_s = poll_every_s
        self._events: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def wake(self, streams: Iterable[str]) -> None:
        """Wake who waits for these streams; a stream nobody waits for yet stays awake."""
        for stream in streams:
            self._events[stream].set()

    async def wait(self, stream: str) -> None:
        """Return when the stream was woken since the last wait, or after the polling pause."""
        event = self._events[stream]
        with move_on_after(self._poll_every_s):
            await event.wait()
        event.clear()
