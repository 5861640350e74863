"""Schedules as iCalendar (RFC 5545): every VEVENT is a session.

UID → id · SUMMARY → title, and its LANGUAGE → language · DTSTART, DTEND or DURATION → start, end · LOCATION → room ·
URL → url · the common names of ATTENDEE and the words of CONTACT → speakers. What repeats by a rule is left out: a
programme names each session.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from icalendar import Calendar, Component, Event

from backchannel.errors import SourceError
from backchannel.schedules.reading import Entry, Reading, speakers_of
from backchannel.schedules.times import instant

BEGIN: Final = b"BEGIN:VCALENDAR"
# What the parser lets out, which has no error of its own; it looks for time zones among files.
BROKEN: Final = (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError, RecursionError, OSError)


def read(body: bytes, zone: tzinfo) -> Reading:
    """The sessions of a calendar; `zone` is the venue's, for times that name none, or one that nobody knows."""
    reading = Reading()
    for event in _events(body.decode("utf-8-sig", "replace"), reading):
        try:
            _take(event, zone, reading)
        except BROKEN:  # at a property
            reading.refuse("cannot be read")
    return reading


def _events(text: str, reading: Reading) -> Iterator[Component]:
    """The events of a calendar. One line that is none breaks the whole for the parser: then each is read by itself."""
    try:
        yield from Calendar.from_ical(text).walk("VEVENT")
    except BROKEN:
        found = list(_blocks(text))
        if not found:
            msg = "The programme is an iCalendar file that cannot be read; it may be cut off."
            raise SourceError(msg, remedy="Export it again.") from None
        for block in found:
            try:
                yield Event.from_ical(block)
            except BROKEN:
                reading.refuse("cannot be read")


def _blocks(text: str) -> Iterator[str]:
    """The events of a calendar as they are written; one that does not end before the next begins is none."""
    begun: list[str] = []
    for line in text.split("\n"):
        mark = line.rstrip("\r").upper()
        if mark == "BEGIN:VEVENT":
            begun = [line]
        elif begun:
            begun.append(line)
        if begun and mark == "END:VEVENT":
            yield "\n".join(begun)
            begun = []


def _take(event: Component, zone: tzinfo, reading: Reading) -> None:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        reading.refuse("cancelled")
        return
    if "RRULE" in event or "RDATE" in event:
        reading.refuse("repeats by a rule: name each session")
        return
    begins = _told(event, "DTSTART")
    if begins is not None and not isinstance(begins, datetime):
        reading.refuse("without a time of day")
        return
    start = None if begins is None else instant(begins, zone)
    reading.take(
        Entry(
            id=_text(event, "UID") + _text(event, "RECURRENCE-ID"),
            title=_text(event, "SUMMARY"),
            start=start,
            end=_end(event, start, zone),
            room=_text(event, "LOCATION"),
            speakers=speakers_of(_names(event)),
            url=_text(event, "URL"),
            language=_language(event),
        )
    )


def _end(event: Component, start: datetime | None, zone: tzinfo) -> datetime | None:
    ends = _told(event, "DTEND")
    if ends is not None:
        if not isinstance(ends, datetime):
            return None
        end = instant(ends, zone)
        if end is not None and start is not None and end <= start:
            later = instant(ends.replace(fold=1), zone)  # the hour that comes twice: then its second time is meant
            return later if later is not None and later > start else end
        return end
    lasts = _told(event, "DURATION")
    return start + lasts if start is not None and isinstance(lasts, timedelta) else None


def _told(event: Component, name: str) -> object:
    """A date, a time or a length; None where the event does not tell."""
    value: Any = event.get(name)
    return None if value is None else value.dt


def _text(event: Component, name: str) -> str:
    value: Any = event.get(name, "")
    value = value[0] if isinstance(value, list) and value else value
    if hasattr(value, "dt"):
        return value.dt.astimezone(UTC).isoformat() if isinstance(value.dt, datetime) else str(value.dt)
    return str(value)


def _names(event: Component) -> Iterator[str]:
    for name in ("ATTENDEE", "CONTACT"):
        value: Any = event.get(name, [])
        for each in value if isinstance(value, list) else [value]:
            yield str(each.params.get("CN", "")) if name == "ATTENDEE" else str(each)


def _language(event: Component) -> str:
    summary: Any = event.get("SUMMARY")
    return str(summary.params.get("LANGUAGE", "")) if hasattr(summary, "params") else ""
