"""The ledger of a source that follows X: what was read and paid for today, and up to where all is known.

Ids tell older from newer. Neither the stream nor the search keeps their order to the second, so the place to go on from
lies a little before the newest post: what is then told twice is known already.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final

from backchannel.sources import snowflake
from backchannel.sources.budget import restored
from backchannel.sources.fields import Fields

OVERLAP: Final = timedelta(seconds=30)
SEEN_MAX: Final = 5000
LOOKS_SHARE: Final = 4  # a fourth of a day's budget is for looking again at what is on the wall
DAY: Final = timedelta(days=1)


class Ledger:
    """Opened from a cursor, and stored in one. Without a cursor it `is_new`: nothing was ever read."""

    def __init__(self, cursor: str | None, per_day: int, clock: Callable[[], datetime]) -> None:
        stored = _stored(cursor)
        self.is_new = stored.flag("is_new") or not stored
        self.place = stored.text("since") if snowflake.number(stored.text("since")) else ""
        self._budget = restored(per_day, stored.one("budget"), clock())
        self._looks = restored(per_day // LOOKS_SHARE, stored.one("looks"), clock())
        self._clock = clock
        self._newest = self.place
        self._is_behind = True
        self._seen: dict[str, None] = {}
        self._stored = ""

    @property
    def per_day(self) -> int:
        """How many posts may be read a day."""
        return self._budget.per_day

    @property
    def left(self) -> int:
        """How many posts may still be read today."""
        return self._budget.on(self._clock()).left

    @property
    def looks_left(self) -> int:
        """How many posts may be looked at again by now: their share grows with the day, and takes half at most."""
        at = self._clock()
        looks = self._looks.on(at)
        grown = (at - datetime.combine(at.astimezone(UTC).date(), time(), UTC)) / DAY
        return max(min(int(looks.per_day * grown) - looks.read, self.left // 2), 0)

    def inherit(self, former: "Ledger") -> None:
        """Take over what a former ledger of today knows and the cursor does not: more may have been paid since."""
        at = self._clock()
        self._budget = max(self._budget.on(at), former._budget.on(at), key=lambda each: each.read)
        self._looks = max(self._looks.on(at), former._looks.on(at), key=lambda each: each.read)
        self._seen = former._seen

    def pay(self, posts: int, *, looks: int = 0) -> None:
        """Note that so many posts were delivered, `looks` of them to be looked at again."""
        at = self._clock()
        self._budget = self._budget.on(at).less(posts)
        self._looks = self._looks.on(at).less(looks)

    def see(self, ids: Iterable[str]) -> int:
        """Note the ids of posts; how many of them are new, although the stream had time to tell of them."""
        new = [each for each in ids if each not in self._seen]
        self._seen |= dict.fromkeys(new)
        if len(self._seen) > 2 * SEEN_MAX:
            self._seen = dict.fromkeys(list(self._seen)[-SEEN_MAX:])
        self._newest = max([self._newest, *new], key=snowflake.number)
        if not self._is_behind:
            self.place = self._recent()
        late = snowflake.number(snowflake.before(self._newest, OVERLAP))
        return sum(snowflake.number(each) < late for each in new)

    def searched(self, *, is_over: bool) -> None:
        """Say that a search found what there was. Once it is over, the stream alone moves the place on."""
        self._is_behind, self.is_new = not is_over, False
        self.place = self._recent()

    def cursor(self) -> str | None:
        """What is to be stored, where it changed."""
        at = self._clock()
        spent = {"budget": self._budget.on(at).stored(), "looks": self._looks.on(at).stored()}
        stored = json.dumps({"since": self.place, "is_new": self.is_new, **spent})
        if stored == self._stored:
            return None
        self._stored = stored
        return stored

    def _recent(self) -> str:
        return max(self.place, snowflake.before(self._newest, OVERLAP), key=snowflake.number)


def _stored(cursor: str | None) -> Fields:
    try:
        return Fields(json.loads(cursor or "{}"))
    except ValueError:
        return Fields(None)
