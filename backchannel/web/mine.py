"""What became of the posts of one phone, and what their author may still do: say it differently, once; take it back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backchannel.desk import Desk
from backchannel.errors import Refusal
from backchannel.post import Post, Sighting, Status
from backchannel.receipt import Showing
from backchannel.sources.floor import NAMELESS, NETWORK
from backchannel.store.base import Posts, Receipts, Stages
from backchannel.text import fold
from backchannel.web.badges import Gate
from backchannel.web.replies import Json, wants_json

MINE_POSTS: Final = 30
EXPORTED_MAX: Final = 1000
SHOWN: Final = frozenset({Status.APPROVED, Status.WITHDRAWN})
PUT_ASIDE: Final = frozenset({Status.REJECTED, Status.WITHDRAWN})


class Again(StrEnum):
    """Whether a post may be said differently."""

    NO = "no"  # nobody put it aside
    OPEN = "open"
    SAID = "said"  # it was, already
    SPENT = "spent"  # it is what was said differently


@dataclass(frozen=True, slots=True)
class Seen:
    """A hall in which a post was on the screens, since when, and how long on the one that had it longest."""

    hall: str
    at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Own:
    """A post as its author sees it; `halls` name where it is shown, none for all; `on_air` where it is right now.

    `seen` is where screens said that they had it on the glass.
    """

    post: Post
    again: Again = Again.NO
    halls: tuple[str, ...] = ()
    on_air: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()


class Mine:
    """The posts of each phone."""

    def __init__(self, posts: Posts, stages: Stages, receipts: Receipts, desk: Desk, halls: Mapping[str, Any]) -> None:
        self._posts = posts
        self._stages = stages
        self._receipts = receipts
        self._desk = desk
        self._halls = halls

    async def of(self, device: str) -> tuple[Own, ...]:
        """The latest posts of a phone, newest first, with what became of them."""
        if not device:
            return ()
        latest = await self._posts.of_authors(NETWORK, (device,), MINE_POSTS)
        is_shown = any(post.status is Status.APPROVED for post in latest)
        on_air = {stage.hall: stage.on_air for stage in await self._stages.all()} if is_shown else {}
        was_shown = [post.key for post in latest if post.status in SHOWN]
        showings = await self._receipts.showings(was_shown) if was_shown else {}
        otherwise = {self.again_key(device, post.key): post.key for post in latest}
        said = {otherwise[post.key] for post in latest if post.key in otherwise}
        said |= {each.key for each in latest if each.status in PUT_ASIDE and await self._was_said(device, each.key)}
        return tuple(
            Own(
                post,
                _again(post, is_second=post.key in otherwise, was_said=post.key in said),
                self._names(post.halls or ()),
                self._names(hall for hall, keys in on_air.items() if post.key in keys),
                self._seen(showings.get(post.key, ())),
            )
            for post in latest
        )

    def again_id(self, device: str, key: str) -> str:
        """The floor's name for what a phone says instead of a post: there is one, however often it is sent."""
        return f"{device}/again/{key}"

    def id_of(self, device: str, idem: str) -> str:
        """The floor's name for what a phone sends by a name of its own."""
        return f"{device}/{idem}"

    async def has_sent(self, device: str, idem: str) -> bool:
        """Whether a phone has sent something by this name, whatever became of it."""
        key = self._desk.key(Sighting(NETWORK, self.id_of(device, idem), None))
        return await self._posts.find(key) is not None

    def again_key(self, device: str, key: str) -> str:
        """The key of what a phone says instead of a post."""
        return self._desk.key(Sighting(NETWORK, self.again_id(device, key), None))

    async def find(self, device: str, key: str) -> Post:
        """A post of this phone. Raises Refusal 404 where it is none, or gone."""
        post = await self._posts.find(key)
        if post is None or not device or post.network != NETWORK or post.content.author.id != device:
            raise Refusal(404, "post_unknown", "There is no such post of this phone.")
        return post

    async def check_again(self, device: str, key: str, text: str) -> None:
        """Raise Refusal where a phone may not say a post differently in these words."""
        await self.find(device, key)
        own = next((each for each in await self.of(device) if each.post.key == key), None)
        if own is None or own.again is not Again.OPEN:
            raise Refusal(409, "once", "That can be said differently once. Write it as something new, gladly.")
        if fold(own.post.content.text).split() == fold(text).split():
            raise Refusal(422, "same", "These are the words that were not shown. In other words, gladly.")

    async def _was_said(self, device: str, key: str) -> bool:
        """Whether a post was said differently, even where that was taken back."""
        return await self._posts.find(self.again_key(device, key)) is not None

    def _seen(self, showings: Iterable[Showing]) -> tuple[Seen, ...]:
        """By hall, the first one first."""
        found: dict[str, Seen] = {}
        for each in showings:
            if each.hall in self._halls:
                new = Seen(self._halls[each.hall].name, each.first_at, each.seconds)
                known = found.get(each.hall, new)
                found[each.hall] = Seen(known.hall, min(known.at, new.at), max(known.seconds, new.seconds))
        return tuple(sorted(found.values(), key=lambda seen: seen.at))

    def _names(self, halls: Any) -> tuple[str, ...]:
        return tuple(self._halls[slug].name for slug in halls if slug in self._halls)


