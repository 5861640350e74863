"""A budget, for networks where reading costs money: so many posts a day, by UTC, and not one request beyond."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from backchannel.sources.fields import Fields


@dataclass(frozen=True, slots=True)
class Budget:
    """`read` posts were read on `day`; on the next one `per_day` may be read anew."""

    per_day: int
    day: date
    read: int = 0

    @property
    def left(self) -> int:
        """How many posts may still be read."""
        return max(self.per_day - self.read, 0)

    def on(self, at: datetime) -> "Budget":
        """The budget as it is at this time."""
        day = _day(at)
        return self if day == self.day else Budget(self.per_day, day)

    def less(self, posts: int) -> "Budget":
        """The budget after so many posts were read."""
        return replace(self, read=self.read + posts)

    def stored(self) -> dict[str, str | int]:
        """What `restored` reads again after a restart."""
        return {"day": self.day.isoformat(), "read": self.read}


def restored(per_day: int, stored: Fields, at: datetime) -> Budget:
    """The budget as it was stored; where that cannot be read, nothing was read yet."""
    try:
        day = date.fromisoformat(stored.text("day"))
    except ValueError:
        day = date.min
    # A clock that was ahead once must not lend its day's count to every day until then.
    return Budget(per_day, min(day, _day(at)), stored.whole("read") or 0).on(at)


def until_midnight_s(at: datetime) -> float:
    """Seconds until the next day begins."""
    midnight = datetime.combine(_day(at) + timedelta(days=1), time(), UTC)
    return (midnight - at).total_seconds()


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
