"""The record: every decision that a person, a rule or a network took, and how each of them is taken back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backchannel.post import Decision, Post, Status, Verb

# Where a post goes that somebody put back into the queue by mistake. What was withdrawn had been on the wall: it cannot
# be withdrawn from the queue, and to reject it keeps it off the wall as well.
AGAIN: Final[Mapping[Verb, Verb]] = {
    Verb.APPROVE: Verb.APPROVE,
    Verb.REJECT: Verb.REJECT,
    Verb.HOLD: Verb.HOLD,
    Verb.WITHDRAW: Verb.REJECT,
}


@dataclass(frozen=True, slots=True)
class Move:
    """What an order asks of a post; `halls` is None for all halls."""

    verb: Verb
    reason: str = ""
    halls: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a decision stands in the record."""

    at: datetime
    key: str
    version: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as the record keeps it. `version` is the one that it gave the post.

    `act` names the order that it was part of, empty where that was for one post; `together` counts the decisions of the
    act, and `standing` those of them that can still be taken back. `earlier` and `later` are the post's decisions
    before and after this one. `post` is the post as it is now, None where it is gone.
    """

    key: str
    version: int
    decision: Decision
    before: Status
    after: Status
    halls: tuple[str, ...] | None = None
    act: str = ""
    together: int = 1
    standing: int = 1
    earlier: Move | None = None
    later: Decision | None = None
    post: Post | None = None

    @property
    def place(self) -> Place:
        """Where it stands in the record."""
        return Place(self.decision.at, self.key, self.version)

    @property
    def reverse(self) -> Move | None:
        """What takes it back, or None where the post is gone or something else was decided since."""
        if self.later is not None or self.post is None:
            return None
        if self.decision.verb is not Verb.RESTORE:
            return Move(Verb.RESTORE)
        if self.earlier is None or self.earlier.verb not in AGAIN:
            return None
        verb = AGAIN[self.earlier.verb]
        return Move(verb, self.earlier.reason, self.earlier.halls if verb is Verb.APPROVE else None)


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """A page of the record, newest first unless it is `oldest_first`.

    `by` is a person's name, a network, or `rule` for every rule. `reason` is None for any. `since` is the first moment
    that counts, `until` the last. `place` is the `next` of the page before. `folded` gives an act of many posts as one
    decision, the one of its first post; it means nothing where one post is asked for.
    """

    post: str = ""
    by: str = ""
    verb: Verb | None = None
    reason: str | None = None
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None
    place: Place | None = None
    limit: int = 50
    folded: bool = False
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A page of the record; `next` is None on the last one."""

    decisions: tuple[Recorded, ...]
    next: Place | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """How many posts are put aside for a reason, and whether a rule did it."""

    reason: str
    is_by_rule: bool
    many: int


@dataclass(frozen=True, slots=True)
class Account:
    """What became of all posts, every status named; of those never seen, since they were gone before, nothing is told.

    `wait_s` is how long half of those waited at most that a person took out of the queue; None before the first.
    """

    by_status: Mapping[Status, int]
    asides: tuple[Aside, ...] = ()
    wait_s: float | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How many posts somebody had the last word on, by what it was and why."""

    verb: Verb
    reason: str
    by: str
    posts: int
