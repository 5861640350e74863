"""One reading of a feed: what it tells that was not told before."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from backchannel.interest import Interest
from backchannel.post import Sighting
from backchannel.sources import entry
from backchannel.sources.entry import NETWORK, Entry
from backchannel.sources.fields import Fields
from backchannel.sources.told import BEFORE_US, NOT_WANTED, Line, Told, digest_of

ENTRIES_MAX: Final = 100
# What is told when a feed is read for the first time: the newest entries, and whatever is young.
FIRST: Final = 20
YOUNG: Final = timedelta(days=7)


class Reading:
    """Reads a feed once. `sightings` come oldest first; `lines` are what was told of each entry from now on.

    `takes_all` leaves out only what is excluded. `told` is None where the feed was never read before.
    """

    def __init__(self, url: str, interest: Interest, told: Told | None, now: datetime, *, takes_all: bool) -> None:
        self.sightings: list[Sighting] = []
        self.refused: list[str] = []
        self.lines: dict[str, Line] = {}
        self._url = url
        self._interest = interest
        self._told = told
        self._now = now
        self._takes_all = takes_all

    def read(self, feed: Fields) -> None:
        """Go through a feed, whose newest entry comes first."""
        for at, fields in enumerate(feed.many("items", ENTRIES_MAX)):
            name = entry.name_of(fields)
            if name and digest_of(name) in self.lines:
                self.refused.append("an entry has the id of another one")
                continue
            line = self._line(name, fields, at)
            if line is not None and line.digest == BEFORE_US:
                self.lines[digest_of(name)] = line
                continue
            found = entry.read(fields, feed, self._url)
            if isinstance(found, str):
                self._refuse(name, line, found)
            elif found.opts_out:
                self._opt_out(name, line, found)
            else:
                self._take(name, line, found)
        self.sightings.reverse()

    def _line(self, name: str, fields: Fields, at: int) -> Line | None:
        """What was told of an entry before; one that was there when we came, and is old, is never told of."""
        if self._told is not None:
            return self._told.lines.get(digest_of(name))
        said_at = fields.moment("date_modified") or fields.moment("date_published")
        is_young = said_at is not None and self._now - said_at < YOUNG
        return None if at < FIRST or is_young else Line(BEFORE_US)

    def _refuse(self, name: str, line: Line | None, reason: str) -> None:
        """What cannot be read is counted once; a feed that is cut off deletes nothing by it."""
        if line is None:
            self.refused.append(reason)
        if name:
            self.lines[digest_of(name)] = line or Line()

    def _opt_out(self, name: str, line: Line | None, found: Entry) -> None:
        if line is None or line.was_told:
            self.refused.append("the author opted out in the entry")
        if line is not None and line.was_told:
            self.sightings.append(Sighting(NETWORK, found.id, None, only_known=True))
        self.lines[digest_of(name)] = Line(edited_s=line.edited_s if line else 0)

    def _take(self, name: str, line: Line | None, found: Entry) -> None:
        """Tell of an entry that is new or shows something new; what only says that it changed did not."""
        matched = self._interest.matched(found.whole, found.tags)
        is_wanted = bool(matched) or (self._takes_all and not self._interest.is_excluded(found.whole, found.tags))
        digest = found.digest if is_wanted else NOT_WANTED
        if line is not None and line.digest == digest:
            self.lines[digest_of(name)] = line
            return
        edited_at = self._edited_at(line, found)
        self.lines[digest_of(name)] = Line(digest, int(edited_at.timestamp()) if edited_at else 0)
        if is_wanted or line is not None:
            content = replace(found.content, edited_at=edited_at)
            # An edit that took away what it was followed for still changes what people see of a post that we have.
            self.sightings.append(Sighting(NETWORK, found.id, content, only_known=not is_wanted, matched=matched))

    def _edited_at(self, line: Line | None, found: Entry) -> datetime | None:
        """When an entry was edited: as the feed says, or now, where it changed without a word."""
        updated = found.updated if found.updated and found.updated <= self._now else None
        if line is None:
            return updated
        return updated if updated and updated.timestamp() >= line.edited_s + 1 else self._now
