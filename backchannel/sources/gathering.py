"""Gathering: what was heard on a stream since the last batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from backchannel.post import Absence, Presence, Sighting
from backchannel.sources import event
from backchannel.sources.event import Event, Topic
from backchannel.sources.record import NETWORK

BATCH_MAX: Final = 100


@dataclass(slots=True)
class Gathering:
    """What was heard. `read` makes of a commit a sighting, the reason why it is none, or nothing."""

    read: Callable[[Event], Sighting | str]
    sightings: list[Sighting] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    last: bytes = b""

    @property
    def is_full(self) -> bool:
        """Whether the batch is due however little time has passed."""
        return len(self.sightings) + len(self.absences) + len(self.refused) >= BATCH_MAX

    @property
    def last_event(self) -> Event | None:
        """The last event, for its place: most frames are never read for theirs."""
        found = event.read(self.last)
        return found if isinstance(found, Event) else None

    def note(self, frame: bytes) -> Event | None:
        """Take a frame in; an event that concerns the stream itself, or a name, is handed back."""
        found = event.read(frame)
        if isinstance(found, str):
            self.refused.append(found)
            return None
        if found.topic is Topic.COMMIT:
            self._note_commit(found)
        elif found.topic is Topic.ACCOUNT:
            self.absences += _absence(found)
        return found if found.topic in {Topic.ERROR, Topic.NOTICE, Topic.IDENTITY} else None

    def settle(self, name: Callable[[Sighting], Sighting | str]) -> None:
        """Have every sighting named; a reason means that it is none after all, and so does nothing."""
        named = list(map(name, self.sightings))
        self.sightings = [each for each in named if isinstance(each, Sighting)]
        self.refused += [each for each in named if isinstance(each, str) and each]

    def _note_commit(self, commit: Event) -> None:
        found = self.read(commit)
        if isinstance(found, Sighting):
            self.sightings.append(found)
        elif found:
            self.refused.append(found)


def _absence(account: Event) -> Iterator[Absence]:
    """What an account's event means for all that its author wrote; one that does not say clearly means nothing."""
    if account.body.flag("active"):
        yield Absence(NETWORK, account.did, Presence.HERE)
    elif account.body.denies("active"):
        is_gone = account.body.text("status") == "deleted"
        yield Absence(NETWORK, account.did, Presence.GONE if is_gone else Presence.AWAY)
