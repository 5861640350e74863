"""The line-up: all that a hall may show, as entries that wait, are on air, or were. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from backchannel.shares import joined

ARCHIVE_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """An approved post. `number` is its place in the order of approvals, `round` the last one that it was on air in.

    `channel` is how it came, `author` who wrote it, and `turn` and `share` are what it waits for, as `shares` has it.
    """

    key: str
    number: int
    dwell_s: float
    round: int = 0
    since: datetime | None = None
    is_replay: bool = False
    channel: str = ""
    author: str = ""
    turn: int = 0
    share: int = 0

    def at(self, turn: int, share: int) -> "Entry":
        """The same with these turns."""
        return self if (turn, share) == (self.turn, self.share) else replace(self, turn=turn, share=share)


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
            return replace(self, waiting=joined(self.waiting, entry, self.on_air + self.archive))

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
        return Lineup(_without(self.waiting, set(keys)), self.on_air, self.archive + left)

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
        return Lineup(_without(self.waiting, shown), on_air, _without(self.archive, shown) + left)

    def bounded(self, lined_up: Sequence[str]) -> "Lineup":
        """With the latest of the archive, and what is lined up; the rest stays readable, but is not played again."""
        if len(self.archive) <= ARCHIVE_MAX:
            return self
        in_order = sorted(self.archive, key=lambda entry: entry.number)
        wanted = (entry for entry in in_order[:-ARCHIVE_MAX] if entry.key in lined_up)
        return replace(self, archive=(*wanted, *in_order[-ARCHIVE_MAX:]))

    def restarted(self, at: datetime) -> "Lineup":
        """After the picture was away: what is on air begins its time anew."""
        return replace(self, on_air=tuple(replace(entry, since=at) for entry in self.on_air))

    def newer(self, key: str) -> int:
        """How many were approved after a post."""
        number = next((entry.number for entry in self.entries if entry.key == key), 0)
        return sum(entry.number > number for entry in self.entries)


def _without(entries: tuple[Entry, ...], keys: set[str]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.key not in keys)
