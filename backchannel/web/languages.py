"""`/language`: keeps which language somebody chose.

The cookie holds the language's tag and nothing else: it is the same for everybody.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backchannel.web.badges import Gate
from backchannel.web.bodies import form_of
from backchannel.web.catalogues import known_tags
from backchannel.web.tongues import COOKIE, OVER_HTTPS

A_YEAR_S: Final = 365 * 24 * 3600


class LanguageDoor:
    """`/language`."""

    def __init__(self, gate: Gate, *, https: bool) -> None:
        self._gate = gate
        self._https = https

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/language", self.choose, methods=["POST"])]

    async def choose(self, request: Request) -> Response:
        """`POST /language`: keep the language that was chosen, and go back to the page."""
        self._gate.check_page(request)
        async with form_of(request, part_max=1024) as form:
            wish, back = (str(form.get(name, "")) for name in ("lang", "to"))
        response = RedirectResponse(_within(back), 303)
        if wish in known_tags():
            name = OVER_HTTPS if self._https else COOKIE
            response.set_cookie(name, wish, max_age=A_YEAR_S, httponly=True, samesite="lax", secure=self._https)
        return response


def _within(address: str) -> str:
    """An address of our own; the first page for every other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    is_ours = not parts.scheme and not parts.netloc and address.startswith("/") and "\\" not in address
    return address if is_ours and not address.startswith("//") and address.isprintable() else "/"
