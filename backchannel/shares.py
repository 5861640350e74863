"""Fair shares: what waits takes turns by the channel that it came through, and within a channel by its author. Pure.

A channel is a network, or what posts were typed on here: phones, kiosks, a runner's lines, cards. It is start-time fair
queueing (Goyal, Vin, Cheng 1996) where every post is as large as the next: a post has the turn after its channel's last
one, but no turn that is over. The turns of a channel go to its authors in the same way: whose share comes first has the
next one, and within a share the order is that of approval. So neither a flood from one network nor somebody who writes
a lot keeps the others waiting.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Protocol, Self, TypeVar


class Waiter(Protocol):
    """What waits for its turn."""

    @property
    def channel(self) -> str:
        """How it came."""
        ...

    @property
    def author(self) -> str:
        """Who wrote it; empty where nobody knows, which is somebody else every time."""
        ...

    @property
    def turn(self) -> int:
        """Its turn among all channels."""
        ...

    @property
    def share(self) -> int:
        """Its turn among the authors of its channel."""
        ...

    @property
    def number(self) -> int:
        """Its place in the order of approval."""
        ...

    def at(self, turn: int, share: int) -> Self:
        """The same with these turns."""
        ...


T = TypeVar("T", bound=Waiter)


def joined(waiting: Sequence[T], fresh: T, shown: Sequence[Waiter]) -> tuple[T, ...]:
    """What waits as it takes turns, with one more that has come now."""
    own = [each for each in waiting if each.channel == fresh.channel]
    shown_of_own = [each for each in shown if each.channel == fresh.channel]
    known: list[Waiter] = [*own, *shown_of_own]
    turn = max(_last(each.turn for each in known) + 1, _present(waiting, shown, "turn"))
    share = _present(own, shown_of_own, "share")
    if fresh.author:
        theirs = (each.share for each in known if each.author == fresh.author)
        share = max(_last(theirs) + 1, share)
    own.append(fresh.at(turn, share))
    turns = sorted(each.turn for each in own)
    by_share = sorted(own, key=attrgetter("share", "number"))
    placed = [each.at(turn, each.share) for turn, each in zip(turns, by_share, strict=True)]
    others = [each for each in waiting if each.channel != fresh.channel]
    return tuple(sorted((*others, *placed), key=attrgetter("turn", "number")))


def overdue(waiting: Sequence[T], many: int) -> tuple[T, ...]:
    """So many that give way where too much waits: each the oldest of who has the most in the channel that has it."""
    left = sorted(waiting, key=attrgetter("number"))
    given_way: list[T] = []
    for _ in range(max(many, 0)):
        crowded = Counter(each.channel for each in left).most_common(1)[0][0]
        own = [each for each in left if each.channel == crowded]
        busiest = Counter(each.author for each in own if each.author).most_common(1)
        oldest = next((each for each in own if busiest and busiest[0][1] > 1 and each.author == busiest[0][0]), own[0])
        left.remove(oldest)
        given_way.append(oldest)
    return tuple(given_way)


def _last(turns: Iterable[int]) -> int:
    return max(turns, default=-1)


def _present(waiting: Sequence[Waiter], shown: Sequence[Waiter], name: str) -> int:
    """The turn that is on."""
    turn = attrgetter(name)
    return min(map(turn, waiting), default=max(map(turn, shown), default=0))
