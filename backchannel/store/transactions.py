"""The one way to an engine: a transaction, run to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backchannel.errors import StoreError

log = structlog.get_logger()

ATTEMPTS: Final = 3
RACES: Final = ("40001", "40P01")  # PostgreSQL's words for a serialization failure and for a deadlock

T = TypeVar("T")


class Transactions:
    """The transactions of one engine, and the tasks they run in.

    A transaction goes on where its caller is cancelled. A SQLite connection that is closed while a statement runs keeps
    its lock until the garbage collector finds the statement, and nobody could write until then (tried).
    """

    def __init__(
        self,
        engine: AsyncEngine,
        deadline_s: float | None = None,
        trouble: Callable[[Exception], str] = lambda _: "",
    ) -> None:
        self.engine = engine
        self._deadline_s = deadline_s
        self._trouble = trouble
        self._running: set[asyncio.Task[Any]] = set()

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What `work` makes of a transaction, which is committed when this returns and undone when it raises.

        `work` is begun anew where another node's transaction just made the same row, or the two waited for each other.
        Raises ValueError where a value is none that the database takes, StoreError where `trouble` has words for what
        is wrong with the engine, and TimeoutError where that has a deadline and does not keep it; then nobody knows
        what became of it.
        """
        task = asyncio.get_running_loop().create_task(self._told(work), name="transaction")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_report)
            raise

    async def close(self) -> None:
        """Let what runs come to its end, then close every connection."""
        while self._running:
            await asyncio.wait(self._running)
        await self.engine.dispose()

    async def _told(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        try:
            return await self._attempt(work)
        except Exception as error:
            if not (words := self._trouble(error)):
                raise
            log.error("store in trouble", error=str(error))  # noqa: TRY400 (its words say it all)
            msg = f"The store {words}. What was confirmed is kept; once that is mended, try again."
            raise StoreError(msg) from error

    async def _attempt(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._once(work)
            except DBAPIError as error:
                if not _lost_a_race(error):
                    raise
        return await self._once(work)

    async def _once(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._deadline_s), self.engine.begin() as connection:
                return await work(connection)
        except DataError as error:
            raise ValueError(str(error.orig)) from error
        except StatementError as error:
            if isinstance(error, DBAPIError):
                raise
            raise ValueError(str(error.orig)) from error


def _lost_a_race(error: DBAPIError) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in RACES


def _report(task: asyncio.Task[Any]) -> None:
    """Say that a transaction failed whose caller is no longer there to hear it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("transaction failed after its caller was cancelled", error=str(error))
