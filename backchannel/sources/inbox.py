"""An inbox: a source that is spoken to. What waits here is bounded, and who hands in is answered when it is on disk."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from itertools import accumulate, takewhile
from typing import Final

from backchannel.errors import Refusal
from backchannel.post import Sighting
from backchannel.sources.base import Batch

GROUP_MAX: Final = 100
WAITING_MAX: Final = 2000
REFUSED_MAX: Final = 1000


@dataclass(frozen=True, slots=True, eq=False)
class _Letter:
    """Posts that were handed in together; they are kept together."""

    sightings: tuple[Sighting, ...]
    kept: asyncio.Event = field(default_factory=asyncio.Event)


class Inbox:
    """A source to which posts are brought. What arrives while a group is being committed forms the next group."""

    def __init__(self, name: str, title: str, network: str) -> None:
        self.name = name
        self.title = title
        self.network = network
        self._letters: deque[_Letter] = deque()
        self._waiting = 0
        self._refused: list[str] = []
        self._news = asyncio.Event()

    async def post(self, *sightings: Sighting) -> None:
        """Hand in one post or more, GROUP_MAX at most; returns when all are on disk, in one transaction.

        Raises Refusal where too many wait.
        """
        if self._waiting + len(sightings) > WAITING_MAX:
            raise Refusal(503, "busy", "Too many posts arrive at once. Please send it again in a minute.")
        letter = _Letter(sightings)
        self._letters.append(letter)
        self._waiting += len(sightings)
        self._news.set()
        try:
            await letter.kept.wait()
        except asyncio.CancelledError:
            self._forget(letter)
            raise

    def refuse(self, reasons: Iterable[str]) -> None:
        """Have what could not be read counted in the source's health; beyond so many at once they go uncounted."""
        self._refused = [*self._refused, *reasons][:REFUSED_MAX]
        if self._refused:
            self._news.set()

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:  # noqa: ARG002 (an inbox keeps no place)
        """Yield what waits, in groups. A group that was not committed waits on and is yielded again."""
        yield Batch()
        while True:
            await self._news.wait()
            group, refused = self._group(), tuple(self._refused)
            self._refused = []
            yield Batch(tuple(sighting for letter in group for sighting in letter.sightings), refused=refused)
            for letter in group:
                self._forget(letter)
                letter.kept.set()
            self._rest()

    def _group(self) -> list[_Letter]:
        """As many letters, whole and in order, as fit into one group."""
        many = accumulate(len(letter.sightings) for letter in self._letters)
        fitting = takewhile(lambda place: place[1] <= GROUP_MAX, zip(self._letters, many, strict=True))
        return [letter for letter, _ in fitting]

    def _forget(self, letter: _Letter) -> None:
        """Whoever was told that a post could not be kept shall not find it kept after all."""
        if letter in self._letters:
            self._letters.remove(letter)
            self._waiting -= len(letter.sightings)
        self._rest()

    def _rest(self) -> None:
        if not self._letters and not self._refused:
            self._news.clear()
