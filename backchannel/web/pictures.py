"""`/media/NAME.webp`: the pictures of posts, from our own address. Only the desk sees what is not public."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.roles import Command
from backchannel.store.base import Pictures, Served
from backchannel.web.badges import Gate

# A name never shows anything else. Private: whatever stands between us and browsers would go on sending the withdrawn.
KEPT_BY_BROWSERS: Final = "private, max-age=2592000, immutable"
TRUSTED_FOR: Final = timedelta(seconds=1)  # a hall asks at once; a withdrawn post has to be gone within two seconds
KEPT_MAX: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Known:
    at: datetime
    served: Served


class PicturesDoor:
    """Serves pictures by name, each read from the store once a second at most."""

    def __init__(self, pictures: Pictures, gate: Gate, clock: Callable[[], datetime]) -> None:
        self._pictures = pictures
        self._gate = gate
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._size = 0

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/media/{name}.webp", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET /media/NAME.webp`: the same bytes for ever."""
        served = await self._find(request.path_params["name"])
        if served is None or not (served.is_public or await self._is_of_the_desk(request)):
            raise Refusal(404, "not_found", "There is no such picture.")
        return Response(served.body, media_type="image/webp", headers={"Cache-Control": KEPT_BY_BROWSERS})

    async def _is_of_the_desk(self, request: Request) -> bool:
        try:
            await self._gate.asking(request, Command.SEE)
        except Refusal:
            return False
        return True

    async def _find(self, name: str) -> Served | None:
        now, known = self._clock(), self._known.get(name)
        if known is not None and timedelta() <= now - known.at < TRUSTED_FOR:
            return known.served
        served = await self._pictures.served(name)
        self._forget(name)
        if served is not None:
            self._known[name] = _Known(now, served)
            self._size += len(served.body)
            while self._size > KEPT_MAX:
                self._forget(next(iter(self._known)))
        return served

    def _forget(self, name: str) -> None:
        if (known := self._known.pop(name, None)) is not None:
            self._size -= len(known.served.body)
