"""The session that a post belongs to, put right at the desk."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Final

import msgspec
import structlog
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.programme import Programme
from backchannel.roles import Command
from backchannel.schedules.reading import ID_MAX
from backchannel.store.base import Bindings
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.replies import Json
from backchannel.web.wire import post_json

log = structlog.get_logger()


class SessionRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/posts/{key}/session`: a session's id, or null where the post is about none."""

    session: Annotated[str, Meta(min_length=1, max_length=ID_MAX + 30)] | None


WISHES: Final = msgspec.json.Decoder(SessionRequest)


class SessionDoor:
    """`/api/posts/{key}/session`."""

    def __init__(
        self,
        bindings: Bindings,
        programme: Callable[[], Programme],
        hub: Hub,
        gate: Gate,
        clock: Callable[[], datetime],
    ) -> None:
        self._bindings = bindings
        self._programme = programme
        self._hub = hub
        self._gate = gate
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/api/posts/{key}/session", self.bind, methods=["POST"])]

    async def bind(self, request: Request) -> Response:
        """`POST`: bind a post to a session of the programme, or to none."""
        badge = await self._gate.commanding(request, Command.DECIDE)
        wish = await read(request, WISHES)
        if wish.session is not None and self._programme().find(wish.session) is None:
            raise Refusal(400, "session_unknown", "There is no such session in the programme.")
        bound = await self._bindings.bind(request.path_params["key"], wish.session, self._clock())
        if bound.post is None:
            raise Refusal(404, "post_unknown", "There is no such post.")
        self._hub.wake(bound.streams)
        log.info("session said", key=bound.post.key, by=badge.name, session=wish.session)
        return Json(post_json(bound.post, for_moderator=True))
