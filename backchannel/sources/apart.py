"""Work done apart: a program of ours that has a clock and a memory of its own to use up, and is ended where it is slow.

In a thread of the server a stranger's document would hold up everything else: one thread of Python runs at a time.
"""

import asyncio
import os
import resource
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PROGRAM: Final = "import sys; sys.path.append(sys.argv[1]); from {module} import main; main()"
CPU_S: Final = 30
MEMORY_MAX: Final = 1024 * 1024 * 1024


async def apart(module: str, said: bytes, deadline_s: float) -> bytes | None:
    """What the `main` of a module writes that is told this; None where it broke. Raises TimeoutError."""
    program = PROGRAM.format(module=module)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", program, str(ROOT), stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        async with asyncio.timeout(deadline_s):
            told, _ = await process.communicate(said)
    finally:
        await _end(process)
    return None if process.returncode else told


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def be_bounded() -> None:
    """Bound what this program may use up, and let the server go first."""
    for limit, most in ((resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_AS, MEMORY_MAX)):
        with suppress(ValueError, OSError):  # not every system has every limit
            resource.setrlimit(limit, (most, most))
    os.nice(5)
