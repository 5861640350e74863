"""`/api/floor`: whether phones may post, and the switch that pauses them; it is part of the rulebook."""

from dataclasses import replace
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.court import Court
from backchannel.roles import Command
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.replies import Json
from backchannel.web.rule_wire import in_force_json


class FloorRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/floor`."""

    is_paused: bool


WISHES: Final = msgspec.json.Decoder(FloorRequest)


class FloorPauseDoor:
    """Pauses the floor; `is_open` says whether the conference takes posts from phones at all."""

    def __init__(self, court: Court, gate: Gate, *, is_open: bool) -> None:
        self._court = court
        self._gate = gate
        self._is_open = is_open

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/api/floor", self.show), Route("/api/floor", self.turn, methods=["POST"])]

    async def show(self, request: Request) -> Response:
        """`GET /api/floor`: whether phones may post now."""
        return Json({"is_open": self._is_open, "is_paused": self._court.book.is_floor_paused})

    async def turn(self, request: Request) -> Response:
        """`POST /api/floor`: pause it, or open it again; to ask for what is so already changes nothing."""
        badge = await self._gate.commanding(request, Command.PAUSE)
        wish = await read(request, WISHES)
        await self._court.sit()
        if self._court.book.is_floor_paused is wish.is_paused:
            return Json(in_force_json(self._court.book))
        kept = await self._court.amend(lambda book: replace(book, is_floor_paused=wish.is_paused), badge.name)
        return Json(in_force_json(kept.book))
