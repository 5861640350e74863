"""How much memory a process of ours has in use."""

import resource
import sys
from pathlib import Path
from typing import Final

STATM: Final = Path("/proc/self/statm")


def memory_mb() -> float:
    """What this process has; where the system does not tell, the most that it ever had."""
    try:
        return int(STATM.read_text().split()[1]) * resource.getpagesize() / 2**20
    except OSError:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (2**20 if sys.platform == "darwin" else 2**10)
