"""Who is measured, one in a process: python -m tests.bench.contestants NAME FILE_OR_URL COUNT. Prints what it took."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from backchannel.errors import SourceError
from backchannel.sources.bluesky import Bluesky, BlueskySettings
from backchannel.sources.prefilter import Prefilter

TAG: Final = "pink11"
METHOD: Final = "network.bsky.jetstream.subscribeEvents"


def ours_from_memory(path: str) -> Callable[[], int]:
    """The prefilter over raw frames."""
    frames, passes = Path(path).read_bytes().splitlines(), Prefilter([TAG]).passes
    return lambda: sum(map(passes, frames))


def decoding_from_memory(path: str) -> Callable[[], int]:
    """What everybody writes first: decode, then look."""
    frames = Path(path).read_bytes().splitlines()
    return lambda: sum(map(_is_wanted, frames))


def ours_through_a_socket(url: str) -> Callable[[], int]:
    """The source as the server runs it: Jetstream, prefilter, batches, places."""
    settings = BlueskySettings(url, fallbacks=(), api="http://127.0.0.1:9")
    source = Bluesky(settings, (TAG,), clock=lambda: datetime.now(UTC))  # noqa: TID251 (as the app's own)
    return lambda: uvloop.run(_follow(source))


def decoding_through_a_socket(url: str) -> Callable[[], int]:
    """A WebSocket, and for each frame: decode, then look."""
    return lambda: uvloop.run(_decode(url))


def _is_wanted(frame: bytes) -> bool:
    record = json.loads(frame)["payload"].get("record") or {}
    return f"#{TAG}" in record.get("text", "").lower()


async def _follow(source: Bluesky) -> int:
    heard = 0
    try:
        async for batch in source.follow(None):
            heard += len(batch.sightings)
    except SourceError as error:
        if "that was all" not in str(error):
            raise
    return heard


async def _decode(url: str) -> int:
    heard = 0
    subprotocol = Subprotocol("xrpc.v1.json")
    async with connect(f"{url}/xrpc/{METHOD}", subprotocols=[subprotocol], compression=None) as connection:
        async for frame in connection:
            event = json.loads(frame)
            if event["$type"] == "error":
                break
            record = event["payload"].get("record") or {}
            heard += f"#{TAG}" in record.get("text", "").lower()
    return heard


CONTESTANTS: Final[Mapping[str, Callable[[str], Callable[[], int]]]] = {
    "ours-memory": ours_from_memory,
    "decode-memory": decoding_from_memory,
    "ours-socket": ours_through_a_socket,
    "decode-socket": decoding_through_a_socket,
}


def main(name: str, source: str) -> None:
    """Runs one contestant, pinned to one core where the system can, and prints what it took."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    run = CONTESTANTS[name](source)
    wall, cpu = time.perf_counter(), time.process_time()
    passed = run()
    took = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu, "passed": passed}
    print(json.dumps(took))


if __name__ == "__main__":
    main(*sys.argv[1:3])
