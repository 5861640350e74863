"""Frab's form, made up in the shapes that pretalx, Frab and FOSDEM export."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backchannel.errors import SourceError
from backchannel.schedules.document import read

BERLIN = ZoneInfo("Europe/Berlin")

PRETALX: dict[str, Any] = {
    "guid": "8079583e-8321-506c-95af-fd2903a5f075",
    "code": "G9JGWY",
    "id": 25,
    "logo": None,
    "date": "2026-11-17T14:15:00+01:00",
    "start": "14:15",
    "duration": "00:45",
    "room": "Aula",
    "slug": "pink11-25-blameless-reviews",
    "url": "https://pretalx.example/pink11/talk/G9JGWY/",
    "title": "Blameless reviews without the theatre",
    "subtitle": "",
    "track": "Culture",
    "type": "Talk",
    "language": "en",
    "abstract": "Who pushed the button?",
    "persons": [{"code": "NQTF8Y", "public_name": "Dana Okafor", "biography": "…", "answers": []}],
    "links": [],
    "answers": [],
}

XML = """<?xml version="1.0" encoding="utf-8"?>
<schedule>
  <generator name="pretalx" version="2026.1"/>
  <version>0.3</version>
  <conference><title>pink11</title><time_zone_name>Europe/Brussels</time_zone_name></conference>
  <day index="1" date="2026-11-17" start="2026-11-17T04:00:00+01:00" end="2026-11-18T03:59:00+01:00">
    <room name="Aula" guid="b379c473-93b9-4eae-9a09-d482e86cede3">
      <event guid="8079583e-8321-506c-95af-fd2903a5f075" id="25">
        <room>Aula</room><title>Blameless reviews &amp; theatre</title><subtitle></subtitle><type>Talk</type>
        <date>2026-11-17T14:15:00+01:00</date><start>14:15</start><duration>00:45</duration>
        <abstract>&lt;p&gt;Who?&lt;/p&gt;</abstract><slug>pink11-25</slug><track>Culture</track><language>en</language>
        <persons><person id="26">Dana Okafor</person><person id="27">李 明</person></persons>
        <links><link href="https://x.example">x</link></links>
      </event>
    </room>
    <room name="Foyer"/>
  </day>
