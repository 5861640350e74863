"""Bluesky's AppView on a real socket: tells who somebody is, strict about what it is asked, with trouble to order."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.sources.serving import serving

Json = dict[str, Any]

AT_ONCE: Final = 25
NOW: Final = "Tue, 17 Nov 2026 12:00:00 GMT"
RESET: Final = "1794916807"  # seven seconds later
RESET_S: Final = 7.0


class Mode(StrEnum):
    """What the server does with the next requests."""

    FINE = "fine"
    BAD = "400"
    UNKNOWN = "401"
    FORBIDDEN = "403"
    MISSING = "404"
    LIMITED = "429"
    TROUBLE = "500"
    WARMING = "503"
    HTML = "html"
    BROKEN_JSON = "broken json"
    LIST = "list"
    NONSENSE = "nonsense"


BODIES: Final = {
    Mode.HTML: ("text/html", b"<!doctype html><title>Sign in to the Wi-Fi</title>"),
    Mode.BROKEN_JSON: ("application/json", b'{"profiles": ['),
    Mode.LIST: ("application/json", b"[]"),
    Mode.NONSENSE: (
        "application/json",
        b'{"profiles": [7, null, {}, {"did": "x"}, {"did": 7}], "posts": 7, "cursor": 7}',
    ),
}


def label(value: str, src: str = "did:plc:labeler", **more: Any) -> Json:
    """A label as the network attaches it."""
    return {"src": src, "uri": "at://x", "val": value, "cts": "2026-11-17T09:00:00.000Z"} | more


def troubled(mode: Mode) -> Response | None:
    """The answer of a server in trouble."""
    if mode is Mode.FINE:
        return None
    if mode in BODIES:
        kind, body = BODIES[mode]
        return Response(body, media_type=kind)
    error = {"error": "Trouble", "message": "The words of the server"}
    headers = {"date": NOW} | ({"ratelimit-reset": RESET} if mode is Mode.LIMITED else {})
    return JSONResponse(error, int(mode.value), headers)


class AppViewServer:
    """Holds profiles and answers for them. `faults` lists every request that the real one would not understand."""

    def __init__(self) -> None:
        self.url = ""
        self.mode = Mode.FINE
        self.requests: list[list[str]] = []
        self.faults: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self._people: dict[str, Json] = {}
        self._by_handle: dict[str, str] = {}

    def know(self, did: str, handle: str, name: str = "", **more: Any) -> None:
        """Have somebody known from now on."""
        view: Json = {"did": did, "handle": handle, "labels": [], "followersCount": 7, "indexedAt": NOW}
        self._by_handle[handle] = did
        self._people[did] = view | ({"displayName": name} if name else {}) | more

    def forget(self, did: str) -> None:
        """Have somebody known no longer."""
        del self._people[did]

    @property
    def asked(self) -> list[str]:
        """Everybody who was asked for, in order."""
        return [actor for request in self.requests for actor in request]

    async def get_profiles(self, request: Request) -> Response:
        """GET app.bsky.actor.getProfiles; while it is not `open`, nobody is answered."""
        actors = request.query_params.getlist("actors")
        self.requests.append(actors)
        self._check(request, actors)
        await self.open.wait()
        if trouble := troubled(self.mode):
            return trouble
        dids = dict.fromkeys(self._by_handle.get(actor, actor) for actor in actors)
        return JSONResponse({"profiles": [self._people[did] for did in dids if did in self._people]})

    def _check(self, request: Request, actors: list[str]) -> None:
        if set(request.query_params) != {"actors"}:
            self.faults.append(f"parameters {set(request.query_params)}")
        if not 1 <= len(actors) <= AT_ONCE:
            self.faults.append(f"{len(actors)} actors at once")
        self.faults += [f"{actor} is no actor" for actor in actors if not _is_actor(actor)]
        if request.headers.get("authorization"):
            self.faults.append("a secret was sent to a server that needs none")


def _is_actor(actor: str) -> bool:
    return actor.startswith("did:") or ("." in actor and "@" not in actor and "/" not in actor)


@asynccontextmanager
async def appview_server() -> AsyncGenerator[AppViewServer]:
    """A server that answers at `url` while the block lasts."""
    appview = AppViewServer()
    routes = [Route("/xrpc/app.bsky.actor.getProfiles", appview.get_profiles)]
    async with serving(Starlette(routes=routes)) as url:
        appview.url = url
        try:
            yield appview
        finally:
            appview.open.set()