class MineDoor:
    """`/posts/mine` and `/posts/{key}/take-back`."""

    def __init__(self, mine: Mine, posts: Posts, desk: Desk, gate: Gate) -> None:
        self._mine = mine
        self._posts = posts
        self._desk = desk
        self._gate = gate

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/posts/mine", self.show),
            Route("/posts/mine.json", self.export),
            Route("/posts/{key}/take-back", self.take_back, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """`GET /posts/mine`: what became of the posts of this phone, and in which halls they were on screen."""
        return Json({"posts": [own_json(own) for own in await self._mine.of(self._gate.device(request))]})

    async def export(self, request: Request) -> Response:
        """`GET /posts/mine.json`: all that this phone wrote and that is still kept, as a file."""
        device = self._gate.device(request)
        posts = await self._posts.of_authors(NETWORK, (device,), EXPORTED_MAX) if device else ()
        headers = {"Content-Disposition": 'attachment; filename="my-posts.json"', "Cache-Control": "no-store"}
        return Json({"posts": [exported_json(post) for post in posts]}, headers=headers)

    async def take_back(self, request: Request) -> Response:
        """`POST`: a post of this phone is gone, from every screen too; a form comes back to the posts of this phone."""
        self._gate.check_page(request)
        key = str(request.path_params["key"])
        known = await self._posts.find(key)
        if known is None or known.network != NETWORK or known.status is not Status.GONE:  # a double tap asks twice
            await self._desk.take_back(await self._mine.find(self._gate.device(request), key))
        if wants_json(request):
            return Json({"key": key, "status": Status.GONE.value})
        return RedirectResponse("/?tab=mine&gone=1", 303)


def exported_json(post: Post) -> dict[str, Any]:
    """A post as whoever wrote it takes it along: what they wrote, and what became of it; the desk is not named."""
    content, decision = post.content, post.decision
    return {
        "key": post.key,
        "text": content.text,
        "name": "" if content.author.name == NAMELESS else content.author.name,
        "posted_at": content.posted_at,
        "received_at": post.received_at,
        "status": post.status,
        "decided_at": decision.at if decision else None,
        "halls": post.halls,
        "asks": post.question.hall if post.question else None,
    }


def own_json(own: Own) -> dict[str, Any]:
    """A post as its author's phone is told of it."""
    return {
        "key": own.post.key,
        "status": own.post.status,
        "again": own.again,
        "on_air": own.on_air,
        "seen": [{"hall": each.hall, "at": each.at, "seconds": round(each.seconds, 1)} for each in own.seen],
    }


def _again(post: Post, *, is_second: bool, was_said: bool) -> Again:
    if is_second:
        return Again.SPENT
    if was_said:
        return Again.SAID
    return Again.OPEN if post.status in PUT_ASIDE else Again.NO
