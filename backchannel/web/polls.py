"""`GET /feed/phone`: what the socket of the same address tells, for phones whose network lets no socket through.

It answers out of the ring in memory, from where the phone stands. An ETag names the position: most answers are 304.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel import feed
from backchannel.feed import View
from backchannel.hub.channel import NOWHERE
from backchannel.hub.fanout import Fanout
from backchannel.web.sockets import position_of
from backchannel.web.tongues import tongue_of

KIND: Final = "application/json"


class PollDoor:
    """The phones' feed over plain HTTP."""

    def __init__(self, fanout: Fanout) -> None:
        self._fanout = fanout

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/feed/phone", self.phone)]

    async def phone(self, request: Request) -> Response:
        """`GET /feed/phone?epoch=&since=`: hello, and the frames that are missing, or a snapshot; else 304."""
        channel = await self._fanout.tuned(View.PHONE, language=tongue_of(request).tag)
        position = position_of(request)
        await channel.reach(position)
        place = channel.place_of(position)
        etag = f'"{channel.epoch}-{channel.ring.head}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        missed = None if place == NOWHERE else channel.ring.after(place)
        hello = channel.hello()
        if missed is None:
            _, snapshot = await channel.snapshot()
            missed = [snapshot]
        return Response(feed.message([hello, *missed]), headers={"ETag": etag}, media_type=KIND)
