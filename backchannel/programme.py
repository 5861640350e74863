"""The programme: which session is where and when, and which session a post belongs to. Pure: the time is told.

Times are kept in UTC, so a night on which clocks are put back is as long as it is. A session without a room is for the
whole house, such as lunch.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import islice, pairwise
from typing import Final

from backchannel import hashtag
from backchannel.hours import Hours
from backchannel.phrase import Phrase, read
from backchannel.text import Span, SpanKind, fold, folded_address

# When a speaker is named, it is about a session that is on, has just been, or is about to begin.
SOON: Final = timedelta(minutes=15)
JUST_NOW: Final = timedelta(hours=1)


class Phase(StrEnum):
    """Where the conference stands."""

    NONE = "none"  # there is no programme
    BEFORE = "before"  # the first session has not begun
    RUNNING = "running"  # between the first and the last, nights and breaks included
    AFTER = "after"  # the last session has ended


class Why(StrEnum):
    """What binds a post to a session, the strongest first."""

    PERSON = "person"  # somebody at the desk said so
    HASHTAG = "hashtag"  # it carries the session's own hashtag
    SPEAKER = "speaker"  # it mentions a speaker, or says the name
    HALL = "hall"  # it came from the session's hall
    TIME = "time"  # nothing else was on


WORDED: Final = frozenset({Why.HASHTAG, Why.SPEAKER})  # what the words of a post say by themselves


@dataclass(frozen=True, slots=True)
class Binding:
    """The session that a post belongs to, by its id, and why; an empty id where a person says that it is none."""

    session: str
    why: Why


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks; `addresses` are what people mention them by."""

    name: str
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A slot of the programme, from `start` to before `end`.

    `room` is what the programme calls its place, empty for the whole house; `hall` is the slug of the hall that this
    is, empty where it is none of ours. `hashtag` has no sign.
    """

    id: str
    title: str
    start: datetime
    end: datetime
    room: str = ""
    hall: str = ""
    speakers: tuple[Speaker, ...] = ()
    hashtag: str = ""
    url: str = ""
    language: str = ""

    def is_on(self, at: datetime) -> bool:
        """Whether it is on at that moment: at the end it is over."""
        return self.start <= at < self.end

    def is_in(self, hall: str) -> bool:
        """Whether whoever is in that hall is in it."""
        return self.hall == hall or not self.room

    @property
    def is_a_talk(self) -> bool:
        """Whether somebody speaks, or people meet in one place: lunch is neither."""
        return bool(self.speakers or self.room or self.hall)

    @property
    def who(self) -> str:
        """Who speaks, in one line."""
        return ", ".join(speaker.name for speaker in self.speakers)


@dataclass(frozen=True)
class Programme:
    """Every session, the earliest first. What is on at a moment is kept until the next begins or ends."""

    sessions: tuple[Session, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sessions)

    def find(self, session_id: str) -> Session | None:
        """A session by its id."""
        return self._by_id.get(session_id)

    def phase(self, at: datetime) -> Phase:
        """Where the conference stands."""
        if not self.sessions:
            return Phase.NONE
        if at < self.sessions[0].start:
            return Phase.BEFORE
        return Phase.AFTER if at >= self._over_at else Phase.RUNNING

    def on(self, at: datetime) -> tuple[Session, ...]:
        """Every session that is on, anywhere: the one that began last stands first."""
        return self._on.at(at)

    def now(self, at: datetime, hall: str) -> Session | None:
        """What is on stage in a hall. Of several, what began last: a talk goes before the day that it is part of."""
        return next((each for each in self.on(at) if each.is_in(hall)), None)

    def next(self, at: datetime, hall: str) -> Session | None:
        """What begins next in a hall."""
        later = islice(self.sessions, bisect_right(self._starts, at), None)
        return next((each for each in later if each.is_in(hall)), None)

    def over(self, at: datetime) -> tuple[Session, ...]:
        """Every session that has ended, the one that began last first."""
        return tuple(sorted((each for each in self.sessions if each.end <= at), key=_began_last))

    def changes_at(self, at: datetime) -> datetime | None:
        """When something next begins or ends."""
        return self._on.next_edge(at)

    def overlaps(self) -> tuple[tuple[Session, Session], ...]:
        """Sessions of one room, one after the other, of which the second begins before the first has ended."""
        rooms: dict[str, list[Session]] = {}
        for session in self.sessions:
            if session.room:
                rooms.setdefault(session.room, []).append(session)
        return tuple(
            (one, other) for there in rooms.values() for one, other in pairwise(there) if other.start < one.end
        )

    def bind(self, text: str, spans: Sequence[Span], at: datetime, hall: str = "") -> Binding | None:
        """The session that a post belongs to, by its words, else by where and when it was said, if either tells.

        `hall` is where it came from, empty where nobody knows.
        """
        if (tagged := self._tagged(spans, at)) is not None:
            return Binding(tagged.id, Why.HASHTAG)
        if (spoken := self._spoken_of(text, spans, at)) is not None:
            return Binding(spoken.id, Why.SPEAKER)
        if hall:
            here = self.now(at, hall)
            return None if here is None else Binding(here.id, Why.HALL)
        on = [each for each in self.on(at) if each.room] or self.on(at)
        return Binding(on[0].id, Why.TIME) if on and len({each.room for each in on}) == 1 else None

    def _tagged(self, spans: Sequence[Span], at: datetime) -> Session | None:
        """Of several sessions with one hashtag the one that is nearest in time."""
        tags = [span.value for span in spans if span.kind is SpanKind.HASHTAG] if self._by_tag else []
        named = [session for tag in tags for session in self._by_tag.get(tag, ())]
        return min(named, key=lambda each: (_distance(each, at), *_began_last(each)), default=None)

    def _spoken_of(self, text: str, spans: Sequence[Span], at: datetime) -> Session | None:
        voices = self._near.at(at)
        said = fold(text)
        marks = [(span.start, span.end) for span in spans if span.kind is SpanKind.HASHTAG]
        mentioned = (folded_address(span.value) for span in spans if span.kind is SpanKind.MENTION)
        found = [session for address in mentioned for session in voices.by_address.get(address, ())]
        found += [
            session
            for surname, name, session in voices.by_name
            # Most names are in hardly any text, which is seen before the text is taken apart.
            if surname in said and name.find(read(text, marks))
        ]
        return min(found, key=lambda each: (_distance(each, at), *_began_last(each)), default=None)

    @cached_property
    def _by_id(self) -> Mapping[str, Session]:
        return {session.id: session for session in self.sessions}

    @cached_property
    def _by_tag(self) -> Mapping[str, Sequence[Session]]:
        found: dict[str, list[Session]] = {}
        for session in self.sessions:
            if session.hashtag:
                found.setdefault(hashtag.fold(session.hashtag), []).append(session)
        return found

    @cached_property
    def _on(self) -> Hours[Session, tuple[Session, ...]]:
        return Hours(self.sessions, lambda on: tuple(sorted(on, key=_began_last)))

    @cached_property
    def _near(self) -> "Hours[Session, _Voices]":
        return Hours([each for each in self.sessions if each.speakers], _Voices, SOON, JUST_NOW)

    @cached_property
    def _starts(self) -> list[datetime]:
        return [each.start for each in self.sessions]

    @cached_property
    def _over_at(self) -> datetime:
        return max(each.end for each in self.sessions)


class _Voices:
    """The speakers of sessions, as they are found in a text: by what they are mentioned by, and by their names."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self.by_address: dict[str, list[Session]] = {}
        self.by_name: list[tuple[str, Phrase, Session]] = []  # the last word first, which says at once where none is
        for session in sessions:
            for speaker in session.speakers:
                for address in speaker.addresses:
                    self.by_address.setdefault(folded_address(address), []).append(session)
                words = fold(speaker.name).split()
                if len(words) > 1:  # a single word may be anybody's name, or a word
                    self.by_name.append((words[-1], Phrase(speaker.name), session))


