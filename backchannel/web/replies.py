"""How answers and refusals look: JSON for programs, pages for people."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from backchannel.errors import Refusal, StoreError
from backchannel.web.cards import Cards
from backchannel.web.catalogues import ENGLISH, Tongue
from backchannel.web.tongues import tongue_of
from backchannel.wording import spoken

TITLES = {
    400: spoken("That did not come through whole"),
    401: spoken("The desk is for moderators"),
    403: spoken("That is not allowed from here"),
    404: spoken("There is nothing here"),
    408: spoken("That took too long"),
    405: spoken("That cannot be done here"),
    413: spoken("That is too much at once"),
    429: spoken("A little slower, please"),
    500: spoken("Something broke on our side"),
    503: spoken("One moment, please"),
}
OTHERWISE = spoken("That did not work")


class Json(Response):
    """A JSON answer, encoded by msgspec, which knows our dataclasses, enums and times."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Encode the body."""
        return msgspec.json.encode(content)


def refusal_json(refusal: Refusal, tongue: Tongue = ENGLISH) -> dict[str, Any]:
    """A refusal as a program reads it, with words for whoever sits before it."""
    return {"error": {"code": refusal.code, "message": tongue.refuse(refusal), **refusal.besides}}


def retry_header(refusal: Refusal) -> Mapping[str, str] | None:
    """When it may be asked again, where that is a matter of time."""
    return {"Retry-After": str(refusal.retry_after_s)} if refusal.status in {429, 503} else None


def wants_json(request: Request) -> bool:
    """Whether a program asks: the paths for programs, a JSON body, or an explicit wish."""
    accepts = request.headers.get("accept", "")
    is_json = request.headers.get("content-type", "").startswith("application/json")
    path = request.url.path
    is_for_programs = path.startswith(("/api/", "/feed/", "/hooks/")) or path.endswith(".json")
    return is_for_programs or is_json or "application/json" in accepts


class Refusals:
    """Turns what was raised into an answer."""

    def __init__(self, cards: Cards, page: dict[str, Any]) -> None:
        self._cards = cards
        self._page = page

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answer a Refusal, or one of Starlette's own."""
        if isinstance(error, Refusal):
            refusal = error
        elif isinstance(error, HTTPException):
            return self._answer(request, Refusal(error.status_code, "http", error.detail), error.headers)
        elif isinstance(error, StoreError):
            refusal = Refusal(503, "store_unavailable", str(error))
        elif isinstance(error, ClientDisconnect):
            refusal = Refusal(400, "cut", "The request broke off.")  # nobody is left to read it; it keeps the log quiet
        else:
            refusal = Refusal(500, "internal", "Something broke on our side. What was confirmed is kept.")
        return self._answer(request, refusal)

    def _answer(self, request: Request, refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
        tongue = tongue_of(request)
        headers = headers or retry_header(refusal)
        if wants_json(request):
            return Json(refusal_json(refusal, tongue), refusal.status, headers)
        title, message = tongue.say(TITLES.get(refusal.status, OTHERWISE)), tongue.refuse(refusal)
        page = self._cards.page("error", tongue, status=refusal.status, title=title, message=message, **self._page)
        return HTMLResponse(page, refusal.status, headers)
