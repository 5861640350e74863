"""Screens for who stands beside them and for who sits at the desk: codes, names, halls, and what each is to do."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
import structlog
from msgspec import UNSET, Meta, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.roles import Command
from backchannel.screen import CODE_LASTS, NAME_MAX, Attempts, Opening, Pairing, Screen, code_of, read_code
from backchannel.stage import Layout, Panic
from backchannel.store.base import Openings, Recall, Recalls, Screens
from backchannel.text import tame_line
from backchannel.updates import SCREENS
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.replies import Json
from backchannel.wording import spoken

TOLD_FOR: Final = timedelta(minutes=2)
SHOWN_FOR: Final = timedelta(minutes=10)  # an unpaired page that is gone is no news for longer

log = structlog.get_logger()


class PairRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/screens`."""

    code: Annotated[str, Meta(max_length=40)]
    name: Annotated[str, Meta(max_length=200)]
    hall: Annotated[str, Meta(max_length=40)]
    layout: Layout | None = None


class ScreenRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/screens/{id}`: what is to change; `layout` null is the hall's."""

    name: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    hall: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    layout: Layout | UnsetType | None = UNSET
    panic: Panic | UnsetType = UNSET
    reload: bool = False
    identify: bool = False


PAIRINGS: Final = msgspec.json.Decoder(PairRequest)
CHANGES: Final = msgspec.json.Decoder(ScreenRequest)


class ScreensDoor:
    """`/api/screens…`."""

    def __init__(
        self,
        screens: Screens,
        openings: Openings,
        recalls: Recalls,
        hub: Hub,
        gate: Gate,
        halls: Mapping[str, Any],
        clock: Callable[[], datetime],
    ) -> None:
        self._screens = screens
        self._openings = openings
        self._recalls = recalls
        self._hub = hub
        self._gate = gate
        self._halls = halls
        self._clock = clock
        self._attempts = Attempts()

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/api/screens", self.show),
            Route("/api/screens", self.pair, methods=["POST"]),
            Route("/api/screens/code", self.offer, methods=["POST"]),
            Route("/api/screens/{id}", self.change, methods=["POST"]),
            Route("/api/screens/{id}", self.end, methods=["DELETE"]),
        ]

    async def show(self, request: Request) -> Response:
        """`GET /api/screens`: every screen, the pages that nobody paired, and the last takedowns."""
        await self._gate.asking(request, Command.SEE)
        now = self._clock()
        told = screens_json(await self._screens.all(), await self._openings.latest(), now)
        recalls = await self._recalls.since(now - TOLD_FOR)
        return Json({**told, "takedowns": [recall_json(recall) for recall in recalls], "at": now})

    async def offer(self, request: Request) -> Response:
        """`POST /api/screens/code`: a code to show until somebody pairs the page; 204 where it is paired already."""
        self._gate.check_page(request)
        known = self._gate.screen(request)
        if known and await self._screens.find(known) is not None:
            return Response(status_code=204)
        code = code_of(secrets.choice)
        answer = Json({"code": code, "lasts_s": CODE_LASTS.total_seconds()}, 201)
        secret_hash = known or self._gate.name_screen(answer)
        if not await self._screens.offer(code, secret_hash, self._clock()):
            raise Refusal(503, "codes", "Too many screens ask for a code just now.")
        return answer

    async def pair(self, request: Request) -> Response:
        """`POST /api/screens`: 201 with the screen that shows this code."""
        badge = await self._gate.commanding(request, Command.STAGE)
        asked, now = await read(request, PAIRINGS), self._clock()
        if (wait := self._attempts.wait(badge.name, now)) is not None:
            minutes = -(-wait // timedelta(minutes=1))
            raise Refusal(
                429, "tries", "Five codes were wrong. Wait %(minutes)s min, and read the code anew.", minutes=minutes
            )
        wanted = Screen("", self._name(asked.name), self._hall(asked.hall), asked.layout)
        outcome, screen = await self._screens.pair(read_code(asked.code), wanted, badge.name, now)
        if outcome is not Pairing.DONE or screen is None:
            if outcome in {Pairing.UNKNOWN, Pairing.EXPIRED}:
                self._attempts.wrong(badge.name, now)
            raise refused(outcome, screen or wanted)
        self._hub.wake((SCREENS,))
        log.info("screen paired", screen=screen.name, hall=screen.hall, by=badge.name)
        return Json(screen_json(screen, (), now), 201)

    async def change(self, request: Request) -> Response:
        """`POST /api/screens/{id}`: another name, hall, layout or panic level; load its page anew; say who it is."""
        badge = await self._gate.commanding(request, Command.STAGE)
        wish = await read(request, CHANGES)
        known = {screen.id: screen for screen in await self._screens.all()}
        screen = known.get(str(request.path_params["id"]))
        if screen is None:
            raise refused(Pairing.UNKNOWN, None)
        after = self._wished(screen, wish)
        outcome = await self._screens.change(after)
        if outcome is not Pairing.DONE:
            raise refused(outcome, after)
        self._hub.wake((SCREENS,))
        log.info("screen changed", screen=after.name, by=badge.name, wish=msgspec.to_builtins(wish))
        now = self._clock()
        pages = [opening for opening in await self._openings.latest() if opening.screen == screen.id]
        return Json(screen_json(after, pages, now))

    async def end(self, request: Request) -> Response:
        """`DELETE /api/screens/{id}`: it is a screen like any that nobody paired, with a new code."""
        badge = await self._gate.commanding(request, Command.STAGE)
        if not await self._screens.end(str(request.path_params["id"])):
            raise refused(Pairing.UNKNOWN, None)
        self._hub.wake((SCREENS,))
        log.info("screen unpaired", screen=request.path_params["id"], by=badge.name)
        return Json({"ended": True})

    def _wished(self, screen: Screen, wish: ScreenRequest) -> Screen:
        """The screen as somebody wants it."""
        return Screen(
            screen.id,
            screen.name if wish.name is UNSET else self._name(wish.name),
            screen.hall if wish.hall is UNSET else self._hall(wish.hall),
            screen.layout if wish.layout is UNSET else wish.layout,
            screen.panic if wish.panic is UNSET else wish.panic,
            screen.reloads + wish.reload,
            screen.shows + wish.identify,
        )

    def _name(self, text: str) -> str:
        name = tame_line(text, NAME_MAX)
        if not name:
            raise Refusal(422, "name", "Give the screen a name that finds it in the hall, such as “Main hall left”.")
        return name

    def _hall(self, slug: str) -> str:
        if slug not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=slug[:40])
        return slug


def refused(outcome: Pairing, screen: Screen | None) -> Refusal:
    """What somebody is told whose screen is not paired or changed."""
    name = screen.name if screen else ""
    if outcome is Pairing.EXPIRED:
        return Refusal(410, "code_expired", "This code has run out. The screen shows a new one now.")
    if outcome is Pairing.NAMED:
        return Refusal(409, "name_taken", "“%(name)s” is another screen’s name already.", name=name)
    if outcome is Pairing.PAIRED:
        words = spoken(
            "This browser is “%(name)s” already. For a second projector, open it in a browser profile of its own."
        )
        return Refusal(409, "paired", words, name=name)
    if screen is None:
        return Refusal(404, "screen_unknown", "There is no such screen any more.")
    return Refusal(404, "code_unknown", "No screen shows this code. Read it once more; each works once.")


def screens_json(screens: Sequence[Screen], openings: Sequence[Opening], now: datetime) -> dict[str, Any]:
    """Every screen with its pages, and the pages that nobody paired."""
    ids = {screen.id for screen in screens}
    unpaired = [each for each in openings if each.screen not in ids]
    return {
        "screens": [
            screen_json(screen, [each for each in openings if each.screen == screen.id], now) for screen in screens
        ],
        "unpaired": [
            opening_json(each, now)
            for each in unpaired
            if each.is_there(now) or (not each.is_over and each.seen_at + SHOWN_FOR > now)
        ],
    }


def screen_json(screen: Screen, openings: Sequence[Opening], now: datetime) -> dict[str, Any]:
    """A screen; `page` is the page heard last, `open` how many are open at once: more than one are two projectors."""
    latest = max(openings, key=lambda opening: opening.seen_at, default=None)
    return {
        "id": screen.id,
        **screen.to_wire(),
        "open": sum(opening.is_there(now) for opening in openings),
        "page": opening_json(latest, now) if latest else None,
    }


def opening_json(opening: Opening, now: datetime) -> dict[str, Any]:
    """A page that is open as a screen."""
    return {
        "hall": opening.hall,
        "is_there": opening.is_there(now),
        "since": opening.since,
        "seen_at": opening.seen_at,
        "browser": opening.browser,
        "width": opening.width,
        "height": opening.height,
        "latency_ms": opening.latency_ms,
        "painted_at": opening.painted_at,
    }


def recall_json(recall: Recall) -> dict[str, Any]:
    """What became of a takedown; a late screen that nobody paired has no name."""
    return {
        "key": recall.key,
        "hall": recall.hall,
        "at": recall.at,
        "asked": recall.asked,
        "confirmed": recall.confirmed,
        "took_ms": recall.took_ms,
        "late": recall.late,
    }
