"""The whole table of the live path: python -m tests.bench [--quick] [--json] [--rounds N] [--readme] [--history FILE].

Viewers beside other servers, in numbers and sizes; a console's ping meanwhile; phones that do not read; decisions over
HTTP; hours of a conference. Takes half an hour on a machine that does nothing else; with --quick under two minutes, for
fewer viewers, and says little.
"""

import argparse

from tests.bench import decided, hours, pings, stalled, viewers
from tests.bench.contest import missing, yardsticks
from tests.bench.table import Row, add_options, tell


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="fewer viewers, one round")
    add_options(parser)
    options = parser.parse_args(arguments)
    if absent := missing():
        print(f"{' and '.join(absent)} must be installed")
        return 2
    if options.quick:
        options.rounds = 1
    tell(_quick(options) if options.quick else _whole(options), options.rounds, options)
    return 0


def _whole(options: argparse.Namespace) -> list[Row]:
    measured = viewers.measure([viewers.MANY, 1000], [600, 2048], options.rounds, messages=20)
    if not options.json:
        viewers.tell_each(measured)
    with yardsticks() as folder:
        return [
            *viewers.rows_of_all(measured),
            *pings.rows(folder, viewers.MANY, seconds=15, rounds=options.rounds, limit=20),
            *stalled.rows(folder, viewers.MANY, size=2048, messages=200, rounds=options.rounds, limit=1.2),
            *decided.rows(folder, 1000, decisions=100, rounds=options.rounds, limit=80),
            *hours.rows(folder, 8),
        ]


def _quick(options: argparse.Namespace) -> list[Row]:
    measured = viewers.measure([1000], [600], rounds=1, messages=10)
    if not options.json:
        viewers.tell_each(measured)
    with yardsticks() as folder:
        return [
            *viewers.rows_of_all(measured),
            *pings.rows(folder, 1000, seconds=3, rounds=1, limit=None),
            *stalled.rows(folder, 200, size=8192, messages=110, rounds=1, limit=None),
            *decided.rows(folder, 200, decisions=20, rounds=1, limit=None),
            *hours.rows(folder, 4, scale=0.1),
        ]
