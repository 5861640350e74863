"""Schedules of Devoxx and Voxxed Days, as their call-for-papers tool exports a day: slots with a talk or a break.

slotId → id · roomName → room · talk.title or break.nameEN → title · fromTimeMillis, toTimeMillis → start, end (Unix
time in milliseconds) · talk.speakers[].name → speakers · talk.lang → language.
"""

from datetime import UTC, datetime
from typing import Final

from backchannel.schedules.reading import ROOM_MAX, SPEAKERS_MAX, Entry, Reading, speakers_of
from backchannel.schedules.times import YEARS
from backchannel.sources.fields import Fields

SLOTS_MAX: Final = 5000


def read(document: object) -> Reading:
    """The sessions of a day."""
    reading = Reading()
    for slot in Fields(document).many("slots", SLOTS_MAX):
        talk, pause = slot.one("talk"), slot.one("break")
        if not talk and not pause:
            reading.refuse("a slot without a talk")
            continue
        speakers = (speaker.text("name") for speaker in talk.many("speakers", SPEAKERS_MAX))
        entry = Entry(
            id=slot.id("slotId"),
            title=talk.text("title") or pause.text("nameEN"),
            start=_moment(slot, "fromTimeMillis"),
            end=_moment(slot, "toTimeMillis"),
            room=slot.line("roomName", ROOM_MAX) or slot.line("roomId", ROOM_MAX),
            speakers=speakers_of(speakers),
            language=talk.text("lang"),
        )
        reading.take(entry)
    return reading


def _moment(slot: Fields, name: str) -> datetime | None:
    milliseconds = slot.whole(name)
    try:
        at = datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds is not None else None
    except (ValueError, OverflowError, OSError):
        return None
    return at if at is not None and at.year in YEARS else None
