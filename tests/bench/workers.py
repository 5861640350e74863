"""How fast thousands of viewers are told the same by one process, and by workers beside it.

    python -m tests.bench workers [--viewers N] [--size N] [--rounds N] [--json] [--history FILE]

The servers may use all cores; the load client has one of them, and sleeps where it has nothing to do. So on two cores
no gain can be had. What is told is the median of the rounds, in which the numbers of workers take turns.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from tests.bench.contest import (  # fmt: skip
    GAP_MS,
    Figures,
    figures_of,
    free_port,
    load_client,
    medians,
    missing,
    serving,
    workers_of,
    yardsticks,
)
from tests.bench.table import Row, add_options, tell

NUMBERS: Final = (0, 1, 2)
FEED: Final = "/feed/phone?epoch=bench&since=0"


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench workers", description="Viewers served by several processes.")
    parser.add_argument("--viewers", type=int, default=10_000)
    parser.add_argument("--size", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    add_options(parser)
    options = parser.parse_args(arguments)
    if absent := missing():
        print(f"{' and '.join(absent)} must be installed")
        return 2
    with yardsticks() as folder:
        tell(rows(folder, options.viewers, options.size, options.rounds), options.rounds, options)
    return 0


def rows(folder: Path, viewers: int, size: int, rounds: int) -> list[Row]:
    """The rows of every number of workers; no gain is required of them."""
    runs: dict[int, list[Figures]] = {number: [] for number in NUMBERS}
    for _ in range(rounds):
        for number in NUMBERS:
            runs[number].append(_once(folder, viewers, size, number))
    return [row for number, found in runs.items() for row in _rows_of(viewers, size, number, medians(found))]


def _rows_of(viewers: int, size: int, workers: int, found: Figures) -> list[Row]:
    by = {0: "one process", 1: "1 worker"}.get(workers, f"{workers} workers")
    where = f"{viewers:,} viewers, {size} bytes, {by}"
    return [
        Row(f"{where}: time to the last", round(found["last_ms_med"], 3), "ms"),
        Row(f"{where}: CPU of a delivery, all processes", round(found["srv_us_per_delivery"], 3), "µs"),
        Row(f"{where}: memory of a viewer, all processes", round(found["rss_kib_per_conn"], 3), "KiB"),
        Row(f"{where}: accepted in a second", round(found["conn_per_s"]), "1/s"),
    ]


def _once(folder: Path, viewers: int, size: int, workers: int) -> Figures:
    port, all_cores = free_port(), "0-1"
    command = (sys.executable, "-m", "tests.bench.fanouts", "backchannel", str(port), str(workers))
    with serving(command, port, all_cores) as pid:
        pids = ",".join(map(str, (pid, *workers_of(pid, workers))))
        told = ("-P", "/pub", "-m", 20, "-s", size, "-g", GAP_MS, "-Y")
        return figures_of(load_client(folder, port, pids, "-u", FEED, "-n", viewers, *told))
