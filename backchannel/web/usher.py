"""The usher shows out, on this node, who was signed out on any: by an owner, by themselves, or by time."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime

import structlog

from backchannel.hub.base import Hub
from backchannel.store.base import People
from backchannel.updates import BADGES

log = structlog.get_logger()


class Usher:
    """Knows by which badges sockets are open here, and tells each when its badge was ended."""

    def __init__(self, people: People, hub: Hub, clock: Callable[[], datetime]) -> None:
        self._people = people
        self._hub = hub
        self._clock = clock
        self._inside: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def attending(self, badge_id: str) -> Generator[asyncio.Event]:
        """Set once the badge is no more, while somebody is inside by it."""
        ended = asyncio.Event()
        self._inside[badge_id].add(ended)
        try:
            yield ended
        finally:
            self._inside[badge_id].discard(ended)
            if not self._inside[badge_id]:
                del self._inside[badge_id]

    async def run(self) -> None:
        """Look whenever somebody was signed out, and after the hub's pause, until cancelled."""
        while True:
            await self._hub.wait(BADGES)
            try:
                await self._look()
            except Exception:  # the outermost edge of this task: nobody comes in meanwhile, for that asks the store too
                log.exception("badges cannot be read")

    async def _look(self) -> None:
        asked = frozenset(self._inside)
        if not asked:
            return
        standing = await self._people.standing(asked, self._clock())
        for badge_id in asked - standing:
            for ended in self._inside.get(badge_id, ()):
                ended.set()
