"""Accounts: the people whom a source follows or shuns, by the DID that each has now. Handles change hands."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from re import compile as pattern
from typing import Final

import structlog

from backchannel.errors import SourceError, StartError
from backchannel.media.fetcher import Fetcher
from backchannel.post import Author
from backchannel.sources.profile import DID, HANDLE
from backchannel.sources.profiles import AT_ONCE, Profiles

RESOLVED_FOR_S: Final = 3600.0
PAUSE_S: Final = 60.0
READY_WITHIN_S: Final = 5.0

_PROFILE: Final = pattern(r"https?://bsky\.app/profile/([^/?#]+)/?")

log = structlog.get_logger()


class Accounts:
    """Knows by DID who is followed and who is shunned. `changed` is called when that is known anew."""

    def __init__(
        self,
        followed: Sequence[str],
        shunned: Iterable[str],
        changed: Callable[[], None] = lambda: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._followed = {_wanted_actor(entry): entry for entry in followed}
        self._shunned = {actor: entry for entry in shunned if (actor := actor_of(entry))}
        self._changed = changed
        self._sleep = sleep
        self._dids = {actor: actor for actor in (*self._followed, *self._shunned) if DID.fullmatch(actor)}
        self._ready = asyncio.Event()
        self._nobody: tuple[str, ...] = ()
        if not self._handles:
            self._ready.set()

    @property
    def dids(self) -> frozenset[str]:
        """Who is followed, as far as it is known."""
        return frozenset(self._dids[actor] for actor in self._followed if actor in self._dids)

    @property
    def trouble(self) -> str:
        """What the moderator should know."""
        if self._nobody:
            return f"Nobody on Bluesky is called {', '.join(self._nobody)}."
        unknown = [entry for actor, entry in self._followed.items() if actor not in self._dids]
        return f"It could not be found out yet who {', '.join(unknown)} is." if unknown and self._handles else ""

    def author(self, did: str) -> Author:
        """Somebody under the names by which the settings follow or shun them."""
        named = {self._dids[actor]: entry for actor, entry in self._followed.items() if actor in self._dids}
        shunned = {self._dids[actor]: entry for actor, entry in self._shunned.items() if actor in self._dids}
        return Author("", address=named.get(did, ""), url=shunned.get(did, ""), id=did)

    async def ready(self) -> None:
        """Wait until all handles were looked up, but not long: the hashtags are there to be followed too."""
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await self._ready.wait()
        except TimeoutError:
            log.warning("followed accounts are not known yet")

    async def resolve(self, fetcher: Fetcher, profiles: Profiles) -> None:
        """Find out who everybody is, again and again, until cancelled."""
        while self._handles:
            try:
                for at in range(0, len(self._handles), AT_ONCE):
                    await self._resolve(fetcher, profiles, self._handles[at : at + AT_ONCE])
            except SourceError as error:
                log.warning("followed accounts cannot be looked up", error=str(error))
                await self._sleep(error.retry_after_s or PAUSE_S)
                continue
            self._ready.set()
            await self._sleep(RESOLVED_FOR_S)

    async def _resolve(self, fetcher: Fetcher, profiles: Profiles, handles: Sequence[str]) -> None:
        found = await profiles.find(fetcher, handles)
        profiles.learn(found)
        before = self.dids
        self._dids |= {each.handle.casefold(): each.did for each in found if each.handle.casefold() in handles}
        missing = [handle for handle in handles if handle not in {each.handle.casefold() for each in found}]
        others = [entry for entry in self._nobody if actor_of(entry) not in handles]
        self._nobody = (*others, *(self._followed[each] for each in missing if each in self._followed))
        if self.dids != before:
            self._changed()

    @property
    def _handles(self) -> list[str]:
        return [actor for actor in dict.fromkeys([*self._followed, *self._shunned]) if not DID.fullmatch(actor)]


def actor_of(entry: str) -> str:
    """The handle or DID that a setting names, as the network compares it; empty where it names nobody of Bluesky."""
    linked = _PROFILE.fullmatch(entry.strip())
    actor = (linked[1] if linked else entry.strip()).removeprefix("@")
    if DID.fullmatch(actor):
        return actor
    return actor.casefold() if HANDLE.fullmatch(actor) else ""


def _wanted_actor(entry: str) -> str:
    if actor := actor_of(entry):
        return actor
    msg = f"[[sources]] (bluesky) accounts: {entry!r} is nobody on Bluesky; write a handle like @desk.example, or a DID"
    raise StartError(msg)
