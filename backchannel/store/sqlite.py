"""SQLite: one writer, a few readers apart, and what can be wrong with the file, in plain words.

The writer takes the lock when it begins (BEGIN IMMEDIATE), so no transaction fails half-way because another was faster.
A reader's transaction sees one moment from its first query on, and cannot write.
"""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, cast

from sqlalchemy import URL, AdaptedConnection, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backchannel.errors import StartError

BUSY_TIMEOUT_S: Final = 5
READERS: Final = 4
BUSY: Final = f"busy_timeout = {BUSY_TIMEOUT_S * 1000}"
# What is deleted is written over: else it stays in the file, for whoever reads it, until something else needs the room.
WRITER: Final = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON")
READER: Final = ("query_only = ON",)
WRONG: Final = {
    sqlite3.SQLITE_NOTADB: "is no SQLite database; name another file, or move this one away",
    sqlite3.SQLITE_CORRUPT: "is damaged; move it away, or put a backup in its place",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened as a file; name a file that this user may write",
    sqlite3.SQLITE_READONLY: "cannot be written; give this user the right to write it and its folder",
    sqlite3.SQLITE_BUSY: "is being written by another program; stop that one first",
    sqlite3.SQLITE_FULL: "lies on a disk that is full; make room there",
    sqlite3.SQLITE_IOERR: "lies on a disk that fails or is full; look at the disk",
}


@dataclass(frozen=True, slots=True)
class File:
    """The file that `store.url` names."""

    path: Path
    deadline_s: ClassVar = None  # a file answers, or says at once that it is busy

    async def prepare(self) -> None:
        """Nothing: what is wrong with the file was told when its path was read."""

    def open_engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """The writer and the readers."""
        return open_engines(self.path)

    async def sweep(self, engine: AsyncEngine) -> None:
        """Empty the log beside the file, in which deleted words still stand; whoever reads meanwhile goes on."""
        async with engine.connect() as connection:
            raw = await connection.get_raw_connection()
            driver = raw.driver_connection
            if driver is not None:
                await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def what_is_wrong(self, error: DBAPIError) -> str:
        """One sentence on a file that cannot be used."""
        return what_is_wrong(self.path, error)

    def trouble(self, error: Exception) -> str:
        """What a store is in trouble with while it runs, in words for anybody; empty where the error is not its own."""
        return _words(error) or "cannot be used just now" if isinstance(error, OperationalError) else ""


def path_of(url: URL) -> Path:
    """The file that a plain `sqlite:///` URL names, made where it is missing. Raises StartError where it is no use."""
    if not url.database or url.database == ":memory:" or url.host or url.query:
        msg = "store.url must name a file, such as sqlite:///backchannel.db."
        raise StartError(msg)
    path = Path(url.database)
    if not path.parent.is_dir():
        msg = f"store.url: there is no folder {path.parent.absolute()}; make it, or name another file."
        raise StartError(msg)
    _make(path)
    # Asked before the driver tries: its thread may outlive the loop where a file cannot be opened, and says so aloud.
    if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
        msg = f"store.url: {path.absolute()} {WRONG[sqlite3.SQLITE_CANTOPEN]}."
        raise StartError(msg)
    return path


def open_engines(path: Path) -> tuple[AsyncEngine, AsyncEngine]:
    """The writer and the readers of one file."""
    writer = _engine(path, 1, (BUSY, *WRITER))
    # What only reads always ends by itself. A commit that failed is undone when its connection goes back to the pool.
    readers = _engine(path, READERS, (BUSY, *READER), pool_reset_on_return=None)
    event.listen(writer.sync_engine, "begin", _take_the_lock)
    event.listen(readers.sync_engine, "begin", _begin_reading)
    return writer, readers


def _take_the_lock(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    """Begin what takes no lock: one way to the driver's thread, where a statement with a cursor takes three."""
    driver = cast("AdaptedConnection", connection.connection.dbapi_connection)
    driver.run_async(lambda sqlite: sqlite.execute("BEGIN"))


def what_is_wrong(path: Path, error: DBAPIError) -> str:
    """One sentence on a file that cannot be opened."""
    return f"store.url: {path.absolute()} {_words(error) or f'cannot be used ({error.orig})'}."


def _words(error: DBAPIError) -> str:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the rest tells finer kinds of the same trouble
    return WRONG.get(code, "")


def _make(path: Path) -> None:
    """A new file is its owner's alone: it holds secrets, and people's words."""
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        return
    except OSError as error:
        msg = f"store.url: {path.absolute()} cannot be made ({error.strerror}); name a file that this user may write."
        raise StartError(msg) from error


def _engine(path: Path, connections: int, pragmas: tuple[str, ...], **options: Any) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,  # an error's words go to the log, and no post's text may
        # The driver shall begin nothing by itself: `open_engines` does, in words that say which lock is taken.
        connect_args={"isolation_level": None, "timeout": BUSY_TIMEOUT_S},
        **options,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
