"""A whole Backchannel that takes bursts in, in a process of its own. Prints, as JSON, what `Siege` tells.

python -m tests.bench.besieged SAYING POSTS SECONDS
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import uvloop

from backchannel.post import Status
from server import spare_what_stands
from tests.served import Served, made_config, served

ROOT: Final = Path(__file__).resolve().parents[2]
TICK_S: Final = 0.005
POLL_S: Final = 0.25
DEADLINE_S: Final = 240


@dataclass(slots=True)
class Siege:
    """What became of the bursts: how many posts wait in the queue, and how many are copies of those.

    Of seconds and milliseconds the worst burst's are told; `memory` is in MB, before the bursts and a while after each.
    """

    posts: int
    posted_s: float = 0.0
    taken_in_s: float = 0.0
    queued: int = 0
    copies: int = 0
    late_p99_ms: float = 0.0
    late_max_ms: float = 0.0
    busy_p99_ms: float = 0.0
    busy_max_ms: float = 0.0
    memory: list[float] = field(default_factory=list)


class Crowd:
    """The process of the crowd."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        self._running = running

    async def line(self) -> str:
        """What it prints next."""
        assert self._running.stdout is not None
        return (await self._running.stdout.readline()).decode()

    async def do(self, **order: object) -> float:
        """Have it do something; the seconds that it took."""
        assert self._running.stdin is not None
        self._running.stdin.write(json.dumps(order).encode() + b"\n")
        return float(await self.line())


class Pulse:
    """Work of the loop that wants to run every few milliseconds, and notes by how many it was late.

    `busy` is how long the loop's own thread computed between two beats: other programs of the machine are not in it.
    """

    def __init__(self) -> None:
        self.late: list[float] = []
        self.busy: list[float] = []

    async def beat(self) -> None:
        """Beat until cancelled."""
        while True:
            due, computed = time.monotonic() + TICK_S, time.thread_time()
            await asyncio.sleep(TICK_S)
            self.late.append((time.monotonic() - due) * 1000)
            self.busy.append((time.thread_time() - computed) * 1000)


@asynccontextmanager
async def crowd() -> AsyncGenerator[Crowd]:
    """A crowd while the block lasts."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.crowd", cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield Crowd(running)
    finally:
        running.kill()
        await running.wait()


async def besiege(
    saying: str, posts: int, seconds: float, bursts: int = 2, warm: int = 200, rest_s: float = 3.0
) -> Siege:
    """Let one burst after another come, once so many posts are there already: the first of all fill caches."""
    siege, pulse, loop = Siege(posts), Pulse(), asyncio.get_running_loop()
    with TemporaryDirectory() as folder:
        async with crowd() as people:
            jetstream, appview = (await people.line()).split()
            source = {"network": "bluesky", "server": jetstream, "fallbacks": [], "api": appview}
            async with served(made_config(Path(folder), sources=[source])) as house, asyncio.timeout(DEADLINE_S):
                spare_what_stands()
                headers = await house.badge()
                await people.do(watch=house.url.replace("http", "ws", 1) + "/feed/console", headers=headers)
                await people.do(saying=saying, first=0, count=warm, s=1)
                await _until(house, headers, warm)
                await asyncio.sleep(rest_s)
                siege.memory.append(resident_mb())
                async with asyncio.TaskGroup() as group:
                    beating = group.create_task(pulse.beat(), name="pulse")
                    for burst in range(bursts):
                        started = loop.time()
                        posted_s = await people.do(saying=saying, first=warm + burst * posts, count=posts, s=seconds)
                        await _until(house, headers, warm + (burst + 1) * posts)
                        siege.posted_s = max(siege.posted_s, posted_s)
                        siege.taken_in_s = max(siege.taken_in_s, loop.time() - started)
                        await asyncio.sleep(rest_s)
                        siege.memory.append(resident_mb())
                    beating.cancel()
                siege.queued = (await house.store.posts.counts()).by_status[Status.QUEUED]
                siege.copies = (await _source(house, headers))["duplicates"]
    siege.late_p99_ms, siege.late_max_ms = _p99(pulse.late), max(pulse.late)
    siege.busy_p99_ms, siege.busy_max_ms = _p99(pulse.busy), max(pulse.busy)
    return siege


async def _source(house: Served, headers: dict[str, str]) -> dict[str, Any]:
    answer = (await house.client.get("/api/sources", headers=headers)).json()
    found: dict[str, Any] = answer["sources"][0]
    return found


def _p99(numbers: list[float]) -> float:
    return sorted(numbers)[int(len(numbers) * 0.99)]


async def _until(house: Served, headers: dict[str, str], count: int) -> None:
    """Wait until so many posts are in the store."""
    while True:
        source = await _source(house, headers)
        if source["received"] + source["duplicates"] >= count:
            return
        await asyncio.sleep(POLL_S)


def resident_mb() -> float:
    """The memory that this process has in use; not a number where the system does not tell it so."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(json.dumps(asdict(uvloop.run(besiege(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))))))
