"""A worker in the tests' own process, linked to a fan-out as one in a process of its own is."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from backchannel.hub.audience import Audience
from backchannel.hub.channel import Channel
from backchannel.hub.fanout import Fanout
from backchannel.hub.worker import Worker
from backchannel.hub.working import Working


class Here:
    """What stands for the worker's process."""

    def __init__(self) -> None:
        self.has_ended = asyncio.Event()

    @property
    def returncode(self) -> int | None:
        """None until it has ended."""
        return 0 if self.has_ended.is_set() else None

    async def wait(self) -> int:
        """Return once it has ended."""
        await self.has_ended.wait()
        return 0

    def kill(self) -> None:
        """It ends by itself, once its link is over."""


class Beside:
    """The worker from both sides."""

    def __init__(self, fanout: Fanout, worker: Worker, working: Working) -> None:
        self._fanout = fanout
        self.worker = worker
        self.working = working

    async def audience(self, channel: Channel) -> Audience:
        """Who is told the first channel that it knows."""
        self._fanout.workers.bring(self.working, channel)
        while (audience := self.worker.audience(0)) is None:
            await asyncio.sleep(0)
        return audience


@asynccontextmanager
async def beside(fanout: Fanout) -> AsyncGenerator[Beside]:
    """A worker of a fan-out, until the block ends."""
    ours, theirs = socket.socketpair()
    here, worker = Here(), Worker(theirs, idle_s=3600)

    async def work() -> None:
        await worker.run()
        here.has_ended.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(work(), name="worker")
        running = group.create_task(fanout.workers.run(), name="workers")
        yield Beside(fanout, worker, fanout.workers.employ(1, here, ours))
        running.cancel()
