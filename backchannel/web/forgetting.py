"""`/api/forgettings`: an owner has the author of a post forgotten. A trial tells first what would go."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.desk import Desk
from backchannel.errors import Refusal
from backchannel.forgotten import Leaving
from backchannel.roles import Command
from backchannel.store.base import Forgetting
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.replies import Json


class ForgettingRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/forgettings`; a `trial` tells what would go, and forgets nobody."""

    post: Annotated[str, Meta(min_length=1, max_length=100)]
    trial: bool = False


WISHES: Final = msgspec.json.Decoder(ForgettingRequest)


class ForgettingDoor:
    """Has authors forgotten."""

    def __init__(self, forgetting: Forgetting, desk: Desk, gate: Gate) -> None:
        self._forgetting = forgetting
        self._desk = desk
        self._gate = gate

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/api/forgettings", self.forget, methods=["POST"])]

    async def forget(self, request: Request) -> Response:
        """`POST`: nothing of a post's author is kept from now on, and what they post is not taken in."""
        badge = await self._gate.commanding(request, Command.FORGET)
        wish = await read(request, WISHES)
        leaving = await self._leaving(wish.post)
        told = {"name": leaving.name, "is_one_post": bool(leaving.key)}
        if wish.trial:
            return Json({**told, "posts": leaving.posts, "mentions": await self._forgetting.mentions(leaving)})
        forgot = await self._desk.forget(leaving, badge.name)
        return Json({**told, "posts": forgot.posts, "mentions": forgot.mentions})

    async def _leaving(self, key: str) -> Leaving:
        found = await self._forgetting.of_post(key)
        if found is None:
            raise Refusal(404, "post_unknown", "There is no such post.")
        return found
