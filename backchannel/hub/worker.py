"""A worker: a process that serves viewers and does nothing else. The first process passes their connections on to it.

It tells them what its copies of the strands hold, by the same audiences as the first process would. It has no store, no
port and no settings of its own; its stdin is the link to the first process, and it ends with it.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, Final

import uvloop

from backchannel.figures import Figures
from backchannel.hub.audience import Audience
from backchannel.hub.copy import Copy
from backchannel.hub.link import Link
from backchannel.hub.telling import (
    Announce,
    End,
    Left,
    News,
    Open,
    Ready,
    Report,
    Say,
    Seat,
    Snapshot,
    Spread,
    ToFirst,
    Want,
    encode,
    to_worker,
)
from backchannel.hub.viewer import GONE
from backchannel.logs import log_as
from backchannel.memory import memory_mb

REPORT_EVERY_S: Final = 0.5
PULSE_S: Final = 0.1
FAREWELL_S: Final = 2.0


class Worker:
    """Serves who comes over a link, until it is told to end or nobody is at the other end."""

    def __init__(self, end: socket.socket, idle_s: float) -> None:
        self.figures = Figures()
        self.spread_s = 0.0
        self._idle_s = idle_s
        self._copies: dict[int, Copy] = {}
        self._audiences: dict[int, Audience] = {}
        self._serving: list[asyncio.Task[None]] = []
        self._ends = asyncio.Event()
        self._has_left = asyncio.Event()
        self._link = Link(end, self._hear)
        self._group = asyncio.TaskGroup()
        self._heeds: Mapping[type, Callable[[Any], None]] = {
            Open: self._open,
            News: self._news,
            Say: self._words,
            Announce: self._announce,
            Snapshot: self._snapshot,
            Spread: self._spread,
            End: self._end,
        }

    async def run(self) -> None:
        """Serve; at the end everybody is asked to come back."""
        try:
            await self._serve()
        finally:
            self._link.close()

    async def _serve(self) -> None:
        async with self._group as group:
            beside = [
                group.create_task(work(), name=work.__name__) for work in (self._report, self._beat, self._end_alone)
            ]
            self._say(Ready())
            await self._ends.wait()
            for each in (*beside, *self._serving):
                each.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                while any(len(audience) for audience in self._audiences.values()):
                    self._has_left.clear()
                    await self._has_left.wait()

    def audience(self, strand: int) -> Audience | None:
        """Who is told a strand here; None where none was ever told."""
        return self._audiences.get(strand)

    def _say(self, what: ToFirst) -> None:
        self._link.send(encode(what))

    def _hear(self, message: bytes, descriptor: int | None) -> None:
        if self._ends.is_set():
            if descriptor is not None:
                os.close(descriptor)
            return
        told = to_worker.decode(message)
        if isinstance(told, Seat):
            self._beside(self._seat(told, socket.socket(fileno=descriptor)), "seat")
        else:
            self._heeds[type(told)](told)

    def _beside(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._group.create_task(work, name=name)

    def _open(self, told: Open) -> None:
        copy = self._copies.get(told.strand)
        if copy is not None:
            copy.open(told)
            return
        doors = _Doors(self, told.strand)
        copy = self._copies[told.strand] = Copy(told, doors, lambda: self._say(Want(told.strand)))
        audience = self._audiences[told.strand] = Audience(copy, doors, self._idle_s)
        if told.words:
            audience.say(told.words)
        name = f"audience {told.view} {told.stream}"
        self._serving.append(self._group.create_task(audience.run(), name=name))

    def _news(self, told: News) -> None:
        self._copies[told.strand].hear(told)

    def _words(self, told: Say) -> None:
        self._audiences[told.strand].say(told.words)

    def _announce(self, told: Announce) -> None:
        self._beside(self._audiences[told.strand].announce(told.message), "announcement")

    def _snapshot(self, told: Snapshot) -> None:
        self._copies[told.strand].answered(told)

    def _spread(self, told: Spread) -> None:
        self.spread_s = told.spread_s

    def _end(self, _: End) -> None:
        self._ends.set()

    async def _seat(self, told: Seat, connection: socket.socket) -> None:
        """Take a viewer over, and write what its handshake is answered."""
        audience = self._audiences[told.strand]
        viewer = audience.seat(told.position, told.device, can_inflate=told.can_inflate)
        connection.setblocking(False)
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: viewer, connection)
        except OSError:  # its client is gone already
            connection.close()
            audience.leave(viewer)
            return
        if viewer.seq != GONE:
            audience.welcome(viewer, told.answer)
            if told.early:
                viewer.data_received(told.early)

    def left(self, strand: int, device: str) -> None:
        """Tell that a viewer is gone."""
        self._has_left.set()
        self._say(Left(strand, device))

    async def _report(self) -> None:
        while True:
            self._say(Report(self.figures.take(), memory_mb()))
            await asyncio.sleep(REPORT_EVERY_S)

    async def _beat(self) -> None:
        while True:
            due = monotonic() + PULSE_S
            await asyncio.sleep(PULSE_S)
            self.figures.loop_delay.observe(max(0.0, monotonic() - due))

    async def _end_alone(self) -> None:
        """Without the first process nothing new would ever be told here."""
        await self._link.over.wait()
        self._ends.set()


class _Doors:
    """Who let a strand's viewers in: the first process, which is told who left."""

    def __init__(self, worker: Worker, strand: int) -> None:
        self._worker = worker
        self._strand = strand
        self.figures = worker.figures

    @property
    def spread_s(self) -> float:
        return self._worker.spread_s

    def leave(self, device: str) -> None:
        self._worker.left(self._strand, device)


def main(idle_s: str, form: str) -> None:
    """Serves until the first process ends, or says so; signals are for that one to heed."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    log_as(form)
    gc.freeze()  # what stands is there for good
    uvloop.run(_serve(float(idle_s)))


async def _serve(idle_s: float) -> None:
    await Worker(socket.socket(fileno=0), idle_s).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
