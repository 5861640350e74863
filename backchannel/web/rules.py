"""The rules for moderators: read, changed as one whole, tried before, and carried to what waits."""

from collections.abc import Callable
from dataclasses import replace
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
from backchannel.roles import Command
from backchannel.rule import Rule
from backchannel.rulebook import Clause, Kind, Preset, Rulebook
from backchannel.store.base import Rulebooks, Written
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.catalogues import Tongue
from backchannel.web.replies import Json, refusal_json
from backchannel.web.rule_wire import (
    book_json,
    conditions_json,
    in_force_json,
    rule_of,
    trial_json,
    verdicts,
    versions_json,
    whole_json,
)
from backchannel.web.tongues import tongue_of
from backchannel.web.wire import outcome_json
from backchannel.wording import spoken

CLAUSES_MAX: Final = 2000
VERSIONS_SHOWN: Final = 50
CHANGED: Final = spoken("The rules changed meanwhile: %(by)s was faster. Look at them again.")
CHANGED_SOMEHOW: Final = spoken("The rules changed meanwhile: somebody was faster. Look at them again.")
Name = Annotated[str, Meta(min_length=1, max_length=60)]


class ClauseRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A rule of the rulebook as it is sent."""

    rule: dict[str, Any]
    kind: Kind = Kind.RULE


class RulesRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `PUT /api/rules`: the next version, whole; `version` is the one that it was made from."""

    version: Annotated[int, Meta(ge=0)]
    clauses: Annotated[list[ClauseRequest], Meta(max_length=CLAUSES_MAX)]
    preset: Preset = Preset.SESSION
    trust_after: Annotated[int, Meta(ge=1, le=1000)] = 3
    sure: bool = False


class TrialRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/rules/trial`."""

    rule: dict[str, Any]


class NamedRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/rules/apply` and `/api/rules/end`: a rule by its name."""

    rule: Name
    bring_back: bool = False


class PresetRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/rules/preset`."""

    preset: Preset


BOOKS: Final = msgspec.json.Decoder(RulesRequest)
TRIALS: Final = msgspec.json.Decoder(TrialRequest)
NAMED: Final = msgspec.json.Decoder(NamedRequest)
PRESETS: Final = msgspec.json.Decoder(PresetRequest)


