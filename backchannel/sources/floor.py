"""The floor: posts typed on phones. What waits here is bounded, and a poster is answered when the post is on disk."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar, Final

from backchannel.errors import Refusal
from backchannel.post import Sighting
from backchannel.sources.base import Batch

GROUP_MAX: Final = 100
WAITING_MAX: Final = 2000


@dataclass(frozen=True, slots=True)
class FloorSettings:
    """The floor has nothing to set; naming it in the configuration opens it."""

    network: ClassVar[str] = "floor"


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    sighting: Sighting
    kept: asyncio.Event = field(default_factory=asyncio.Event)


class Floor:
    """A source that phones speak to. Posts that arrive while a group is being committed form the next group."""

    name = "floor"
    title = "Floor"
    network = "floor"

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._news = asyncio.Event()

    async def post(self, sighting: Sighting) -> None:
        """Hand a post in; returns when it is on disk. Raises Refusal where too many wait."""
        if len(self._waiting) >= WAITING_MAX:
            raise Refusal(503, "busy", "Too many posts arrive at once. Please send it again in a minute.")
        waiting = _Waiting(sighting)
        self._waiting.append(waiting)
        self._news.set()
        try:
            await waiting.kept.wait()
        except asyncio.CancelledError:
            self._forget(waiting)
            raise

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:  # noqa: ARG002 (the floor keeps no place)
        """Yield what waits, in groups. A group that was not committed waits on and is yielded again."""
        yield Batch()
        while True:
            await self._news.wait()
            group = tuple(islice(self._waiting, GROUP_MAX))
            yield Batch(tuple(waiting.sighting for waiting in group))
            for waiting in group:
                self._forget(waiting)
                waiting.kept.set()

    def _forget(self, waiting: _Waiting) -> None:
        """Whoever was told that a post could not be kept shall not find it kept after all."""
        with suppress(ValueError):
            self._waiting.remove(waiting)
        if not self._waiting:
            self._news.clear()
