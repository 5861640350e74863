"""A stretch of a room's timeline: what one answer of /sync told, and what it left out before."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

import msgspec

from backchannel.errors import SourceError
from backchannel.media.fetcher import Fetcher
from backchannel.sources.conversation import Conversation
from backchannel.sources.fields import Fields
from backchannel.sources.homeserver import PAGE_MAX, Homeserver
from backchannel.sources.room import left

PAGES_MAX: Final = 100
EVENTS_MAX: Final = 1000
CHUNK: Final = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on: the server's own mark, and the last event that we know, should it forget the mark."""

    room_id: str
    since: str = ""
    last: str = ""

    @property
    def is_start(self) -> bool:
        """Whether the room was never read."""
        return not self.since and not self.last

    def stored(self) -> str:
        """The place as a cursor."""
        return msgspec.json.encode(self).decode()


def place_of(cursor: str | None, room_id: str) -> Place:
    """The stored place, or the start where there is none in this room."""
    try:
        place = msgspec.json.decode((cursor or "").encode(), type=Place)
    except msgspec.MsgspecError:
        return Place(room_id)
    return place if place.room_id == room_id else Place(room_id)


class Stretch:
    """The events from a place on. It is open while the server holds some back; `next` is the place after it.

    `trouble` says that there were too many of them.
    """

    def __init__(self, home: Homeserver, room: Conversation, answer: Fields, place: Place) -> None:
        self.trouble = ""
        self._home = home
        self._room = room
        self._place = place
        rooms = answer.one("rooms")
        if not answer.text("next_batch"):
            msg = f"{home.host} answered with something that tells of no room."
            raise SourceError(msg, remedy="Check the source's server in config.toml.")
        if rooms.one("leave").has(room.room_id):
            raise left(room.name, home.host)
        joined = rooms.one("join").one(room.room_id)
        timeline = joined.one("timeline")
        for member in joined.one("state").many("events", EVENTS_MAX):
            room.introduce(member)
        self._events, is_known = _after(list(timeline.many("events", EVENTS_MAX)), place.last)
        self._older: list[Fields] = []  # newest first
        self._pages = 0
        # Of a room that was never read, the newest messages are enough.
        is_cut = timeline.flag("limited") and not is_known and not place.is_start
        self._end = timeline.text("prev_batch") if is_cut else ""
        last = next((event.text("event_id") for event in reversed(self._events) if event.text("event_id")), place.last)
        self.next = Place(place.room_id, answer.text("next_batch"), last)

    @property
    def is_open(self) -> bool:
        """Whether the server holds some of it back."""
        return bool(self._end)

    async def reach_back(self, fetcher: Fetcher) -> None:
        """Fetch a page of what is held back, up to the last event that we know. Raises SourceError."""
        page = await self._home.before(fetcher, self._place.room_id, self._end, self._place.since)
        for member in page.many("state", EVENTS_MAX):
            self._room.introduce(member)
        events, start = list(page.many("chunk", EVENTS_MAX)), self._end
        known = next((at for at, event in enumerate(events) if event.text("event_id") == self._place.last), None)
        self._older += events[:known]
        self._pages += 1
        # At the end of a room some servers give the place where they were asked once more.
        self._end = page.text("end") if known is None and page.text("end") not in {start, self._place.since} else ""
        if self._end and self._pages >= PAGES_MAX:
            self._end = ""
            self.trouble = f"More than {PAGES_MAX * PAGE_MAX} messages came while we were away: the oldest are missing."

    def chunks(self) -> Iterator[tuple[list[Fields], bool]]:
        """The events, oldest first, in pieces, and whether each is the last one; there is always a last one."""
        events = list(chain(reversed(self._older), self._events))
        for at in range(0, max(len(events), 1), CHUNK):
            yield events[at : at + CHUNK], at + CHUNK >= len(events)


def _after(events: list[Fields], last: str) -> tuple[list[Fields], bool]:
    """The events after one that we know, and whether it is among them."""
    known = next((at for at, event in enumerate(events) if last and event.text("event_id") == last), None)
    return (events, False) if known is None else (events[known + 1 :], True)
