"""What is remembered of a room while it is followed: who people are, and whose the latest messages are."""

from collections import OrderedDict
from typing import Final

from backchannel.sources.fields import Fields
from backchannel.text import NAME_MAX, tame_line

PEOPLE_MAX: Final = 5000
MESSAGES_MAX: Final = 2000


class _Memory(OrderedDict[str, str]):
    """So many things; the oldest one gives way to the next."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def note(self, name: str, value: str) -> None:
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
        self._names = _Memory(PEOPLE_MAX)
        self._authors = _Memory(MESSAGES_MAX)
        self._originals = _Memory(MESSAGES_MAX)

    def introduce(self, member: Fields) -> None:
        """Learn somebody's name from an event of membership."""
        user, name = member.text("state_key"), member.one("content").line("displayname", NAME_MAX)
        if user and member.one("content").text("membership") in {"join", "invite"}:
            self._names.note(user, name)

    def name_of(self, user: str) -> str:
        """What somebody is called, or else the name of the account."""
        return self._names.get(user, "") or tame_line(user.removeprefix("@").partition(":")[0], NAME_MAX) or "?"

    def note(self, event_id: str, user: str, original: str = "") -> None:
        """Remember whose a message is, and of which one it is an edit."""
        if original:
            self._originals.note(event_id, original)
        else:
            self._authors.note(event_id, user)

    def author_of(self, event_id: str) -> str:
        """Whose a message is, or nothing where it is too long ago."""
        return self._authors.get(event_id, "")

    def original_of(self, event_id: str) -> str:
        """The message that an edit changed, or nothing."""
        return self._originals.get(event_id, "")
