"""The service level of the desk, for moderators and programs.

Every console asks again and again, and to count what waits takes the longer the more waits: so it is counted once for
all who ask within two seconds.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.roles import Command
from backchannel.store.base import Record, Stages
from backchannel.web.badges import Gate
from backchannel.web.replies import Json
from backchannel.web.wire import service_json

HOLDS_FOR: Final = timedelta(seconds=2)


class ServiceDoor:
    """`/api/service`."""

    def __init__(self, record: Record, stages: Stages, gate: Gate, clock: Callable[[], datetime]) -> None:
        self._record = record
        self._stages = stages
        self._gate = gate
        self._clock = clock
        self._counting = asyncio.Lock()
        self._counted: Mapping[str, Any] = {}
        self._holds_until: datetime | None = None

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/api/service", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET /api/service`: how fast posts come and are decided, how long they wait, what each hall has ahead."""
        await self._gate.asking(request, Command.SEE)
        async with self._counting:
            at = self._clock()
            if self._holds_until is None or not at < self._holds_until <= at + HOLDS_FOR:  # clocks may be put back
                flow = await self._record.flow(at)
                self._counted, self._holds_until = service_json(flow, await self._stages.all()), at + HOLDS_FOR
            return Json(self._counted)
