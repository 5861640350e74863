"""`/runner`: posts typed in for people without a phone, a line at a time, and the cards that they write on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from anyio import fail_after
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backchannel.desk import Desk
from backchannel.errors import Refusal
from backchannel.post import Author, Content, Post, Sighting
from backchannel.roles import Command, may
from backchannel.sources.floor import NAMELESS, Floor
from backchannel.store.base import Posts
from backchannel.text import from_plain, tame
from backchannel.web.addresses import Addresses
from backchannel.web.badges import Gate, new_secret
from backchannel.web.bodies import form_of, kind_of, read
from backchannel.web.cards import Cards
from backchannel.web.catalogues import Tongue
from backchannel.web.floor import IDEM, KEPT_WITHIN_S, NAME_MAX, TEXT_MAX
from backchannel.web.replies import Json
from backchannel.web.tongues import tongue_of

NETWORK: Final = "desk"  # the channel of what somebody typed in for somebody else
CARD: Final = r"^[0-9]{0,6}$"
CARDS_MAX: Final = 200
CARDS_A_SHEET: Final = 4


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """What a runner types. A numbered card counts once; without one, `idem` keeps what is sent twice from being two."""

    text: Annotated[str, Meta(max_length=10_000)] = ""
    name: Annotated[str, Meta(max_length=1_000)] = ""
    card: Annotated[str, Meta(pattern=CARD)] = ""
    hall: Annotated[str, Meta(max_length=40)] = ""
    idem: Annotated[str, Meta(pattern=IDEM)] = ""


LINES: Final = msgspec.json.Decoder(Line)


class RunnerDoor:
    """`/runner` and `/runner/cards`."""

    def __init__(
        self,
        floor: Floor | None,
        desk: Desk,
        posts: Posts,
        gate: Gate,
        cards: Cards,
        clock: Callable[[], datetime],
        *,
        conference: Any,
        halls: Mapping[str, Any],
        where: Addresses,
    ) -> None:
        self._floor = floor
        self._desk = desk
        self._posts = posts
        self._gate = gate
        self._cards = cards
        self._clock = clock
        self._conference = conference
        self._halls = halls
        self._where = where

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/runner", self.show),
            Route("/runner", self.carry, methods=["POST"]),
            Route("/runner/cards", self.sheets),
        ]

    async def show(self, request: Request) -> Response:
        """`GET /runner`: the form; without a badge that may carry to the door."""
        if not await self._may(request):
            return RedirectResponse("/join", 303)
        query = request.query_params
        sent = await self._posts.find(query["sent"]) if "sent" in query else None
        return self._page(
            tongue_of(request),
            Line(hall=query.get("hall", "")),
            sent=sent if sent and sent.network == NETWORK else None,
        )

    async def carry(self, request: Request) -> Response:
        """`POST /runner`: one line, as a form (303 back) or JSON (202 with key and status)."""
        await self._gate.commanding(request, Command.CARRY)
        if kind_of(request) == "application/json":
            post = await self._take(await read(request, LINES))
            return Json({"key": post.key, "status": post.status}, 202)
        line = await _form(request)
        try:
            post = await self._take(line)
        except Refusal as refusal:
            return self._page(tongue_of(request), line, refusal=refusal)
        return RedirectResponse(f"/runner?hall={line.hall}&sent={post.key}", 303)

    async def sheets(self, request: Request) -> Response:
        """`GET /runner/cards?from=&many=`: numbered cards to print, four on a sheet."""
        if not await self._may(request):
            return RedirectResponse("/join", 303)
        first = _number(request.query_params.get("from", ""), default=1, most=999_999)
        many = _number(request.query_params.get("many", ""), default=24, most=CARDS_MAX)
        html = self._cards.page(
            "cards",
            tongue_of(request),
            conference=self._conference,
            first=first,
            many=many,
            many_max=CARDS_MAX,
            a_sheet=CARDS_A_SHEET,
            door=self._where.door(),
            door_hint=self._where.hint,
        )
        return HTMLResponse(html)

    async def _may(self, request: Request) -> bool:
        badge = await self._gate.badge(request)
        return badge is not None and may(badge.role, Command.CARRY)

    async def _take(self, line: Line) -> Post:
        if self._floor is None:
            raise Refusal(403, "closed", "This conference takes no posts from the hall.")
        sighting, text = self._sighting(line)
        key = self._desk.key(sighting)
        known = await self._posts.find(key)
        if line.card and known is not None and known.content.text != text:
            raise Refusal(
                409,
                "card",
                "Card %(card)s was typed in already. Without its number this one counts.",
                card=int(line.card),
            )
        if known is None:
            try:
                with fail_after(KEPT_WITHIN_S):
                    await self._floor.post(sighting)
            except TimeoutError as error:
                raise Refusal(503, "busy", "It could not be kept just now. Please send it again.") from error
            known = await self._posts.find(key)
        if known is None:
            raise Refusal(503, "busy", "It could not be kept just now. Please send it again.")
        return known

    def _sighting(self, line: Line) -> tuple[Sighting, str]:
        text = from_plain(line.text)
        if not text.plain:
            raise Refusal(422, "empty", "There are no words in it yet.")
        if len(text.plain) > TEXT_MAX:
            raise Refusal(
                422,
                "long",
                "That is %(num)s characters; the last row can read %(most)s.",
                num=len(text.plain),
                most=TEXT_MAX,
            )
        name = f"card/{int(line.card)}" if line.card else f"line/{line.idem or new_secret()}"
        # Nobody knows who it was: each is somebody else, so that no rule takes all of them for one author.
        called = tame(line.name, NAME_MAX) or (f"Card {int(line.card)}" if line.card else NAMELESS)
        content = Content(Author(called, id=name), text.plain, text.spans, posted_at=self._clock())
        return Sighting(NETWORK, name, content, hall=line.hall if line.hall in self._halls else ""), text.plain

    def _page(
        self, tongue: Tongue, line: Line, *, refusal: Refusal | None = None, sent: Post | None = None
    ) -> Response:
        html = self._cards.page(
            "runner",
            tongue,
            conference=self._conference,
            line=line if line.idem else msgspec.structs.replace(line, idem=new_secret()),
            halls=self._halls if len(self._halls) > 1 else {},
            refusal=tongue.refuse(refusal) if refusal else "",
            sent=sent,
            text_max=TEXT_MAX,
            name_max=NAME_MAX,
        )
        return HTMLResponse(html, refusal.status if refusal else 200)


async def _form(request: Request) -> Line:
    async with form_of(request, part_max=16_384) as form:
        fields = {name: str(form.get(name, "")).strip() for name in ("text", "name", "card", "hall", "idem")}
    try:
        return msgspec.convert(fields, Line)
    except msgspec.ValidationError as error:
        raise Refusal(422, "line", "The number of a card is up to six digits.") from error


def _number(said: str, *, default: int, most: int) -> int:
    is_number = said.isascii() and said.isdigit() and len(said) < 10
    return min(max(int(said), 1), most) if is_number else default
