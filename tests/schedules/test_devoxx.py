"""Devoxx's form. The file of one day, read in place: shared/fixtures/conference/Devoxx2017BeMonday-schedule.json."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from backchannel.programme import programme_of
from backchannel.schedules.document import read
from tests.shared import fixtures

BRUSSELS = ZoneInfo("Europe/Brussels")
SLOT: dict[str, Any] = {
    "slotId": "uni_room4_monday",
    "roomId": "room4",
    "roomName": "Room 4",
    "fromTimeMillis": 1794902400000,
    "toTimeMillis": 1794905100000,
    "break": None,
    "talk": {"title": "Blameless reviews", "lang": "en", "speakers": [{"name": "Dana Okafor", "link": {}}]},
}


def test_a_slot_is_a_session_whether_talk_or_break() -> None:
    lunch = SLOT | {"slotId": "lunch", "talk": None, "break": {"nameEN": "Lunch", "nameFR": "Dîner"}}
    talk, pause = read(json.dumps({"slots": [SLOT, lunch]}).encode(), BRUSSELS).sessions
    assert (talk.id, talk.title, talk.who) == ("uni_room4_monday", "Blameless reviews", "Dana Okafor")
    assert (talk.start, talk.language, talk.room) == (datetime(2026, 11, 17, 8, tzinfo=UTC), "en", "Room 4")
    assert (pause.title, pause.speakers) == ("Lunch", ())


def test_an_empty_slot_is_left_out() -> None:
    reading = read(json.dumps({"slots": [SLOT, SLOT | {"talk": None}]}).encode(), BRUSSELS)
    assert (len(reading.sessions), reading.refused) == (1, {"a slot without a talk": 1})


def test_a_day_of_devoxx_is_read_whole() -> None:
    document = fixtures("conference", "Devoxx2017BeMonday-schedule.json").read_bytes()
    reading = read(document, BRUSSELS)
    assert (len(reading.sessions), reading.refused) == (36, {})
    day = programme_of(reading.sessions, {"main": ("Room 4",), "foyer": ("Exhibition floor",)})
    noon = datetime(2017, 11, 6, 12, 0, tzinfo=BRUSSELS)
    now, following = day.now(noon, "main"), day.next(noon, "foyer")
    assert now is not None
    assert (now.title, now.who) == ("Empathetic communication at work", "Sharon Steed")
    assert following is not None
    assert following.title == "Lunch"
    assert day.overlaps() == ()
