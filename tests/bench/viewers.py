"""How fast one core tells thousands of viewers the same, beside servers in C, in JavaScript and in Python.

    python -m tests.bench viewers [--viewers N …] [--rounds N] [--sizes N …] [--quick] [--json] [--history FILE]

A server has one core to itself and the load client, in C, has another; contestants take turns, round by round, and
what is told is the median of the rounds, for single runs differ by a fifth. The yardstick is a loop of send() in C: no
server can do less. gcc builds both; nginx with nchan and Node with ws take part where they are installed. Only loopback
is spoken to.
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Final

from tests.bench.contest import BARE, CONTESTANTS, NCHAN_NAME, OURS, Figures, medians, missing, run, yardsticks
from tests.bench.table import Row, add_options, at_least, at_most, machine, tell

MANY: Final = 10_000  # for so many the goals are set; for fewer there are others, or none
LOOP: Final = "a loop of send_text"

Measured = dict[tuple[int, int], dict[str, Figures]]


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench viewers", description="Time to the last of many viewers.")
    parser.add_argument("--viewers", type=int, nargs="+", default=[1000, MANY])
    parser.add_argument("--sizes", type=int, nargs="+", default=[600, 2048])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--messages", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="one round, one size, 1,000 viewers")
    add_options(parser)
    options = parser.parse_args(arguments)
    if options.quick:
        options.viewers, options.sizes, options.rounds = [1000], [600], 1
    if absent := missing():
        print(f"{' and '.join(absent)} must be installed")
        return 2
    measured = measure(options.viewers, options.sizes, options.rounds, options.messages)
    if not options.json:
        tell_each(measured)
    tell(rows_of_all(measured), options.rounds, options)
    return 0


def measure(viewers: Sequence[int], sizes: Sequence[int], rounds: int, messages: int) -> Measured:
    """The medians of every contestant that is here, by number of viewers and size of the message."""
    here = {name: each for name, each in CONTESTANTS.items() if each.is_here()}
    runs: dict[tuple[int, int], dict[str, list[Figures]]] = {}
    with yardsticks() as folder:
        for _ in range(rounds):
            for size in sizes:
                for many in viewers:
                    for name, contestant in here.items():
                        found = run(contestant, folder, many, size, messages)
                        runs.setdefault((many, size), {}).setdefault(name, []).append(found)
    return {where: {name: medians(each) for name, each in found.items()} for where, found in runs.items()}


def rows_of_all(measured: Measured) -> list[Row]:
    """What was found beside what it should be."""
    return [row for (viewers, size), found in measured.items() for row in rows_of(viewers, size, found)]


def rows_of(viewers: int, size: int, found: Mapping[str, Figures]) -> list[Row]:
    """The rows of one number of viewers and one size."""
    where, many = f"{viewers:,} viewers, {size} bytes", viewers >= MANY
    last, cpu = f"{where}: time to the last", f"{where}: CPU of a delivery"
    ours = found[OURS]

    def beside(name: str, figure: str, other: str, limit: float | None) -> list[Row]:
        if other not in found:
            return []
        theirs = found[other][figure]
        ratio = ours[figure] / theirs if theirs else float("nan")
        return [at_most(f"{name}, beside {other}", ratio, "×", limit)]

    return [
        *beside(last, "last_ms_med", BARE, 1.20 if many else 1.30),
        *beside(last, "last_ms_med", NCHAN_NAME, 1.10),
        *beside(cpu, "srv_us_per_delivery", BARE, 1.20 if many else None),
        *beside(cpu, "srv_us_per_delivery", NCHAN_NAME, None),
        *beside(cpu, "srv_us_per_delivery", LOOP, 0.65 if many else None),
        at_most(f"{where}: memory of a viewer", ours["rss_kib_per_conn"], "KiB", 4 if many else None),
        at_least(f"{where}: accepted in a second", ours["conn_per_s"], "1/s", 2000),
    ]


def tell_each(measured: Measured) -> None:
    """What every contestant did."""
    print(machine())
    for (viewers, size), found in measured.items():
        where = f"{viewers:,} viewers, {size} bytes"
        print(f"\n{where:<34}{'last, ms':>10}{'× C':>7}{'CPU, µs':>9}{'× C':>7}{'KiB each':>10}{'accepts/s':>11}")
        for name, each in found.items():
            last, cpu = each["last_ms_med"], each["srv_us_per_delivery"]
            in_c = last / found[BARE]["last_ms_med"], cpu / (found[BARE]["srv_us_per_delivery"] or float("nan"))
            print(f"{name:<34}{last:>10.1f}{in_c[0]:>7.2f}{cpu:>9.2f}{in_c[1]:>7.2f}"
                  f"{each['rss_kib_per_conn']:>10.2f}{each['conn_per_s']:>11,.0f}")  # fmt: skip
    print()
    for name, contestant in CONTESTANTS.items():
        if not contestant.is_here():
            print(f"!!! SKIPPED: {name} is not installed (libnginx-mod-nchan; npm ci in tests/frontend)")
