"""The desk: the only place where a post's status changes. Stores first, wakes the hub second."""

from collections.abc import Callable, Sequence
from datetime import datetime

from backchannel.hub.base import Hub
from backchannel.post import Order, Outcome, Sighting, fold_of, key_of
from backchannel.rules import Rules, Verdict
from backchannel.store.base import Arrival, Authors, Bookmark, Posts, Received


class Judge:
    """Applies the rules. What they ask of an author's history is looked up once for a whole batch."""

    def __init__(self, rules: Rules, authors: Authors) -> None:
        self._rules = rules
        self._authors = authors

    async def verdicts(self, sightings: Sequence[Sighting]) -> list[Verdict]:
        """The verdict on every sighting; there is none to give on a post that is gone."""
        authors = {_author(sighting) for sighting in sightings if sighting.content and sighting.content.author.id}
        known = await self._authors.shown(authors) if authors and self._rules.asks_for_history else frozenset()
        return [
            self._rules.judge(each.network, each.content, is_known=_author(each) in known)
            if each.content
            else Verdict()
            for each in sightings
        ]


class Desk:
    """Takes posts in and carries orders out. Without a judge, everything new waits for a person."""

    def __init__(
        self, posts: Posts, hub: Hub, secret: bytes, clock: Callable[[], datetime], judge: Judge | None = None
    ) -> None:
        self._posts = posts
        self._hub = hub
        self._secret = secret
        self._clock = clock
        self._judge = judge

    def key(self, sighting: Sighting) -> str:
        """The name that the sighted post has with us."""
        return key_of(sighting.network, sighting.id, self._secret)

    async def receive(self, sightings: Sequence[Sighting], bookmark: Bookmark | None = None) -> Received:
        """Judge a batch and take it in, in one transaction with the place its source goes on from."""
        verdicts = await self._judge.verdicts(sightings) if self._judge else [Verdict()] * len(sightings)
        arrivals = [self._arrival(*pair) for pair in zip(sightings, verdicts, strict=True)]
        received = await self._posts.receive(arrivals, self._clock(), bookmark)
        self._hub.wake(received.streams)
        return received

    async def decide(self, order: Order) -> tuple[Outcome, ...]:
        """Carry a moderator's order out; when this returns, it is on disk."""
        decided = await self._posts.decide(order, self._clock())
        self._hub.wake(decided.streams)
        return decided.outcomes

    def _arrival(self, sighting: Sighting, verdict: Verdict) -> Arrival:
        return Arrival(
            self.key(sighting),
            sighting,
            verdict.status,
            reasons=(verdict.reason,) if verdict.reason else (),
            rule=verdict.rule,
            marks=verdict.marks,
            fold=fold_of(sighting.network, sighting.content, self._secret) if sighting.content else "",
            boost=key_of(sighting.network, sighting.boost, self._secret) if sighting.boost else "",
        )


def _author(sighting: Sighting) -> tuple[str, str]:
    return sighting.network, sighting.content.author.id if sighting.content else ""
