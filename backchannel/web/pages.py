"""The pages: rendered whole on the server with the position their socket continues from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.hub.cast import with_cast
from backchannel.post import Status
from backchannel.reactions import Totals
from backchannel.roles import ROLE_WORDS, Command, may
from backchannel.rulebook import Rulebook
from backchannel.stage import Layout
from backchannel.store.base import Counts, Posts, Query, Screens, Stages
from backchannel.text import tame_line
from backchannel.updates import DESK, hall_stream
from backchannel.web.addresses import Addresses
from backchannel.web.asking import AskingBlocks
from backchannel.web.badges import Gate, check
from backchannel.web.bodies import form_of
from backchannel.web.cards import NETWORK_WORDS, REASON_WORDS, TRAIT_WORDS, Cards, network_word
from backchannel.web.catalogues import Tongue
from backchannel.web.floor import NAME_MAX
from backchannel.web.headers import FRAMES_OWN
from backchannel.web.lists import Chip, Lists, chip
from backchannel.web.now import Now
from backchannel.web.replies import retry_header
from backchannel.web.sponsors import SponsorCards
from backchannel.web.themes import Dress, Themes
from backchannel.web.tongues import conference_tongue_of, tongue_of, venue_tongue_of
from backchannel.web.way_in import WayIn
from backchannel.wording import spoken

SCREEN_POSTS: Final = 30
LADDER: Final = (4.0, 5.0, 6.0, 7.0, 8.0, 10.0)  # distances of a last row, in heights of the picture
CONSOLE_POSTS: Final = 50
WALL_POSTS: Final = 30  # what stages name is read here; for the rest the console asks
WORN_OUT: Final = spoken("This invitation does not work (any more). Each works once, within a day: ask for a new one.")
# What becomes of a password, or what is wrong with it.
PASSWORD_WORDS: Final = {
    "set": spoken("The password is kept. Your other browsers are signed out."),
    "short": spoken("Take twelve characters at least; a few words are good."),
    "long": spoken("Take 200 characters at most."),
    "easy": spoken("That is guessed too easily. Take another."),
    "wrong": spoken("The password until now is another."),
    "slowly": spoken("That was wrong too often. Wait a minute."),
    "busy": spoken("Many sign in at once. Try again in a minute."),
    "member": spoken("Your organisation signs you in. A password would still work once it no longer does."),
    "taken": spoken("Somebody else comes back under your name. Ask for an invitation, and join under another."),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What the pages say of the conference and how screens look; `has_reactions` is of screens.

    `networks` are those that screens name, `sources` all that posts come from.
    """

    conference: Any
    networks: tuple[str, ...]
    sources: tuple[str, ...]
    halls: Mapping[str, Any]
    theme: str
    themes: Themes
    sponsors: SponsorCards
    farthest_seat: float
    lease_s: int
    has_reactions: bool
    floor_is_open: bool
    has_passwords: bool
    organisation: str  # whose own sign-in there is, by name; empty where there is none
    addresses: Addresses
    way_in: WayIn
    now: Now
    asking: AskingBlocks


