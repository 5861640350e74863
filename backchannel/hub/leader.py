"""Leadership by a lock of a PostgreSQL session: the server lets it go when the session ends, however it ends.

The leader speaks up every two seconds. One that is frozen falls silent, and the server ends its session after five.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from anyio import CancelScope, create_task_group, move_on_after

from backchannel.store.postgresql import SETTINGS, TROUBLE, Database, Session

SPEAK_EVERY_S: Final = 2.0
ANSWER_WITHIN_S: Final = 5.0
CANDIDATE: Final = SETTINGS | {"application_name": "backchannel leader", "idle_session_timeout": "5s"}
STAND: Final = "SELECT pg_try_advisory_lock(hashtext('backchannel leader'))"

log = structlog.get_logger()


class SessionLock:
    """The leadership of nodes on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._session: Session | None = None

    async def stand(self) -> bool:
        """Try to get the lock; the session that got it keeps it for the term."""
        if self._session is not None:
            return True
        try:
            self._session = await self._elected()
        except TROUBLE as error:
            log.warning("the store cannot be asked who collects", error=type(error).__name__)
        return self._session is not None

    async def _elected(self) -> "Session | None":
        session = await self._database.connect(CANDIDATE)
        try:
            if await session.fetchval(STAND, timeout=ANSWER_WITHIN_S):
                return session
        except BaseException:
            session.terminate()
            raise
        await session.close(timeout=ANSWER_WITHIN_S)
        return None

    @asynccontextmanager
    async def term(self) -> AsyncGenerator[None]:
        """It ends when the session does, or does not answer."""
        session, self._session = self._session, None
        if session is None:
            msg = "a term begins with an election"
            raise RuntimeError(msg)
        try:
            async with create_task_group() as watch:
                watch.start_soon(_watch, session, watch.cancel_scope, name="leadership")
                yield
                watch.cancel_scope.cancel()
        finally:
            with CancelScope(shield=True), suppress(*TROUBLE):  # the next leader need not wait for the timeout
                await session.close(timeout=ANSWER_WITHIN_S)


async def _watch(session: Session, term: CancelScope) -> None:
    ended = asyncio.Event()
    session.add_termination_listener(lambda _: ended.set())
    with suppress(*TROUBLE):
        while not session.is_closed():
            with move_on_after(SPEAK_EVERY_S):
                await ended.wait()
            await session.execute("SELECT", timeout=ANSWER_WITHIN_S)
    log.warning("this node leads no longer")
    term.cancel()
