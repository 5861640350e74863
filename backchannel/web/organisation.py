"""The organisation's own sign-in: a browser is sent to its provider, and comes back with a code for a badge.

Both ways are plain links, so that no policy has to let forms go elsewhere; what somebody comes back to stands in the
settings, and never in a request. The badge is as one by invitation, with the same ends.
"""

from collections.abc import Callable, Collection
from hmac import compare_digest
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.membership import SignIn
from backchannel.roles import TAKEN_WORDS, is_taken
from backchannel.store.base import MEMBER, Badge
from backchannel.text import tame_line
from backchannel.updates import BADGES
from backchannel.web.badges import Gate, hash_of
from backchannel.web.errand import LASTS, Errands
from backchannel.web.id_token import Claims
from backchannel.web.passwords import NAME_MAX
from backchannel.web.provider import Provider

AWAY, BACK = "/sign-in/away", "/sign-in/back"
CODE_MAX: Final = 4096
COOKIE: Final = "errand"

log = structlog.get_logger()


class OrganisationDoor:
    """`/sign-in/away` and `/sign-in/back`; closed where no organisation signs people in."""

    def __init__(
        self,
        provider: Provider | None,
        errands: Errands,
        gate: Gate,
        hub: Hub,
        show_again: Callable[[Request, Refusal], Response],
        networks: Collection[str],
    ) -> None:
        self._provider = provider
        self._errands = errands
        self._gate = gate
        self._hub = hub
        self._show_again = show_again
        self._networks = networks

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route(AWAY, self.send, methods=["GET"]), Route(BACK, self.take_back, methods=["GET"])]

    async def send(self, request: Request) -> Response:
        """`GET /sign-in/away`: to the provider, with an errand."""
        provider = self._open()
        line, errand = self._errands.begin()
        try:
            response = RedirectResponse(await provider.way(errand), 303)
        except Refusal as refusal:
            return self._show_again(request, refusal)
        self._gate.lend(response, COOKIE, line, LASTS)
        return response

    async def take_back(self, request: Request) -> Response:
        """`GET /sign-in/back`: what the provider says of who comes back becomes a badge, and the way goes on."""
        provider = self._open()
        try:
            badge = await self._vouched(request, provider)
        except Refusal as refusal:
            if refusal.code != "errand":  # whoever was never sent away would fill the log
                log.warning("sign-in: refused", code=refusal.code)
            response = self._show_again(request, refusal)
        else:
            secret = await self._gate.admit(request, badge)
            self._hub.wake((BADGES,))
            response = RedirectResponse("/console", 303)
            self._gate.remember(response, secret)
        self._gate.take_away(response, COOKIE)  # an errand is run once
        return response

    def _open(self) -> Provider:
        if self._provider is None:
            raise Refusal(404, "closed", "No organisation signs people in here. Ask for an invitation.")
        return self._provider

    async def _vouched(self, request: Request, provider: Provider) -> Badge:
        """The badge of who comes back. Raises Refusal."""
        errand = self._errands.of(self._gate.lent(request, COOKIE))
        if errand is None or not compare_digest(request.query_params.get("state", "").encode(), errand.state.encode()):
            raise Refusal(
                403, "errand", "This sign-in was not begun in this browser, or more than ten minutes ago. Begin again."
            )
        claims = await provider.claims(_code(request, provider.settings), errand)
        role = provider.settings.role_of(claims)
        if role is None:
            raise _outsider(provider.settings, claims)
        who = hash_of(f"{provider.settings.issuer} {claims['sub']}")
        return Badge(self._name(claims), role, who=f"{MEMBER}{who}")

    def _name(self, claims: Claims) -> str:
        """What the others call somebody. Raises Refusal where all that the provider calls them is taken."""
        told = (claims.get(each) for each in ("name", "preferred_username", "email", "sub"))
        names = [tame_line(each, NAME_MAX).strip() for each in told if isinstance(each, str)]
        free = next((each for each in names if each and not is_taken(each, self._networks)), "")
        if not free:
            raise Refusal(403, "name", TAKEN_WORDS, name=next(iter(names), ""))
        return free


def _code(request: Request, settings: SignIn) -> str:
    """What somebody comes back with. Raises Refusal where they come back with nothing, or from somebody else."""
    asked = request.query_params
    if asked.get("iss", settings.issuer) != settings.issuer:  # RFC 9207
        raise Refusal(
            403, "provider_other", "You come back from elsewhere than %(name)s. Begin again.", name=settings.title
        )
    code = asked.get("code", "")
    if "error" in asked or not 0 < len(code) <= CODE_MAX:
        raise Refusal(
            403, "declined", "%(name)s did not sign you in, or you said no there. Begin again.", name=settings.title
        )
    return code


def _outsider(settings: SignIn, claims: Claims) -> Refusal:
    """What somebody is told whom nobody named."""
    who = next((tame_line(str(claims[each]), NAME_MAX) for each in ("email", "name", "sub") if claims.get(each)), "")
    if settings.role_once_verified(claims):
        return Refusal(
            403,
            "email_unverified",
            "%(name)s has not verified that %(who)s is your address. Have it verified there, and begin again.",
            name=settings.title,
            who=who,
        )
    return Refusal(
        403,
        "outsider",
        "%(name)s knows you as %(who)s, and that is nobody who is let in here. Ask whoever runs the desk.",
        name=settings.title,
        who=who,
    )
