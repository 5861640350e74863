"""Keeps the programme in force: it is read again when it changes, and the last good one stays when it breaks."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from hashlib import blake2b
from typing import Final

import msgspec
import structlog

from backchannel.errors import SourceError
from backchannel.programme import Programme, Session, programme_of
from backchannel.schedules import large
from backchannel.schedules.place import Copy, Place
from backchannel.sources.subscription import Validators
from backchannel.store.base import Bookmark, Cursors, Posts

CURSOR: Final = "programme"
OUR_SIDE: Final = "Something went wrong on our side; the log has the details."

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Condition:
    """How the programme is, for the organiser. `error` says why the one in force is an older one, or none."""

    where: str = ""
    read_at: datetime | None = None
    sessions: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    overlaps: int = 0
    error: str = ""
    remedy: str = ""


class Kept(msgspec.Struct):
    """The last good programme, as it is stored for the next start."""

    where: str
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the last good programme is kept."""

    posts: Posts
    cursors: Cursors


class Keeper:
    """The programme of one conference: what is written by hand, and what is read at `place`, where one is named.

    Without a shelf nothing outlives a restart.
    """

    def __init__(
        self,
        place: Place | None,
        by_hand: tuple[Session, ...],
        halls: Mapping[str, Collection[str]],
        hashtags: Collection[str],
        zone: tzinfo,
        clock: Callable[[], datetime],
        *,
        every_s: float = 60.0,
        shelf: Shelf | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._place = place
        self._by_hand = by_hand
        self._halls = halls
        self._hashtags = hashtags
        self._zone = zone
        self._clock = clock
        self._every_s = every_s
        self._shelf = shelf
        self._sleep = sleep
        self._known = Validators()
        self._digest = b""
        self._broken: SourceError | None = None  # what is wrong with the document that was seen last
        self._programme = Programme()
        self._condition = Condition(place.where if place else "")
        self._put_in_force(())

    @property
    def programme(self) -> Programme:
        """The programme that is in force."""
        return self._programme

    @property
    def condition(self) -> Condition:
        """How it is."""
        return self._condition

    async def begin(self) -> None:
        """Read a file at once; for an address, begin with the last good programme that was read there."""
        await self._recall()
        if self._place is not None and self._place.is_near:
            await self.look()

    async def _recall(self) -> None:
        stored = await self._shelf.cursors.read(CURSOR) if self._shelf and self._place else None
        if stored is None or self._place is None:
            return
        try:
            kept = msgspec.json.decode(stored, type=Kept)
        except msgspec.DecodeError:  # another version's
            return
        if kept.where == self._place.where:
            self._put_in_force(kept.sessions)

    async def run(self) -> None:
        """Look again and again whether it changed, until cancelled."""
        told = ""
        while self._place is not None:
            pause_s = await self.look()
            if self._condition.error not in {"", told}:
                log.warning("programme in trouble", place=self._place.where, error=self._condition.error)
            told = self._condition.error
            await self._sleep(max(self._every_s, pause_s))

    async def look(self) -> float:
        """Look once. Returns for how many seconds the place wants to be left alone."""
        if self._place is None:
            return 0.0
        try:
            copy = await self._place.read(self._known)
            if copy is not None:
                await self._take(copy)
        except SourceError as error:
            self._tell(error)
            return error.retry_after_s or 0.0
        except Exception:  # the outermost edge of this duty: everything else goes on with the programme there is
            log.exception("programme failed")
            self._tell(SourceError(OUR_SIDE))
            return 0.0
        self._tell(self._broken)
        return 0.0

    async def _take(self, copy: Copy) -> None:
        """Put a document that is new in force, unless it is broken."""
        digest = blake2b(copy.body).digest()
        if digest != self._digest:
            try:
                reading = await large.read(copy.body, self._zone)  # others go on meanwhile
            except SourceError as error:
                self._broken = error
            else:
                self._broken = None
                self._put_in_force(tuple(reading.sessions))
                self._condition = replace(self._condition, read_at=self._clock(), refused=dict(reading.refused))
                await self._keep(tuple(reading.sessions))
        self._known, self._digest = copy.known, digest

    async def _keep(self, sessions: tuple[Session, ...]) -> None:
        if self._shelf is not None:
            kept = msgspec.json.encode(Kept(self._condition.where, sessions)).decode()
            await self._shelf.posts.receive((), self._clock(), Bookmark(CURSOR, kept))

    def _put_in_force(self, sessions: tuple[Session, ...]) -> None:
        programme = programme_of((*sessions, *self._by_hand), self._halls, self._hashtags)
        overlaps = len(programme.overlaps())
        self._programme = programme
        self._condition = replace(self._condition, sessions=len(programme.sessions), overlaps=overlaps)

    def _tell(self, trouble: SourceError | None) -> None:
        """Say what is wrong, or that nothing is."""
        error, remedy = (str(trouble), trouble.remedy) if trouble else ("", "")
        self._condition = replace(self._condition, error=error, remedy=remedy)
