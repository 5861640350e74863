"""What a moderator makes of the post in hand: mutes, trust, and what is known of its author here."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.court import Court, done
from backchannel.errors import Refusal
from backchannel.muting import Lasting, What, muting, server_of, trusting, until
from backchannel.post import Post, Status, folded_address
from backchannel.roles import Command
from backchannel.rule import Rule
from backchannel.rulebook import Clause, Kind, Rulebook
from backchannel.store.base import Authors, History, Posts
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.replies import Json
from backchannel.web.rule_wire import in_force_json, rule_json, trial_json
from backchannel.wording import spoken

EARLY: Final = spoken("%(num)s of %(all)s posts that it takes to be trusted were shown so far.")
ASKED_MAX: Final = 50
Key = Annotated[str, Meta(min_length=1, max_length=100)]


class MuteRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/mutes`; a `trial` tells what it would hide, and mutes nobody."""

    post: Key
    what: What = What.AUTHOR
    phrase: Annotated[str, Meta(max_length=200)] = ""
    lasts: Lasting = Lasting.TODAY
    trial: bool = False


class TrustRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/trusts`."""

    post: Key


MUTES: Final = msgspec.json.Decoder(MuteRequest)
TRUSTS: Final = msgspec.json.Decoder(TrustRequest)


class MutesDoor:
    """`/api/mutes`, `/api/trusts` and `/api/histories`."""

    def __init__(
        self,
        court: Court,
        posts: Posts,
        authors: Authors,
        gate: Gate,
        zone: ZoneInfo,
        clock: Callable[[], datetime],
    ) -> None:
        self._court = court
        self._posts = posts
        self._authors = authors
        self._gate = gate
        self._zone = zone
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/api/mutes", self.mute, methods=["POST"]),
            Route("/api/trusts", self.trust, methods=["POST"]),
            Route("/api/histories", self.histories),
        ]

    async def mute(self, request: Request) -> Response:
        """`POST /api/mutes`: hear no more of an author, a server or a phrase; what waits of it is not shown."""
        badge = await self._gate.commanding(request, Command.RULE)
        wish = await read(request, MUTES)
        post = await self._post(wish.post)
        at = self._clock()
        rule = muting(wish.what, post, wish.phrase, until(wish.lasts, at, self._zone))
        if rule is None or rule.trouble:
            raise Refusal(400, "mute", "This post has nothing of this kind that can be muted.")
        if wish.trial:
            return Json({"rule": rule_json(rule), **trial_json(await self._court.attempt(rule))})
        clause = Clause(rule, Kind.MUTE, badge.name, at)
        kept = await self._court.amend(lambda book: book.having(clause), badge.name)
        outcomes = await self._court.carry_out(clause, badge.name)
        return Json(in_force_json(kept.book) | {"rule": rule_json(rule), "rejected": done(outcomes)})

    async def trust(self, request: Request) -> Response:
        """`POST /api/trusts`: show what an author writes without asking; 409 where too little of theirs was shown."""
        badge = await self._gate.commanding(request, Command.RULE)
        post = await self._post((await read(request, TRUSTS)).post)
        rule = trusting(post)
        if rule is None:
            raise Refusal(400, "trust", "Nobody can tell this author from another.")
        history = (await self._authors.histories([post.key])).get(post.key, History())
        shown, needed = history.shown + (post.status is Status.APPROVED), self._court.book.trust_after
        if shown < needed:
            raise Refusal(409, "too_early", EARLY, num=shown, all=needed)
        clause = Clause(rule, Kind.TRUST, badge.name, self._clock())
        kept = await self._court.amend(lambda book: book.having(clause), badge.name)
        return Json(in_force_json(kept.book) | {"rule": rule_json(rule)})

    async def histories(self, request: Request) -> Response:
        """`GET /api/histories?post=…&post=…`: what became of the other posts of each post's author.

        Its `server`, to be muted, is told of one that is asked about alone.
        """
        await self._gate.asking(request, Command.SEE)
        keys = list(dict.fromkeys(request.query_params.getlist("post")))[:ASKED_MAX]
        told: dict[str, Any] = {}
        for key, history in (await self._authors.histories(keys)).items():
            # Who is asked about alone comes with all; of many, most are neither trusted nor muted nor could be.
            wants_all = len(keys) == 1 or self._concerns_rules(history)
            told[key] = await self._history(key, history, wants_all=wants_all)
        return Json({"histories": told})

    def _concerns_rules(self, history: History) -> bool:
        book = self._court.book
        return bool(book.of(Kind.TRUST) or book.of(Kind.MUTE)) or history.shown + 1 >= book.trust_after

    async def _history(self, key: str, history: History, *, wants_all: bool) -> dict[str, Any]:
        book = self._court.book
        post = await self._posts.find(key) if wants_all else None
        addresses = post.content.author.addresses if post else frozenset[str]()
        shown = history.shown + (post is not None and post.status is Status.APPROVED)
        is_trusted = not _known_by(book, Kind.TRUST).isdisjoint(addresses)
        return {
            "shown": history.shown,
            "not_shown": history.not_shown,
            "waiting": history.waiting,
            "is_trusted": is_trusted,
            "is_muted": not _known_by(book, Kind.MUTE).isdisjoint(addresses),
            "may_trust": not is_trusted and bool(addresses) and shown >= book.trust_after,
            "server": server_of(post.content.author) if post else "",
        }

    async def _post(self, key: str) -> Post:
        post = await self._posts.find(key)
        if post is None:
            raise Refusal(404, "post_unknown", "There is no such post.")
        return post


def _known_by(book: Rulebook, kind: Kind) -> set[str]:
    """The authors that rules of a kind name and that are on."""
    rules: list[Rule] = [each.rule for each in book.of(kind) if each.rule.on]
    return {folded_address(author) for rule in rules for author in rule.authors}
