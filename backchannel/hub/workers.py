"""The workers, as the first process has them: started, told everything, and replaced when they die.

The first process accepts everybody and owns the store. A viewer's connection is passed on once its handshake is read; a
worker that cannot be had is no trouble: then the first process serves it itself. Whoever a worker served comes back
when it dies, and goes on by number. One that does not read, or says nothing any more, is ended as dead.
"""

import asyncio
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog
from anyio import CancelScope, move_on_after

from backchannel.admission import Admission
from backchannel.hub.channel import Channel
from backchannel.hub.strand import Position
from backchannel.hub.telling import (
    Announce,
    End,
    Left,
    News,
    Open,
    Passed,
    Ready,
    Say,
    Seat,
    Snapshot,
    Spread,
    Want,
)
from backchannel.hub.working import Process, Working

ROOT: Final = Path(__file__).resolve().parents[2]
LOOK_EVERY_S: Final = 0.5
READY_S: Final = 30.0
FAREWELL_S: Final = 4.0
AGAIN_S: Final = 1.0

PassOn = Callable[[], Passed | None]

log = structlog.get_logger()


class Workers:
    """So many processes beside this one. Without any, this one serves everybody."""

    def __init__(self, many: int, admission: Admission, idle_s: float, logs: str = "json") -> None:
        self.wanted = many
        self._admission = admission
        self._idle_s = idle_s
        self._logs = logs
        self._strands: list[Channel] = []
        self._said: dict[Channel, str] = {}
        self._working: list[Working] = []
        self._changed = asyncio.Event()
        self._wanted: asyncio.Queue[tuple[Working, Channel]] = asyncio.Queue()

    @property
    def ready(self) -> int:
        """How many serve at this moment."""
        return sum(worker.is_standing for worker in self._working)

    @property
    def memory_mb(self) -> float:
        """What all of them have in use."""
        return sum(worker.memory_mb for worker in self._working)

    @property
    def serving(self) -> dict[int, int]:
        """By number, how many viewers each serves."""
        return {worker.number: worker.serving for worker in self._working if worker.is_standing}

    async def begin(self) -> None:
        """Return once all are ready, or have had time enough."""
        with move_on_after(READY_S):
            while self.ready < self.wanted:
                await self._changed.wait()

    def seat(
        self, channel: Channel, position: Position | None, device: str, pass_on: PassOn, *, can_inflate: bool
    ) -> bool:
        """Have a worker serve a viewer; false where none can, or its connection cannot be passed on."""
        able = [worker for worker in self._working if worker.is_able]
        if not able or (passed := pass_on()) is None:
            return False
        worker = min(able, key=lambda each: each.serving)
        self.bring(worker, channel)
        worker.take(channel, device)
        seat = Seat(self._strand(channel), position, device, can_inflate, passed.answer, passed.early)
        worker.send(seat, passed.descriptor)
        return True

    def say(self, channel: Channel, words: str) -> None:
        """Tell everybody on a channel what has no number, and who comes later."""
        self._said[channel] = words
        for worker in self._working:
            if worker.knows(channel):
                worker.send(Say(self._strand(channel), words))

    def announce(self, channel: Channel, message: str) -> None:
        """Tell everybody on a channel what has no number."""
        for worker in self._working:
            if worker.knows(channel):
                worker.send(Announce(self._strand(channel), message))

    def bring(self, worker: Working, channel: Channel, committed_at: float | None = None) -> None:
        """Tell a worker all that it does not know of a channel: it is behind by a place in the ring, as clients are."""
        ring, strand = channel.ring, self._strand(channel)
        missed = ring.missed(worker.place_in(channel))
        if missed is None:
            told = ring.missed(ring.before) or []
            worker.send(
                Open(
                    strand, channel.view, channel.stream, channel.epoch, ring.before, told, self._said.get(channel, "")
                )
            )
        elif missed:
            worker.send(News(strand, missed, committed_at))
        worker.stands(channel, ring.head)

    async def run(self) -> None:
        """Have them at work until cancelled; then everybody they serve is asked to come back."""
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(1, self.wanted + 1):
                    group.create_task(self._keep(number), name=f"worker {number}")
                group.create_task(self._look(), name="workers' signs of life")
                group.create_task(self._answer(), name="workers' snapshots")
        finally:
            with CancelScope(shield=True):
                await self._end_all()

    async def _keep(self, number: int) -> None:
        """Have one at work, and another when it ends."""
        while True:
            try:
                worker = await self._start(number)
            except OSError as error:
                log.warning("a worker cannot be started; it is tried again", worker=number, why=str(error))
                await asyncio.sleep(AGAIN_S)
                continue
            await worker.over()
            self._working.remove(worker)
            self._admission.figures.workers_lost += 1
            log.warning(
                "a worker ended; whom it served comes back, and another is started",
                worker=number,
                why=worker.why,
                viewers=worker.serving,
            )
            worker.leave_all()
            if not worker.is_ready:
                await asyncio.sleep(AGAIN_S)

    async def _start(self, number: int) -> Working:
        command = (sys.executable, "-m", "backchannel.hub.worker", str(self._idle_s), self._logs)
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(*command, stdin=theirs.fileno(), cwd=ROOT)
        except (OSError, asyncio.CancelledError):
            ours.close()
            raise
        finally:
            theirs.close()
        return self.employ(number, process, ours)

    def employ(self, number: int, process: Process, end: socket.socket) -> Working:
        """Have a worker at work, which is at the other end of a pair of sockets."""
        worker = Working(number, process, end, self._admission, self._heard)
        self._working.append(worker)
        return worker

    def _heard(self, worker: Working, told: Ready | Left | Want) -> None:
        if isinstance(told, Ready):
            worker.send(Spread(self._admission.spread_s))
            self._changed.set()
            self._changed = asyncio.Event()
        elif isinstance(told, Left):
            worker.leave(self._strands[told.strand], told.device)
        else:
            self._wanted.put_nowait((worker, self._strands[told.strand]))

    async def _answer(self) -> None:
        """Send every snapshot that is wanted; of each strand a worker waits for one at most."""
        while True:
            worker, channel = await self._wanted.get()
            try:
                seq, text = await channel.snapshot()
            except Exception:  # the outermost edge of this task: the worker asks again
                log.exception("snapshot cannot be made", stream=channel.stream)
                seq, text = 0, ""
            self.bring(worker, channel)  # the snapshot may be newer than what it knows
            worker.send(Snapshot(self._strand(channel), seq, text))

    def _strand(self, channel: Channel) -> int:
        """The number of a channel between processes."""
        if channel not in self._strands:
            self._strands.append(channel)
            channel.hears = lambda: self._bring_all(channel)
        return self._strands.index(channel)

    def _bring_all(self, channel: Channel) -> None:
        for worker in self._working:
            if worker.knows(channel):
                self.bring(worker, channel, channel.committed_at)

    async def _look(self) -> None:
        """Note who gives no sign of life, and tell all what they must know when this process ends."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for worker in self._working:
                worker.look()
                worker.send(Spread(self._admission.spread_s))

    async def _end_all(self) -> None:
        for worker in self._working:
            worker.send(Spread(self._admission.spread_s))
            worker.send(End())
        with move_on_after(FAREWELL_S):
            for worker in self._working:
                await worker.gone()
        for worker in self._working:
            await worker.end()