class RulesDoor:
    """`/api/rules…`."""

    def __init__(
        self, court: Court, rulebooks: Rulebooks, gate: Gate, zone: ZoneInfo, clock: Callable[[], datetime]
    ) -> None:
        self._court = court
        self._rulebooks = rulebooks
        self._gate = gate
        self._zone = zone
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/api/rules", self.show),
            Route("/api/rules", self.write, methods=["PUT"]),
            Route("/api/rules/trial", self.attempt, methods=["POST"]),
            Route("/api/rules/apply", self.apply, methods=["POST"]),
            Route("/api/rules/end", self.end, methods=["POST"]),
            Route("/api/rules/preset", self.turn, methods=["POST"]),
            Route("/api/rules/versions", self.versions),
            Route("/api/rules/versions/{version}", self.version),
        ]

    async def show(self, request: Request) -> Response:
        """`GET /api/rules`: every rule in its order, and what a rule may ask for."""
        await self._gate.asking(request, Command.SEE)
        tongue = tongue_of(request)
        await self._court.sit()  # another node may have written a moment ago
        return Json(self._whole(tongue) | {"conditions": conditions_json(tongue), "verdicts": verdicts()})

    async def write(self, request: Request) -> Response:
        """`PUT /api/rules`: the next version; 409 with the newest one for who knew an older, or to be asked twice."""
        badge = await self._gate.commanding(request, Command.RULE)
        wish = await read(request, BOOKS)
        tongue = tongue_of(request)
        book = Rulebook(
            wish.version,
            tuple(self._clause(each, number, badge.name, tongue) for number, each in enumerate(wish.clauses, 1)),
            wish.preset,
            wish.trust_after,
            is_floor_paused=self._court.book.is_floor_paused,
        )
        self._check_names(book)
        if not wish.sure and (doubt := await self._court.doubt(book)):
            raise doubt
        return self._answer(await self._court.write(book, badge.name), tongue)

    async def attempt(self, request: Request) -> Response:
        """`POST /api/rules/trial`: what a rule would have caught of late, and catches of what waits."""
        await self._gate.commanding(request, Command.RULE)
        tongue = tongue_of(request)
        rule = self._rule((await read(request, TRIALS)).rule, tongue.say("The rule"), tongue)
        return Json(trial_json(await self._court.attempt(rule)))

    async def apply(self, request: Request) -> Response:
        """`POST /api/rules/apply`: do to what waits what the rule does to new posts, as an order of who asks."""
        badge = await self._gate.commanding(request, Command.RULE)
        clause = self._named((await read(request, NAMED)).rule)
        outcomes = await self._court.carry_out(clause, badge.name)
        return Json({"done": done(outcomes), "outcomes": [outcome_json(each) for each in outcomes]})

    async def end(self, request: Request) -> Response:
        """`POST /api/rules/end`: take a rule out; with `bring_back` what a mute kept from the hall waits again."""
        badge = await self._gate.commanding(request, Command.RULE)
        wish = await read(request, NAMED)
        clause = self._named(wish.rule)
        kept = await self._court.amend(lambda book: book.without(wish.rule), badge.name)
        outcomes = await self._court.bring_back(clause, badge.name) if wish.bring_back else ()
        return Json(in_force_json(kept.book) | {"brought_back": done(outcomes)})

    async def turn(self, request: Request) -> Response:
        """`POST /api/rules/preset`: one switch for what the rules do at this time of the conference."""
        badge = await self._gate.commanding(request, Command.RULE)
        wish = await read(request, PRESETS)
        present = await self._rulebooks.newest()
        if present.preset is wish.preset:
            return Json(in_force_json(present))
        kept = await self._court.amend(lambda book: replace(book, preset=wish.preset), badge.name)
        return Json(in_force_json(kept.book) | {"before": present.preset})

    async def versions(self, request: Request) -> Response:
        """`GET /api/rules/versions`: who changed what and when, newest first."""
        await self._gate.asking(request, Command.SEE)
        books = await self._rulebooks.versions(limit=VERSIONS_SHOWN + 1)
        return Json({"versions": versions_json(books, tongue_of(request))[:VERSIONS_SHOWN]})

    async def version(self, request: Request) -> Response:
        """`GET /api/rules/versions/{version}`: one of them, as it can be sent back."""
        await self._gate.asking(request, Command.SEE)
        number = _number(str(request.path_params["version"]))
        found = [book for book in await self._rulebooks.versions(number + 1, 1) if book.version == number]
        if not found and number:
            raise Refusal(404, "version_unknown", "There is no version %(num)s of the rules.", num=number)
        return Json(whole_json(found[0] if found else Rulebook()))

    def _whole(self, tongue: Tongue) -> dict[str, Any]:
        return book_json(self._court, self._clock(), tongue)

    def _answer(self, kept: Written, tongue: Tongue) -> Response:
        if kept.done:
            return Json(self._whole(tongue))
        by = kept.book.by
        refusal = Refusal(409, "version", CHANGED, by=by) if by else Refusal(409, "version", CHANGED_SOMEHOW)
        return Json({**refusal_json(refusal, tongue), **self._whole(tongue)}, 409)

    def _clause(self, wish: ClauseRequest, number: int, by: str, tongue: Tongue) -> Clause:
        """A clause as it was sent; one that is as it was is still who wrote it's."""
        rule = self._rule(wish.rule, tongue.say("Rule %(num)s", num=number), tongue)
        present = self._court.book.clause(rule.name)
        if present is not None and (present.rule, present.kind) == (rule, wish.kind):
            return present
        return Clause(rule, wish.kind, by, self._clock())

    def _rule(self, row: dict[str, Any], where: str, tongue: Tongue) -> Rule:
        return rule_of(row, where, self._zone, tongue)

    def _named(self, name: str) -> Clause:
        clause = self._court.book.clause(name)
        if clause is None:
            raise Refusal(404, "rule_unknown", "The desk has no rule “%(name)s”.", name=name)
        return clause

    def _check_names(self, book: Rulebook) -> None:
        names = [each.rule.name for each in book.clauses]
        taken = {rule.name for rule in self._court.settings}
        if twice := next((name for name in names if names.count(name) > 1 or name in taken), ""):
            raise Refusal(422, "rule", "“%(name)s” is the name of two rules; every rule needs its own.", name=twice)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Refusal(400, "version", "A version of the rules is a whole number.")
    return int(text)
