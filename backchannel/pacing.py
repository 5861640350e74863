"""Pacing: how long a post stays on air, and what comes on air next. Pure: time comes in as `now`.

What waits comes on air in the order of its approval, channels taking turns. The more waits, the faster it goes, in this
order: the gaps close, every post stays for a shorter time (never under its floor), columns take the spotlight's place,
and what has waited too long goes to the archive, counted. When nothing waits, the archive is played again, in rounds:
every post once a round, the newest first.

A screen in columns shows what fits, so only the first places are sure to be seen; a post leaves them after its stay.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

from backchannel.shares import in_turns, overdue, turn_for

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
ARCHIVE_MAX: Final = 200


class Pace(IntEnum):
    """How much of a hurry there is."""

    QUIET = 0  # nothing waits: the archive is played again
    EASY = 1  # every post stays a little longer than it takes to read it
    BRISK = 2  # without gaps
    HURRIED = 3  # every post at its floor
    CROWDED = 4  # and several at once


FROM: Final = {Pace.EASY: 1, Pace.BRISK: 4, Pace.HURRIED: 9, Pace.CROWDED: 21}  # so many wait


@dataclass(frozen=True, slots=True)
class Entry:
    """An approved post. `number` is its place in the order of approvals, `round` the last one that it was on air in.

    `channel` is how it came, and `turn` the one that it waits for, as `shares` has it.
    """

    key: str
    number: int
    dwell_s: float
    round: int = 0
    since: datetime | None = None
    is_replay: bool = False
    channel: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """The next change: when it is due, what comes on air, and what goes to the archive unseen, in order of approval."""

    due: datetime
    keys: tuple[str, ...]
    aged_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lineup:
    """All that a hall may show. Every approved post stands in one of the three; the archive keeps the latest."""

    waiting: tuple[Entry, ...] = ()
    on_air: tuple[Entry, ...] = ()
    archive: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry."""
        return self.waiting + self.on_air + self.archive

    @property
    def keys(self) -> frozenset[str]:
        """Every key."""
        return frozenset(entry.key for entry in self.entries)

    @property
    def position(self) -> int:
        """The number up to which nothing waits any more."""
        if self.waiting:
            return min(entry.number for entry in self.waiting) - 1
        return max((entry.number for entry in self.entries), default=0)

    @property
    def round(self) -> int:
        """The present round."""
        return max((entry.round for entry in self.on_air + self.archive), default=1) or 1

    def received(self, entry: Entry) -> "Lineup":
        """After an approval, or an edit of what is here already."""
        if entry.key not in self.keys:
            fresh = replace(entry, turn=turn_for(entry.channel, self.waiting, self.on_air + self.archive))
            return replace(self, waiting=in_turns((*self.waiting, fresh)))

        def edited(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
            return tuple(replace(old, dwell_s=entry.dwell_s) if old.key == entry.key else old for old in entries)

        return Lineup(edited(self.waiting), edited(self.on_air), edited(self.archive))

    def recalled(self, entry: Entry) -> "Lineup":
        """With a post that was on air before."""
        return self if entry.key in self.keys else replace(self, archive=(*self.archive, entry))

    def dropped(self, key: str) -> "Lineup":
        """Without a post that may no longer be shown."""
        return Lineup(_without(self.waiting, {key}), _without(self.on_air, {key}), _without(self.archive, {key}))

    def aged(self, keys: Sequence[str]) -> "Lineup":
        """After what waited too long went to the archive, where it comes before all that was on air."""
        before = max(self.round - 1, 0)
        left = tuple(replace(entry, round=before) for entry in self.waiting if entry.key in keys)
        return _bounded(Lineup(_without(self.waiting, set(keys)), self.on_air, self.archive + left))

    def showing(self, keys: Sequence[str], at: datetime, coming: Sequence[str] = ()) -> "Lineup":
        """With exactly these on air. What was there keeps its time, unless it is `coming`; what leaves is archived."""
        present = self.round
        standing = {entry.key: entry for entry in self.on_air if entry.key not in coming}
        fresh = {entry.key: replace(entry, round=present, since=at) for entry in self.waiting if entry.key in keys}
        again = {
            entry.key: replace(entry, round=max(present, entry.round + 1), since=at, is_replay=True)
            for entry in self.archive + self.on_air
            if entry.key in keys
        }
        known = again | fresh | standing
        on_air = tuple(known[key] for key in keys if key in known)
        left = tuple(replace(entry, since=None, is_replay=False) for entry in self.on_air if entry.key not in keys)
        shown = set(keys)
        return _bounded(Lineup(_without(self.waiting, shown), on_air, _without(self.archive, shown) + left))

    def restarted(self, at: datetime) -> "Lineup":
        """After the picture was away: what is on air begins its time anew."""
        return replace(self, on_air=tuple(replace(entry, since=at) for entry in self.on_air))

    def newer(self, key: str) -> int:
        """How many were approved after a post."""
        number = next((entry.number for entry in self.entries if entry.key == key), 0)
        return sum(entry.number > number for entry in self.entries)


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
    lineup: Lineup, places: int, now: datetime, *, calm: bool, changed_at: datetime | None, pinned: str | None
) -> Turn | None:
    """The next change of so many sure places, or None where nothing can change."""
    free = places - (pinned is not None)
    keys = _coming(lineup, free, calm=calm, pinned=pinned)
    if not keys:
        return None
    later = lineup.waiting[len(keys) :]
    aged_out = overdue(later, len(later) - WAITING_MAX)
    due = _due(lineup, free, len(keys), now, pinned)
    if calm and changed_at is not None and lineup.on_air:
        due = max(due, changed_at + timedelta(seconds=CALM_EVERY_S))
    return Turn(due, keys, tuple(entry.key for entry in aged_out))


def upcoming(lineup: Lineup, places: int, many: int, pinned: str | None) -> tuple[str, ...]:
    """What comes next: what waits, then the archive."""
    coming = [*lineup.waiting[:many], *_replays(lineup, places - (pinned is not None), pinned)]
    return tuple(entry.key for entry in coming[:many])


def _coming(lineup: Lineup, free: int, *, calm: bool, pinned: str | None) -> tuple[str, ...]:
    """What the next change brings; one change in calm may fill every place."""
    if free < 1:
        return ()
    if lineup.waiting:
        return tuple(entry.key for entry in lineup.waiting[: free if calm else 1])
    missing = max(free - len(_unpinned(lineup, pinned)), 1)
    replays = _replays(lineup, free, pinned)[: missing if calm else 1]
    return tuple(entry.key for entry in reversed(replays))


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


def _without(entries: tuple[Entry, ...], keys: set[str]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.key not in keys)


def _bounded(lineup: Lineup) -> Lineup:
    """With the latest of the archive; what is older stays approved and readable, but is not played again."""
    if len(lineup.archive) <= ARCHIVE_MAX:
        return lineup
    return replace(lineup, archive=tuple(sorted(lineup.archive, key=lambda entry: entry.number)[-ARCHIVE_MAX:]))
