"""How long a console's ping takes while thousands of phones are told five updates in a second."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.contest import CLIENT_CORE, CONTESTANTS, OURS, ROOT, figures_of, free_port, load_client, serving
from tests.bench.table import Row, at_most

A_SECOND: Final = 5
SIZE: Final = 600


def rows(folder: Path, viewers: int, seconds: int, rounds: int, limit: float | None) -> list[Row]:
    """The row of the pings."""
    p99 = median(_once(folder, viewers, seconds) for _ in range(rounds))
    return [at_most(f"a console's ping while {viewers:,} are told {A_SECOND} updates a second, p99", p99, "ms", limit)]


def _once(folder: Path, viewers: int, seconds: int) -> float:
    port, ours = free_port(), CONTESTANTS[OURS]
    with serving(ours.command(folder, port), port) as pid:
        pinging = ["taskset", "-c", CLIENT_CORE, sys.executable, "-m", "tests.bench.pinger", str(port)]
        with subprocess.Popen(pinging, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as pinger:
            assert pinger.stdin is not None
            told = (*ours.publish, "-m", seconds * A_SECOND, "-s", SIZE, "-g", 1000 // A_SECOND)
            client = load_client(folder, port, pid, "-u", ours.viewers, "-n", viewers, *told, "-Y", "-R")
            assert client.stderr is not None
            while "ready" not in client.stderr.readline():
                assert client.poll() is None
            pinger.stdin.write("go\n")
            pinger.stdin.flush()
            figures_of(client)
            said, _ = pinger.communicate()
    return float(json.loads(said)["p99_ms"])
