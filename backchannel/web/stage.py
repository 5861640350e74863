"""The stage of a hall, for all to read and for moderators to turn. Nothing here waits for the director."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Final

import msgspec
import structlog
from msgspec import UNSET, Meta, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.roles import Command
from backchannel.stage import LINED_UP_MAX, Layout, Panic, Stage
from backchannel.store.base import Posts, Stages
from backchannel.updates import hall_stream, public_streams
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.catalogues import Tongue
from backchannel.web.replies import Json, refusal_json
from backchannel.web.tongues import tongue_of

Key = Annotated[str, Meta(min_length=1, max_length=100)]
ATTEMPTS: Final = 10
NEXT: Final = "next"  # no key: those have a colon
MEANWHILE: Final = Refusal(409, "version", "The stage changed meanwhile; look at it again.")
NOTHING_NEXT: Final = Refusal(409, "nothing_next", "Nothing comes next in this hall.")
NOT_SHOWN: Final = Refusal(409, "not_shown", "This post is not shown in this hall.")

log = structlog.get_logger()


class StageRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/halls/{hall}/stage`: what is named is changed, the rest stays.

    `spotlight` is a post's key, `next` for the first that comes next, or null for none. `lined_up` are the keys of what
    comes next, first first; without any, the director says.
    """

    layout: Layout | UnsetType = UNSET
    calm: bool | UnsetType = UNSET
    sponsors: bool | UnsetType = UNSET
    spotlight: Key | UnsetType | None = UNSET
    lined_up: Annotated[list[Key], Meta(max_length=LINED_UP_MAX)] | UnsetType = UNSET
    panic: Panic | UnsetType = UNSET
    version: int | UnsetType = UNSET


WISHES: Final = msgspec.json.Decoder(StageRequest)


class StageDoor:
    """`/api/halls/{hall}/stage`."""

    def __init__(
        self,
        stages: Stages,
        posts: Posts,
        hub: Hub,
        gate: Gate,
        halls: frozenset[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._stages = stages
        self._posts = posts
        self._hub = hub
        self._gate = gate
        self._halls = halls
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/api/halls/{hall}/stage", self.show),
            Route("/api/halls/{hall}/stage", self.turn, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """`GET`: what the hall shows now and next."""
        return Json((await self._stages.read(self._hall(request))).to_wire())

    async def turn(self, request: Request) -> Response:
        """`POST`: change it; 409 where it changed since the named version, or where no such post is shown."""
        badge = await self._gate.commanding(request, Command.STAGE)
        hall = self._hall(request)
        wish = await read(request, WISHES)
        tongue = tongue_of(request)
        for _ in range(ATTEMPTS):  # the director may be faster; without a version the wish holds for any stage
            present = await self._stages.read(hall)
            if wish.version is not UNSET and wish.version != present.version:
                return _refused(tongue, present, MEANWHILE)
            if wish.spotlight == NEXT:
                if not present.next:
                    return _refused(tongue, present, NOTHING_NEXT)
                wish = msgspec.structs.replace(wish, spotlight=present.next[0])
            # A screen may have forgotten an old post that is pinned or lined up now.
            held = {present.spotlight, *present.on_air, *present.next}
            again = [key for key in named(wish) if key not in held]
            if not all([await self._is_shown(key, hall) for key in again]):
                return _refused(tongue, present, NOT_SHOWN)
            after = wished(present, wish, self._clock())
            if after == present:
                return Json(present.to_wire())
            changed = await self._stages.change(after, self._clock(), again)
            if changed.done:
                self._hub.wake(changed.streams)
                log.info("stage changed", hall=hall, by=badge.name, wish=msgspec.to_builtins(wish))
                return Json(changed.stage.to_wire())
        raise Refusal(503, "busy", "The stage turns too fast just now; once more, please.")

    def _hall(self, request: Request) -> str:
        hall = str(request.path_params["hall"])
        if hall not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
        return hall

    async def _is_shown(self, key: str, hall: str) -> bool:
        return hall_stream(hall) in public_streams(await self._posts.find(key), [hall])


def named(wish: StageRequest) -> tuple[str, ...]:
    """The posts that a wish names."""
    pinned = (wish.spotlight,) if isinstance(wish.spotlight, str) else ()
    return (*pinned, *(wish.lined_up or ()))


def wished(stage: Stage, wish: StageRequest, at: datetime) -> Stage:
    """The stage as a moderator wants it."""
    if wish.layout is not UNSET:
        stage = stage.laid_out(wish.layout, at)
    if wish.calm is not UNSET:
        stage = stage.calmed(wish.calm)
    if wish.sponsors is not UNSET:
        stage = stage.thanking(wish.sponsors)
    if wish.spotlight is not UNSET:
        stage = stage.pinned(wish.spotlight, at)
    if wish.lined_up is not UNSET:
        stage = stage.lining_up(wish.lined_up)
    return stage if wish.panic is UNSET else stage.alarmed(wish.panic, at)


def _refused(tongue: Tongue, present: Stage, refusal: Refusal) -> Response:
    return Json({**refusal_json(refusal, tongue), "stage": present.to_wire()}, refusal.status)
