"""Times as schedules tell them: with an offset, or by the clock of the venue.

On the night on which clocks are put back an hour comes twice: its first time is meant. On the night on which they are
put forward an hour is missing: who names a time in it means so long after midnight.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from re import compile as pattern
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

YEARS: Final = range(1990, 2101)
_HOURS: Final = pattern(r"([0-9]{1,3}):([0-5][0-9])(?::[0-5][0-9])?")
# What comes before this hour belongs to the evening before, where a schedule gives a session no date of its own.
NIGHT_ENDS: Final = time(4)


def moment(text: str, zone: tzinfo) -> datetime | None:
    """An ISO 8601 date and time, by the venue's clock where it names no zone; None where it is none."""
    try:
        return instant(datetime.fromisoformat(text.strip()), zone) if "T" in text or " " in text.strip() else None
    except ValueError:
        return None


def instant(at: datetime, zone: tzinfo) -> datetime | None:
    """A time in UTC; one without a zone is by the venue's clock. None at the ends of the calendar."""
    try:
        there = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return there if there.year in YEARS else None


def of_day(day: str, clock: str, zone: tzinfo, night_ends: time = NIGHT_ENDS) -> datetime | None:
    """A clock time such as 23:30 on a day of the conference; what is early in the morning is of the night after it."""
    found = _HOURS.fullmatch(clock.strip())
    try:
        at = datetime.combine(date.fromisoformat(day.strip()), time(int(found[1]), int(found[2]))) if found else None
        after = timedelta(days=1 if at is not None and at.time() < night_ends else 0)
        return instant(at + after, zone) if at is not None else None
    except (ValueError, OverflowError):
        return None


def duration(text: str) -> timedelta | None:
    """Hours and minutes, with or without seconds: 00:45, 1:30, 02:00:00."""
    found = _HOURS.fullmatch(text.strip())
    return timedelta(hours=int(found[1]), minutes=int(found[2])) if found else None


def clock_time(text: str) -> time | None:
    """A time of day such as 04:00, or None."""
    found = _HOURS.fullmatch(text.strip())
    return time(int(found[1]), int(found[2])) if found and int(found[1]) < 24 else None


def zone_of(name: str) -> ZoneInfo | None:
    """A time zone by its IANA name, or None."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
