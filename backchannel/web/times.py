"""Days and times as each language writes them. Clocks have 24 hours everywhere, and figures are those of 0 to 9."""

from datetime import date, datetime, timedelta, tzinfo

from babel.dates import format_date, format_skeleton, format_timedelta

from backchannel.web.catalogues import Tongue


def clock(at: datetime, zone: tzinfo) -> str:
    """The time of day."""
    return at.astimezone(zone).strftime("%H:%M")


def day_and_clock(at: datetime, zone: tzinfo, tongue: Tongue) -> str:
    """The day with its name, and the time."""
    there = at.astimezone(zone)
    weekday, date = weekday_of(there, tongue), format_skeleton("MMMMd", there, locale=tongue.locale)
    return tongue.say("%(weekday)s %(date)s, %(clock)s", weekday=weekday, date=date, clock=clock(at, zone))


def day_in_short(at: datetime, zone: tzinfo, tongue: Tongue) -> str:
    """The day without its name, its month in short, and the time."""
    date = format_skeleton("MMMd", at.astimezone(zone), locale=tongue.locale)
    return tongue.say("%(date)s, %(clock)s", date=date, clock=clock(at, zone))


def day_of(day: date, tongue: Tongue) -> str:
    """A day with its name."""
    return format_skeleton("EEEEMMMMd", day, locale=tongue.locale)


def weekday_of(there: datetime, tongue: Tongue) -> str:
    """The name of a day."""
    return format_date(there, "EEEE", locale=tongue.locale)


def duration(seconds: float, tongue: Tongue) -> str:
    """How long something took, as one says it."""
    whole = timedelta(seconds=max(1, round(seconds)))
    return format_timedelta(whole, locale=tongue.locale, threshold=0.95)
