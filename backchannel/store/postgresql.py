"""PostgreSQL: one store for many nodes, and what can be wrong with reaching it, in plain words.

A writer sees each row as it is once it has locked it (READ COMMITTED), so it never decides on what another one just
changed. A reader's transaction sees one moment throughout (REPEATABLE READ), and cannot write.
"""

import socket
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias

import asyncpg
from sqlalchemy import URL, event, text
from sqlalchemy.engine.interfaces import DBAPICursor, ExceptionContext
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backchannel.errors import StartError
from backchannel.store.tables import metadata

Session: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

SCHEMES: Final = ("postgresql", "postgres")
OLDEST: Final = 14
WRITERS: Final = 4
READERS: Final = 6
CONNECT_WITHIN_S: Final = 5
# Longer than any statement of ours takes: the server gives up first, and says why.
DEADLINE_S: Final = 20
SETTINGS: Final = {
    "application_name": "backchannel",
    "statement_timeout": "10s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
}
# What a call returned is on disk, whatever the server's own default is.
WRITER: Final = SETTINGS | {"synchronous_commit": "on"}
# What reaching a server can end in.
TROUBLE: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
# What a statement of ours is to blame for.
OURS: Final = (DataError, IntegrityError, ProgrammingError)
WRONG: Final = {
    "28P01": "refuses the password of this user; correct it in store.url, or give the user that password",
    "28000": "does not let this user in; correct the user in store.url, or allow it in the server's pg_hba.conf",
    "3D000": "has no such database; make it with createdb, or name another",
    "42501": "does not let this user make tables there; make the user the database's owner",
    "53300": "has no connection left; raise its max_connections, or stop what holds them",
    "57P03": "is starting or stopping just now; try again in a moment",
}


@dataclass(frozen=True, slots=True)
class Database:
    """A database of a server, as `store.url` names it: libpq's form of URL, with everything that it may say."""

    url: str = field(repr=False)  # it may hold a password
    where: str
    deadline_s: ClassVar = DEADLINE_S

    async def connect(self, settings: dict[str, str]) -> Session:
        """A connection of its own. Raises one of TROUBLE."""
        return await asyncpg.connect(self.url, timeout=CONNECT_WITHIN_S, server_settings=settings)

    async def prepare(self) -> None:
        """See whether the server can be used. Raises StartError in one sentence."""
        try:
            connection = await self.connect(SETTINGS)
            version = connection.get_server_version()
            await connection.close(timeout=CONNECT_WITHIN_S)
        except TROUBLE as error:
            raise StartError(self.what_is_wrong(error)) from error
        if version.major < OLDEST:
            msg = f"store.url: {self.where} is version {version.major}; Backchannel needs {OLDEST} or newer."
            raise StartError(msg)

    def open_engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """The writers and the readers."""
        reads = {"isolation_level": "REPEATABLE READ", "execution_options": {"postgresql_readonly": True}}
        return self._engine(WRITERS, WRITER), self._engine(READERS, SETTINGS, **reads)

    async def sweep(self, engine: AsyncEngine) -> None:
        """Have the rows cleared away that were deleted, which the server else does some time later."""
        async with engine.connect() as connection:
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await alone.execute(text(f"VACUUM {', '.join(metadata.tables)}"))

    def what_is_wrong(self, error: Exception) -> str:
        """One sentence on a server that cannot be used. No part of a password is in it."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        words = WRONG.get(getattr(cause, "sqlstate", None) or "")
        return f"store.url: {self.where} {words or _in_its_words(cause)}."

    def trouble(self, error: Exception) -> str:
        """What a store is in trouble with while it runs, in words for anybody; empty where the error is not its own."""
        is_its_own = isinstance(error, (*TROUBLE, DBAPIError)) and not isinstance(error, OURS)
        return "does not answer" if is_its_own else ""

    def _engine(self, connections: int, settings: dict[str, str], **more: Any) -> AsyncEngine:
        engine = create_async_engine(
            "postgresql+asyncpg://",
            async_creator=lambda: self.connect(settings),
            pool_size=connections,
            max_overflow=0,
            pool_pre_ping=True,  # a server that was restarted costs nobody an error
            hide_parameters=True,  # an error's words go to the log, and no post's text may
            **more,
        )
        event.listen(engine.sync_engine, "handle_error", _hush)
        event.listen(engine.sync_engine, "before_cursor_execute", _without_nul, retval=True)
        return engine


def database_of(url: URL) -> Database:
    """The database that a plain `postgresql://` URL names. Raises StartError where it names none."""
    if not url.database:
        msg = "store.url must name a database, such as postgresql://USER:PASSWORD@HOST/DATABASE."
        raise StartError(msg)
    host = url.query.get("host", url.host or "localhost")
    port = f":{url.port}" if url.port else ""
    where = f"PostgreSQL at {host if isinstance(host, str) else ','.join(host)}{port} ({url.database})"
    return Database(url.render_as_string(hide_password=False), where)


def _in_its_words(cause: BaseException | None) -> str:
    if isinstance(cause, socket.gaierror):
        return "cannot be found: no computer has that name; correct the host in store.url"
    if isinstance(cause, OSError):
        reason = cause.strerror or ("no answer in time" if isinstance(cause, TimeoutError) else type(cause).__name__)
        return f"cannot be reached ({reason}); start it, or correct the address in store.url"
    if isinstance(cause, asyncpg.ClientConfigurationError):
        return "cannot be asked: the address is not in libpq's form; write postgresql://USER:PASSWORD@HOST/DATABASE"
    first_line, _, _ = str(cause).partition("\n")
    return f"cannot be used ({first_line})"


def _hush(context: ExceptionContext) -> None:
    """Take what an error quotes of a row, or of a value, out of it: its traceback goes to the log."""
    cause = getattr(context.original_exception, "__cause__", None)
    if isinstance(cause, asyncpg.PostgresError):
        cause.detail = None  # the whole row, where a column refuses its value
    if isinstance(cause, (asyncpg.DataError, asyncpg.InterfaceError)):
        words = f"{type(cause).__name__}: a value was refused"
        for error in (cause, context.original_exception, context.sqlalchemy_exception):
            if error is not None:
                error.args = (words,)


def _without_nul(  # what SQLAlchemy calls such a function with
    _: Any, __: DBAPICursor, statement: str, parameters: Any, ___: Any, executemany: bool
) -> tuple[str, Any]:
    """PostgreSQL's texts hold every character but U+0000; one of those must not stop the batch it comes in."""
    if executemany:
        return statement, [tuple(map(_writable, row)) for row in parameters]
    return statement, tuple(map(_writable, parameters))


def _writable(value: object) -> object:
    return value.replace("\0", "\ufffd") if isinstance(value, str) and "\0" in value else value
