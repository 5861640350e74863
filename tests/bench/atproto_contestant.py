"""The atproto package's AsyncJetstreamClient, for a Python that has it: atproto_contestant.py KIND SOURCE COUNT."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from atproto_jetstream.jetstream import AsyncJetstreamClient  # type: ignore[import-not-found]
from atproto_jetstream.models import (  # type: ignore[import-not-found]
    parse_frame,
    parse_subscribe_events_message,
)

TAG = "#pink11"


def is_wanted(message: Any) -> bool:
    """Whether a parsed event is a post with the hashtag."""
    record = getattr(message, "record", None)
    text = record.get("text", "") if isinstance(record, dict) else getattr(record, "text", "")
    return TAG in str(text).lower()


def from_memory(frames: list[bytes]) -> int:
    """Parse each frame as the client does, then look."""
    return sum(is_wanted(parse_subscribe_events_message(parse_frame(frame))) for frame in frames)


def through_a_socket(url: str, count: int) -> int:
    """Follow a stream until so many events were heard."""
    heard = [0, 0]

    async def follow() -> None:
        client = AsyncJetstreamClient(base_uri=f"{url}/xrpc", compress=False)

        async def take(message: Any) -> None:
            heard[0] += 1
            heard[1] += is_wanted(message)
            if heard[0] == count:
                await client.stop()

        await client.start(take)

    asyncio.run(follow())
    return heard[1]


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    _, kind, source, count = sys.argv
    frames = Path(source).read_bytes().splitlines() if kind == "memory" else []
    wall, cpu = time.perf_counter(), time.process_time()
    passed = from_memory(frames) if frames else through_a_socket(source, int(count))
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"wall_s": wall_s, "cpu_s": cpu_s, "passed": passed}))
