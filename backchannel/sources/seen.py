"""What a source told already. Stream and timelines tell of the same posts, and streams do not keep order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from backchannel.post import Sighting

SEEN_MAX: Final = 5000

Name = TypeVar("Name")
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Told:
    """Which version of a post was told, and of how many of its spans more than they say."""

    edited_at: datetime | None
    beside: int

    def says_more_than(self, old: "Told") -> bool:
        """Whether it is a later version, or the same with more told beside its words."""
        if self.edited_at == old.edited_at:
            return self.beside > old.beside
        return self.edited_at is not None and (old.edited_at is None or self.edited_at > old.edited_at)


class Seen:
    """Remembers the newest posts that were told of, and the newest deletes, by the server's own names."""

    def __init__(self, limit: int = SEEN_MAX) -> None:
        self._limit = limit
        self._told: dict[tuple[str, str], Told] = {}
        self._gone: dict[str, None] = {}

    def is_news(self, sighting: Sighting) -> bool:
        """Whether a sighting says what was not told yet; from then on it was. A delete beats whatever comes later."""
        if not sighting.ref:
            return True
        if sighting.content is None:
            return self._note(self._gone, sighting.ref, None)
        if sighting.ref in self._gone:
            return False
        name = sighting.ref, sighting.boost
        told = Told(sighting.content.edited_at, sighting.content.told_beside)
        if name in self._told and not told.says_more_than(self._told[name]):
            return False
        self._told.pop(name, None)
        return self._note(self._told, name, told)

    def _note(self, memory: dict[Name, Kept], name: Name, kept: Kept) -> bool:
        """Keep the newest; whether it was new."""
        if name in memory:
            return False
        memory[name] = kept
        if len(memory) > self._limit:
            del memory[next(iter(memory))]
        return True
