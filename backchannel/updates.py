"""The closed vocabulary of updates: which streams hear of a change, and what they hear.

Streams: `desk` for consoles, `floor` for phones, `hall:SLUG` for each hall's screens. Invariant, tested: whoever
applies every update of a stream holds what a fresh snapshot of that stream would give.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from backchannel.post import Post, Status

DESK: Final = "desk"
FLOOR: Final = "floor"
BADGES: Final = "badges"  # no stream of the log: its hint says that somebody was signed out
CLAIMS: Final = "claims"  # no stream of the log: its hint says that moderators took other posts into hand
REACTIONS: Final = "reactions"  # nor is this: its hint says that phones reacted
SCREENS: Final = "screens"  # nor is this: its hint says that a screen was paired, changed or ended
TAKEDOWNS: Final = "takedowns"  # nor is this: its hint says which screens confirmed a takedown
VOTES: Final = "votes"  # no stream of the log: its hint says that votes were cast
RULES: Final = "rules"  # nor is this: its hint says that the rulebook has a new version


class Kind(StrEnum):
    """What an update does to whoever follows its stream."""

    PUT = "put"  # show this post, or its new version
    DROP = "drop"  # show this post no longer
    STAGE = "stage"  # a hall's stage turned; the key is the hall's slug


@dataclass(frozen=True, slots=True)
class Change:
    """An update that has no number yet."""

    stream: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Update:
    """A numbered change of a stream: a reference to a post or to a hall's stage, never its text."""

    stream: str
    seq: int
    kind: Kind
    key: str
    version: int
    at: datetime


def hall_stream(slug: str) -> str:
    """The stream of one hall's screens."""
    return f"hall:{slug}"


def public_streams(post: Post | None, halls: Sequence[str]) -> frozenset[str]:
    """The public streams on which a post may be seen; `halls` are the slugs of all halls.

    An answer stands under its question. It is no news for walls and phones, unless somebody approves it for a hall.
    """
    if post is None or post.status is not Status.APPROVED or (post.is_answer and post.halls is None):
        return frozenset()
    shown_in = halls if post.halls is None else post.halls
    return frozenset({FLOOR, *map(hall_stream, shown_in)})


def changes(before: Post | None, after: Post, halls: Sequence[str]) -> tuple[Change, ...]:
    """The updates that keep every stream right when a post turns from `before` into `after`, in stream order.

    Where nobody was ever told of a post, there is none: it was gone before it was seen, or is a copy.
    """
    if not _is_told(before) and not _is_told(after):
        return ()
    was, now = public_streams(before, halls), public_streams(after, halls)
    desk = Change(DESK, Kind.PUT if _is_told(after) else Kind.DROP)
    public = (Change(stream, Kind.PUT if stream in now else Kind.DROP) for stream in was | now)
    return tuple(sorted((desk, *public), key=lambda change: change.stream))


def _is_told(post: Post | None) -> bool:
    """Whether the desk hears of a post."""
    return post is not None and post.stands
