"""Does to a running server what a conference does: python -m tests.chaos [PYTEST OPTIONS].

Power cuts in a burst of decisions, a full disk, a slow one, a foreign lock, clocks that jump, clients that vanish or do
not read, restarts under load. The suite has a short form of what is quick; this is all of it, in some minutes.
BACKCHANNEL_CHAOS_SEED repeats a run that failed.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.chaos.scale import FULL

FOLDER: Final = Path(__file__).parent


def main(options: list[str]) -> int:
    """Runs all of it; returns the exit status."""
    command: list[str | Path] = [sys.executable, "-m", "pytest", "-p", "no:randomly", "--timeout=600"]
    environment = os.environ | {FULL: "1"}
    files = [*sorted(FOLDER.glob("test_*.py")), FOLDER / "slow.py"]
    ran = subprocess.run([*command, *files, *options], cwd=FOLDER.parents[1], env=environment, check=False)
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
