"""How many frames of Bluesky's stream are told apart in a second, on one core, from memory and through a socket.

    python -m tests.bench jetstream [--frames N] [--runs N] [--atproto PYTHON]

Every contestant runs in a process of its own, pinned to one core where the system can, in turn with the others; what is
told is the median of the runs. Seconds of the processor say what the code costs; seconds of the clock also what else
the machine was doing. The frames are those of the recorded capture, repeated, none with the hashtag.

The atproto package is no part of this project. To have it in the table, give it an environment of its own:

    python3 -m venv ATPROTO && ATPROTO/bin/pip install atproto
    python -m tests.bench jetstream --atproto ATPROTO/bin/python
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.frames import frames, origin

ROOT: Final = Path(__file__).resolve().parents[2]
OURS: Final = "Backchannel"
PACKAGE: Final = "atproto's AsyncJetstreamClient"
DECODING: Final = "decode, then look"
DEADLINE_S: Final = 600

Took = Mapping[str, float]


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench jetstream", description="Frames told apart in a second.")
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--atproto", help="a Python that has the atproto package")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "frames.jsonl"
        path.write_bytes(b"\n".join(frames(options.frames)))
        print(f"{options.frames} frames of {origin()}, {path.stat().st_size // options.frames} bytes each; "
              f"median of {options.runs}")  # fmt: skip
        if not options.atproto:
            print(f"\n!!! SKIPPED: {PACKAGE}. pip install atproto into an environment of its own, and name its Python "
                  "with --atproto")  # fmt: skip
        _tell("from memory", _measure("memory", str(path), options), options.frames)
        with _firehose(path) as url:
            _tell("through a WebSocket", _measure("socket", url, options), options.frames)
    return 0


def _measure(kind: str, source: str, options: argparse.Namespace) -> dict[str, list[Took]]:
    """What each contestant took, run by run, in turn."""
    contestants = {
        OURS: [sys.executable, "-m", "tests.bench.contestants", f"ours-{kind}", source],
        DECODING: [sys.executable, "-m", "tests.bench.contestants", f"decode-{kind}", source],
    }
    if options.atproto:
        script = str(Path(__file__).with_name("atproto_contestant.py"))
        contestants[PACKAGE] = [options.atproto, script, kind, source, str(options.frames)]
    took: dict[str, list[Took]] = {name: [] for name in contestants}
    for _ in range(options.runs):
        for name, command in contestants.items():
            took[name].append(_run(command))
    return took


def _run(command: Sequence[str]) -> Took:
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=DEADLINE_S, check=True)
    took: Took = json.loads(ran.stdout.splitlines()[-1])
    return took


def _tell(where: str, took: Mapping[str, Sequence[Took]], count: int) -> None:
    """The table of one way to the frames."""
    print(f"\n{where:<32}{'frames/s of CPU':>17}{'of the clock':>14}{'times slower than ours':>24}")
    best = median(each["cpu_s"] for each in took[OURS])
    for name, runs in took.items():
        cpu_s, wall_s = median(each["cpu_s"] for each in runs), median(each["wall_s"] for each in runs)
        print(f"{name:<32}{count / cpu_s:>17,.0f}{count / wall_s:>14,.0f}{cpu_s / best:>24.1f}")


@contextmanager
def _firehose(path: Path) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.firehose", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"ws://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.kill()
