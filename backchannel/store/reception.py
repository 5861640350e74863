"""Taking a batch in: every sighting in its order, with the copies that are folded into the posts they repeat.

`concerned` names the posts that a batch may touch; `Reception` decides, without a database, what becomes of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import RULE, TARGET, Content, Decision, Post, Status, Verb
from backchannel.store.base import Arrival
from backchannel.store.tables import posts
from backchannel.store.turns import NOTHING, Turn, first, gone, is_newer, portrayed, seen

ARRIVALS_AT_ONCE: Final = 500
STANDS_NOWHERE: Final = frozenset({Status.GONE, Status.COPY})
SAME_WORDS: Final = f"{RULE}: same words"
# What becomes of a copy that takes the place of its first post. Only a person, or a rule of the conference, approves.
PLACE: Final[Mapping[Status, Verb]] = {
    Status.HELD: Verb.HOLD,
    Status.REJECTED: Verb.REJECT,
    Status.WITHDRAWN: Verb.REJECT,
}


async def concerned(connection: AsyncConnection, arrivals: Sequence[Arrival]) -> set[str]:
    """The keys of all posts that a batch may touch: its own, what it repeats, and what repeats it."""
    keys: set[str] = set()
    for at in range(0, len(arrivals), ARRIVALS_AT_ONCE):
        some = arrivals[at : at + ARRIVALS_AT_ONCE]
        named = {key for arrival in some for key in (arrival.key, arrival.boost) if key}
        folds = {arrival.fold for arrival in some} - {""}
        repeated = and_(posts.c.fold.in_(folds), posts.c.status.not_in(STANDS_NOWHERE))
        repeating = and_(posts.c.copy_of.in_(named), posts.c.fold.is_not(None))
        found = select(posts.c.key, posts.c.copy_of).where(or_(posts.c.key.in_(named), repeating, repeated))
        rows = (await connection.execute(found)).all()
        keys |= named | {row.key for row in rows} | {row.copy_of for row in rows if row.copy_of}
    return keys


class Reception:
    """A batch being taken in. `turns` are the steps so far, in order; `tally` counts what became of its sightings."""

    def __init__(self, known: Mapping[str, Post], at: datetime) -> None:
        self.turns: list[Turn] = []
        self.tally: Counter[str] = Counter()
        self._standing = dict(known)
        self._at = at
        in_order = sorted(known.values(), key=lambda post: post.arrived, reverse=True)
        self._firsts = {post.fold: post.key for post in in_order if _stands(post)}

    def take(self, arrival: Arrival) -> None:
        """Take one sighting in."""
        many = len(self.turns)
        before = self._standing.get(arrival.key)
        if before is None and arrival.sighting.only_known:
            return
        if arrival.sighting.is_portrait:
            for step in portrayed(before, arrival, self._at):
                self._turn(step)
        elif before is None and arrival.sighting.content is not None and arrival.fold in self._firsts:
            self._fold(arrival, self._firsts[arrival.fold])
        elif before is not None and before.status is Status.COPY:
            self._see_copy(before, arrival)
        else:
            self._see(before, arrival)
        became = _became([turn for turn in self.turns[many:] if turn.after.key == arrival.key])
        if arrival.boost and arrival.boost not in self._standing and self._count_boost(arrival):
            became = "copies" if became == "known" else became
        self.tally[became] += 1

    def _see(self, before: Post | None, arrival: Arrival) -> None:
        steps = seen(before, arrival, self._at)
        heirs = self._copies_of(before) if before and steps and steps[-1].fold != before.fold else []
        for step in steps:
            self._turn(replace(step, similar=step.similar - len(heirs)), arrival.sighting.id)
        if before and heirs:
            self._succeed(before, heirs)

    def _see_copy(self, before: Post, arrival: Arrival) -> None:
        content = arrival.sighting.content
        if content is None:
            self._turn(gone(before))
            self._count(before.copy_of, -1)
        elif before.fold and is_newer(content, before.content):
            self._edit_copy(before, arrival, content)

    def _edit_copy(self, before: Post, arrival: Arrival, content: Content) -> None:
        if arrival.fold == before.fold:
            said = replace(before, content=content, reasons=arrival.reasons, marks=arrival.marks)
            self._turn(replace(said, version=before.version + 1))
            return
        own = first(arrival, self._at)
        self._turn(replace(own, version=before.version + 1, received_at=before.received_at))
        self._count(before.copy_of, -1)

    def _fold(self, arrival: Arrival, key: str) -> None:
        """A new post that says what another says: its copy, whatever became of the other."""
        copy = replace(first(arrival, self._at), status=Status.COPY, decision=None, copy_of=key)
        self._turn(copy, arrival.sighting.id)
        self._count(key, +1)

    def _count_boost(self, arrival: Arrival) -> bool:
        boosted = self._standing.get(arrival.key)
        home = self._standing.get(boosted.copy_of) if boosted and boosted.copy_of else boosted
        if home is None or home.status in STANDS_NOWHERE:
            return False
        copy = Post(arrival.boost, home.network, Status.COPY, 1, NOTHING, self._at, 0, 0, copy_of=home.key)
        self._turn(copy, arrival.sighting.boost)
        self._count(home.key, +1)
        return True

    def _succeed(self, former: Post, heirs: list[Post]) -> None:
        """The oldest living copy takes the place of a post that went, or says something else now."""
        heir, *others = heirs
        own = replace(heir, status=Status.QUEUED, version=heir.version + 1, copy_of="", similar=len(others))
        self._turn(own)
        if verb := PLACE.get(former.status):
            why = former.decision.reason if former.decision else ""
            decision = Decision(SAME_WORDS, verb, why, self._at)
            self._turn(replace(own, status=TARGET[verb], version=own.version + 1, decision=decision))
        for other in others:
            self._turn(replace(other, copy_of=heir.key))

    def _copies_of(self, post: Post) -> list[Post]:
        """The living copies with words of their own, oldest first. A boost has none, and goes with what it boosted."""
        copies = [
            each
            for each in self._standing.values()
            if each.status is Status.COPY and each.copy_of == post.key and each.fold
        ]
        return sorted(copies, key=lambda each: (each.received_at, each.key))

    def _count(self, key: str, by: int) -> None:
        """Tell whoever sees a post that it has a copy more, or less."""
        post = self._standing.get(key)
        if post is not None and post.status not in STANDS_NOWHERE:
            self._turn(replace(post, similar=post.similar + by))

    def _turn(self, after: Post, network_id: str = "") -> None:
        before = self._standing.get(after.key)
        self.turns.append(Turn(before, after, network_id))
        self._standing[after.key] = after
        if before and self._firsts.get(before.fold) == before.key:
            del self._firsts[before.fold]
        if _stands(after):
            self._firsts.setdefault(after.fold, after.key)


def _stands(post: Post) -> bool:
    """Whether others can be copies of a post."""
    return post.fold != "" and post.status not in STANDS_NOWHERE


def _became(turns: Sequence[Turn]) -> str:
    """What one sighting made of its post, as `Received` counts it."""
    if not turns:
        return "known"
    if turns[-1].after.status is Status.GONE:
        return "gone"
    if turns[0].before is not None:
        return "changed"
    return "copies" if turns[0].after.status is Status.COPY else "new"
