"""Pacing: how long a post stays on air, and what comes on air next. Pure: time comes in as `now`.

What somebody lined up comes first; what waits comes on air in the order of its approval, channels and authors taking
turns; and where others can be shown, no author has more than half of the sure places. The more waits, the faster it
goes, in this order: the gaps close, every post stays for a shorter time (never under its floor), columns take the
spotlight's place, and what has waited too long goes to the archive, counted. When nothing waits, the archive is played
again, in rounds: every post once a round, the newest first.

A screen in columns shows what fits, so only the first places are sure to be seen; a post leaves them after its stay.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import islice, takewhile
from typing import Final

from backchannel.lineup import Entry, Lineup
from backchannel.shares import overdue

READING_S: Final = 2.0
LATIN_PER_S: Final = 12
WIDE_PER_S: Final = 4
DWELL_MIN_S: Final = 6.0
DWELL_MAX_S: Final = 20.0
HURRY: Final = 0.7
FLOOR_S: Final = 5.0
GAP_S: Final = 4.0
QUIET_STAY_S: Final = 20.0
CALM_EVERY_S: Final = 30.0
WAITING_MAX: Final = 120


class Pace(IntEnum):
    """How much of a hurry there is."""

    QUIET = 0  # nothing waits: the archive is played again
    EASY = 1  # every post stays a little longer than it takes to read it
    BRISK = 2  # without gaps
    HURRIED = 3  # every post at its floor
    CROWDED = 4  # and several at once


FROM: Final = {Pace.EASY: 1, Pace.BRISK: 4, Pace.HURRIED: 9, Pace.CROWDED: 21}  # so many wait


@dataclass(frozen=True, slots=True)
class Turn:
    """The next change: when it is due, what comes on air, and what goes to the archive unseen, in order of approval."""

    due: datetime
    keys: tuple[str, ...]
    aged_out: tuple[str, ...] = ()


def dwell_s(text: str) -> float:
    """Seconds that it takes to read a text from the last row; marks on a letter are read with it."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    marks = sum(unicodedata.category(each).startswith("M") for each in text)
    seconds = READING_S + (len(text) - wide - marks) / LATIN_PER_S + wide / WIDE_PER_S
    return min(max(seconds, DWELL_MIN_S), DWELL_MAX_S)


def floor_s(entry: Entry) -> float:
    """Seconds that a post stays even in the greatest hurry."""
    return max(entry.dwell_s * HURRY, FLOOR_S)


def pace_of(waiting: int) -> Pace:
    """How much of a hurry there is where so many wait."""
    return max((pace for pace, many in FROM.items() if waiting >= many), default=Pace.QUIET)


def stay_s(entry: Entry, pace: Pace) -> float:
    """Seconds that a post stays on air. A replay makes room as soon as something waits."""
    if pace is Pace.QUIET:
        return max(entry.dwell_s + GAP_S, QUIET_STAY_S)
    if pace >= Pace.HURRIED or entry.is_replay:
        return floor_s(entry)
    return entry.dwell_s + (GAP_S if pace is Pace.EASY else 0.0)


def is_settled(lineup: Lineup, places: int, now: datetime) -> bool:
    """Whether everything in the sure places was on air for its floor."""
    return all(_after(entry, floor_s(entry)) <= now for entry in lineup.on_air[:places])


def next_turn(
    lineup: Lineup,
    places: int,
    now: datetime,
    *,
    calm: bool,
    changed_at: datetime | None,
    pinned: str | None,
    lined_up: Sequence[str] = (),
) -> Turn | None:
    """The next change of so many sure places, or None where nothing can change."""
    free = places - (pinned is not None)
    keys = _coming(lineup, free, calm=calm, pinned=pinned, lined_up=lined_up)
    if not keys:
        return None
    later = [entry for entry in lineup.waiting if entry.key not in {*keys, *lined_up}]
    aged_out = overdue(later, len(later) - WAITING_MAX)
    due = _due(lineup, free, len(keys), now, pinned)
    if calm and changed_at is not None and lineup.on_air:
        due = max(due, changed_at + timedelta(seconds=CALM_EVERY_S))
    return Turn(due, keys, tuple(entry.key for entry in aged_out))


