"""What a burst of matching posts from one source does to a whole Backchannel with a moderator who watches the queue.

    python -m tests.bench burst [--posts N] [--seconds S] [--runs N] [SAYING ...]

Everybody in the crowd posts once, and says:

different   words that nobody else says
nearly      a long text in which one word is another for everybody: near to all others, a copy of none
copied      a long text with a word of one's own at its end: all are copies of the first
short       a few words, one of them one's own
chanted     a few words, the same for everybody

The server, on one core where the system can, and the crowd, on another, are processes of their own, and every run
begins with a new store. The burst comes twice, so that memory can be compared: caches fill once. `late` is by how much
work that wants to run every 5 ms was late, and `busy` how long the event loop's thread computed in between, which other
programs of the machine are no part of. What is told is the median of the runs.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.bench.sayings import SAYINGS

ROOT: Final = Path(__file__).resolve().parents[2]
DEADLINE_S: Final = 600
COLUMNS: Final = {
    "queued": "queued",
    "copies": "copies",
    "posted_s": "posted in s",
    "taken_in_s": "taken in, s",
    "late_p99_ms": "late p99, ms",
    "late_max_ms": "late max, ms",
    "busy_max_ms": "busy max, ms",
}


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench burst", description="A burst of matching posts.")
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("sayings", nargs="*", metavar="SAYING", help=", ".join(SAYINGS))
    options = parser.parse_args(arguments)
    print(f"two bursts of {options.posts} posts in {options.seconds:g} s each; median of {options.runs}")
    print("".join(f"{head:>14}" for head in ("saying", *COLUMNS.values(), "MB before", "after one", "after two")))
    for saying in options.sayings or SAYINGS:
        runs = [_besiege(saying, options.posts, options.seconds) for _ in range(options.runs)]
        told = [median(each[column] for each in runs) for column in COLUMNS]
        told += [median(moment) for moment in zip(*(each["memory"] for each in runs), strict=True)]
        print(f"{saying:>14}" + "".join(f"{number:>14,.{1 if number % 1 else 0}f}" for number in told), flush=True)
    return 0


def _besiege(saying: str, posts: int, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.besieged", saying, str(posts), str(seconds)]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=DEADLINE_S, check=True)
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told
