"""iCalendar, made up in the shapes that calendars export."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from backchannel.errors import SourceError
from backchannel.schedules.document import read
from backchannel.schedules.reading import Reading

BERLIN = ZoneInfo("Europe/Berlin")
HALF_PAST_NINE = datetime(2026, 11, 17, 8, 30, tzinfo=UTC)

WHOLE = (
    "UID:25@pink11.example",
    "DTSTAMP:20261101T120000Z",
    "SUMMARY;LANGUAGE=en:Blameless reviews\\, without the theatre",
    "DTSTART;TZID=Europe/Berlin:20261117T093000",
    "DTEND;TZID=Europe/Berlin:20261117T101500",
    "LOCATION:Aula",
    "URL:https://pink11.example/talk/25",
    "ATTENDEE;CN=Dana Okafor:mailto:dana@pink11.example",
    "CONTACT:Priya Raman @priya@social.example",
)


def calendar(*events: tuple[str, ...]) -> bytes:
    lines = [line for event in events for line in ("BEGIN:VEVENT", *event, "END:VEVENT")]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:pink11", *lines, "END:VCALENDAR", ""]).encode()


def with_lines(*changed: str) -> tuple[str, ...]:
    """The whole event, with lines in the place of those of the same name."""
    names = {line.partition(":")[0].partition(";")[0] for line in changed}
    kept = [line for line in WHOLE if line.partition(":")[0].partition(";")[0] not in names]
    return (*kept, *(line for line in changed if line.partition(":")[2]))


def reading_of(*lines: str) -> Reading:
    """What becomes of a changed event beside a whole one."""
    return read(calendar(with_lines("UID:changed", *lines), WHOLE), BERLIN)


def test_an_event_is_a_session() -> None:
    [session] = read(calendar(WHOLE), BERLIN).sessions
    assert (session.id, session.title) == ("25@pink11.example", "Blameless reviews, without the theatre")
    assert (session.start, (session.end - session.start).total_seconds()) == (HALF_PAST_NINE, 45 * 60)
    assert (session.room, session.url, session.language) == ("Aula", "https://pink11.example/talk/25", "en")
    assert session.who == "Dana Okafor, Priya Raman"
    assert session.speakers[1].addresses == ("@priya@social.example",)


@pytest.mark.parametrize(
    "start", ["DTSTART:20261117T093000", "DTSTART;TZID=Mars/Base:20261117T093000", "DTSTART:20261117T083000Z"]
)
def test_a_time_without_a_zone_that_anybody_knows_is_by_the_venues_clock(start: str) -> None:
    [changed, _] = reading_of(start, "DTEND:", "DURATION:PT45M").sessions
    assert changed.start == HALF_PAST_NINE


def test_the_hour_that_comes_twice_may_hold_a_whole_session() -> None:
    [changed, _] = reading_of(
        "DTSTART;TZID=Europe/Berlin:20261025T023000", "DTEND;TZID=Europe/Berlin:20261025T021500"
    ).sessions
    assert changed.end - changed.start == datetime(2026, 1, 1, 0, 45) - datetime(2026, 1, 1)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("DTSTART;VALUE=DATE:20261117",), "without a time of day"),
        (("DTSTART:",), "without a time at which it begins"),
        (("DTEND:",), "without a time at which it ends"),
        (("DTSTART:banana",), "cannot be read"),
        *(((f"DTSTART;TZID={zone}:20261117T093000",), "cannot be read") for zone in ("a/" * 2000, "b" * 300, "Europe")),
        (("SUMMARY:",), "without a title"),
        (("STATUS:CANCELLED",), "cancelled"),
        (("RRULE:FREQ=SECONDLY",), "repeats by a rule: name each session"),
        (("DTEND:20261117T070000Z",), "ends before it begins"),
    ],
)
def test_a_broken_event_is_left_out_and_counted_and_the_rest_stays(lines: tuple[str, ...], reason: str) -> None:
    reading = reading_of(*lines)
    assert [each.id for each in reading.sessions] == ["25@pink11.example"]
    assert reading.refused == {reason: 1}


def test_a_line_that_is_none_costs_no_other_event() -> None:
    broken = calendar(WHOLE).replace(b"PRODID:pink11", b"PRODID:pink11\r\nthis is no line")
    assert len(read(broken, BERLIN).sessions) == 1


def test_an_event_that_does_not_end_costs_no_other_event() -> None:
    endless = calendar(WHOLE).replace(b"VERSION:2.0", b"no line\r\nBEGIN:VEVENT\r\nUID:endless")
    assert [each.id for each in read(endless, BERLIN).sessions] == ["25@pink11.example"]


@pytest.mark.timeout(20)
def test_fifty_thousand_events_that_do_not_end_are_looked_through_once() -> None:
    with pytest.raises(SourceError, match="cut off"):
        read(b"BEGIN:VCALENDAR\r\nno line\r\n" + b"BEGIN:VEVENT\r\n" * 50_000, BERLIN)


def test_a_calendar_that_is_cut_off_gives_what_is_whole() -> None:
    assert len(read(calendar(WHOLE, WHOLE)[:-80], BERLIN).sessions) == 1
    with pytest.raises(SourceError, match="cut off"):
        read(calendar(WHOLE)[:-80], BERLIN)


def test_two_thousand_events_are_read() -> None:
    events = [with_lines(f"UID:{number}", f"DESCRIPTION:{'words ' * 60}") for number in range(2000)]
    assert len(read(calendar(*events), BERLIN).sessions) == 2000
