"""The service level of the desk, for moderators and programs."""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.roles import Command
from backchannel.store.base import Record, Stages
from backchannel.web.badges import Gate
from backchannel.web.replies import Json
from backchannel.web.wire import service_json


class ServiceDoor:
    """`/api/service`."""

    def __init__(self, record: Record, stages: Stages, gate: Gate, clock: Callable[[], datetime]) -> None:
        self._record = record
        self._stages = stages
        self._gate = gate
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/api/service", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET /api/service`: how fast posts come and are decided, how long they wait, what each hall has ahead."""
        await self._gate.asking(request, Command.SEE)
        flow = await self._record.flow(self._clock())
        return Json(service_json(flow, await self._stages.all()))
