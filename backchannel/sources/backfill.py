"""Back-fill: brings in what was posted before the stream begins, where an account may search for it."""

from collections.abc import AsyncGenerator, Callable
from datetime import datetime, timedelta
from typing import Final

from backchannel.errors import SourceError
from backchannel.media.fetcher import Fetcher
from backchannel.sources.base import Batch
from backchannel.sources.commits import Commits
from backchannel.sources.event import Place
from backchannel.sources.gathering import BATCH_MAX
from backchannel.sources.profiles import Profiles
from backchannel.sources.search import Search

SAID_FOR: Final = timedelta(minutes=10)


class BackFill:
    """Searches once for each place. A search that fails is told, and the stream followed all the same."""

    def __init__(
        self, search: Search | None, commits: Commits, profiles: Profiles, clock: Callable[[], datetime]
    ) -> None:
        self._search = search
        self._commits = commits
        self._profiles = profiles
        self._clock = clock
        self._searched: Place | None = None
        self._due: datetime | None = None
        self._trouble = self._remedy = ""
        self._said_until = clock()

    @property
    def trouble(self) -> str:
        """What should be told: for a while, but a password that does not work until it does."""
        return self._trouble if self._remedy or self._clock() < self._said_until else ""

    @property
    def remedy(self) -> str:
        """What a person can do about it."""
        return self._remedy

    def wants(self, place: Place, reach: timedelta = timedelta(0)) -> bool:
        """Whether what was posted since `reach` before a place is searched for now; each place is, once."""
        if self._search is None or place == self._searched:
            return False
        self._searched, self._due = place, place.time - reach
        return True

    async def batches(self, fetcher: Fetcher) -> AsyncGenerator[Batch]:
        """Yield what is wanted, oldest first; the cursor stays where it is."""
        since, self._due = self._due, None
        if self._search is None or since is None:
            return
        self._trouble = self._remedy = ""
        try:
            found = await self._search.since(fetcher, since, self._commits, self._profiles)
        except SourceError as error:
            self._tell(f"What was posted before could not be searched for. {error}", error.remedy)
            return
        if found.is_cut:
            self._tell("More was posted before than may be searched for: the oldest posts are missing.", "")
        yield Batch(found.sightings[:BATCH_MAX], refused=found.refused, caught_up=False, trouble=self.trouble)
        for at in range(BATCH_MAX, len(found.sightings), BATCH_MAX):
            yield Batch(found.sightings[at : at + BATCH_MAX], caught_up=False, trouble=self.trouble)

    def _tell(self, trouble: str, remedy: str) -> None:
        self._trouble, self._remedy, self._said_until = trouble, remedy, self._clock() + SAID_FOR
