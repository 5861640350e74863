"""All addresses: every door's own, the feed's and the static files'."""

from collections.abc import Iterable
from http import HTTPStatus
from itertools import chain
from pathlib import Path
from typing import Final, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from backchannel.errors import Refusal, StoreError
from backchannel.web.headers import SafeHeaders
from backchannel.web.openapi import DESCRIPTION
from backchannel.web.replies import Json, Refusals
from backchannel.web.sockets import Sockets
from backchannel.web.static import Static

BODY_MAX: Final = 256 * 1024


class Door(Protocol):
    """What answers some of the addresses of DESIGN's “The wire”."""

    def routes(self) -> list[Route]:
        """Its addresses, and which of its methods answers each."""
        ...


def application(
    doors: Iterable[Door], *, sockets: Sockets, refusals: Refusals, static: Path, is_https: bool = False
) -> ASGIApp:
    """The application behind all doors."""
    routes: list[BaseRoute] = [
        WebSocketRoute("/feed/{view}", sockets.feed),  # first: thousands may come at once
        Mount("/static", Static(static)),
        *chain.from_iterable(door.routes() for door in doors),
        Route("/openapi.json", described),
    ]

    async def refused(request: Request, error: Exception) -> Response:
        response = await refusals.refused(request, error)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (allowed := _methods(routes, request)):
            response.headers["Allow"] = ", ".join(sorted(allowed))  # Starlette names those of the first route alone
        return response

    raised = dict.fromkeys((Refusal, StoreError, HTTPException, ClientDisconnect, Exception), refused)
    app = Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=1000)],
        exception_handlers=raised,
        max_body_size=BODY_MAX,
    )
    return SafeHeaders(app, is_https=is_https)  # outermost: Starlette's own refusals carry them too


def _methods(routes: Iterable[BaseRoute], request: Request) -> set[str]:
    """By which methods an address can be asked."""
    found = (each for each in routes if isinstance(each, Route) and each.matches(request.scope)[0] is not Match.NONE)
    return {method for route in found for method in route.methods or ()}


async def described(request: Request) -> Response:
    """`GET /openapi.json`: all addresses, for programs."""
    return Json(DESCRIPTION)
