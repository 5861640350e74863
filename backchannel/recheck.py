"""The recheck: asks sources again for what is approved, since not every network tells of deletes and edits.

What is on air, or next, is asked for in every round; all else that is approved comes in turn, so that a wall of any
size costs a network the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

from backchannel.desk import Desk
from backchannel.errors import SourceError
from backchannel.sources.base import Revisiting
from backchannel.store.base import Sightings, Stages

ROUND_EVERY_S: Final = 60.0
IN_TURN_MAX: Final = 20

log = structlog.get_logger()


class Recheck:
    """Looks again at the approved posts of one source."""

    def __init__(
        self,
        source: Revisiting,
        desk: Desk,
        seen: Sightings,
        stages: Stages,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.name = source.name
        self._source = source
        self._desk = desk
        self._seen = seen
        self._stages = stages
        self._sleep = sleep
        self._place = 0

    async def run(self) -> None:
        """Look again, round by round, until cancelled. A round that fails is told in the log and not repeated."""
        while True:
            await self._sleep(ROUND_EVERY_S)
            try:
                await self.round()
            except SourceError as error:
                log.warning("recheck in trouble", source=self._source.name, error=str(error))
            except Exception:  # the outermost edge of this duty: the next round may go well
                log.exception("recheck failed", source=self._source.name)

    async def round(self) -> None:
        """Ask for what is on air and for the next of the others, and carry out what the network says."""
        refs = list(dict.fromkeys([*await self._on_air(), *await self._in_turn()]))
        if not refs:
            return
        batch = await self._source.revisit(refs)
        await self._desk.receive(batch.sightings, None, self._source.name)

    async def _on_air(self) -> Sequence[str]:
        keys = {key for stage in await self._stages.all() for key in (*stage.on_air, *stage.next)}
        return list((await self._seen.refs(self._source.name, keys)).values()) if keys else []

    async def _in_turn(self) -> Sequence[str]:
        shown = await self._seen.shown(self._source.name, self._place, IN_TURN_MAX)
        self._place = shown[-1].place if len(shown) == IN_TURN_MAX else 0
        return [each.ref for each in shown]