</schedule>"""

FOSDEM = """<schedule><conference><title>F</title><day_change>09:00:00</day_change></conference>
<day index="1" date="2026-02-03"><room name="Janson">
<event id="6245"><start>10:00</start><duration>00:50</duration><room>Janson</room><title>Consensus</title>
<language/></event>
<event id="6246"><start>01:30</start><duration>01:00:00</duration><room>Janson</room><title>Night</title></event>
</room></day></schedule>"""


def schedule(*events: dict[str, Any], room: str = "Aula", **conference: Any) -> bytes:
    days = [{"index": 1, "date": "2026-11-17", "rooms": {room: list(events)}}]
    return json.dumps({"schedule": {"version": "1", "conference": {**conference, "days": days}}}).encode()


def without(*names: str, **changed: Any) -> dict[str, Any]:
    return {name: value for name, value in PRETALX.items() if name not in names} | changed


def test_a_talk_of_pretalx() -> None:
    [session] = read(schedule(PRETALX), BERLIN).sessions
    assert (session.id, session.title) == (PRETALX["guid"], PRETALX["title"])
    assert session.start == datetime(2026, 11, 17, 13, 15, tzinfo=UTC)
    assert session.end == datetime(2026, 11, 17, 14, 0, tzinfo=UTC)
    assert (session.room, session.who, session.url, session.language) == ("Aula", "Dana Okafor", PRETALX["url"], "en")


def test_the_same_as_xml() -> None:
    [session] = read(XML.encode(), BERLIN).sessions
    assert session.title == "Blameless reviews & theatre"
    assert session.start == datetime(2026, 11, 17, 13, 15, tzinfo=UTC)
    assert (session.id, session.room, session.who) == (PRETALX["guid"], "Aula", "Dana Okafor, 李 明")


def test_events_without_a_date_of_their_own_stand_on_their_day_and_nights_belong_to_the_evening_before() -> None:
    day, night = read(FOSDEM.encode(), BERLIN).sessions
    assert (day.id, day.start) == ("6245", datetime(2026, 2, 3, 9, 0, tzinfo=UTC))
    assert (night.start, night.end) == (
        datetime(2026, 2, 4, 0, 30, tzinfo=UTC),
        datetime(2026, 2, 4, 1, 30, tzinfo=UTC),
    )


def test_the_night_after_the_last_day_of_the_calendar_is_no_time() -> None:
    last = FOSDEM.replace("01:30", "08:30").replace("2026-02-03", "9999-12-31").encode()
    with pytest.raises(SourceError, match="without a time at which it begins"):
        read(last, BERLIN)


def test_a_time_without_a_zone_is_by_the_schedules_clock_else_by_the_venues() -> None:
    event = without(date="2026-11-17T14:15:00")
    [here] = read(schedule(event), BERLIN).sessions
    [there] = read(schedule(event, time_zone_name="Asia/Tokyo"), BERLIN).sessions
    [nowhere] = read(schedule(event, time_zone_name="Mars/Base"), BERLIN).sessions
    assert [each.start.hour for each in (here, there, nowhere)] == [13, 5, 13]


def test_the_hour_that_comes_twice_is_its_first_and_the_missing_hour_is_so_long_after_midnight() -> None:
    put_back = without(date="2026-10-25T02:30:00", duration="02:00")
    put_forward = without(date="2026-03-29T02:30:00", guid="other")
    autumn, spring = read(schedule(put_back, put_forward), BERLIN).sessions
    assert (autumn.start, autumn.end) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 30, tzinfo=UTC),
    )
    assert spring.start == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (without("title"), "without a title"),
        (without(title=" \u200b "), "without a title"),
        (without("date", "start"), "without a time at which it begins"),
        (without(date="tomorrow", start="25:00"), "without a time at which it begins"),
        (without("duration"), "without a time at which it ends"),
        (without(duration="a while"), "without a time at which it ends"),
        (without(duration="00:00"), "ends before it begins"),
        (without(duration="200:00"), "longer than a week"),
    ],
)
def test_a_broken_event_is_left_out_and_counted_and_the_rest_stays(event: dict[str, Any], reason: str) -> None:
    reading = read(schedule(event, without(guid="fine")), BERLIN)
    assert [each.id for each in reading.sessions] == ["fine"]
    assert reading.refused == {reason: 1}


def test_a_talk_that_is_given_twice_is_two_sessions_and_one_that_stands_twice_is_one() -> None:
    again = without(date="2026-11-18T14:15:00+01:00")
    reading = read(schedule(PRETALX, again, again), BERLIN)
    assert [each.id for each in reading.sessions] == [PRETALX["guid"], f"{PRETALX['guid']} 2026-11-18T13:15:00+00:00"]
    assert reading.refused == {"the same session twice": 1}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (b"{}", "JSON, but no schedule"),
        (b"[1, 2]", "JSON, but no schedule"),
        (b'{"schedule": null}', "no session that can be used"),
        (b'{"schedule": {"conference": {"da', "cut off"),
        (b"[" * 100_000, "nested"),
        (b"\xff\xfe\x00", "neither JSON nor XML nor iCalendar"),
        (b"<schedule><day>", "cut off"),
        (b"<rss></rss>", "no schedule"),
        (b"<schedule></schedule>", "no session that can be used"),
        (b'<!DOCTYPE s [<!ENTITY a "aa">]><schedule>&a;</schedule>', "cannot be read"),
        (b'<!DOCTYPE s SYSTEM "file:///etc/passwd"><schedule/>', "cannot be read"),
        (schedule(without("title")), "(1 without a title)"),
    ],
)
def test_what_is_no_programme_is_told_in_one_sentence(document: bytes, sentence: str) -> None:
    with pytest.raises(SourceError, match=r"^The programme .*\.$") as told:
        read(document, BERLIN)
    assert sentence in str(told.value)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("nested", ["<day>", "<day><room>", "<day><room><event>"])
def test_what_is_nested_without_end_is_gone_through_once(nested: str) -> None:
    endless = nested * 60_000 + "".join(f"</{name}" for name in reversed(nested.split("<")[1:])) * 60_000
    with pytest.raises(SourceError, match="no session"):
        read(f"<schedule>{endless}</schedule>".encode(), BERLIN)


def test_two_thousand_events_are_read() -> None:
    events = [without(guid=str(number), abstract="words " * 100) for number in range(2000)]
    assert len(read(schedule(*events), BERLIN).sessions) == 2000
