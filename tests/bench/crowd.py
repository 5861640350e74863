"""A crowd on Bluesky, in a process of its own: its Jetstream, its AppView, and a moderator who watches the queue.

It prints the addresses of both servers, then does what each line on stdin tells it, and prints the seconds that it
took. It ends where stdin ends.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator
from typing import Any, Final

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.bench.sayings import SAYINGS
from tests.sources.appview_server import AppViewServer, appview_server
from tests.sources.jetstream_server import JetstreamServer, jetstream_server, made_up

STEP_S: Final = 0.01


def did(number: int) -> str:
    """Somebody's name for machines."""
    return f"did:plc:crowd{number:019}"


async def post(
    jetstream: JetstreamServer, appview: AppViewServer, saying: str, first: int, count: int, s: float
) -> None:
    """Have as many people post, evenly over so many seconds, as soon as somebody listens."""
    await jetstream.until_heard()
    loop = asyncio.get_running_loop()
    started, posted = loop.time(), 0
    while posted < count:
        due = min(int((loop.time() - started + STEP_S) / s * count), count)
        for number in range(first + posted, first + due):
            appview.know(did(number), f"crowd{number}.example", f"Crowd {number}")
            await jetstream.post(f"3crowd{number}", did(number), **made_up(SAYINGS[saying](number)))
        posted = due
        await asyncio.sleep(STEP_S)


async def watch(url: str, headers: dict[str, str]) -> None:
    """Read a feed to its end."""
    async with connect(url, additional_headers=headers, compression=None, max_size=None) as feed:
        try:
            async for _ in feed:
                pass
        except ConnectionClosed:
            pass


async def _orders() -> AsyncGenerator[dict[str, Any]]:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        yield json.loads(line)


async def main() -> None:
    """Serves, watches and posts until stdin ends."""
    loop = asyncio.get_running_loop()
    async with jetstream_server() as jetstream, appview_server() as appview, asyncio.TaskGroup() as group:
        print(jetstream.url, appview.url, flush=True)
        watching = []
        async for order in _orders():
            started = loop.time()
            if "watch" in order:
                watching.append(group.create_task(watch(order["watch"], order["headers"]), name="moderator"))
            else:
                await post(jetstream, appview, **order)
            print(loop.time() - started, flush=True)
        for each in watching:
            each.cancel()


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    asyncio.run(main())
