"""The record for moderators: every decision, who took it and why, what share was not shown, and the whole as a file."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.post import Verb
from backchannel.record import Place, RecordQuery
from backchannel.roles import Command
from backchannel.store.base import PAGE_MAX, Record
from backchannel.web.badges import Gate
from backchannel.web.export import FORMS, lines
from backchannel.web.replies import Json
from backchannel.web.wire import recorded_json, shares_json

WORD_MAX: Final = 200
PLACES: Final = msgspec.json.Decoder(
    tuple[
        Annotated[datetime, Meta(tz=True)],
        Annotated[str, Meta(pattern=r"^[^\0]*\Z", max_length=WORD_MAX)],
        Annotated[int, Meta(ge=0, le=2**63 - 1)],
    ]
)


class RecordDoor:
    """`/api/record…`. A time that does not say its zone is one of the venue's clock."""

    def __init__(self, record: Record, gate: Gate, zone: ZoneInfo) -> None:
        self._record = record
        self._gate = gate
        self._zone = zone

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/api/record", self.decisions),
            Route("/api/record/shares", self.shares),
            Route("/api/record.{form}", self.export),
        ]

    async def decisions(self, request: Request) -> Response:
        """`GET /api/record`: a page of it, newest first."""
        await self._gate.asking(request, Command.SEE)
        page = await self._record.decisions(self.query(request.query_params))
        told = [recorded_json(recorded) for recorded in page.decisions]
        return Json({"decisions": told, "next": None if page.next is None else written(page.next)})

    async def shares(self, request: Request) -> Response:
        """`GET /api/record/shares`: how many posts were not shown, by reason and by person."""
        await self._gate.asking(request, Command.SEE)
        since = moment(request.query_params, "since", self._zone)
        return Json(shares_json(await self._record.shares(since)))

    async def export(self, request: Request) -> Response:
        """`GET /api/record.csv` and `/api/record.jsonl`: all that the query asks for, oldest first, as a file."""
        await self._gate.asking(request, Command.SEE)
        form = str(request.path_params["form"])
        if form not in FORMS:
            raise Refusal(404, "form_unknown", "The record comes as %(forms)s.", forms=" or ".join(FORMS))
        body = lines(self._record, FORMS[form], self.query(request.query_params))
        headers = {"Content-Disposition": f'attachment; filename="record.{form}"'}
        return StreamingResponse(body, media_type=FORMS[form].media_type, headers=headers)

    def query(self, wanted: Mapping[str, str]) -> RecordQuery:
        """What an address asks for. Raises Refusal 400 with what is wrong with it."""
        return RecordQuery(
            post=word(wanted, "post"),
            by=word(wanted, "by"),
            verb=_verb(wanted["verb"]) if wanted.get("verb") else None,
            reason=word(wanted, "reason") if "reason" in wanted else None,
            act=word(wanted, "act"),
            since=moment(wanted, "after", self._zone),
            until=moment(wanted, "before", self._zone),
            place=read_place(wanted["place"]) if wanted.get("place") else None,
            limit=_limit(wanted.get("limit", "50")),
            folded=wanted.get("folded", "") not in {"", "0"},
        )


def moment(wanted: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime | None:
    """The time that an address asks for, on the venue's clock where it says no zone. Raises Refusal 400 for none."""
    text = word(wanted, name)
    if not text:
        return None
    head, _, offset = text.rpartition(" ")  # a + that was not escaped comes as a blank
    for spelled in (text, f"{head}+{offset}"):
        try:
            found = datetime.fromisoformat(spelled)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=zone)
    raise Refusal(400, name, "%(name)s is a time such as 2026-11-17T14:30.", name=name)


def written(place: Place) -> str:
    """A place as an address carries it, opaque to who reads it."""
    return urlsafe_b64encode(msgspec.json.encode((place.at, place.key, place.version))).decode()


def read_place(text: str) -> Place:
    """The place that `written` wrote. Raises Refusal 400 for anything else."""
    try:
        return Place(*PLACES.decode(urlsafe_b64decode(text)))
    except (ValueError, msgspec.DecodeError) as error:
        raise Refusal(400, "place", "place is the `next` of the page before.") from error


def word(wanted: Mapping[str, str], name: str) -> str:
    """What an address asks for by this name, empty for nothing. Raises Refusal 400 for what is too long."""
    said = wanted.get(name, "")
    if len(said) > WORD_MAX or "\0" in said:
        raise Refusal(400, name, "%(name)s is a word of at most %(num)s letters.", name=name, num=WORD_MAX)
    return said


def _verb(text: str) -> Verb:
    try:
        return Verb(text)
    except ValueError as error:
        raise Refusal(400, "verb", "%(name)s is one of %(known)s.", name="verb", known=", ".join(Verb)) from error


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refusal(400, "limit", "%(name)s is a whole number.", name="limit")
    return min(max(int(text), 1), PAGE_MAX)
