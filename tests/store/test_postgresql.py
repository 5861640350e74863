import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.errors import StartError
from backchannel.store.house import database_at, open_store, place_at
from backchannel.store.postgresql import Database
from backchannel.store.transactions import Transactions
from tests.cluster import PASSWORD, Cluster
from tests.store.old_server import old_server
from tests.store.world import HALLS, NOON, arrival, key

pytestmark = pytest.mark.anyio

WRONG = "open-barley"


@pytest.fixture
def url(fresh_postgresql: Callable[[], str]) -> str:
    return fresh_postgresql()


async def refused(url: str) -> str:
    with pytest.raises(StartError) as caught:
        async with open_store(url, HALLS):
            pass
    sentence = str(caught.value)
    assert sentence.startswith("store.url")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert WRONG not in sentence
    return sentence


async def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        said = await refused(f"postgresql://mo:{WRONG}@127.0.0.1:{port}/pink11")
    assert f"PostgreSQL at 127.0.0.1:{port} (pink11) cannot be reached" in said
    assert "start it" in said


async def test_a_computer_that_does_not_exist_is_named() -> None:
    said = await refused(f"postgresql://mo:{WRONG}@nowhere.invalid/pink11")
    assert "nowhere.invalid (pink11) cannot be found" in said


async def test_a_wrong_password_is_told_without_repeating_it(postgresql: Cluster) -> None:
    assert "refuses the password of this user" in await refused(postgresql.url("postgres", "keyed", WRONG))


async def test_a_user_who_may_not_come_in_is_told(postgresql: Cluster) -> None:
    assert "does not let this user in" in await refused(postgresql.url("postgres", "stranger", WRONG))


async def test_a_missing_database_is_told_with_what_makes_it(postgresql: Cluster) -> None:
    said = await refused(postgresql.url("nowhere"))
    assert "(nowhere) has no such database; make it with createdb" in said


async def test_a_user_who_may_not_make_tables_is_told(postgresql: Cluster) -> None:
    database = postgresql.database()
    assert "does not let this user make tables" in await refused(postgresql.url(database, "keyed", PASSWORD))
    postgresql.sql(f"ALTER DATABASE {database} OWNER TO keyed")
    async with open_store(postgresql.url(database, "keyed", PASSWORD), HALLS):
        pass
    postgresql.sql(f"DROP DATABASE {database}")


async def test_a_server_that_is_too_old_is_told() -> None:
    async with old_server("13.22") as port:
        said = await refused(f"postgresql://mo@127.0.0.1:{port}/pink11")
    assert f"127.0.0.1:{port} (pink11) is version 13; Backchannel needs 14 or newer" in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://localhost", "must name a database"),
        (f"postgresql://mo:{WRONG}@localhost:many/pink11", "no address of a store"),
        (f"postgresql://mo:{WRONG}@localhost/pink11?sslmode=perhaps", "not in libpq's form"),
        (f"postgresql+psycopg://mo:{WRONG}@localhost/pink11", "is no kind of store"),
    ],
)
async def test_an_address_that_is_none_is_told(url: str, words: str) -> None:
    assert words in await refused(url)


def database() -> Database:
    found = database_at("postgresql://mo@localhost/pink11")
    assert found is not None
    return found


def test_a_database_shown_in_a_traceback_holds_no_password() -> None:
    assert WRONG not in repr(database_at(f"postgres://mo:{WRONG}@localhost/pink11"))


@pytest.mark.parametrize("error", [ConnectionRefusedError(), OperationalError("SELECT", None, ValueError("gone"))])
def test_trouble_while_it_runs_is_told_without_an_address(error: Exception) -> None:
    assert database().trouble(error) == "does not answer"


def test_what_a_statement_of_ours_is_to_blame_for_is_no_trouble_of_the_database() -> None:
    assert database().trouble(IntegrityError("INSERT", None, ValueError("twice"))) == ""


async def test_a_reader_cannot_write_and_sees_one_moment(url: str) -> None:
    async with open_store(url, HALLS) as store:
        writing, reading = place_at(url).open_engines()
        async with reading.begin() as connection:
            first = (await connection.execute(text("SELECT count(*) FROM posts"))).scalar_one()
            await store.posts.receive([arrival(1)], NOON)
            assert (await connection.execute(text("SELECT count(*) FROM posts"))).scalar_one() == first
            with pytest.raises(DBAPIError, match="read-only"):
                await connection.execute(text("DELETE FROM posts"))
        await reading.dispose()
        await writing.dispose()


async def test_two_who_wait_for_each_other_both_come_to_their_end(url: str) -> None:
    async with open_store(url, HALLS):
        writer, readers = place_at(url).open_engines()
        transactions, met = Transactions(writer), asyncio.Barrier(2)
        tries: list[str] = []

        def swapped(first: str, second: str) -> Callable[[AsyncConnection], Awaitable[None]]:
            async def raise_both(connection: AsyncConnection) -> None:
                tries.append(first)
                raised = text("UPDATE streams SET seq = seq + 1 WHERE name = :name")
                await connection.execute(raised, {"name": first})
                if len(tries) <= 2:
                    await met.wait()
                await connection.execute(raised, {"name": second})

            return raise_both

        await asyncio.gather(transactions.run(swapped("desk", "floor")), transactions.run(swapped("floor", "desk")))
        async with readers.begin() as connection:
            seqs = await connection.scalars(text("SELECT seq FROM streams WHERE name IN ('desk', 'floor')"))
            assert list(seqs) == [2, 2]
        assert len(tries) == 3
        await readers.dispose()
        await transactions.close()


async def test_a_lock_that_is_never_given_back_ends_in_an_error(url: str) -> None:
    async with open_store(url, HALLS) as store:
        await store.posts.receive([arrival(1)], NOON)
        writing, reading = place_at(url).open_engines()
        async with writing.begin() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
            async with writing.begin() as other:
                await other.execute(text("SELECT * FROM posts FOR UPDATE"))
                with pytest.raises(DBAPIError, match="lock timeout"):
                    await connection.execute(text("SELECT * FROM posts FOR UPDATE"))
            await connection.rollback()
        await reading.dispose()
        await writing.dispose()


async def test_a_store_goes_on_after_its_server_ended_every_session(url: str, postgresql: Cluster) -> None:
    async with open_store(url, HALLS) as store:
        await store.posts.receive([arrival(1)], NOON)
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <>"
        postgresql.sql(f"{ended} pg_backend_pid()", database=url.partition("@/")[2].partition("?")[0])
        assert (await store.posts.receive([arrival(2)], NOON)).new == 1
        assert await store.posts.find(key(1)) is not None


async def test_nodes_that_start_at_once_on_an_empty_database_agree(postgresql: Cluster) -> None:
    database = postgresql.database()

    async def founded() -> tuple[bytes, str]:
        async with open_store(postgresql.url(database), HALLS) as store:
            return store.secret, store.epoch

    assert len(set(await asyncio.gather(*(founded() for _ in range(4))))) == 1
    postgresql.sql(f"DROP DATABASE {database} WITH (FORCE)")
