"""Every address, in one table."""

from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from backchannel.errors import Refusal
from backchannel.web.api import Api
from backchannel.web.floor import FloorDoor
from backchannel.web.found import FoundDoor
from backchannel.web.headers import SafeHeaders
from backchannel.web.hooks import HookDoor
from backchannel.web.mutes import MutesDoor
from backchannel.web.notes import NotesDoor
from backchannel.web.now import NowDoor
from backchannel.web.openapi import DESCRIPTION
from backchannel.web.ops import Ops
from backchannel.web.pages import Pages
from backchannel.web.people import PeopleDoor
from backchannel.web.programme import ProgrammeDoor
from backchannel.web.record import RecordDoor
from backchannel.web.replies import Json, Refusals
from backchannel.web.rules import RulesDoor
from backchannel.web.service import ServiceDoor
from backchannel.web.session import SessionDoor
from backchannel.web.sockets import Sockets
from backchannel.web.speaker import SpeakerDoor
from backchannel.web.stage import StageDoor

BODY_MAX: Final = 256 * 1024


class Static(StaticFiles):
    """Our own files; browsers keep them and ask whether they changed."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """A file, with its ETag."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


def application(
    *,
    pages: Pages,
    floor: FloorDoor,
    hooks: HookDoor,
    api: Api,
    found: FoundDoor,
    stage: StageDoor,
    record: RecordDoor,
    rules: RulesDoor,
    mutes: MutesDoor,
    service: ServiceDoor,
    now: NowDoor,
    programme: ProgrammeDoor,
    session: SessionDoor,
    people: PeopleDoor,
    notes: NotesDoor,
    speaker: SpeakerDoor,
    sockets: Sockets,
    ops: Ops,
    refusals: Refusals,
    static: Path,
) -> ASGIApp:
    """The application that answers every address of DESIGN's “The wire”."""
    routes = [
        WebSocketRoute("/feed/{view}", sockets.feed),  # first: thousands may come at once
        Route("/", pages.phone),
        Route("/now", now.show),
        Route("/posts", floor.post, methods=["POST"]),
        Route("/hooks/{source}", hooks.post, methods=["POST"]),
        Route("/screen", pages.screen),
        Route("/screen/{hall}", pages.screen),
        Route("/console", pages.console),
        Route("/console/record", pages.record),
        Route("/console/people", pages.people),
        Route("/speaker", pages.speaker),
        Route("/speaker/{hall}", pages.speaker),
        Route("/console/rules", pages.rules),
        Route("/join", pages.join),
        Route("/join", pages.enter, methods=["POST"]),
        Route("/leave", people.leave, methods=["POST"]),
        Route("/api/posts", api.posts),
        Route("/api/posts/{key}/copies", api.copies),
        Route("/api/posts/{key}/similar", api.similar),
        Route("/api/found", found.show),
        Route("/api/posts/{key}/session", session.bind, methods=["POST"]),
        Route("/api/decisions", api.decisions, methods=["POST"]),
        Route("/api/sources", api.sources),
        Route("/api/record", record.decisions),
        Route("/api/record/shares", record.shares),
        Route("/api/record.{form}", record.export),
        Route("/api/rules", rules.show),
        Route("/api/rules", rules.write, methods=["PUT"]),
        Route("/api/rules/trial", rules.attempt, methods=["POST"]),
        Route("/api/rules/apply", rules.apply, methods=["POST"]),
        Route("/api/rules/end", rules.end, methods=["POST"]),
        Route("/api/rules/preset", rules.turn, methods=["POST"]),
        Route("/api/rules/versions", rules.versions),
        Route("/api/rules/versions/{version}", rules.version),
        Route("/api/mutes", mutes.mute, methods=["POST"]),
        Route("/api/trusts", mutes.trust, methods=["POST"]),
        Route("/api/histories", mutes.histories),
        Route("/api/service", service.show),
        Route("/api/posts/{key}/notes", notes.show),
        Route("/api/posts/{key}/notes", notes.add, methods=["POST"]),
        Route("/api/posts/{key}/notes/{id}", notes.take_back, methods=["DELETE"]),
        Route("/api/posts/{key}/descriptions", notes.describe, methods=["POST"]),
        Route("/api/people", people.show),
        Route("/api/invitations", people.invite, methods=["POST"]),
        Route("/api/invitations/{id}", people.uninvite, methods=["DELETE"]),
        Route("/api/badges", people.sign_out_all, methods=["DELETE"]),
        Route("/api/badges/{id}", people.sign_out, methods=["DELETE"]),
        Route("/api/halls/{hall}/messages", speaker.sent),
        Route("/api/halls/{hall}/messages", speaker.send, methods=["POST"]),
        Route("/api/halls/{hall}/messages/{id}/got", speaker.acknowledge, methods=["POST"]),
        Route("/api/halls/{hall}/speaker", speaker.show),
        Route("/api/halls/{hall}/stage", stage.show),
        Route("/api/halls/{hall}/stage", stage.turn, methods=["POST"]),
        Route("/api/programme", programme.show),
        Route("/api/programme/now", programme.now),
        Route("/healthz", ops.healthz),
        Route("/readyz", ops.readyz),
        Route("/metrics", ops.metrics),
        Route("/openapi.json", described),
        Mount("/static", Static(directory=static)),
    ]
    raised = dict.fromkeys((Refusal, HTTPException, ClientDisconnect, Exception), refusals.refused)
    app = Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=1000)],
        exception_handlers=raised,
        max_body_size=BODY_MAX,
    )
    return SafeHeaders(app)  # outermost: Starlette's own refusals carry them too


async def described(request: Request) -> Response:
    """`GET /openapi.json`: this table, for programs."""
    return Json(DESCRIPTION)
