"""The lock file: one running server for one SQLite file. Other commands do not need it.

The operating system lets the lock go when the server ends, however it ends; the file stays and means nothing by itself.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from backchannel.errors import StartError


class RunLock:
    """A lock that is held. The file tells who holds it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def announce(self, address: str) -> None:
        """Write down who holds the lock and where it answers, for the one who comes second."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()} {address}\n")
        self._file.flush()


@contextmanager
def hold_lock(database: Path, address: str = "") -> Generator[RunLock]:
    """Hold the lock of a database file. Raises StartError where another server holds it."""
    path = database.with_name(f"{database.name}.lock")
    try:
        file = path.open("a+")
    except OSError as error:
        msg = f"store.url: the lock file {path.absolute()} cannot be written ({error.strerror})."
        raise StartError(msg) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"store.url: {database.absolute()} is in use by {_holder(file)}; stop that one, or name another file."
            raise StartError(msg) from error
        lock = RunLock(file)
        lock.announce(address)
        yield lock


def _holder(file: TextIO) -> str:
    file.seek(0)
    pid, _, address = file.read().strip().partition(" ")
    if not pid:
        return "another server"
    return f"the server with process number {pid}" + (f" at {address}" if address else "")
