"""Events of Jetstream: what a frame of either version tells, and the place in the stream where it stands."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from backchannel.media.fetcher import nests_too_deep
from backchannel.sources.fields import Fields

FRAME_MAX: Final = 256 * 1024
SEQ_MAX: Final = 10**15  # what is greater is a time
TIME_MAX_US: Final = 10**17
REWIND_US: Final = 5_000_000  # by time a place is not exact

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the stream: by the number that one server gave, which is exact, and by time, which all know."""

    time_us: int
    seq: int | None = None
    host: str = ""

    @property
    def cursor_by_seq(self) -> int:
        """The cursor for the server that gave the number; it sends the event at that place once more."""
        return self.cursor_by_time if self.seq is None else self.seq

    @property
    def cursor_by_time(self) -> int:
        """The cursor for every server, a little before the place."""
        return max(self.time_us - REWIND_US, 0)

    @property
    def time(self) -> datetime:
        """The place as a time."""
        return _EPOCH + min(self.time_us, TIME_MAX_US) * _MICROSECOND

    @property
    def by_time(self) -> "Place":
        """The same place without its number."""
        return Place(self.time_us)

    def at(self, host: str) -> "Place":
        """The place as a host knows it: numbers mean something only where they were given."""
        return self if self.host == host else self.by_time

    def stored(self) -> str:
        """The place as the store keeps it."""
        number = {} if self.seq is None else {"seq": self.seq, "host": self.host}
        return json.dumps({"time_us": self.time_us} | number)


def place_of(cursor: str | None, host: str = "") -> Place | None:
    """The place that was stored; None where there is none or it cannot be read. `host` is where it names none."""
    try:
        stored = Fields(json.loads(cursor or "{}"))
    except (ValueError, RecursionError):
        return None
    time_us, seq = stored.whole("time_us"), stored.whole("seq")
    if time_us is None or seq is None or seq >= SEQ_MAX:
        return None if time_us is None else Place(time_us)
    return Place(time_us, seq, stored.text("host") or host)


def place_at(at: datetime) -> Place:
    """The place in the stream at a time."""
    return Place((at - _EPOCH) // _MICROSECOND)


class Topic(StrEnum):
    """What an event is about: its value is the network's own word."""

    COMMIT = "commit"  # a record was made, changed or deleted
    ACCOUNT = "account"  # an account went away or came back
    IDENTITY = "identity"  # somebody may have another handle
    NOTICE = "info"  # the server says something about the stream
    ERROR = "error"  # the server breaks off
    OTHER = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `body` holds what is told of it; `at` is when the server saw it."""

    topic: Topic
    did: str
    body: Fields
    at: datetime | None = None
    place: Place | None = None


def read(frame: bytes) -> Event | str:
    """The event of a frame, or the reason why it cannot be read."""
    if len(frame) > FRAME_MAX:
        return "a frame is too large"
    if nests_too_deep(frame):
        return "a frame nests too deep"
    try:
        fields = Fields(json.loads(frame.decode()))
    except ValueError:
        return "a frame is no JSON"
    if not fields:
        return "a frame is no object"
    return _of_v2(fields) if fields.text("$type") else _of_v1(fields)


def _of_v2(fields: Fields) -> Event:
    if fields.text("$type") == "error":
        return Event(Topic.ERROR, "", fields)
    payload = fields.one("payload")
    topic = _topic(payload.text("$type").rpartition("#")[2])
    at, seq = payload.moment("witnessedAt") or payload.moment("time"), payload.whole("seq")
    place = None if at is None or seq is None or seq >= SEQ_MAX else replace(place_at(at), seq=seq)
    return Event(topic, payload.text("did"), payload.one("account") if topic is Topic.ACCOUNT else payload, at, place)


def _of_v1(fields: Fields) -> Event:
    topic, time_us = _topic(fields.text("kind")), fields.whole("time_us")
    if time_us is None or time_us >= TIME_MAX_US:
        return Event(topic, fields.text("did"), fields.one(topic.value))
    return Event(topic, fields.text("did"), fields.one(topic.value), _EPOCH + time_us * _MICROSECOND, Place(time_us))


def _topic(word: str) -> Topic:
    return Topic(word) if word in {"commit", "account", "identity", "info"} else Topic.OTHER
