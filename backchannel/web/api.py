"""The API: posts, decisions and sources as JSON."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.collector import Collector
from backchannel.desk import Desk
from backchannel.errors import Refusal
from backchannel.post import CRITICAL, ORDERED, Order, Result, Status, Verb
from backchannel.roles import Command, may
from backchannel.schedules.keeper import Keeper
from backchannel.store.base import PAGE_MAX, Copies, Posts, Query
from backchannel.updates import FLOOR, hall_stream
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.lists import Lists
from backchannel.web.programme import condition_json
from backchannel.web.replies import Json
from backchannel.web.tongues import tongue_of
from backchannel.web.wire import alike_json, folded_json, health_json, outcome_json, post_json

Key = Annotated[str, Meta(min_length=1, max_length=100)]


class OrderRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/decisions`."""

    posts: Annotated[list[Key], Meta(min_length=1, max_length=PAGE_MAX)]
    verb: Verb
    reason: Annotated[str, Meta(max_length=200)] = ""
    halls: Annotated[list[str], Meta(min_length=1)] | None = None
    versions: Annotated[dict[Key, int], Meta(max_length=PAGE_MAX)] = {}
    idem: Annotated[str, Meta(max_length=100)] = ""


ORDERS: Final = msgspec.json.Decoder(OrderRequest)


class Api:
    """`/api/…`."""

    def __init__(
        self,
        posts: Posts,
        copies: Copies,
        desk: Desk,
        collector: Collector,
        keeper: Keeper,
        gate: Gate,
        halls: frozenset[str],
        lists: Lists,
    ) -> None:
        self._posts = posts
        self._copies = copies
        self._desk = desk
        self._collector = collector
        self._keeper = keeper
        self._gate = gate
        self._halls = halls
        self._lists = lists

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/api/posts", self.posts),
            Route("/api/posts/{key}/copies", self.copies),
            Route("/api/posts/{key}/similar", self.similar),
            Route("/api/decisions", self.decisions, methods=["POST"]),
            Route("/api/sources", self.sources),
        ]

    async def posts(self, request: Request) -> Response:
        """`GET /api/posts`: approved ones for all; the others, and searching, for who may see the desk."""
        query = self._query(request)
        badge = await self._gate.badge(request)
        for_moderator = badge is not None and may(badge.role, Command.SEE)
        if query.status is not Status.APPROVED or query.sieve:
            await self._gate.asking(request, Command.SEE)
        page = await self._posts.page(query)
        shown = [post_json(post, for_moderator=for_moderator) for post in page.posts]
        return Json({"posts": shown, "next": None if page.next is None else str(page.next)})

    async def copies(self, request: Request) -> Response:
        """`GET /api/posts/{key}/copies`: the copies that a post stands for, newest first."""
        await self._gate.asking(request, Command.SEE)
        folded = await self._copies.of(request.path_params["key"], PAGE_MAX)
        if folded is None:
            raise Refusal(404, "post_unknown", "There is no such post.")
        return Json(folded_json(folded))

    async def similar(self, request: Request) -> Response:
        """`GET /api/posts/{key}/similar`: what waits and is like a post, such as one that was just rejected."""
        await self._gate.asking(request, Command.SEE)
        alike = await self._copies.alike(request.path_params["key"], PAGE_MAX)
        if alike is None:
            raise Refusal(404, "post_unknown", "There is no such post.")
        return Json(alike_json(alike))

    async def decisions(self, request: Request) -> Response:
        """`POST /api/decisions`: carry an order out; 409 when none was done because of conflicts."""
        badge = await self._gate.commanding(request, Command.DECIDE)
        asked = await read(request, ORDERS)
        if asked.verb not in ORDERED:
            raise Refusal(400, "verb", "%(name)s is one of %(known)s.", name="verb", known=", ".join(ORDERED))
        unknown = set(asked.halls or ()) - self._halls
        if unknown:
            raise Refusal(400, "hall_unknown", "There is no hall “%(hall)s”.", hall=min(unknown)[:40])
        if asked.verb is not Verb.APPROVE and asked.reason.strip().casefold() == CRITICAL:
            raise Refusal(422, "critical", "“Critical” is no reason to keep a post off the wall.")
        halls = tuple(asked.halls) if asked.halls else None
        posts = tuple(dict.fromkeys(asked.posts))
        order = Order(posts, asked.verb, badge.name, asked.reason, halls, asked.versions, asked.idem)
        outcomes = await self._desk.decide(order)
        results = {outcome.outcome for outcome in outcomes}
        status = 409 if Result.CONFLICT in results and Result.DONE not in results else 200
        return Json({"outcomes": [outcome_json(outcome) for outcome in outcomes]}, status)

    async def sources(self, request: Request) -> Response:
        """`GET /api/sources`: how every source is, and the programme."""
        await self._gate.asking(request, Command.SEE)
        tongue = tongue_of(request)
        sources = [health_json(health, tongue) for health in self._collector.health()]
        return Json({"sources": sources, "programme": condition_json(self._keeper.condition, tongue)})

    def _query(self, request: Request) -> Query:
        wanted = request.query_params
        hall = wanted.get("hall")
        if hall is not None and hall not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
        return Query(
            status=_status(wanted.get("status", "approved")),
            stream=FLOOR if hall is None else hall_stream(hall),
            hall=hall,
            after=_number(wanted["after"], "after") if "after" in wanted else None,
            limit=min(max(_number(wanted.get("limit", "50"), "limit"), 1), PAGE_MAX),
            sieve=self._lists.sieve(wanted.get("q", "")),
        )


def _status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError as error:
        raise Refusal(400, "status", "%(name)s is one of %(known)s.", name="status", known=", ".join(Status)) from error


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refusal(400, name, "%(name)s is a whole number.", name=name)
    return int(text)
