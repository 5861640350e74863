"""The desk: the only place where a post's status changes. Stores first, wakes the hub second."""

from collections.abc import Callable, Sequence
from datetime import datetime

from backchannel.hub.base import Hub
from backchannel.post import Order, Outcome, Sighting, key_of
from backchannel.store.base import Arrival, Bookmark, Posts, Received


class Desk:
    """Takes posts in and carries orders out. Everything new waits for a person."""

    def __init__(self, posts: Posts, hub: Hub, secret: bytes, clock: Callable[[], datetime]) -> None:
        self._posts = posts
        self._hub = hub
        self._secret = secret
        self._clock = clock

    def key(self, sighting: Sighting) -> str:
        """The name that the sighted post has with us."""
        return key_of(sighting.network, sighting.id, self._secret)

    async def receive(self, sightings: Sequence[Sighting], bookmark: Bookmark | None = None) -> Received:
        """Take a batch in, in one transaction with the place its source goes on from."""
        arrivals = [Arrival(self.key(sighting), sighting) for sighting in sightings]
        received = await self._posts.receive(arrivals, self._clock(), bookmark)
        self._hub.wake(received.streams)
        return received

    async def decide(self, order: Order) -> tuple[Outcome, ...]:
        """Carry a moderator's order out; when this returns, it is on disk."""
        decided = await self._posts.decide(order, self._clock())
        self._hub.wake(decided.streams)
        return decided.outcomes
