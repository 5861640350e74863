"""Fair shares: what waits takes turns by the channel that it came through, so that no channel starves another. Pure.

A channel is a network, or what posts were typed on here: phones, kiosks, a runner's lines, cards. It is start-time fair
queueing (Goyal, Vin, Cheng 1996) where every post is as large as the next: a post has the turn after its channel's last
one, but no turn that is over; within a turn the order is that of approval.
"""

from collections import Counter
from collections.abc import Sequence
from operator import attrgetter
from typing import Protocol, TypeVar


class Waiter(Protocol):
    """What waits for its turn."""

    @property
    def channel(self) -> str:
        """How it came."""
        ...

    @property
    def turn(self) -> int:
        """Its turn."""
        ...

    @property
    def number(self) -> int:
        """Its place in the order of approval."""
        ...


T = TypeVar("T", bound=Waiter)


def turn_for(channel: str, waiting: Sequence[Waiter], shown: Sequence[Waiter]) -> int:
    """The turn of what comes through a channel now."""
    last = max((each.turn for each in (*waiting, *shown) if each.channel == channel), default=-1)
    present = min((each.turn for each in waiting), default=max((each.turn for each in shown), default=0))
    return max(last + 1, present)


def in_turns(waiting: Sequence[T]) -> tuple[T, ...]:
    """What waits, as it takes turns."""
    return tuple(sorted(waiting, key=attrgetter("turn", "number")))


def overdue(waiting: Sequence[T], many: int) -> tuple[T, ...]:
    """So many that give way where too much waits: each the oldest of the channel that has the most."""
    left = sorted(waiting, key=attrgetter("number"))
    given_way: list[T] = []
    for _ in range(max(many, 0)):
        crowded = Counter(each.channel for each in left).most_common(1)[0][0]
        oldest = next(each for each in left if each.channel == crowded)
        left.remove(oldest)
        given_way.append(oldest)
    return tuple(given_way)
