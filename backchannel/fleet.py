"""The fleet: every page that is open as a screen on this server.

It hears what each has on the glass, tells each who it is and what to do, and knows who said that a post is gone.
Nothing is written word by word: what screens say is gathered, and goes to the store together, once a second at most.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from anyio import current_time, move_on_after

from backchannel import feed
from backchannel.errors import StoreError
from backchannel.hub.base import Hub
from backchannel.receipt import Reel
from backchannel.rollcall import RollCall
from backchannel.screen import Opening, Screen
from backchannel.store.base import Logged, Openings, Recalls, Receipts, Screens
from backchannel.takedown import Takedown
from backchannel.updates import SCREENS, Kind, hall_stream

WRITE_EVERY_S: Final = 1.0
EXTEND_EVERY_S: Final = 5.0
ASK_EVERY_S: Final = 5.0
UNPAIRED_MAX: Final = 100  # anybody may open a screen: more than so many show their posts, and are counted nowhere

log = structlog.get_logger()


class Page:
    """One page that is open as a screen; `secret_hash` proves its browser, and `screen` is whom that names."""

    def __init__(self, opening: Opening, secret_hash: str) -> None:
        self.opening = opening
        self.secret_hash = secret_hash
        self.screen: Screen | None = None
        self.keys: Sequence[str] = ()  # what it has on the glass
        self.ended = asyncio.Event()
        self.is_closed = False  # by whoever sits there: it shows nothing any more
        self._news = asyncio.Event()

    @property
    def name(self) -> str:
        """What the desk calls it; empty where nobody named it."""
        return self.screen.name if self.screen else ""

    def turn(self, screen: Screen | None) -> None:
        """Become another screen, or the same one changed."""
        self.screen = screen
        self.opening = replace(self.opening, screen=screen.id if screen else "")
        self._news.set()

    async def words(self) -> AsyncGenerator[str]:
        """What the page is told: now, whenever that changes, and every five seconds, for its answer is its pulse."""
        while True:
            self._news.clear()
            yield feed.screen(self.screen.to_wire() if self.screen else None, current_time())
            with move_on_after(ASK_EVERY_S):
                await self._news.wait()


class Fleet:
    """All pages of this server."""

    def __init__(
        self,
        screens: Screens,
        openings: Openings,
        receipts: Receipts,
        recalls: Recalls,
        hub: Hub,
        clock: Callable[[], datetime],
        *,
        halls: Sequence[str],
        lease_s: float,
    ) -> None:
        self._screens = screens
        self._openings = openings
        self._receipts = receipts
        self._recalls = recalls
        self._hub = hub
        self._clock = clock
        self._halls = {hall_stream(hall): hall for hall in halls}
        self._lease = timedelta(seconds=lease_s)
        self._pages: dict[str, Page] = {}
        self._gone: dict[str, Page] = {}  # who was lost and may show its posts still, until its lease is over
        self._fresh: dict[str, Opening] = {}
        self._reels: dict[str, Reel] = {}
        self._roll = RollCall(recalls, hub, clock, lease_s)
        self._news = asyncio.Event()

    async def knows(self, secret_hash: str) -> bool:
        """Whether a browser is a screen that somebody paired; where the store cannot tell, it is none."""
        try:
            return bool(secret_hash) and await self._screens.find(secret_hash) is not None
        except StoreError:
            return False

    async def has_room(self, secret_hash: str) -> bool:
        """Whether a page of a browser may be one of the fleet."""
        unpaired = sum(page.screen is None for page in (*self._pages.values(), *self._gone.values()))
        return unpaired < UNPAIRED_MAX or await self.knows(secret_hash)

    def arrive(self, page_id: str, secret_hash: str, hall: str, browser: str) -> Page:
        """A page has come, or come back: what was open under its id before is over."""
        now = self._clock()
        earlier = self._pages.get(page_id) or self._gone.pop(page_id, None)
        if earlier is not None:
            earlier.ended.set()
        since = earlier.opening.since if earlier else now
        page = Page(Opening(page_id, "", hall, since, now, browser), secret_hash)
        self._pages[page_id] = page
        self._note(page)
        return page

    async def words(self, page: Page) -> AsyncGenerator[str]:
        """What a page is told of itself; nothing before it is known who it is, for its posts do not wait for that."""
        while not await self._recognise(page):
            with move_on_after(ASK_EVERY_S):
                await page.ended.wait()
                return
        async for word in page.words():
            yield word

    @contextmanager
    def attending(self, page: Page) -> Generator[None]:
        """The page is connected."""
        try:
            yield
        finally:
            self._leave(page)

    def close(self, page: Page) -> None:
        """The page was closed by whoever sits there, or loads anew: nobody waits for its word."""
        page.is_closed = True

    def painted(self, page: Page, seq: int, keys: Sequence[str]) -> None:
        """Hear what a page has on the glass."""
        opening, now = page.opening, self._clock()
        page.opening, page.keys = replace(opening, seen_at=now, painted_at=now), keys
        self._write_down(page)
        self._roll.answer(opening.id, opening.hall, seq, keys)
        self._note(page)

    def heard(self, page: Page, told_at: float, width: int, height: int) -> None:
        """Hear that a page is there: `told_at` is the moment that it was told with what it answers."""
        latency_ms = round((current_time() - told_at) * 1000)
        is_told = 0 <= latency_ms < ASK_EVERY_S * 4000
        page.opening = replace(
            page.opening,
            seen_at=self._clock(),
            width=width,
            height=height,
            latency_ms=latency_ms if is_told else page.opening.latency_ms,
        )
        self._fresh[page.opening.id] = page.opening

    def hear(self, stream: str, logged: Sequence[Logged]) -> None:
        """Hear what a hall's screens are about to be told: each post that leaves them is one to confirm."""
        hall = self._halls.get(stream)
        for each in logged if hall is not None else ():
            if each.update.kind is Kind.DROP:
                self._take_down(Takedown(hall or "", each.update.seq, each.update.key))
            elif each.update.kind is Kind.PUT:
                self._roll.end(hall or "", each.update.key)

    async def run(self) -> None:
        """Keep what screens say, and tell them what they are to do, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep(), name="keep receipts")
            group.create_task(self._follow(), name="follow screens")
            group.create_task(self._roll.run(), name="roll call")

    def _leave(self, page: Page) -> None:
        opening = page.opening
        if self._pages.get(opening.id) is not page:
            return  # it came back before we noticed that it was gone
        del self._pages[opening.id]
        if not page.is_closed:
            self._gone[opening.id] = page
        if page.screen is not None and (reel := self._reels.get(page.screen.id)) is not None:
            reel.lost(opening.id)
        page.opening = replace(opening, is_over=True)
        self._note(page)

    def _note(self, page: Page) -> None:
        self._fresh[page.opening.id] = page.opening
        self._news.set()

    async def _recognise(self, page: Page) -> bool:
        """Find out who a page is; whether the store could tell."""
        try:
            await self._become(page, await self._found(page))
        except Exception:  # the outermost edge of what this page waits for; it shows its posts meanwhile
            log.exception("screen cannot be recognised")
            return False
        return True

    async def _become(self, page: Page, screen: Screen | None) -> None:
        if screen is not None:
            await self._begin_reel(screen)
        page.turn(screen)
        self._write_down(page)
        self._note(page)

    def _write_down(self, page: Page) -> None:
        """What a page has on the glass goes to the reel of its screen."""
        opening, at = page.opening, page.opening.painted_at
        if at is not None and page.screen is not None and (reel := self._reels.get(page.screen.id)) is not None:
            reel.painted(opening.id, opening.hall, page.keys, max(at, opening.seen_at), self._lease)

    async def _begin_reel(self, screen: Screen) -> None:
        if screen.id not in self._reels:
            standing = await self._receipts.standing(screen.id, self._clock() - self._lease)
            self._reels.setdefault(screen.id, Reel(screen.id, standing))

    def _take_down(self, takedown: Takedown) -> None:
        now = self._clock()
        self._forget_gone(now)
        holding = [*self._pages.values(), *self._gone.values()]
        asked = [page for page in holding if page.opening.hall == takedown.hall]
        self._roll.call(takedown, {page.opening.id: page.name for page in asked})

    def _forget_gone(self, now: datetime) -> None:
        """Whose lease is over shows nothing any more."""
        self._gone = {name: page for name, page in self._gone.items() if page.opening.seen_at + self._lease > now}

    async def _keep(self) -> None:
        while True:
            with move_on_after(EXTEND_EVERY_S):
                await self._news.wait()
            self._news.clear()
            self._forget_gone(self._clock())
            for page in self._pages.values():
                if page.screen is not None and page.screen.id in self._reels:
                    self._reels[page.screen.id].heard(page.opening.id, page.opening.seen_at)
            try:
                await self._write()
            except Exception:  # the outermost edge of this task: what could not be written is written with the next
                log.exception("what screens say cannot be kept")
            await asyncio.sleep(WRITE_EVERY_S)

    async def _write(self) -> None:
        await self._write_receipts()
        if self._fresh:
            fresh, self._fresh = self._fresh, {}
            await self._openings.keep(fresh.values(), self._clock())

    async def _write_receipts(self) -> None:
        news = {screen: reel.unwritten() for screen, reel in self._reels.items()}
        try:
            await self._receipts.keep([receipt for receipts in news.values() for receipt in receipts])
        except Exception:
            for screen, receipts in news.items():
                self._reels[screen].again(receipts)
            raise

    async def _follow(self) -> None:
        known: Mapping[str, Screen] = {}
        while True:
            await self._hub.wait(SCREENS, "fleet")
            try:
                now = {screen.id: screen for screen in await self._screens.all()}
                if now != known:
                    await self._turn(now)
                    known = now
            except Exception:  # the outermost edge of this task: without the store screens stay who they are
                log.exception("screens cannot be read")

    async def _found(self, page: Page) -> Screen | None:
        return await self._screens.find(page.secret_hash) if page.secret_hash else None

    async def _turn(self, screens: Mapping[str, Screen]) -> None:
        for page in list(self._pages.values()):
            screen = screens.get(page.screen.id) if page.screen else await self._found(page)
            if screen != page.screen:
                await self._become(page, screen)
