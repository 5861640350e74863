"""Phones that never read: what they cost the others and the server, and how long they stay."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import monotonic
from typing import Any, Final
from urllib.request import urlopen

from backchannel.hub.audience import STOPPED_MAX_S
from backchannel.hub.viewer import BUFFER_MAX
from tests.bench.contest import CONTESTANTS, OURS, figures_of, free_port, load_client, serving
from tests.bench.table import Row, at_most

STALLED: Final = 20
GAP_MS: Final = 110
LOOK_EVERY_S: Final = 0.25
TCP: Final = Path("/proc/net/tcp")


@dataclass
class Seen:
    """What was seen of those that do not read."""

    began_at: float | None = None
    ended_at: float | None = None
    waiting: int = 0  # bytes, of the one for which most waits in the kernel


def rows(folder: Path, viewers: int, size: int, messages: int, rounds: int, limit: float | None) -> list[Row]:
    """The rows of those that do not read."""
    runs = [(_once(folder, viewers, size, messages, 0), _once(folder, viewers, size, messages, STALLED))
            for _ in range(rounds)]  # fmt: skip
    ratio = median(slowed[0] / alone[0] for alone, slowed in runs)
    cost = max(slowed[1].waiting for _, slowed in runs)
    where = f"{STALLED} of {viewers:,} never read"
    stayed = [_stayed(slowed[1]) for _, slowed in runs]
    return [
        at_most(f"{where}: p99 of the others, beside none of them", ratio, "×", limit),
        at_most(f"{where}: what waits for one at most", (cost + BUFFER_MAX) / 1024, "KiB", 128),
        at_most(f"{where}: all are gone after", max(stayed), "s", STOPPED_MAX_S + 1),
    ]


def _stayed(seen: Seen) -> float:
    if seen.began_at is None or seen.ended_at is None:
        return float("inf")
    return seen.ended_at - seen.began_at


def _once(folder: Path, viewers: int, size: int, messages: int, stalled: int) -> tuple[float, Seen]:
    """The p99 of those that read, in ms, and what was seen of the others."""
    port, ours = free_port(), CONTESTANTS[OURS]
    with serving(ours.command(folder, port), port) as pid, _watching(port, stalled) as seen:
        told = (*ours.publish, "-m", messages, "-s", size, "-g", GAP_MS, "-z", stalled, "-r", 4096)
        client = load_client(folder, port, pid, "-u", ours.viewers, "-n", viewers, *told)
        return figures_of(client)["p99_ms"], seen


@contextmanager
def _watching(port: int, stalled: int) -> Iterator[Seen]:
    """Look at the server again and again."""
    seen, over = Seen(), Event()
    watcher = Thread(target=_watch, args=(port, stalled, seen, over), name="watcher")
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _watch(port: int, stalled: int, seen: Seen, over: Event) -> None:
    while stalled and not over.wait(LOOK_EVERY_S) and seen.ended_at is None:
        with urlopen(f"http://127.0.0.1:{port}/figures") as answer:
            figures: dict[str, Any] = json.load(answer)
        if figures["stopped"] and seen.began_at is None:
            seen.began_at = monotonic()
        if figures["stopped"] == stalled and not seen.waiting:
            seen.waiting = waiting(port)
        if figures["ended"] >= stalled:
            seen.ended_at = monotonic()


def waiting(port: int) -> int:
    """Of the connections to a port, how many bytes wait in the kernel for the one that reads least."""
    try:
        lines = TCP.read_text().splitlines()[1:]
    except OSError:
        return 0
    ours = (line.split() for line in lines)
    return max(
        (int(each[4].partition(":")[0], 16) for each in ours if int(each[1].partition(":")[2], 16) == port), default=0
    )
