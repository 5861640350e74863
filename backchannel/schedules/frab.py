"""Schedules in Frab's form, which pretalx and others export too: schedule.json and schedule.xml.

https://c3voc.de/wiki/schedule (schemas: https://github.com/voc/schedule/tree/master/validator) and
https://docs.pretalx.org/. Both forms hold days, rooms in each day, and events in each room.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from backchannel.errors import SourceError
from backchannel.programme import Speaker
from backchannel.schedules.reading import ROOM_MAX, SPEAKERS_MAX, Entry, Reading, speakers_of
from backchannel.schedules.times import NIGHT_ENDS, clock_time, duration, moment, of_day, zone_of
from backchannel.sources.fields import Fields

DAYS_MAX: Final = 100
ROOMS_MAX: Final = 500
EVENTS_MAX: Final = 5000


@dataclass(frozen=True, slots=True)
class Clock:
    """How a schedule tells the time: in which zone, and when its nights end."""

    zone: tzinfo
    night_ends: time = NIGHT_ENDS


def read(document: object, zone: tzinfo) -> Reading:
    """The sessions of a schedule.json; `zone` is the venue's, for times that name none."""
    conference = Fields(document).one("schedule").one("conference")
    clock = _clock(conference, zone)
    reading = Reading()
    for day in conference.many("days", DAYS_MAX):
        for room, events in _rooms(day):
            for event in events:
                reading.take(_entry(event, room, day, clock))
    return reading


def read_xml(body: bytes, zone: tzinfo) -> Reading:
    """The sessions of a schedule.xml. Raises SourceError where it is none; entities and DTDs are refused."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        msg = "The programme is XML that cannot be read; it may be cut off."
        raise SourceError(msg, remedy="Export it again as schedule.xml.") from error
    if root.tag != "schedule":
        msg = "The programme is XML, but no schedule."
        raise SourceError(msg, remedy="Name the address of schedule.xml, schedule.json or an iCalendar file.")
    return read(_as_json(root), zone)


def _clock(conference: Fields, zone: tzinfo) -> Clock:
    night_ends = clock_time(conference.text("day_change"))
    return Clock(zone_of(conference.line("time_zone_name", 50)) or zone, night_ends or NIGHT_ENDS)


def _rooms(day: Fields) -> Iterator[tuple[str, Iterator[Fields]]]:
    rooms = day.one("rooms")
    for name in rooms.names(ROOMS_MAX):
        yield name, rooms.many(name, EVENTS_MAX)


def _entry(event: Fields, room: str, day: Fields, clock: Clock) -> Entry:
    start = _start(event, day, clock)
    lasts = duration(event.text("duration"))
    return Entry(
        id=event.id("guid") or event.id("id") or event.id("code"),
        title=event.text("title"),
        start=start,
        end=start + lasts if start is not None and lasts is not None else None,
        room=event.line("room", ROOM_MAX) or room,
        speakers=tuple(speaker for person in event.many("persons", SPEAKERS_MAX) for speaker in _speaker(person)),
        hashtag=event.text("hashtag"),
        url=event.text("url"),
        language=event.text("language"),
    )


def _start(event: Fields, day: Fields, clock: Clock) -> datetime | None:
    """Newer exports give the event a date with its offset; older ones only a time on the day."""
    at = moment(event.text("date"), clock.zone)
    return at or of_day(day.text("date"), event.text("start"), clock.zone, clock.night_ends)


def _speaker(person: Fields) -> tuple[Speaker, ...]:
    name = person.text("public_name") or person.text("full_public_name") or person.text("name")
    return speakers_of([name])


def _as_json(root: Element) -> object:
    """A schedule.xml in the shape of schedule.json."""
    conference = {each.tag: each.text or "" for each in (root.find("conference") or ())}
    days = [
        {
            "date": day.get("date", ""),
            "rooms": _merged(
                (room.get("name", ""), [_event(event) for event in room.findall("event")]) for room in day
            ),
        }
        for day in root.findall("day")  # not wherever one stands: of days in days each would be gone through again
    ]
    return {"schedule": {"conference": conference | {"days": days}}}


def _merged(rooms: Iterator[tuple[str, list[Any]]]) -> dict[str, list[Any]]:
    """The events of each room; a room may stand twice."""
    merged: dict[str, list[Any]] = {}
    for name, events in rooms:
        merged.setdefault(name, []).extend(events)
    return merged


def _event(event: Element) -> dict[str, Any]:
    told: dict[str, Any] = {child.tag: child.text or "" for child in event}
    persons = [{"public_name": person.text or ""} for person in event.findall("persons/person")]
    return told | {"guid": event.get("guid", ""), "id": event.get("id", ""), "persons": persons}
