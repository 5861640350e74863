"""The hub of many nodes on one PostgreSQL: NOTIFY carries the names of streams that have news, from node to node.

A hint is sent after the commit, by a connection of the hub's own: within a writer's transaction it would make every
commit of the database wait for every other one. So a hint can be lost, with its node or with the connection; the poll
finds what it would have told.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import structlog
from anyio import move_on_after

from backchannel.hub.local import LocalHub
from backchannel.store.postgresql import SETTINGS, TROUBLE, Database, Session

CHANNEL: Final = "backchannel"
POLL_EVERY_S: Final = 2.0
PING_EVERY_S: Final = 5.0
ANSWER_WITHIN_S: Final = 5.0
RECONNECT_EVERY_S: Final = 1.0
TELL: Final = "SELECT pg_notify($1, stream) FROM unnest($2::text[]) AS stream"
# A hint needs no disk.
LISTENER: Final = SETTINGS | {"application_name": "backchannel hub", "synchronous_commit": "off"}

log = structlog.get_logger()


class PostgresHub:
    """Wakes who waits here at once, and who waits on other nodes by NOTIFY."""

    def __init__(
        self,
        database: Database,
        *,
        poll_every_s: float = POLL_EVERY_S,
        reconnect_every_s: float = RECONNECT_EVERY_S,
    ) -> None:
        self._database = database
        self._reconnect_every_s = reconnect_every_s
        self._here = LocalHub(poll_every_s)
        self._untold: set[str] = set()
        self._news = asyncio.Event()

    def wake(self, streams: Iterable[str]) -> None:
        """Wake who waits for these streams, on this node now and on the others in a moment."""
        named = frozenset(streams)
        self._here.wake(named)
        self._untold |= named
        self._news.set()

    async def wait(self, stream: str, waiter: str = "") -> float | None:
        """Return when the stream was woken by any node since this waiter's last wait, or after the polling pause."""
        return await self._here.wait(stream, waiter)

    async def run(self) -> None:
        """Tell and listen, and connect again whenever the connection is lost, until cancelled."""
        while True:
            try:
                connection = await self._database.connect(LISTENER)
                try:
                    await self._tell_and_listen(connection)
                finally:
                    connection.terminate()
            except TROUBLE as error:
                log.warning("hub is cut off from other nodes", error=type(error).__name__)
            await asyncio.sleep(self._reconnect_every_s)

    async def _tell_and_listen(self, connection: Session) -> None:
        await connection.add_listener(CHANNEL, self._hear)
        connection.add_termination_listener(self._hear_no_more)
        self._here.wake_all()  # hints were missed while nobody listened
        while not connection.is_closed():
            with move_on_after(PING_EVERY_S):
                await self._news.wait()
            self._news.clear()
            await self._tell(connection)

    async def _tell(self, connection: Session) -> None:
        """Tell the other nodes what they were not told yet; where that is nothing, ask whether they can be reached."""
        told, self._untold = self._untold, set()
        try:
            await connection.execute(TELL, CHANNEL, sorted(told), timeout=ANSWER_WITHIN_S)
        except TROUBLE:
            self._untold |= told
            raise

    def _hear(self, connection: Any, sender: int, _: str, payload: object) -> None:
        # What still arrives while the connection closes cannot be told from our own; a hint too many costs nothing.
        if connection.is_closed() or sender != connection.get_server_pid():
            self._here.wake((str(payload),))

    def _hear_no_more(self, _: object) -> None:
        self._news.set()
