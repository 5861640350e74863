"""A real Bluesky PDS, its firehose and a whole Backchannel, on loopback alone: python -m tests.pds [PYTEST OPTIONS].

What it needs is set up once: Node.js, the PDS and its PLC directory from npm, and its SQLite, compiled. That takes
minutes and half a gigabyte, so it is no part of python -m tests.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.pds.packages import FOLDER, PACKAGES, provide

ROOT: Final = Path(__file__).parents[2]


def main(options: list[str]) -> int:
    """Sets up what is missing and runs the check; returns the exit status."""
    if missing := provide(lambda line: print(line, flush=True)):
        print(missing)
        return 1
    command: list[str | Path] = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "tests.pds.telling"]
    environment = os.environ | {"PYTHONPATH": str(PACKAGES)}
    return subprocess.run(
        [*command, FOLDER / "journey.py", *options], cwd=ROOT, env=environment, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
