"""A large programme, read apart from the server: sixteen megabytes of calendar keep a thread busy for minutes."""

import asyncio
import sys
from collections import Counter
from datetime import tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from backchannel.errors import SourceError
from backchannel.programme import Session
from backchannel.schedules import document
from backchannel.schedules.reading import Reading
from backchannel.sources.apart import apart, be_bounded

SMALL: Final = 256 * 1024  # what is not larger is read here, in a thread, sooner than a program starts
DEADLINE_S: Final = 30.0


class Told(msgspec.Struct):
    """What the program says: what it read, or what is wrong."""

    sessions: tuple[Session, ...] = ()
    refused: dict[str, int] = {}
    error: str = ""
    remedy: str = ""


async def read(body: bytes, zone: tzinfo, deadline_s: float = DEADLINE_S) -> Reading:
    """The sessions of a document, as `document` reads them. Raises SourceError."""
    if len(body) <= SMALL:
        return await asyncio.to_thread(document.read, body, zone)
    try:
        said = await apart("backchannel.schedules.large", str(zone).encode() + b"\n" + body, deadline_s)
    except TimeoutError as error:
        msg = f"The programme cannot be read within {deadline_s:g} seconds."
        raise SourceError(msg) from error
    if said is None:
        msg = "The programme is too broken, or too large, to be read."
        raise SourceError(msg)
    told = msgspec.json.decode(said, type=Told)
    if told.error:
        raise SourceError(told.error, remedy=told.remedy)
    reading = Reading()
    reading.sessions, reading.refused = list(told.sessions), Counter(told.refused)
    return reading


def main() -> None:
    """Read a line with the zone and the document after it, and write what it holds."""
    be_bounded()
    zone = ZoneInfo(sys.stdin.buffer.readline().decode().strip())
    try:
        reading = document.read(sys.stdin.buffer.read(), zone)
        told = Told(tuple(reading.sessions), dict(reading.refused))
    except SourceError as error:
        told = Told(error=str(error), remedy=error.remedy)
    sys.stdout.buffer.write(msgspec.json.encode(told))
