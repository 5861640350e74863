"""What is remembered of a room while it is followed: who people are, and whose the latest messages are."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from backchannel.post import ReplyTo
from backchannel.sources.fields import Fields
from backchannel.text import NAME_MAX, tame_line

PEOPLE_MAX: Final = 5000
MESSAGES_MAX: Final = 2000


Remembered = TypeVar("Remembered")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an edit does not tell of its message: whose it is, when it was said, and whom it answers."""

    user: str = ""
    at: datetime | None = None
    reply_to: ReplyTo | None = None


class _Memory(OrderedDict[str, Remembered]):
    """So many things; the oldest one gives way to the next."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def note(self, name: str, value: Remembered) -> None:
        """Remember something."""
        self[name] = value
        self.move_to_end(name)
        if len(self) > self._limit:
            self.popitem(last=False)


class Conversation:
    """A room and the people in it. `name` is what people call it, `via` is a server that knows it."""

    def __init__(self, room_id: str, name: str, via: str) -> None:
        self.room_id = room_id
        self.name = name
        self.via = via
        self._names = _Memory[str](PEOPLE_MAX)
        self._spoken = _Memory[Spoken](MESSAGES_MAX)
        self._edits = _Memory[str](MESSAGES_MAX)

    def introduce(self, member: Fields) -> None:
        """Learn somebody's name from an event of membership."""
        user, name = member.text("state_key"), member.one("content").line("displayname", NAME_MAX)
        if user and member.one("content").text("membership") in {"join", "invite"}:
            self._names.note(user, name)

    def name_of(self, user: str) -> str:
        """What somebody is called, or else the name of the account."""
        return self._names.get(user, "") or tame_line(user.removeprefix("@").partition(":")[0], NAME_MAX) or "?"

    def note(self, event_id: str, spoken: Spoken) -> None:
        """Remember a message."""
        self._spoken.note(event_id, spoken)

    def note_edit(self, event_id: str, post_id: str) -> None:
        """Remember which post an edit changed."""
        self._edits.note(event_id, post_id)

    def spoken(self, event_id: str) -> Spoken:
        """What is remembered of a message; nothing where it is too long ago."""
        return self._spoken.get(event_id, Spoken())

    def edited_by(self, event_id: str) -> str:
        """The post that an edit changed, or nothing."""
        return self._edits.get(event_id, "")
