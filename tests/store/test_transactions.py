import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from backchannel.errors import StoreError
from backchannel.store import sqlite
from backchannel.store.transactions import ATTEMPTS, Transactions

pytestmark = pytest.mark.anyio


@pytest.fixture
async def writing(tmp_path: Path) -> AsyncGenerator[Transactions]:
    writer, readers = sqlite.open_engines(tmp_path / "b.db")
    transactions = Transactions(writer)
    await transactions.run(lambda connection: connection.execute(text("CREATE TABLE words (word TEXT)")))
    yield transactions
    await transactions.close()
    await readers.dispose()


async def words(writing: Transactions) -> list[str]:
    async def read(connection: AsyncConnection) -> list[str]:
        return list(await connection.scalars(text("SELECT word FROM words")))

    return await writing.run(read)


def said_by_postgresql(sqlstate: str) -> DBAPIError:
    said = ValueError("made by another node")
    said.sqlstate = sqlstate  # type: ignore[attr-defined]
    return DBAPIError("INSERT", None, said)


LOST = IntegrityError("INSERT", None, ValueError("made by another node"))


class Race:
    """A write that loses against other nodes so many times."""

    def __init__(self, losses: int, error: DBAPIError = LOST) -> None:
        self.tries = 0
        self._losses = losses
        self._error = error

    async def write(self, connection: AsyncConnection) -> None:
        self.tries += 1
        await connection.execute(text(f"INSERT INTO words VALUES ('{self.tries}')"))  # noqa: S608
        if self.tries <= self._losses:
            raise self._error


@pytest.mark.parametrize("error", [LOST, said_by_postgresql("40001"), said_by_postgresql("40P01")])
async def test_a_write_that_lost_a_race_is_begun_anew(writing: Transactions, error: DBAPIError) -> None:
    await writing.run(Race(ATTEMPTS - 1, error).write)
    assert await words(writing) == [str(ATTEMPTS)]


async def test_a_write_that_always_fails_is_no_race(writing: Transactions) -> None:
    race = Race(ATTEMPTS)
    with pytest.raises(IntegrityError):
        await writing.run(race.write)
    assert (race.tries, await words(writing)) == (ATTEMPTS, [])


async def test_another_trouble_is_no_race(writing: Transactions) -> None:
    race = Race(1, said_by_postgresql("57014"))  # the server gave up on a statement
    with pytest.raises(DBAPIError):
        await writing.run(race.write)
    assert (race.tries, await words(writing)) == (1, [])


async def test_trouble_of_the_engine_is_told_in_its_words_and_any_other_error_as_it_is(tmp_path: Path) -> None:
    writer, readers = sqlite.open_engines(tmp_path / "b.db")
    transactions = Transactions(writer, trouble=lambda error: "is full" if isinstance(error, DBAPIError) else "")
    with pytest.raises(StoreError, match="The store is full"):
        await transactions.run(lambda connection: connection.execute(text("SELECT * FROM nothing")))
    with pytest.raises(ZeroDivisionError):
        await transactions.run(lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    await transactions.close()
    await readers.dispose()


async def test_a_transaction_beyond_its_deadline_is_given_up(tmp_path: Path) -> None:
    writer, readers = sqlite.open_engines(tmp_path / "b.db")
    transactions = Transactions(writer, deadline_s=0.05)
    with pytest.raises(TimeoutError):
        await transactions.run(lambda _: asyncio.Event().wait())
    await transactions.close()
    await readers.dispose()


async def test_a_transaction_whose_caller_is_cancelled_runs_to_its_end(writing: Transactions) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def write(connection: AsyncConnection) -> None:
        begun.set()
        await may_end.wait()
        await connection.execute(text("INSERT INTO words VALUES ('kept')"))

    async with asyncio.TaskGroup() as group:
        caller = group.create_task(writing.run(write), name="caller")
        await begun.wait()
        caller.cancel()
    may_end.set()
    assert await words(writing) == ["kept"]


async def test_closing_waits_for_what_still_runs(tmp_path: Path) -> None:
    writer, readers = sqlite.open_engines(tmp_path / "b.db")
    transactions, done = Transactions(writer), []

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(text("CREATE TABLE words (word TEXT)"))
        done.append("created")

    async with asyncio.TaskGroup() as group:
        caller = group.create_task(transactions.run(write), name="caller")
        await asyncio.sleep(0)
        caller.cancel()
    await transactions.close()
    await readers.dispose()
    assert done == ["created"]


async def test_a_failure_that_nobody_waits_for_is_logged_without_parameters(writing: Transactions) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def fail(connection: AsyncConnection) -> None:
        begun.set()
        await may_end.wait()
        await connection.execute(text("INSERT INTO nowhere VALUES (:word)"), {"word": "a stranger's words"})

    with capture_logs() as logs:
        async with asyncio.TaskGroup() as group:
            caller = group.create_task(writing.run(fail), name="caller")
            await begun.wait()
            caller.cancel()
        may_end.set()
        assert await words(writing) == []
    [entry] = logs
    assert entry["event"] == "transaction failed after its caller was cancelled"
    assert "no such table: nowhere" in entry["error"]
    assert "stranger" not in entry["error"]
