"""`POST /posts`: a post typed on a phone, as a form (303 back) or as JSON (202 with key and status)."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from re import fullmatch
from typing import Annotated, Final

import msgspec
from anyio import fail_after
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backchannel.desk import Desk
from backchannel.errors import Refusal
from backchannel.forgotten import STRANGERS
from backchannel.hashtag import matches
from backchannel.post import Author, Content, Post, Sighting
from backchannel.programme import Session
from backchannel.question import Question
from backchannel.sources.floor import NAMELESS, NETWORK, Floor
from backchannel.sources.status import OPT_OUTS
from backchannel.store.base import Posts
from backchannel.text import from_plain, tame
from backchannel.web.badges import Gate, new_secret
from backchannel.web.bodies import form_of, kind_of, read
from backchannel.web.caution import network_of
from backchannel.web.form_age import FormAge
from backchannel.web.inlet import SPREAD, Inlet, Place
from backchannel.web.mine import Mine, Own
from backchannel.web.replies import Json
from backchannel.web.rooms import Rooms
from backchannel.web.wicket import Knock

TEXT_MAX: Final = 300
NAME_MAX: Final = 40
IDEM: Final = r"^[A-Za-z0-9_.-]{0,100}$"
KEPT_WITHIN_S: Final = 10.0
ANSWERED_AFTER_S: Final = 1.0
WAITED_MAX_S: Final = 3600.0
TRAP: Final = "homepage"  # a field that people do not see


class Kind(StrEnum):
    """What a post from a phone is."""

    REMARK = "remark"
    QUESTION = "question"  # to whoever speaks in its hall


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    """What a phone sends. `idem` names the post on its phone, so that sending twice posts once.

    What comes from a `kiosk` is by somebody else each time.
    `again` is the key of a post of the same phone that was not shown, and is said differently by this one, once.
    `waited_s` is how long it lay in the phone's outbox: a question is for whoever spoke when it was written.
    `puzzle` answers the one that came with the refusal of `newcomers`: its salt, a dot and the number.
    """

    text: Annotated[str, Meta(max_length=10_000)] = ""
    name: Annotated[str, Meta(max_length=1_000)] = ""
    idem: Annotated[str, Meta(pattern=IDEM)] = ""
    hall: Annotated[str, Meta(max_length=40)] = ""
    again: Annotated[str, Meta(max_length=100)] = ""
    kiosk: bool = False
    kind: Kind = Kind.REMARK
    waited_s: Annotated[float, Meta(ge=0)] = 0.0
    puzzle: Annotated[str, Meta(max_length=100)] = ""


DRAFTS: Final = msgspec.json.Decoder(Draft)
ShowAgain = Callable[[Request, str, Draft, Refusal, str], Awaitable[Response]]  # with the stamp of the form
AskedIn = Callable[[str, datetime], Session | None]  # which session a question from a hall is for


@dataclass(frozen=True, slots=True)
class _Accepted:
    key: str
    post: Post | None


class FloorDoor:
    """Takes posts from phones to the floor."""

    def __init__(
        self,
        floor: Floor | None,
        desk: Desk,
        posts: Posts,
        mine: Mine,
        gate: Gate,
        clock: Callable[[], datetime],
        inlet: Inlet,
        form_age: FormAge,
        rooms: Rooms,
        *,
        halls: Collection[str],
        opt_outs: Collection[str],
        show_again: ShowAgain,
        asked: AskedIn = lambda _hall, _at: None,
    ) -> None:
        self._floor = floor
        self._desk = desk
        self._posts = posts
        self._mine = mine
        self._gate = gate
        self._clock = clock
        self._inlet = inlet
        self._form_age = form_age
        self._rooms = rooms
        self._halls = halls
        self._opt_outs = (*OPT_OUTS, *opt_outs)
        self._show_again = show_again
        self._asked = asked

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/posts", self.post, methods=["POST"])]

    def knocks(self) -> list[Knock]:
        """The same at the wicket, where a flood is held up that would cost too much further in."""
        return [Knock("/posts", DRAFTS, self._hold_up, holds_up=True)]

    async def _hold_up(self, _: str, draft: Draft, device: str) -> None:
        """Whoever was refused a moment ago hears it again, and late: a device that floods waits for its answers."""
        if self._floor is None:
            return
        try:
            self._inlet.hold_up(device, is_kiosk=draft.kiosk, puzzle=draft.puzzle)
        except Refusal:
            await asyncio.sleep(ANSWERED_AFTER_S * SPREAD.uniform(0.5, 1.5))  # not all at the same moment
            raise

    async def post(self, request: Request) -> Response:
        """Take one post; a refusal comes back as JSON, or with the form as it was filled in."""
        self._gate.check_page(request)
        if kind_of(request) == "application/json":
            device = self._device(request)
            accepted = await self._take(await read(request, DRAFTS), device, self._place(request, device))
            status = accepted.post.status if accepted.post else "queued"
            return Json({"key": accepted.key, "status": status}, 202)
        return await self._post_form(request)

    async def _post_form(self, request: Request) -> Response:
        draft, trap, stamp = await _form(request)
        response = RedirectResponse("/?kiosk&sent=1" if draft.kiosk else "/?tab=mine&sent=1", 303)
        device = self._gate.device(request) or ("" if draft.kiosk else self._gate.welcome(response)) or STRANGERS
        try:
            self._check_form(trap, stamp)
            await self._take(draft, device, self._place(request, device))
        except Refusal as refusal:
            return await self._show_again(request, "write", draft, refusal, stamp)
        return response

    def _device(self, request: Request) -> str:
        """A program may post without having opened the page; all such share one pace, and have no list of posts."""
        return self._gate.device(request) or STRANGERS

    def _place(self, request: Request, device: str) -> Place:
        """By the code of which screen a phone came; else its address."""
        room = self._rooms.room_of(device, self._gate.ticket(request))
        return Place(room, is_room=True) if room else Place(address_of(request))

    def _check_form(self, trap: str, stamp: str) -> None:
        """What fills in every field it finds, or any in a blink, is told so: a person sends the form again."""
        if trap:
            raise Refusal(422, "trap", "A field was filled in that people do not see. Please send it again.")
        if self._form_age.is_too_young(stamp):
            raise Refusal(422, "age", "That was faster than people type. Please send it again.")

    async def _take(self, draft: Draft, device: str, place: Place) -> _Accepted:
        if self._floor is None:
            raise Refusal(403, "closed", "This conference takes no posts from phones.")
        self._inlet.hold_up(device, is_kiosk=draft.kiosk, puzzle=draft.puzzle)
        sighting = self._sighting(draft, device)
        key, text = self._desk.key(sighting), sighting.content.text if sighting.content else ""
        known = await self._posts.find(key)
        if draft.again and (known is None or known.content.text != text):
            await self._mine.check_again(device, draft.again, text)
        if known is None:
            with self._inlet.passing(device):
                await self._inlet.check(device, place, is_kiosk=draft.kiosk, puzzle=draft.puzzle)
                await self._keep(self._floor, sighting)
                self._inlet.note()
            known = await self._posts.find(key)  # a rule may have decided it already
            if known is None:
                raise Refusal(
                    403, "forgotten", "Whoever posted from here was forgotten, and nothing more is taken in from here."
                )
        return _Accepted(key, known)

    async def _keep(self, floor: Floor, sighting: Sighting) -> None:
        try:
            with fail_after(KEPT_WITHIN_S):
                await floor.post(sighting)
        except TimeoutError as error:
            raise Refusal(503, "busy", "Your post could not be kept just now. Please send it again.") from error

    def _sighting(self, draft: Draft, device: str) -> Sighting:
        text = from_plain(draft.text)
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
        if matches(self._opt_outs, text.plain):
            raise Refusal(422, "opt_out", "It asks to be kept off the wall, so it was not sent to the desk.")
        author = Author(name=tame(draft.name, NAME_MAX) or NAMELESS, id=device)
        content = Content(author, text.plain, text.spans, posted_at=self._clock())
        hall = draft.hall if draft.hall in self._halls else ""  # a page may be older than the halls
        if draft.kiosk:
            name = f"kiosk/{draft.idem or new_secret()}"
            sighting = Sighting(NETWORK, name, replace(content, author=replace(author, id=name)), hall=hall)
            return self._to_speaker(sighting, draft) if draft.kind is Kind.QUESTION else sighting
        idem = draft.idem or new_secret()
        name = self._mine.again_id(device, draft.again) if draft.again else self._mine.id_of(device, idem)
        sighting = Sighting(NETWORK, name, content, hall=hall, is_rephrased=bool(draft.again))
        return self._to_speaker(sighting, draft) if draft.kind is Kind.QUESTION else sighting

    def _to_speaker(self, sighting: Sighting, draft: Draft) -> Sighting:
        """The same as a question to the session that was asked when it was written."""
        hall = sighting.hall or (next(iter(self._halls)) if len(self._halls) == 1 else "")
        if not hall:
            raise Refusal(422, "hall", "Say in which hall you are, so that the right speaker is asked.")
        session = self._asked(hall, self._clock() - timedelta(seconds=min(draft.waited_s, WAITED_MAX_S)))
        return replace(sighting, hall=hall, question=Question(hall), session=session.id if session else "")


def with_idem(draft: Draft) -> Draft:
    """The same draft under a name of its own."""
    return draft if draft.idem else msgspec.structs.replace(draft, idem=new_secret())


def draft_again(own: Own) -> Draft:
    """What a form begins with that says a post differently."""
    author, question = own.post.content.author.name, own.post.question
    name = "" if author == NAMELESS else author
    kind, hall = (Kind.QUESTION, question.hall) if question else (Kind.REMARK, "")
    return Draft(own.post.content.text[:TEXT_MAX], name, hall=hall, again=own.post.key, kind=kind)


def address_of(request: Request) -> str:
    """Where a request comes from, as far as it says anything: an IPv6 network gives each of its phones many."""
    return network_of(request.client.host) if request.client else ""


async def _form(request: Request) -> tuple[Draft, str, str]:
    """What a form holds; what stands in the field that nobody sees; and the form's stamp."""
    async with form_of(request, part_max=16_384) as form:
        names = ("text", "name", "idem", "hall", "again", "kiosk", "kind", TRAP, "made")
        fields = {name: str(form.get(name, "")) for name in names}
    draft = Draft(
        fields["text"][:10_000],
        fields["name"][:1_000],
        fields["idem"] if fullmatch(IDEM, fields["idem"]) else "",
        fields["hall"][:40],
        fields["again"][:100],
        bool(fields["kiosk"]),
        Kind.QUESTION if fields["kind"] == Kind.QUESTION else Kind.REMARK,
    )
    return draft, fields[TRAP], fields["made"][:100]
