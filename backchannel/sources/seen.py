"""What a source told already. Stream and timelines tell of the same posts, and streams do not keep order."""

from datetime import datetime
from typing import Final, TypeVar

from backchannel.post import Sighting

SEEN_MAX: Final = 5000

Name = TypeVar("Name")
Kept = TypeVar("Kept")


class Seen:
    """Remembers the newest posts that were told of, and the newest deletes, by the server's own names."""

    def __init__(self, limit: int = SEEN_MAX) -> None:
        self._limit = limit
        self._told: dict[tuple[str, str], datetime | None] = {}
        self._gone: dict[str, None] = {}

    def is_news(self, sighting: Sighting) -> bool:
        """Whether a sighting says what was not told yet; from then on it was. A delete beats whatever comes later."""
        if not sighting.ref:
            return True
        if sighting.content is None:
            return self._note(self._gone, sighting.ref, None)
        if sighting.ref in self._gone:
            return False
        name, edited_at = (sighting.ref, sighting.boost), sighting.content.edited_at
        if name in self._told and not _is_later(edited_at, self._told[name]):
            return False
        self._told.pop(name, None)
        return self._note(self._told, name, edited_at)

    def _note(self, memory: dict[Name, Kept], name: Name, kept: Kept) -> bool:
        """Keep the newest; whether it was new."""
        if name in memory:
            return False
        memory[name] = kept
        if len(memory) > self._limit:
            del memory[next(iter(memory))]
        return True


def _is_later(new: datetime | None, old: datetime | None) -> bool:
    return new is not None and (old is None or new > old)