def upcoming(
    lineup: Lineup, places: int, many: int, pinned: str | None, lined_up: Sequence[str] = ()
) -> tuple[str, ...]:
    """What comes next: what somebody lined up, what waits, then the archive."""
    line = _line(lineup, places - (pinned is not None), pinned, lined_up)
    return tuple(entry.key for entry, _ in islice(line, many))


def _coming(lineup: Lineup, free: int, *, calm: bool, pinned: str | None, lined_up: Sequence[str]) -> tuple[str, ...]:
    """What the next change brings; one change in calm may fill every place, unless with a single voice."""
    if free < 1:
        return ()
    news = len({*_lined_up(lineup, lined_up, pinned, free), *(entry.key for entry in lineup.waiting)})
    missing = max(free - len(_unpinned(lineup, pinned)), 1)
    many = min(news or missing, free) if calm else 1
    line = [*islice(_line(lineup, free, pinned, lined_up), many)]
    together = [entry.key for entry, _ in takewhile(lambda each: each[1], line)] or [line[0][0].key] if line else []
    return tuple(together if news else reversed(together))


def _line(lineup: Lineup, free: int, pinned: str | None, lined_up: Sequence[str]) -> Iterator[tuple[Entry, bool]]:
    """One after the other as it comes next. An author who has half of the sure places lets somebody else go first.

    Tells of each whether that could be kept.
    """
    first = _lined_up(lineup, lined_up, pinned, free)
    others = {each.key: each for each in (*lineup.waiting, *_replays(lineup, free, pinned)) if each.key not in first}
    stay = [each.author for each in _unpinned(lineup, pinned)]
    most = max(free // 2, 1)
    for entry in first.values():
        yield entry, True
        stay.insert(0, entry.author)
    while others:
        full = {author for author in stay[: max(free - 1, 0)] if author and stay[: free - 1].count(author) >= most}
        fair = next((each for each in others.values() if each.author not in full), None)
        entry = fair or next(iter(others.values()))
        yield entry, fair is not None
        stay.insert(0, others.pop(entry.key).author)


def _lined_up(lineup: Lineup, lined_up: Sequence[str], pinned: str | None, free: int) -> dict[str, Entry]:
    """What somebody lined up and does not stand in a sure place already, in their order."""
    if not lined_up:
        return {}
    sure = {pinned, *(entry.key for entry in _unpinned(lineup, pinned)[: max(free, 0)])}
    known = {entry.key: entry for entry in lineup.entries}
    return {key: known[key] for key in lined_up if key in known and key not in sure}


def _due(lineup: Lineup, free: int, many: int, now: datetime, pinned: str | None) -> datetime:
    others = _unpinned(lineup, pinned)
    if not others:
        return now
    pace = pace_of(len(lineup.waiting))
    newest, leaving = others[0], others[max(free - many, 0) : free]
    if pace is Pace.QUIET:
        interval_s = floor_s(newest) / free if len(others) < free else QUIET_STAY_S
    else:
        interval_s = stay_s(newest, pace) / free
    return max([_after(newest, interval_s), *(_after(entry, stay_s(entry, pace)) for entry in leaving)])


def _replays(lineup: Lineup, free: int, pinned: str | None) -> list[Entry]:
    """What could be played again, in its order."""
    unseen = _unpinned(lineup, pinned)[max(free, 0) :]
    return sorted((*lineup.archive, *unseen), key=lambda entry: (entry.round, -entry.number))


def _unpinned(lineup: Lineup, pinned: str | None) -> tuple[Entry, ...]:
    return tuple(entry for entry in lineup.on_air if entry.key != pinned)


def _after(entry: Entry, seconds: float) -> datetime:
    if entry.since is None:
        raise ValueError(entry.key)
    return entry.since + timedelta(seconds=seconds)
