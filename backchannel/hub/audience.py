"""An audience: the viewers of one strand, told together. A frame is encoded once and written to every transport.

Who is behind is told from its own place on, out of the strand's ring; who has no place there gets the snapshot. Who
does not read is passed over, told what it missed when it goes on, and ended at a deadline. The event loop has its turns
in between.
"""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

import structlog
from websockets.frames import CloseCode

from backchannel import feed
from backchannel.feed import BEAT_EVERY_S
from backchannel.figures import Why
from backchannel.hub.framing import PING, pressed, text
from backchannel.hub.strand import NOWHERE, Doors, Position, Strand
from backchannel.hub.viewer import GONE, Viewer

AT_ONCE: Final = 256
SNAPSHOTS_AT_ONCE: Final = 16
LARGE: Final = 4096  # bytes; what is smaller gains little by being pressed
TICK_S: Final = 0.1  # in a burst many updates share a frame: a frame costs, its bytes hardly do
PINGS: Final = 2.0  # in the time that a client may be silent
STOPPED_MAX_S: Final = 10.0
LOOK_EVERY_S: Final = 0.5
RETRY_S: Final = 1.0

log = structlog.get_logger()


class Audience:
    """All viewers of a strand that one process serves."""

    def __init__(self, strand: Strand, doors: Doors, idle_s: float) -> None:
        self._strand = strand
        self._doors = doors
        self._figures = doors.figures
        self._idle_s = idle_s
        self._viewers: dict[Viewer, None] = {}  # in the order in which they came
        self._stopped: dict[Viewer, float] = {}
        self._waiting: dict[Viewer, None] = {}
        self._is_wanted = asyncio.Event()
        self._words = b""
        self._spoke = asyncio.Event()
        self._hello: tuple[str, int, bytes] = ("", NOWHERE, b"")

    def __len__(self) -> int:
        return len(self._viewers)

    @property
    def stopped(self) -> int:
        """How many do not read at this moment."""
        return len(self._stopped)

    def seat(self, position: Position | None, device: str = "", *, can_inflate: bool = False) -> Viewer:
        """A viewer that goes on from a position; it is told nothing before it is `welcome`."""
        place = self._strand.place_of(position)
        has_place = place != NOWHERE and self._strand.ring.holds(place)
        self._figures.resumed += has_place
        return Viewer(self, place if has_place else NOWHERE, device, can_inflate=can_inflate)

    def welcome(self, viewer: Viewer, accepted: bytes = b"") -> None:
        """Greet a viewer whose connection stands, and tell it what it missed; first that it was accepted."""
        if viewer.seq == GONE:
            return
        self._viewers[viewer] = None
        self._strand.clients += 1
        viewer.write(accepted + self._greeting() + self._words)
        self._tell(viewer)

    def say(self, words: str) -> None:
        """Tell everybody what has no number; who comes later hears the last that was said, and nothing before it."""
        self._words = text(words)
        self._spoke.set()

    def leave(self, viewer: Viewer) -> None:
        """Forget a viewer, whose connection is no more."""
        self._doors.leave(viewer.device)
        self._stopped.pop(viewer, None)
        self._waiting.pop(viewer, None)
        if viewer in self._viewers:
            del self._viewers[viewer]
            self._strand.clients -= 1

    def stop(self, viewer: Viewer) -> None:
        """Note since when a viewer cannot be written to."""
        self._stopped[viewer] = asyncio.get_running_loop().time()

    def go_on(self, viewer: Viewer) -> None:
        """Tell a viewer that reads again what it missed."""
        self._stopped.pop(viewer, None)
        self._tell(viewer)

    async def announce(self, message: str) -> None:
        """Tell everybody who reads of something that has no number: who misses it asks by itself, or hears the next."""
        frame = text(message)
        self._figures.deliveries += await self._each(lambda viewer: viewer.write(frame))

    async def run(self) -> None:
        """Tell everybody everything until cancelled; then everybody is asked to come back elsewhere."""
        try:
            async with asyncio.TaskGroup() as group:
                for work in (
                    self._follow,
                    self._speak,
                    self._beat,
                    self._ping,
                    self._end_stopped,
                    self._give_snapshots,
                ):
                    group.create_task(work(), name=f"{work.__name__} {self._strand.view} {self._strand.stream}")
        finally:
            # Who came early was greeted with the spread of a few; this is the one of as many as there are now.
            spread = feed.come_back(self._doors.spread_s)
            for viewer in tuple(self._viewers):
                viewer.close(CloseCode.SERVICE_RESTART, spread)

    async def _follow(self) -> None:
        told = self._strand.ring.head
        while True:
            while self._strand.ring.head == told:
                await self._strand.news()
            woken_at = self._strand.take_woken()
            told = await self._tell_all()
            if woken_at is not None:
                self._figures.lag[self._strand.view].observe(monotonic() - woken_at)
            await asyncio.sleep(TICK_S)

    async def _tell_all(self) -> int:
        """Tell everybody what came; returns the number that everybody has been told at least."""
        ring = self._strand.ring
        start = head = ring.head
        frames: dict[int, bytes] = {}
        told = 0
        for number, viewer in enumerate(tuple(self._viewers), 1):
            seq = viewer.seq
            if seq < head and not viewer.is_stopped and seq != NOWHERE:
                if (frame := frames.get(seq)) is not None:
                    viewer.seq = head
                    viewer.write(frame)
                    told += 1
                elif (missed := ring.after(seq)) is None:
                    self._want_snapshot(viewer)
                else:
                    frames[seq] = frame = text(feed.message(missed))
                    viewer.seq = head
                    viewer.write(frame)
                    told += 1
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
                if ring.head != head:  # something may have been taken back meanwhile
                    head = ring.head
                    frames.clear()
        self._figures.deliveries += told
        return start

    def _tell(self, viewer: Viewer) -> None:
        """Tell one viewer what it missed."""
        ring = self._strand.ring
        if viewer.is_stopped or viewer.seq == GONE:
            return
        missed = None if viewer.seq == NOWHERE else ring.after(viewer.seq)
        if missed is None:
            self._want_snapshot(viewer)
        elif missed:
            viewer.seq = ring.head
            viewer.write(text(feed.message(missed)))
            self._figures.deliveries += 1

    def _want_snapshot(self, viewer: Viewer) -> None:
        viewer.seq = NOWHERE
        self._waiting[viewer] = None
        self._is_wanted.set()

    async def _give_snapshots(self) -> None:
        while True:
            await self._is_wanted.wait()
            try:
                seq, snapshot = await self._strand.snapshot()
            except Exception:  # the outermost edge of this task: they are answered once the store answers
                log.exception("snapshot cannot be made", stream=self._strand.stream)
                await asyncio.sleep(RETRY_S)
                continue
            self._is_wanted.clear()
            waiting, self._waiting = tuple(self._waiting), {}
            await self._give(waiting, seq, snapshot)

    async def _give(self, waiting: tuple[Viewer, ...], seq: int, snapshot: str) -> None:
        frame = text(snapshot)
        is_large = len(frame) >= LARGE and any(viewer.can_inflate for viewer in waiting)
        small = pressed(snapshot) if is_large else frame
        for number, viewer in enumerate(waiting, 1):
            if viewer.seq == NOWHERE:
                viewer.seq = seq
                viewer.write(small if viewer.can_inflate else frame)
                self._figures.snapshots += 1
                self._tell(viewer)
            if number % SNAPSHOTS_AT_ONCE == 0:
                await asyncio.sleep(0)
                if self._strand.ring.head != seq:  # it may show what was taken back meanwhile
                    break
        for viewer in waiting:
            if viewer.seq == NOWHERE:
                self._want_snapshot(viewer)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_EVERY_S)
            head, frame = self._strand.ring.head, text(self._strand.beat())

            def beat(viewer: Viewer, head: int = head, frame: bytes = frame) -> None:
                if viewer.seq == head:
                    viewer.write(frame)

            self._figures.deliveries += await self._each(beat)

    async def _speak(self) -> None:
        while True:
            await self._spoke.wait()
            self._spoke.clear()

            def say(viewer: Viewer, words: bytes = self._words) -> None:
                viewer.write(words)

            self._figures.deliveries += await self._each(say)

    async def _ping(self) -> None:
        """Who said nothing since the last ping is gone, whatever its network says."""
        while True:
            await asyncio.sleep(self._idle_s / PINGS)
            await self._each(self._ping_one)

    async def _end_stopped(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            late = loop.time() - STOPPED_MAX_S
            for viewer in [each for each, since in self._stopped.items() if since <= late]:
                self._figures.ended[Why.STOPPED] += 1
                viewer.abort()

    def _ping_one(self, viewer: Viewer) -> None:
        if viewer.is_silent:
            self._figures.ended[Why.SILENT] += 1
            viewer.abort()
        else:
            viewer.is_silent = True
            viewer.write(PING)

    async def _each(self, act: Callable[[Viewer], object]) -> int:
        """Do something for everybody who reads; how many that were."""
        done = 0
        for number, viewer in enumerate(tuple(self._viewers), 1):
            if viewer.seq != GONE and not viewer.is_stopped:
                act(viewer)
                done += 1
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        return done

    def _greeting(self) -> bytes:
        epoch, head = self._strand.epoch, self._strand.ring.head
        if self._hello[:2] != (epoch, head):
            self._hello = (epoch, head, text(self._strand.hello()))
        return self._hello[2]
