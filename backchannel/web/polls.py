"""`GET /feed/phone`: what the socket of the same address tells, for phones whose network lets no socket through.

It answers out of the ring in memory, from where the phone stands, with the totals of votes and reactions, which have no
number. An ETag names the position and the totals: most answers are 304.
"""

from typing import Final
from zlib import crc32

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel import feed
from backchannel.feed import View
from backchannel.hub.fanout import Fanout
from backchannel.hub.strand import NOWHERE
from backchannel.polls import Polls
from backchannel.web.sockets import position_of
from backchannel.web.tongues import tongue_of

KIND: Final = "application/json"


class PollDoor:
    """The phones' feed over plain HTTP."""

    def __init__(self, fanout: Fanout, polls: Polls) -> None:
        self._fanout = fanout
        self._polls = polls

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/feed/phone", self.phone)]

    async def phone(self, request: Request) -> Response:
        """`GET /feed/phone?epoch=&since=`: hello, and the frames that are missing, or a snapshot; else 304."""
        channel = await self._fanout.tuned(View.PHONE, language=tongue_of(request).tag)
        position = position_of(request)
        await channel.reach(position)
        place = channel.place_of(position)
        totals = self._totals()
        etag = f'"{channel.epoch}-{channel.ring.head}-{crc32("".join(totals).encode()):x}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        missed = None if place == NOWHERE else channel.ring.after(place)
        hello = channel.hello()
        if missed is None:
            _, snapshot = await channel.snapshot()
            missed = [snapshot]
        return Response(feed.message([hello, *missed, *totals]), headers={"ETag": etag}, media_type=KIND)

    def _totals(self) -> list[str]:
        return [*self._polls.frames, *self._fanout.said_to_phones]
