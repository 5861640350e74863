"""Taking a batch in: every sighting in its order, with the copies that are folded into the posts they repeat.

`concerned` names the posts that a batch may touch; `Reception` decides, without a database, what becomes of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import RULE, TARGET, Decision, Post, Status, Verb
from backchannel.store.base import Arrival
from backchannel.store.firsts import Firsts
from backchannel.store.likenesses import neighbours
from backchannel.store.members import as_list, members
from backchannel.store.tables import posts
from backchannel.store.turns import NOTHING, Turn, first, gone, is_newer, portrayed, seen, with_titles

SAME_WORDS: Final = f"{RULE}: same words"
# What becomes of a copy that takes the place of its first post. Only a person, or a rule of the conference, approves.
PLACE: Final[Mapping[Status, Verb]] = {
    Status.HELD: Verb.HOLD,
    Status.REJECTED: Verb.REJECT,
    Status.WITHDRAWN: Verb.REJECT,
}

_named: Final = members("named")
_folds: Final = members("folds")
_found: Final = select(posts.c.key, posts.c.copy_of)
_CONCERNED: Final = union_all(
    _found.join_from(_named, posts, posts.c.key == _named.c.value),
    _found.join_from(_named, posts, posts.c.copy_of == _named.c.value).where(
        or_(posts.c.fold.is_not(None), posts.c.bands.is_not(None))
    ),
    _found.join_from(_folds, posts, posts.c.fold == _folds.c.value).where(
        posts.c.status.not_in([Status.GONE.value, Status.COPY.value])
    ),
)


async def concerned(connection: AsyncConnection, arrivals: Sequence[Arrival], at: datetime) -> set[str]:
    """The keys of all posts that a batch may touch: its own, what it repeats or quotes, and what repeats it."""
    named = {key for arrival in arrivals for key in (arrival.key, arrival.boost, arrival.quotes) if key}
    folds = {arrival.fold for arrival in arrivals} - {""}
    rows = (await connection.execute(_CONCERNED, {"named": as_list(named), "folds": as_list(folds)})).all()
    known = {row.key for row in rows}
    new = [arrival for arrival in arrivals if arrival.key not in known]
    return named | known | {row.copy_of for row in rows if row.copy_of} | await neighbours(connection, new, at)


class Reception:
    """A batch being taken in. `turns` are the steps so far, in order; `tally` counts what became of its sightings."""

    def __init__(self, known: Mapping[str, Post], at: datetime) -> None:
        self.turns: list[Turn] = []
        self.tally: Counter[str] = Counter()
        self._standing = dict(known)
        self._at = at
        self._firsts = Firsts(known.values())

    def take(self, arrival: Arrival) -> None:
        """Take one sighting in."""
        many = len(self.turns)
        before = self._standing.get(arrival.key)
        if before is None and arrival.sighting.only_known:
            return
        if arrival.sighting.is_portrait:
            for step in portrayed(before, arrival, self._at):
                self._turn(step)
        elif before is None:
            self._meet(arrival)
        elif before.status is Status.COPY:
            self._see_copy(before, arrival)
        else:
            self._see(before, arrival)
        became = _became([turn for turn in self.turns[many:] if turn.after.key == arrival.key])
        if arrival.boost and arrival.boost not in self._standing and self._count_boost(arrival):
            became = "copies" if became == "known" else became
        self.tally[became] += 1

    def cut_off(self, key: str) -> None:
        """Let a post no longer say whom it answers."""
        post = self._standing.get(key)
        if post is not None and post.content.reply_to is not None:
            content = replace(post.content, reply_to=None)
            self._turn(replace(post, content=content, version=post.version + 1))

    def _meet(self, arrival: Arrival) -> None:
        """A new post, or the copy of what it quotes or says again, whatever became of that."""
        post = first(arrival, self._at)
        quoted = self._home(arrival.quotes)
        key = quoted.key if quoted else self._firsts.find(post)
        if not key:
            self._turn(post, arrival.sighting.id)
            return
        self._turn(_copy(post, key, has_words=quoted is None), arrival.sighting.id)
        self._count(key, +1)

    def _see(self, before: Post, arrival: Arrival) -> None:
        steps = seen(before, arrival, self._at)
        heirs = self._copies_without(before, steps[-1]) if steps else []
        for step in steps:
            self._turn(replace(step, similar=step.similar - len(heirs)), arrival.sighting.id)
        while heirs:
            heirs = self._succeed(before, heirs)

    def _see_copy(self, before: Post, arrival: Arrival) -> None:
        content = arrival.sighting.content
        if content is None:
            self._turn(gone(before))
            self._count(before.copy_of, -1)
        elif is_newer(content, before.content):
            self._edit_copy(before, arrival)
        elif titled := with_titles(before.content, content):
            self._turn(replace(before, content=titled, version=before.version + 1))

    def _edit_copy(self, before: Post, arrival: Arrival) -> None:
        """It stays a copy while it says the same, and else is judged like a new post."""
        own = replace(first(arrival, self._at), version=before.version + 1, received_at=before.received_at)
        own = replace(own, question=before.question)
        home = self._standing.get(before.copy_of)
        quoted = self._home(arrival.quotes)
        if home and ((quoted and quoted.key == home.key) or self._says_on(before, own, home)):
            self._turn(_copy(own, home.key, has_words=quoted is None))
            return
        self._turn(own)
        self._count(before.copy_of, -1)

    def _says_on(self, before: Post, own: Post, home: Post) -> bool:
        """Whether a copy says what it said, or what its first post says."""
        return (own.fold != "" and own.fold == before.fold) or self._firsts.is_same(home, own)

    def _home(self, key: str) -> Post | None:
        """The post that stands for this one, which may be itself."""
        post = self._standing.get(key)
        home = self._standing.get(post.copy_of) if post and post.copy_of else post
        return home if home and home.stands else None

    def _count_boost(self, arrival: Arrival) -> bool:
        home = self._home(arrival.key)
        if home is None:
            return False
        copy = Post(arrival.boost, home.network, Status.COPY, 1, NOTHING, self._at, 0, 0, copy_of=home.key)
        self._turn(copy, arrival.sighting.boost)
        self._count(home.key, +1)
        return True

    def _copies_without(self, before: Post, after: Post) -> list[Post]:
        """The living copies that lose a post, since it went or says something else now, oldest first.

        A boost has no words, and stays with what it boosted.
        """
        if after.content == before.content:
            return []
        copies = [
            each
            for each in self._standing.values()
            if each.status is Status.COPY and each.copy_of == before.key and each.has_words
        ]
        left = [each for each in copies if not (after.stands and self._firsts.is_same(after, each))]
        return sorted(left, key=lambda each: (each.received_at, each.key))

    def _succeed(self, former: Post, heirs: list[Post]) -> list[Post]:
        """The oldest copy takes the place of a post that went, for all that say the same; the others are left."""
        heir, *others = heirs
        theirs: list[Post] = []
        left: list[Post] = []
        for other in others:
            (theirs if self._firsts.is_same(heir, other) else left).append(other)
        own = replace(heir, status=Status.QUEUED, version=heir.version + 1, copy_of="", similar=len(theirs))
        self._turn(own)
        if verb := PLACE.get(former.status):
            why = former.decision.reason if former.decision else ""
            decision = Decision(SAME_WORDS, verb, why, self._at)
            self._turn(replace(own, status=TARGET[verb], version=own.version + 1, decision=decision))
        for other in theirs:
            self._turn(replace(other, copy_of=heir.key))
        return left

    def _count(self, key: str, by: int) -> None:
        """Tell whoever sees a post that it has a copy more, or less."""
        post = self._standing.get(key)
        if post is not None and post.stands:
            self._turn(replace(post, similar=post.similar + by))

    def _turn(self, after: Post, network_id: str = "") -> None:
        before = self._standing.get(after.key)
        self.turns.append(Turn(before, after, network_id))
        self._standing[after.key] = after
        self._firsts.turn(before, after)


def _copy(post: Post, key: str, *, has_words: bool) -> Post:
    """A post as the copy of another. What only quotes it has no words to live on with, once the quoted post is gone."""
    copy = replace(post, status=Status.COPY, decision=None, copy_of=key, release_at=None)
    return copy if has_words else replace(copy, fold="", bands=())


def _became(turns: Sequence[Turn]) -> str:
    """What one sighting made of its post, as `Received` counts it."""
    if not turns:
        return "known"
    if turns[-1].after.status is Status.GONE:
        return "gone"
    if turns[0].before is not None:
        return "changed"
    return "copies" if turns[0].after.status is Status.COPY else "new"
