"""What is said in a Matrix room, event by event, made into sightings."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from backchannel.errors import SourceError
from backchannel.interest import Interest
from backchannel.media.fetcher import Fetcher
from backchannel.post import Sighting
from backchannel.sources import room_event
from backchannel.sources.conversation import Conversation, Spoken
from backchannel.sources.fields import Fields
from backchannel.sources.homeserver import ENCRYPTED, MEMBER, MESSAGE, REDACTION, Homeserver
from backchannel.sources.room import ENDS, ended
from backchannel.sources.room_event import NETWORK


@dataclass(slots=True)
class Heard:
    """What some events say. `ended` is why the room will say no more, where one of them tells."""

    sightings: list[Sighting] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ended: SourceError | None = None

    def add(self, found: Sighting | str | None) -> None:
        """Take in what was found in an event: a sighting, the reason why it is none, or nothing."""
        if isinstance(found, Sighting):
            self.sightings.append(found)
        elif found:
            self.refused.append(found)


class Listener:
    """Listens for what one room is followed for; `takes_all` leaves out only what is excluded."""

    def __init__(
        self,
        home: Homeserver,
        room: Conversation,
        interest: Interest,
        clock: Callable[[], datetime],
        *,
        takes_all: bool,
    ) -> None:
        self._home = home
        self._room = room
        self._interest = interest
        self._clock = clock
        self._takes_all = takes_all

    async def hear(self, fetcher: Fetcher, events: Iterable[Fields]) -> Heard:
        """Take events in, oldest first. Raises SourceError."""
        heard = Heard()
        for event in events:
            kind = event.text("type")
            if kind == MESSAGE:
                for found in self._message(event):
                    heard.add(found)
            elif kind == REDACTION:
                heard.add(await self._redaction(fetcher, event))
            elif kind == MEMBER:
                self._room.introduce(event)
            elif kind == ENCRYPTED:
                heard.refused.append("the message is encrypted")
            elif kind in ENDS and event.has("state_key"):
                heard.ended = ended(kind, self._room.name, event.one("content"))
        return heard

    def _message(self, event: Fields) -> Iterable[Sighting | str | None]:
        found = room_event.read(event, self._room, self._clock())
        if isinstance(found, str):
            return (found,)
        if found.only_known:
            return self._edit(event, found)
        if found.content:
            spoken = Spoken(event.text("sender"), found.content.posted_at, found.content.reply_to)
            self._room.note(event.text("event_id"), spoken)
        return (self._wanted(found),)

    def _edit(self, event: Fields, found: Sighting) -> Iterable[Sighting | str | None]:
        """An edit is told by its own name too: whoever takes it away after our restart takes the post away."""
        known = self._room.spoken(found.ref).user
        if known not in {"", event.text("sender")}:
            return ("it edits somebody else's message",)
        self._room.note_edit(event.text("event_id"), found.id)
        by_edit = self._wanted(replace(found, ref=event.text("event_id")))
        # Whose message it edits is certain: then it may have become one of ours by it.
        return (self._wanted(replace(found, only_known=False)), by_edit) if known and found.content else (by_edit,)

    def _wanted(self, found: Sighting) -> Sighting | None:
        if found.content is None:
            return found
        matched = self._interest.matched(found.content)
        if matched or (self._takes_all and not self._interest.is_excluded(found.content)):
            return replace(found, matched=matched)
        # An edit that took away what it was followed for still changes what people see of a post that we have.
        return replace(found, only_known=True) if found.content.edited_at else None

    async def _redaction(self, fetcher: Fetcher, event: Fields) -> Sighting | None:
        """A message that is taken away is gone; where it is an edit, what was said before stands again."""
        redacted = room_event.redacted(event)
        edited = self._room.edited_by(redacted)
        if not edited:
            return Sighting(NETWORK, "", None, ref=redacted) if redacted else None
        before = await self._home.event(fetcher, self._room.room_id, edited.rpartition(" ")[0])
        now = self._clock()
        found = room_event.read(before, self._room, now) if before else ""
        if isinstance(found, str) or found.content is None or found.id != edited:
            return Sighting(NETWORK, edited, None, only_known=True)
        content = replace(found.content, edited_at=room_event.moment(event, now) or now)
        return self._wanted(replace(found, content=content, only_known=True))
