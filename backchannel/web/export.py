"""The record as a file: CSV for spreadsheets, JSON Lines for programs. It holds no text of a post."""

import csv
import io
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from backchannel.record import Recorded, RecordQuery
from backchannel.store.base import PAGE_MAX, Record

FIELDS: Final = ("key", "network", "verb", "before", "after", "by", "reason", "at", "version", "act", "url")
# With these a spreadsheet takes a cell for a formula; the wide forms too, in an East Asian one.
FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BOM: Final = "\ufeff"  # without it Excel takes UTF-8 for something else


@dataclass(frozen=True, slots=True)
class Form:
    """How a file of the record looks: what stands before all, and the line of one decision."""

    media_type: str
    head: str
    line: Callable[[Recorded], str]


def fields_of(recorded: Recorded) -> dict[str, Any]:
    """What the export tells of a decision; the address of a post that is gone is empty."""
    decision = recorded.decision
    told = (
        recorded.key,
        recorded.key.partition(":")[0],
        decision.verb.value,
        recorded.before.value,
        recorded.after.value,
        decision.by,
        decision.reason,
        decision.at.isoformat(),
        recorded.version,
        recorded.act,
        recorded.post.content.url if recorded.post else "",
    )
    return dict(zip(FIELDS, told, strict=True))


def cell(value: object) -> str:
    """A value as no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text


def row(cells: list[str]) -> str:
    """A line of CSV."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _csv_line(recorded: Recorded) -> str:
    return row([cell(value) for value in fields_of(recorded).values()])


def _json_line(recorded: Recorded) -> str:
    return msgspec.json.encode(fields_of(recorded)).decode() + "\n"


FORMS: Final[Mapping[str, Form]] = {
    "csv": Form("text/csv", BOM + row(list(FIELDS)), _csv_line),
    "jsonl": Form("application/jsonl", "", _json_line),
}


async def lines(record: Record, form: Form, query: RecordQuery | None = None) -> AsyncGenerator[str]:
    """A file of the record piece by piece, oldest first: all of it, or all that a query asks for."""
    yield form.head
    asked = replace(query or RecordQuery(), limit=PAGE_MAX, oldest_first=True, folded=False, place=None)
    while True:
        page = await record.decisions(asked)
        yield "".join(map(form.line, page.decisions))
        if page.next is None:
            return
        asked = replace(asked, place=page.next)


async def save(record: Record, form: Form, file: Path) -> None:
    """Write the whole record to a file, which is there once it is whole. Raises OSError where that is impossible."""
    unfinished = file.with_name(f"{file.name}.part")
    with unfinished.open("w", encoding="utf-8", newline="") as part:
        async for piece in lines(record, form):
            part.write(piece)
    unfinished.replace(file)
