"""A large programme is read as a small one, in a program of its own."""

from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from backchannel.errors import SourceError
from backchannel.schedules import document, large
from tests.schedules.test_frab import PRETALX, schedule
from tests.schedules.test_ical import calendar, with_lines

BERLIN = ZoneInfo("Europe/Berlin")


async def test_a_large_programme_reads_as_it_would_in_small() -> None:
    many = [with_lines(f"UID:{number}", f"DESCRIPTION:{'words ' * 5000}") for number in range(10)]
    body = calendar(*many, with_lines("UID:broken", "DTSTART:banana"))
    assert len(body) > large.SMALL
    found, here = await large.read(body, BERLIN), document.read(body, BERLIN)
    assert (found.sessions, found.refused) == (here.sessions, here.refused)
    assert len(found.sessions) == 10


async def test_what_is_wrong_with_a_large_one_is_told_as_of_a_small_one() -> None:
    with pytest.raises(SourceError, match="neither JSON nor XML nor iCalendar") as told:
        await large.read(schedule(PRETALX) + b"x" * large.SMALL, BERLIN)
    assert told.value.remedy == document.FORMS


async def test_one_that_takes_long_is_given_up_and_one_that_breaks_its_reader_is_told() -> None:
    with pytest.raises(SourceError, match=r"within 0\.01 seconds"):
        await large.read(calendar() * 10_000, BERLIN, deadline_s=0.01)
    with pytest.raises(SourceError, match="too broken, or too large"):
        await large.read(calendar() * 10_000, timezone(timedelta(hours=1)))  # a zone that has no name