class Pages:
    """`/screen`, `/console`, its record, rules and people, and `/join`."""

    def __init__(
        self,
        cards: Cards,
        posts: Posts,
        gate: Gate,
        look: Look,
        clock: Callable[[], datetime],
        stages: Stages,
        lists: Lists,
        book: Callable[[], Rulebook],
        reactions: Callable[[], Totals],
        screens: Screens,
    ) -> None:
        self._cards = cards
        self._posts = posts
        self._gate = gate
        self._look = look
        self._clock = clock
        self._stages = stages
        self._lists = lists
        self._book = book
        self._reactions = reactions
        self._screens = screens

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/screen", self.screen),
            Route("/screen/{hall}", self.screen),
            Route("/calibration", self.calibration),
            Route("/console", self.console),
            Route("/console/record", self.record),
            Route("/console/people", self.people),
            Route("/console/screens", self.fleet),
            Route("/console/pulse", self.pulse),
            Route("/speaker", self.speaker),
            Route("/speaker/{hall}", self.speaker),
            Route("/console/rules", self.rules),
            Route("/join", self.join),
            Route("/join", self.enter, methods=["POST"]),
        ]

    async def screen(self, request: Request) -> Response:
        """`GET /screen` and `/screen/{hall}`: the projector page."""
        is_preview = "preview" in request.query_params
        is_shell = "shell" in request.query_params  # what a screen keeps for a start without a network
        is_known = not is_preview and self._gate.screen(request)
        paired = await self._screens.find(self._gate.screen(request)) if is_known else None
        first = paired.hall if paired and paired.hall in self._look.halls else next(iter(self._look.halls))
        slug = request.path_params.get("hall", first)
        hall = self._look.halls.get(slug)
        if hall is None:
            known = ", ".join(f"/screen/{name}" for name in self._look.halls)
            raise Refusal(
                404,
                "hall_unknown",
                "There is no hall “%(hall)s”. The screens are at %(known)s.",
                hall=slug[:40],
                known=known,
            )
        own = _chosen(request, "layout", tuple(Layout))
        dress = self._dress(request, hall.theme)
        query = Query(Status.APPROVED, stream=hall_stream(slug), hall=slug, limit=SCREEN_POSTS)
        page = await self._posts.page(query)
        # Read after the page: a stage newer than the position comes again as an update; an older one would be missed.
        stage = await self._stages.read(slug)
        html = self._cards.page(
            "screen",
            venue_tongue_of(request),
            conference=self._look.conference,
            hall=hall,
            dress=dress,
            sponsors=self._look.sponsors.cards,
            own=own,
            is_preview=is_preview,
            screen_json=_json(paired.to_wire()) if paired else "",
            farthest_seat=self._look.farthest_seat,
            lease_s=self._look.lease_s,
            reactions=self._reactions()[slug] if self._look.has_reactions else {},
            posts=[] if is_shell else await with_cast(page.posts, stage, self._posts),
            is_shell=is_shell,
            stage_json=_json(stage.to_wire()),
            epoch="" if is_shell else page.epoch,
            seq=0 if is_shell else page.seq,
            session=self._look.now.on_stage(slug),
            door=self._look.way_in.door(slug, is_there=paired is not None and paired.hall == slug),
            networks=self._look.networks,
        )
        response = HTMLResponse(html)
        if not is_preview and not self._gate.screen(request):
            self._gate.name_screen(response)  # before its socket comes, which is told by it when somebody pairs it
        return response

    async def calibration(self, request: Request) -> Response:
        """`GET /calibration`: whether a projector shows all of the picture, and what the last row can read."""
        chosen = self._look.farthest_seat
        html = self._cards.page(
            "calibration",
            venue_tongue_of(request),
            conference=self._look.conference,
            dress=self._dress(request),
            ladder=sorted({*LADDER, chosen}),
            chosen=chosen,
        )
        return HTMLResponse(html)

    async def console(self, request: Request) -> Response:
        """`GET /console`: the desk; without a badge that sees it to the door."""
        badge = await self._gate.badge(request)
        if badge is None or not may(badge.role, Command.SEE):
            return RedirectResponse("/join", 303)
        wanted = request.query_params
        name, line = wanted.get("list", "queue"), wanted.get("q", "").strip()
        tongue = tongue_of(request)
        query, trouble = self._lists.page(name, line, wanted, CONSOLE_POSTS)
        page = await self._posts.page(query)
        wall = await self._posts.page(Query(Status.APPROVED, limit=WALL_POSTS))
        counts = await self._posts.counts()
        halls = self._look.halls
        html = self._cards.page(
            "console",
            tongue,
            conference=self._look.conference,
            badge=badge,
            list=name,
            posts=page.posts,
            next=page.next,
            previous=page.previous,
            line=line,
            trouble=tongue.refuse(trouble) if trouble else "",
            chips=self._chips(name, line, tongue),
            counts=counts_of(counts),
            oldest_queued_at=counts.oldest_queued_at,
            now=self._clock(),
            epoch=page.epoch,
            seq=page.seq,
            wall=wall.posts,
            stages_json=_json([stage.to_wire() for stage in await self._stages.all()]),
            reasons=REASON_WORDS,
            door_hint=self._look.addresses.hint,
            halls=halls,
            dresses={slug: self._look.themes.dress(hall.theme or self._look.theme) for slug, hall in halls.items()},
            sheets=self._look.themes.sheets,
            venue=conference_tongue_of(request),
            has_sponsors=bool(self._look.sponsors.cards),
            floor_is_open=self._look.floor_is_open,
            floor_is_paused=self._book().is_floor_paused,
            preset=self._book().preset.value,
        )
        return HTMLResponse(html)

    def _dress(self, request: Request, own: str = "") -> Dress:
        """What a screen wears: the theme that its address asks for, that of its hall, or that of all."""
        themes = self._look.themes
        return themes.dress(_chosen(request, "theme", themes.names) or own or self._look.theme)

    def _chips(self, name: str, line: str, tongue: Tongue) -> tuple[Chip, ...]:
        """What is often looked for in a list."""
        terms = {f"on:{network}": network_word(network) for network in self._look.sources}
        terms |= {f"has:{trait}": words for trait, words in TRAIT_WORDS.items()}
        if name == "rejected":
            terms |= {f"reason:{reason}": words for reason, words in REASON_WORDS.items()}
        return tuple(chip(term, tongue.say(words), line) for term, words in terms.items())

    async def record(self, request: Request) -> Response:
        """`GET /console/record`: every decision; what is shown of them is the page's own address to say."""
        tongue = tongue_of(request)
        networks = {network: tongue.say(words) for network, words in NETWORK_WORDS.items()}
        return await self._view(request, "record", tongue, reasons=REASON_WORDS, networks=networks)

    async def rules(self, request: Request) -> Response:
        """`GET /console/rules`: every rule in its order, the desk's own to be changed."""
        return await self._view(request, "rules", tongue_of(request))

    async def people(self, request: Request) -> Response:
        """`GET /console/people`: who one is here, and for owners who else is; the page asks for the lists itself."""
        told = {
            "roles": ROLE_WORDS,
            "door_hint": self._look.addresses.hint,
            "has_passwords": self._look.has_passwords,
            "told": PASSWORD_WORDS.get(request.query_params.get("password", ""), ""),
            "is_set": request.query_params.get("password") == "set",
        }
        return await self._view(request, "people", tongue_of(request), **told)

    async def pulse(self, request: Request) -> Response:
        """`GET /console/pulse`: how the server itself does, for owners; the page asks for the figures itself."""
        badge = await self._gate.badge(request)
        if badge is not None and may(badge.role, Command.SEE):
            check(badge, Command.WATCH)
        return await self._view(request, "pulse", tongue_of(request))

    async def fleet(self, request: Request) -> Response:
        """`GET /console/screens`: every projector; the page asks for them itself, and frames what each shows."""
        response = await self._view(request, "screens", tongue_of(request), lease_s=self._look.lease_s)
        response.headers["Content-Security-Policy"] = FRAMES_OWN
        return response

    async def _view(self, request: Request, name: str, tongue: Tongue, **more: Any) -> Response:
        """A page of the desk beside its lists; without a badge that sees it to the door."""
        badge = await self._gate.badge(request)
        if badge is None or not may(badge.role, Command.SEE):
            return RedirectResponse("/join", 303)
        page = await self._posts.page(Query(Status.QUEUED, DESK, limit=1))
        counts = await self._posts.counts()
        html = self._cards.page(
            name,
            tongue,
            conference=self._look.conference,
            badge=badge,
            list=name,
            counts=counts_of(counts),
            oldest_queued_at=counts.oldest_queued_at,
            now=self._clock(),
            epoch=page.epoch,
            seq=page.seq,
            stages_json=_json([stage.to_wire() for stage in await self._stages.all()]),
            halls=self._look.halls,
            preset=self._book().preset.value,
            floor_is_paused=self._book().is_floor_paused,
            **more,
        )
        return HTMLResponse(html)

    async def speaker(self, request: Request) -> Response:
        """`GET /speaker` and `/speaker/{hall}`: what whoever leads through a session sees; for hosts and moderators."""
        badge = await self._gate.badge(request)
        if badge is None or not may(badge.role, Command.SPEAK):
            return RedirectResponse("/join", 303)
        slug = request.path_params.get("hall", next(iter(self._look.halls)))
        if slug not in self._look.halls:
            known = ", ".join(f"/speaker/{name}" for name in self._look.halls)
            raise Refusal(
                404,
                "hall_unknown",
                "There is no hall “%(hall)s”. The speaker views are at %(known)s.",
                hall=slug[:40],
                known=known,
            )
        hall = self._look.halls[slug]
        return HTMLResponse(
            self._cards.page("speaker", tongue_of(request), conference=self._look.conference, hall=hall, badge=badge)
        )

    async def join(self, request: Request) -> Response:
        """`GET /join`: the door to the desk. The invitation stands in the fragment, which no server or log sees."""
        return self._door(tongue_of(request), "", is_out="out" in request.query_params)

    async def enter(self, request: Request) -> Response:
        """`POST /join`: turn an invitation into a badge, once, and go on to the desk."""
        self._gate.check_page(request)
        async with form_of(request, part_max=4096) as form:
            invitation, name = str(form.get("invitation", "")).strip(), tame_line(str(form.get("name", "")), NAME_MAX)
        tongue = tongue_of(request)
        invitation = invitation.rpartition("#")[2]  # the whole link may have been pasted
        try:
            secret = await self._gate.redeem(request, invitation, name) if invitation else None
        except Refusal as refusal:
            return self._door(tongue, tongue.refuse(refusal), given=invitation)
        if secret is None:
            return self._door(tongue, tongue.say(WORN_OUT))
        response = RedirectResponse("/console", 303)
        self._gate.remember(response, secret)
        return response

    def door_again(self, request: Request, refusal: Refusal, place: str = "wrong") -> Response:
        """The door, for whoever came with a wrong password; at another `place`, from elsewhere."""
        tongue = tongue_of(request)
        html = self._door_html(tongue, **{place: tongue.refuse(refusal)})
        return HTMLResponse(html, refusal.status, retry_header(refusal))

    def sent_back(self, request: Request, refusal: Refusal) -> Response:
        """The door, for whoever their organisation did not sign in."""
        return self.door_again(request, refusal, "away")

    def _door(self, tongue: Tongue, refusal: str, *, given: str = "", is_out: bool = False) -> Response:
        """The door; with what was given where the invitation is still good."""
        html = self._door_html(tongue, refusal=refusal, given=given, is_out=is_out)
        return HTMLResponse(html, (422 if given else 403) if refusal else 200)

    def _door_html(self, tongue: Tongue, **said: Any) -> str:
        quiet = {"refusal": "", "given": "", "is_out": False, "wrong": "", "away": ""}
        ways = {"has_passwords": self._look.has_passwords, "organisation": self._look.organisation}
        return self._cards.page("join", tongue, conference=self._look.conference, **{**quiet, **ways, **said})


def _chosen(request: Request, name: str, known: Sequence[str]) -> str:
    """What an address asks for by this name, empty where it asks for nothing. Refused where it is unknown."""
    wanted = request.query_params.get(name, "")
    if wanted and wanted not in known:
        raise Refusal(
            404,
            name + "_unknown",
            "There is no “%(wanted)s” here, only %(known)s.",
            wanted=wanted[:40],
            known=", ".join(known),
        )
    return wanted


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def counts_of(counts: Counts) -> dict[str, int]:
    """How many posts stand where, every status named."""
    return {status.value: counts.by_status.get(status, 0) for status in Status}
