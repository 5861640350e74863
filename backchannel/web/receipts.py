"""Receipts for moderators and sponsors: where and how long a post was on screen, and all of it as a file."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.receipt import Place, ReceiptQuery, Showing, Told
from backchannel.roles import Command
from backchannel.store.base import PAGE_MAX, Receipts
from backchannel.web.badges import Gate
from backchannel.web.export import BOM, cell, row
from backchannel.web.record import moment, word
from backchannel.web.replies import Json

FIELDS: Final = ("key", "network", "url", "screen", "hall", "came_at", "seen_at", "seconds", "has_left")
MEDIA_TYPES: Final[Mapping[str, str]] = {"csv": "text/csv", "jsonl": "application/jsonl"}


class ReceiptsDoor:
    """`/api/posts/{key}/receipts` and `/api/receipts.{form}`."""

    def __init__(self, receipts: Receipts, gate: Gate, halls: Mapping[str, Any], zone: ZoneInfo) -> None:
        self._receipts = receipts
        self._gate = gate
        self._halls = halls
        self._zone = zone

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/api/posts/{key}/receipts", self.show), Route("/api/receipts.{form}", self.export)]

    async def show(self, request: Request) -> Response:
        """`GET /api/posts/{key}/receipts`: on which screens it was, how often and how long."""
        await self._gate.asking(request, Command.SEE)
        key = str(request.path_params["key"])
        showings = (await self._receipts.showings((key,))).get(key, ())
        return Json({"showings": [showing_json(showing) for showing in showings]})

    async def export(self, request: Request) -> Response:
        """`GET /api/receipts.csv` and `/api/receipts.jsonl`: every showing that the query asks for, oldest first."""
        await self._gate.asking(request, Command.SEE)
        form, wanted = str(request.path_params["form"]), request.query_params
        if form not in MEDIA_TYPES:
            raise Refusal(404, "form_unknown", "Receipts come as %(forms)s.", forms=" or ".join(MEDIA_TYPES))
        hall = word(wanted, "hall")
        if hall and hall not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
        since, until = (moment(wanted, name, self._zone) for name in ("after", "before"))
        query = ReceiptQuery(word(wanted, "post"), hall, since, until, limit=PAGE_MAX)
        headers = {"Content-Disposition": f'attachment; filename="receipts.{form}"'}
        return StreamingResponse(lines(self._receipts, form, query), media_type=MEDIA_TYPES[form], headers=headers)


async def lines(receipts: Receipts, form: str, query: ReceiptQuery) -> AsyncGenerator[str]:
    """A file of receipts piece by piece."""
    line = _csv_line if form == "csv" else _json_line
    yield BOM + row(list(FIELDS)) if form == "csv" else ""
    while page := await receipts.page(query):
        yield "".join(map(line, page))
        last = page[-1].receipt
        query = replace(query, place=Place(last.came_at, last.screen, last.key))


def fields_of(told: Told) -> dict[str, Any]:
    """What a file tells of a receipt: `seen_at` is the last moment that is known of it."""
    receipt = told.receipt
    values = (
        receipt.key,
        receipt.key.partition(":")[0],
        told.url,
        told.name,
        receipt.hall,
        receipt.came_at.isoformat(),
        receipt.seen_at.isoformat(),
        round((receipt.seen_at - receipt.came_at).total_seconds(), 1),
        receipt.has_left,
    )
    return dict(zip(FIELDS, values, strict=True))


def showing_json(showing: Showing) -> dict[str, Any]:
    """How a post was on one screen."""
    return {
        "screen": showing.name,
        "hall": showing.hall,
        "times": showing.times,
        "seconds": round(showing.seconds, 1),
        "first_at": showing.first_at,
        "last_at": showing.last_at,
        "is_there": showing.is_there,
    }


def _csv_line(told: Told) -> str:
    return row([cell(value) for value in fields_of(told).values()])


def _json_line(told: Told) -> str:
    return msgspec.json.encode(fields_of(told)).decode() + "\n"
