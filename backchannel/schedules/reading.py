"""A schedule being read: every entry that can be used becomes a session, every other one is counted by its reason."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from re import compile as pattern
from typing import Final

from backchannel.programme import Session, Speaker
from backchannel.sources.fields import language
from backchannel.text import ADDRESS_MAX, NAME_MAX, tame_line, web_url

SESSIONS_MAX: Final = 5000
SPEAKERS_MAX: Final = 30
TITLE_MAX: Final = 300
ROOM_MAX: Final = 100
ID_MAX: Final = 200
LONGEST: Final = timedelta(days=7)
_TAG: Final = pattern(r"(?=.*[^\W\d])\w{1,100}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a format tells it: anything may be missing or wild."""

    id: str
    title: str
    start: datetime | None
    end: datetime | None
    room: str = ""
    speakers: tuple[Speaker, ...] = ()
    hashtag: str = ""
    url: str = ""
    language: str = ""


class Reading:
    """What a schedule holds. `refused` counts what was left out, and says why in words for the organiser."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []
        self.refused: Counter[str] = Counter()
        self._ids: set[str] = set()

    def take(self, entry: Entry) -> None:
        """Take an entry, or count why not. What is given twice under one name is told apart by its time."""
        why, session = _session(entry)
        if session is None or len(self.sessions) >= SESSIONS_MAX:
            self.refuse(why or f"beyond the first {SESSIONS_MAX} sessions")
            return
        if session.id in self._ids:
            session = replace(session, id=f"{session.id} {session.start.isoformat()}")
        if session.id in self._ids:
            self.refuse("the same session twice")
            return
        self._ids.add(session.id)
        self.sessions.append(session)

    def refuse(self, reason: str, many: int = 1) -> None:
        """Count what cannot be used."""
        self.refused[reason] += many


def _session(entry: Entry) -> tuple[str, Session | None]:
    title = tame_line(entry.title, TITLE_MAX)
    if not title:
        return "without a title", None
    if entry.start is None:
        return "without a time at which it begins", None
    if entry.end is None:
        return "without a time at which it ends", None
    if entry.end <= entry.start:
        return "ends before it begins", None
    if entry.end - entry.start > LONGEST:
        return "longer than a week", None
    tag = tame_line(entry.hashtag, ROOM_MAX).lstrip("#＃")
    session = Session(
        # Without an id of its own it is known by what it is called: so it stays the same when it is moved.
        id=tame_line(entry.id, ID_MAX) or title,
        title=title,
        start=entry.start,
        end=entry.end,
        room=tame_line(entry.room, ROOM_MAX),
        speakers=entry.speakers[:SPEAKERS_MAX],
        hashtag=tag if _TAG.fullmatch(tag) else "",
        url=web_url(entry.url.strip()),
        language=language(entry.language.strip()),
    )
    return "", session


def speakers_of(names: Iterable[str]) -> tuple[Speaker, ...]:
    """Speakers by name; words that begin with @ or are web addresses are what people mention them by."""
    found: list[Speaker] = []
    for line in names:
        words = tame_line(line, NAME_MAX + ADDRESS_MAX).split()
        addresses = tuple(word for word in words if len(word) > 1 and (word.startswith("@") or web_url(word)))
        name = tame_line(" ".join(word for word in words if word not in addresses), NAME_MAX)
        if name or addresses:
            found.append(Speaker(name or addresses[0], addresses))
    return tuple(found)
