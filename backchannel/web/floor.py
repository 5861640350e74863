"""`POST /posts`: a post typed on a phone, as a form (303 back) or as JSON (202 with key and status)."""

from collections import Counter, deque
from collections.abc import Awaitable, Callable, Collection, Generator
from contextlib import contextmanager
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
from backchannel.post import Author, Content, Post, Sighting
from backchannel.programme import Session
from backchannel.question import Question
from backchannel.sources.floor import NAMELESS, NETWORK, Floor
from backchannel.store.base import Posts
from backchannel.text import from_plain, tame
from backchannel.web.badges import Gate, new_secret
from backchannel.web.bodies import form_of, kind_of, read
from backchannel.web.mine import Mine, Own
from backchannel.web.replies import Json

TEXT_MAX: Final = 300
NAME_MAX: Final = 40
IDEM: Final = r"^[A-Za-z0-9_.-]{0,100}$"
KEPT_WITHIN_S: Final = 10.0
WAITED_MAX: Final = timedelta(hours=1)
A_MINUTE: Final = timedelta(minutes=1)
KIOSKS_A_MINUTE: Final = 60
STRANGERS: Final = "strangers"


class Kind(StrEnum):
    """What a post from a phone is."""

    REMARK = "remark"
    QUESTION = "question"  # to whoever speaks in its hall


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    """What a phone sends. `idem` names the post on its phone, so that sending twice posts once.

    What comes from a `kiosk` is by somebody else each time.
    `again` is the key of a post of the same phone that was not shown, and is said differently by this one, once.
    `waited_s` is how long it lay in the phone's outbox: a question is for whoever spoke when it was written.
    """

    text: Annotated[str, Meta(max_length=10_000)] = ""
    name: Annotated[str, Meta(max_length=1_000)] = ""
    idem: Annotated[str, Meta(pattern=IDEM)] = ""
    hall: Annotated[str, Meta(max_length=40)] = ""
    again: Annotated[str, Meta(max_length=100)] = ""
    kiosk: bool = False
    kind: Kind = Kind.REMARK
    waited_s: Annotated[float, Meta(ge=0)] = 0.0


DRAFTS: Final = msgspec.json.Decoder(Draft)
ShowAgain = Callable[[Request, str, Draft, Refusal], Awaitable[Response]]
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
        *,
        halls: Collection[str],
        posts_per_minute: int,
        show_again: ShowAgain,
        asked: AskedIn = lambda _hall, _at: None,
    ) -> None:
        self._floor = floor
        self._desk = desk
        self._posts = posts
        self._mine = mine
        self._gate = gate
        self._clock = clock
        self._halls = halls
        self._posts_per_minute = posts_per_minute
        self._show_again = show_again
        self._asked = asked
        self._under_way: Counter[str] = Counter()
        self._from_kiosks: deque[datetime] = deque(maxlen=KIOSKS_A_MINUTE)

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/posts", self.post, methods=["POST"])]

    async def post(self, request: Request) -> Response:
        """Take one post; a refusal comes back as JSON, or with the form as it was filled in."""
        self._gate.check_page(request)
        if kind_of(request) == "application/json":
            accepted = await self._take(await read(request, DRAFTS), device=self._device(request))
            status = accepted.post.status if accepted.post else "queued"
            return Json({"key": accepted.key, "status": status}, 202)
        return await self._post_form(request)

    async def _post_form(self, request: Request) -> Response:
        draft = await _form(request)
        response = RedirectResponse("/?kiosk&sent=1" if draft.kiosk else "/?tab=mine&sent=1", 303)
        device = self._gate.device(request) or ("" if draft.kiosk else self._gate.welcome(response)) or STRANGERS
        try:
            await self._take(draft, device=device)
        except Refusal as refusal:
            return await self._show_again(request, "write", draft, refusal)
        return response

    def _device(self, request: Request) -> str:
        """A program may post without having opened the page; all such share one pace, and have no list of posts."""
        return self._gate.device(request) or STRANGERS

    async def _take(self, draft: Draft, *, device: str) -> _Accepted:
        if self._floor is None:
            raise Refusal(403, "closed", "This conference takes no posts from phones.")
        sighting = self._sighting(draft, device)
        key, text = self._desk.key(sighting), sighting.content.text if sighting.content else ""
        known = await self._posts.find(key)
        if draft.again and (known is None or known.content.text != text):
            await self._mine.check_again(device, draft.again, text)
        if known is None:
            with self._paced(device):
                if draft.kiosk:
                    self._check_kiosks()
                else:
                    await self._check_pace(device)
                await self._keep(self._floor, sighting)
            known = await self._posts.find(key)  # a rule may have decided it already
        return _Accepted(key, known)

    @contextmanager
    def _paced(self, device: str) -> Generator[None]:
        """Count a post that is under way: what is on disk alone would let many through at once."""
        self._under_way[device] += 1
        try:
            yield
        finally:
            self._under_way[device] -= 1
            if not self._under_way[device]:
                del self._under_way[device]

    async def _keep(self, floor: Floor, sighting: Sighting) -> None:
        try:
            with fail_after(KEPT_WITHIN_S):
                await floor.post(sighting)
        except TimeoutError as error:
            raise Refusal(503, "busy", "Your post could not be kept just now. Please send it again.") from error

    async def _check_pace(self, device: str) -> None:
        latest = await self._posts.of_authors(NETWORK, (device,), self._posts_per_minute)
        # A clock that was set back has posts in its future: they hold nobody up.
        recent = sum(abs(self._clock() - post.received_at) < A_MINUTE for post in latest)
        if recent + self._under_way[device] > self._posts_per_minute:
            raise Refusal(
                429, "pace", "That is %(num)s posts in a minute. Please wait a moment.", num=self._posts_per_minute
            )

    def _check_kiosks(self) -> None:
        """Behind a kiosk stands somebody else each time, so all of them have one pace."""
        now = self._clock()
        if len(self._from_kiosks) == KIOSKS_A_MINUTE and now - self._from_kiosks[0] < A_MINUTE:
            raise Refusal(429, "pace", "That is too much at once for one place. Please wait a moment.")
        self._from_kiosks.append(now)

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
        session = self._asked(hall, self._clock() - min(timedelta(seconds=draft.waited_s), WAITED_MAX))
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


async def _form(request: Request) -> Draft:
    async with form_of(request, part_max=16_384) as form:
        names = ("text", "name", "idem", "hall", "again", "kiosk", "kind")
        fields = {name: str(form.get(name, "")) for name in names}
    return Draft(
        fields["text"][:10_000],
        fields["name"][:1_000],
        fields["idem"] if fullmatch(IDEM, fields["idem"]) else "",
        fields["hall"][:40],
        fields["again"][:100],
        bool(fields["kiosk"]),
        Kind.QUESTION if fields["kind"] == Kind.QUESTION else Kind.REMARK,
    )
