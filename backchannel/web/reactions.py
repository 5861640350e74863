"""`POST /reactions`: a word that says how one listens, as JSON (204) or a form (303 back)."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.reactions import Reaction, Reactions
from backchannel.web.badges import Gate
from backchannel.web.bodies import form_of, kind_of, read
from backchannel.web.wicket import Knock

STRANGERS: Final = "strangers"  # who never opened the page have one pace together


class ReactionRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /reactions`; without a hall it is the first."""

    word: Reaction
    hall: Annotated[str, Meta(max_length=40)] = ""


WISHES: Final = msgspec.json.Decoder(ReactionRequest)


class ReactionDoor:
    """`/reactions`."""

    def __init__(self, reactions: Reactions, gate: Gate, halls: Mapping[str, Any]) -> None:
        self._reactions = reactions
        self._gate = gate
        self._halls = halls

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/reactions", self.react, methods=["POST"])]

    def knocks(self) -> list[Knock]:
        """What a whole hall sends at once."""
        return [Knock("/reactions", WISHES, self._counted)]

    async def react(self, request: Request) -> Response:
        """Count one; a second one within a second is no mistake of a person, and counts nothing."""
        self._gate.check_page(request)
        is_json = kind_of(request) == "application/json"
        wish = await read(request, WISHES) if is_json else await _form(request)
        await self._counted("", wish, self._gate.device(request) or STRANGERS)
        return Response(status_code=204) if is_json else RedirectResponse(f"/?hall={self._hall(wish)}#react", 303)

    async def _counted(self, _: str, wish: ReactionRequest, device: str) -> None:
        self._reactions.react(device, self._hall(wish), wish.word)

    def _hall(self, wish: ReactionRequest) -> str:
        hall = wish.hall or next(iter(self._halls))
        if hall not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
        return hall


async def _form(request: Request) -> ReactionRequest:
    async with form_of(request, part_max=1024) as form:
        fields = {name: str(form.get(name, "")) for name in ("word", "hall")}
    try:
        return msgspec.convert(fields, ReactionRequest)
    except msgspec.ValidationError as error:
        raise Refusal(422, "word", "A reaction is one of %(all)s.", all=", ".join(Reaction)) from error
