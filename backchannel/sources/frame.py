"""A frame of Mastodon's stream: which event it tells, of which status.

https://docs.joinmastodon.org/methods/streaming/#websocket
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from backchannel import hashtag
from backchannel.interest import Interest
from backchannel.media.fetcher import nests_too_deep
from backchannel.post import Sighting
from backchannel.sources import status
from backchannel.sources.fields import Fields
from backchannel.sources.status import NETWORK, REF_MAX

FRAME_MAX: Final = 1024 * 1024


class Kind(StrEnum):
    """What a frame tells: its value is the network's own word."""

    NEW = "update"
    EDIT = "status.update"
    GONE = "delete"
    ERROR = "error"  # has no event at all
    OTHER = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One event: a `status` that is new or edited, or the name `ref` of one that is gone, on the stream of a `tag`."""

    kind: Kind
    tag: str = ""
    status: object = None
    ref: str = ""
    words: str = ""


def read(frame: str | bytes) -> Frame | str:
    """The event of a frame, or the reason why it cannot be read."""
    fields = Fields(_json(frame))
    if not fields:
        return "a frame of the stream is no object"
    if not fields.text("event"):
        words = fields.line("error", 200)
        return Frame(Kind.ERROR, words=words) if words else "a frame of the stream has no event"
    kind = Kind(fields.text("event")) if fields.text("event") in _KINDS else Kind.OTHER
    stream = fields.texts("stream", 2)
    tag = stream[1] if len(stream) > 1 else ""
    if kind is Kind.GONE:
        ref = fields.id("payload")
        return Frame(kind, tag, ref=ref) if 0 < len(ref) <= REF_MAX else "a delete of the stream names nothing"
    if kind is Kind.OTHER:
        return Frame(kind, tag)
    told = _json(fields.text("payload"))
    return Frame(kind, tag, told) if isinstance(told, dict) else "an event of the stream holds no post"


def meaning(frame: Frame, host: str, interest: Interest) -> Sighting | str:
    """What an event means for us, the reason why it is no post for a wall, or nothing where it is not about posts."""
    if frame.kind is Kind.GONE:
        return Sighting(NETWORK, "", None, ref=frame.ref)
    if frame.kind not in _READERS:
        return ""
    followed = {hashtag.fold(tag): tag for tag in interest.hashtags}
    believed = followed.get(hashtag.fold(frame.tag)) or next(iter(interest.hashtags), "")
    return _READERS[frame.kind](frame.status, host, interest, (f"#{believed}",))


_READERS: Final = {Kind.NEW: status.read_new, Kind.EDIT: status.read_again}
_KINDS: Final = frozenset({Kind.NEW.value, Kind.EDIT.value, Kind.GONE.value})


def _json(text: str | bytes) -> Any:
    """The value of a JSON text, or None."""
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(raw) > FRAME_MAX or nests_too_deep(raw):
        return None
    try:
        return json.loads(raw.decode())
    except ValueError:
        return None