def programme_of(
    sessions: Iterable[Session], halls: Mapping[str, Collection[str]], hashtags: Collection[str] = ()
) -> Programme:
    """A programme in the halls of the conference; `halls` says of each slug what else the hall is called.

    Of two sessions with one id the later one in the list stands. A session's hashtag that is the conference's tells
    nothing, and is left out. Where there is one hall and one room, they are the same.
    """
    standing = tuple({session.id: session for session in sessions}.values())
    known = {fold(name).strip(): slug for slug, names in halls.items() for name in (slug, *names) if name}
    rooms = {session.room for session in standing} - {""}
    if len(halls) == 1 and len(rooms) == 1:
        known = {fold(room).strip(): slug for room in rooms for slug in halls}
    common = {hashtag.fold(tag) for tag in hashtags}
    placed = (
        replace(
            each,
            hall=known.get(fold(each.room).strip(), ""),
            hashtag="" if hashtag.fold(each.hashtag) in common else each.hashtag,
        )
        for each in standing
    )
    return Programme(tuple(sorted(placed, key=lambda each: (each.start, each.end, each.room, each.id))))


def _began_last(session: Session) -> tuple[float, float, str]:
    return -session.start.timestamp(), session.end.timestamp(), session.id


def _distance(session: Session, at: datetime) -> timedelta:
    """How far a moment is from a session; none while it is on."""
    if session.is_on(at):
        return timedelta()
    return session.start - at if at < session.start else at - session.end
