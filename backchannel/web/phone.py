"""The phone's page: the wall, the questions, the form, and what became of the posts of this phone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.reactions import Totals
from backchannel.rulebook import Rulebook
from backchannel.store.base import Votes
from backchannel.web.asking import LOOK_EVERY_S, Asking
from backchannel.web.badges import Gate
from backchannel.web.cards import Cards
from backchannel.web.catalogues import Tongue
from backchannel.web.floor import NAME_MAX, TEXT_MAX, TRAP, Draft, Kind, draft_again, with_idem
from backchannel.web.form_age import FormAge
from backchannel.web.mine import Again, Mine, Own
from backchannel.web.now import NOTHING_ON
from backchannel.web.pages import Look
from backchannel.web.questions import NAMELESS_VOTE, sort_of
from backchannel.web.reloads import Reloads, headers, is_plain
from backchannel.web.replies import retry_header
from backchannel.web.rooms import LASTS, Rooms
from backchannel.web.tongues import tongue_of
from backchannel.web.wall import EMPTY, Standing, Wall

TABS: Final = ("live", "questions", "write", "mine")
# What the page says of itself where nothing else is told.
UNSAID: Final = {"refusal": "", "sent": False, "gone": False, "is_shell": False, "is_kiosk": False, "made": ""}
# What a phone is told above its questions.
TOLD: Final = {"nameless": NAMELESS_VOTE}


class PhonePage:
    """`/` and `/offline`. What lies in `folders` makes the page."""

    def __init__(
        self,
        cards: Cards,
        gate: Gate,
        look: Look,
        form_age: FormAge,
        book: Callable[[], Rulebook],
        mine: Mine,
        reactions: Callable[[], Totals],
        votes: Votes,
        wall: Wall,
        rooms: Rooms,
        folders: Iterable[Path],
    ) -> None:
        self._cards = cards
        self._gate = gate
        self._look = look
        self._form_age = form_age
        self._book = book
        self._mine = mine
        self._reactions = reactions
        self._votes = votes
        self._wall = wall
        self._rooms = rooms
        self._shells: dict[str, str] = {}
        self._reloads = Reloads(mine.has_sent, folders)

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/", self.show), Route("/offline", self.offline)]

    async def show(self, request: Request) -> Response:
        """`GET /`: the live list, the form, and the posts of this phone."""
        return await self.page(request)

    async def offline(self, request: Request) -> Response:
        """`GET /offline`: the same without anything that could be out of date; a phone's worker keeps it."""
        return HTMLResponse(self._shell(tongue_of(request), Draft()))

    async def page(
        self,
        request: Request,
        tab: str | None = None,
        draft: Draft | None = None,
        refusal: Refusal | None = None,
        made: str = "",
    ) -> Response:
        """The page; with a draft and why it was refused where the form of that stamp is shown again."""
        query = request.query_params
        is_kiosk = "kiosk" in query or (draft is not None and draft.kiosk)
        device = "" if is_kiosk else self._gate.device(request)
        tongue = tongue_of(request)
        wall = await self._wall.now(tongue)
        mine = await self._mine.of(device)
        draft = draft or _begun(mine, query)
        wanted = tab or query.get("tab", "live")
        tab = wanted if wanted in TABS and not (is_kiosk and wanted == "mine") else "live"
        hall = self._look.asking.hall(query.get("hall", ""))
        asked = await self._asked(request, hall, device, is_kiosk=is_kiosk) if tab == "questions" else None
        state = ""
        if device and refusal is None and is_plain(request) and self._is_steady(hall):
            state = self._state(request, tongue, wall, mine, asked)
            unchanged = await self._reloads.unchanged(request, device, state)
            if unchanged is not None:
                return unchanged
        draft = with_idem(draft)  # without JavaScript it keeps a double tap from being two posts
        said = {
            "made": made if self._form_age.is_ours(made) else self._form_age.stamp(),
            "refusal": tongue.refuse(refusal) if refusal else "",
            "sent": "sent" in query,
            "gone": "gone" in query,
            "hall": hall,
            "asked": asked,
            "asked_again_in_s": self._look.asking.again_in_s(hall),
            "told": tongue.say(TOLD.get(query.get("told", ""), "")),
            "is_kiosk": is_kiosk,
        }
        html = self._rendered(tongue, wall, mine, tab, draft, **said)
        kept = headers(state, draft.idem) if state else retry_header(refusal) if refusal else None
        response = HTMLResponse(html, refusal.status if refusal else 200, kept)
        if not is_kiosk:
            device = device or self._gate.welcome(response)
            if ticket := self._rooms.ticket(device, query.get("hall", ""), query.get("room", "")):
                self._gate.let_in(response, ticket, LASTS)
        return response

    def _is_steady(self, hall: str) -> bool:
        """Whether nothing begins or ends until the page looks again by itself: one from memory would look too late."""
        return self._look.now.is_steady and self._look.asking.again_in_s(hall) >= LOOK_EVERY_S

    def _state(
        self, request: Request, tongue: Tongue, wall: Standing, mine: Sequence[Own], asked: Asking | None
    ) -> str:
        """All that the page is made of, in short."""
        if tongue.tag not in self._shells:
            self._shells[tongue.tag] = self._shell(tongue, Draft(idem="state"))
        frame, address = self._shells[tongue.tag], sorted(request.query_params.multi_items())
        voted = sorted(asked.voted) if asked else ()
        told = replace(asked, voted=frozenset()) if asked else None
        now = self._look.now.block(tongue).html
        return self._reloads.state(
            frame,
            address,
            wall.epoch,
            wall.seq,
            wall.cards,
            now,
            mine,
            told,
            voted,
            self._reactions(),
            self._book().is_floor_paused,
        )

    def _shell(self, tongue: Tongue, draft: Draft) -> str:
        asking = {"hall": self._look.asking.hall(""), "asked": None, "asked_again_in_s": LOOK_EVERY_S, "told": ""}
        return self._rendered(tongue, EMPTY, (), "write", with_idem(draft), is_shell=True, now=NOTHING_ON, **asking)

    def _rendered(
        self, tongue: Tongue, wall: Standing, mine: Sequence[Own], tab: str, draft: Draft, **said: Any
    ) -> str:
        halls = self._look.halls
        return self._cards.page(
            "phone",
            tongue,
            conference=self._look.conference,
            tab=tab,
            wall=wall.cards,
            mine=mine,
            epoch=wall.epoch,
            seq=wall.seq,
            draft=draft,
            halls=halls if len(halls) > 1 else {},
            floor_is_open=self._look.floor_is_open,
            floor_is_paused=self._book().is_floor_paused,
            trap=TRAP,
            react_halls=halls,
            react_hall=draft.hall if draft.hall in halls else next(iter(halls)),
            text_max=TEXT_MAX,
            name_max=NAME_MAX,
            **{**UNSAID, "now": self._look.now.block(tongue), "reactions": self._reactions()} | said,
        )

    async def _asked(self, request: Request, hall: str, device: str, *, is_kiosk: bool) -> Asking:
        """The questions of a hall, as this device voted for them."""
        told = replace(await self._look.asking.told(hall, sort_of(request)), is_kiosk=is_kiosk)
        keys = [each.post.key for each in told.questions]
        return replace(told, voted=await self._votes.voted(device, keys)) if device and keys else told


def _begun(mine: Sequence[Own], wanted: Mapping[str, str]) -> Draft:
    """What the form begins with: what its address says, or a post of this phone that may be said differently."""
    open_ones = (own for own in mine if own.again is Again.OPEN and own.post.key == wanted.get("again"))
    own = next(open_ones, None)
    kind = Kind.QUESTION if wanted.get("kind") == Kind.QUESTION else Kind.REMARK
    return draft_again(own) if own else Draft(hall=wanted.get("hall", "")[:40], kind=kind)
