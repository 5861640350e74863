"""The way in that a screen shows: its QR code, which proves on paired screens that whoever took it is in the hall."""

from collections.abc import Collection
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.store.base import Screens
from backchannel.web.addresses import Addresses, Door
from backchannel.web.badges import Gate
from backchannel.web.replies import Json
from backchannel.web.rooms import Rooms

LOOK_EVERY_S: Final = 60.0  # a screen without a code may be paired meanwhile


class WayIn:
    """`/screen/{hall}/door`. A code that every page showed would prove nothing, so only paired screens show one."""

    def __init__(
        self, addresses: Addresses, rooms: Rooms, gate: Gate, screens: Screens, halls: Collection[str]
    ) -> None:
        self._addresses = addresses
        self._rooms = rooms
        self._gate = gate
        self._screens = screens
        self._halls = halls

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/screen/{hall}/door", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET`: the QR code anew, as a drawing, and in how many seconds to look again."""
        hall = str(request.path_params["hall"])
        if hall not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
        secret = self._gate.screen(request)
        screen = await self._screens.find(secret) if secret else None
        is_there = screen is not None and screen.hall == hall
        door = self.door(hall, is_there=is_there)
        again_in_s = self._rooms.changes_in_s if is_there else LOOK_EVERY_S
        answer = {"qr": str(door.qr) if door else "", "again_in_s": again_in_s}
        return Json(answer, headers={"Cache-Control": "no-store"})

    def door(self, hall: str, *, is_there: bool) -> Door | None:
        """The way in; with the code of now where a paired screen of this hall shows it."""
        named = hall if len(self._halls) > 1 else ""
        return self._addresses.door(named, self._rooms.code(hall) if is_there else "")
