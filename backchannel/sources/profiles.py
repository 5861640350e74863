"""Profiles: looks up who wrote, many at once, beside the stream. No post waits long for it, and none for ever."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from backchannel.errors import SourceError
from backchannel.media.fetcher import Fetcher
from backchannel.sources import profile
from backchannel.sources.profile import Profile
from backchannel.sources.xrpc import Xrpc

AT_ONCE: Final = 25  # the network's bound on one request
KNOWN_MAX: Final = 10_000
WANTED_MAX: Final = 5_000
FRESH_FOR: Final = timedelta(hours=6)
NOBODY_FOR: Final = timedelta(minutes=10)  # somebody whom the network does not name yet may have just come
PAUSE_S: Final = 30.0

log = structlog.get_logger()


class Profiles:
    """Keeps who is who, for some hours, and tells what was learnt too late for the posts it belongs to."""

    def __init__(
        self, api: Xrpc, clock: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._api = api
        self._clock = clock
        self._sleep = sleep
        # Two, since thousands of pairs would keep the garbage collector busy in a burst.
        self._known: OrderedDict[str, Profile | None] = OrderedDict()
        self._asked_at: dict[str, datetime] = {}
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._missed: OrderedDict[str, None] = OrderedDict()
        self._late: OrderedDict[str, Profile] = OrderedDict()
        self._called = asyncio.Event()
        self._learnt = asyncio.Condition()
        self._is_slow = False

    def of(self, did: str) -> Profile:
        """Who somebody is, as far as it is known; the rest is looked up from now on."""
        asked_at, found = self._asked_at.get(did), self._known.get(did)
        fresh_for = FRESH_FOR if found else NOBODY_FOR
        if asked_at is None or self._clock() - asked_at >= fresh_for:
            _note(self._wanted, did, WANTED_MAX)
            self._called.set()
        return found or Profile(did)

    def forget(self, did: str) -> None:
        """Have somebody looked up anew, once they are asked for: they may have another name by now."""
        self._known.pop(did, None)
        self._asked_at.pop(did, None)

    def knows(self, did: str) -> bool:
        """Whether somebody was looked up, even in vain."""
        return did in self._known

    async def settle(self, dids: Collection[str], within_s: float) -> None:
        """Wait until all of them are known, but no longer; where the server has been slow, not at all."""
        for did in dids:
            self.of(did)  # who was forgotten since is wanted again
        if self._is_slow or all(map(self.knows, dids)):
            return
        try:
            async with asyncio.timeout(within_s), self._learnt:
                await self._learnt.wait_for(lambda: self._is_slow or all(map(self.knows, dids)))
        except TimeoutError:
            self._is_slow = True

    def miss(self, did: str) -> None:
        """Note that posts of somebody went on without a name: what is learnt of them later is told."""
        if not self.knows(did):
            _note(self._missed, did, KNOWN_MAX)

    def late(self, limit: int) -> tuple[Profile, ...]:
        """What was learnt too late, each once."""
        return tuple(self._late.popitem(last=False)[1] for _ in range(min(limit, len(self._late))))

    def learn(self, found: Iterable[Profile], asked: Iterable[str] = ()) -> None:
        """Keep what was found; who was asked for and not found is nobody, for a while."""
        by_did = {each.did: each for each in found}
        for did in [*by_did, *(did for did in asked if did not in by_did)]:
            self._learn(did, by_did.get(did))
        while len(self._known) > KNOWN_MAX:
            self.forget(next(iter(self._known)))

    async def find(self, fetcher: Fetcher, actors: Sequence[str]) -> list[Profile]:
        """The profiles of at most `AT_ONCE` people, by DID or handle; nobody's is left out. Raises SourceError."""
        answer = await self._api.ask(fetcher, "app.bsky.actor.getProfiles", [("actors", actor) for actor in actors])
        return list(filter(None, map(profile.read, answer.many("profiles", AT_ONCE))))

    async def look_up(self, fetcher: Fetcher) -> None:
        """Look up whoever is wanted, until cancelled."""
        while True:
            await self._called.wait()
            dids = list(self._wanted)[:AT_ONCE]
            pause_s = await self._look_up(fetcher, dids)
            if not self._wanted:
                self._called.clear()
            if pause_s:
                await self._sleep(pause_s)

    async def _look_up(self, fetcher: Fetcher, dids: Sequence[str]) -> float:
        """The seconds to wait before the next request."""
        try:
            self.learn(await self.find(fetcher, dids), dids)
        except SourceError as error:
            log.warning("profiles cannot be looked up", error=str(error))
            self._is_slow = True
            return error.retry_after_s or PAUSE_S
        finally:
            async with self._learnt:
                self._learnt.notify_all()
        for did in dids:
            self._wanted.pop(did, None)
        self._is_slow = False
        return 0.0

    def _learn(self, did: str, found: Profile | None) -> None:
        before = self._known.pop(did, None)
        self._known[did], self._asked_at[did] = found, self._clock()
        was_missed = did in self._missed
        self._missed.pop(did, None)
        is_news = was_missed or (before is not None and found is not None and found.refusal and not before.refusal)
        if found is not None and is_news:
            self._late[did] = found


def _note(noted: OrderedDict[str, None], did: str, limit: int) -> None:
    noted[did] = None
    while len(noted) > limit:
        noted.popitem(last=False)
