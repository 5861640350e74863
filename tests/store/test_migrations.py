import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, update

from backchannel.errors import StartError
from backchannel.store.house import open_store, place_at
from backchannel.store.migrations import REVISIONS, migrate
from backchannel.store.migrations.upgrading import config
from backchannel.store.migrations.versions import r0009_sought
from backchannel.store.tables import metadata, posts
from tests import migrated
from tests.cluster import Cluster
from tests.store.world import FULL, HALLS, arrival, gone, receive

pytestmark = pytest.mark.anyio


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


def primary_keys(connection: Connection) -> dict[str, list[str]]:
    looked_at = inspect(connection)
    return {name: list(looked_at.get_pk_constraint(name)["constrained_columns"]) for name in metadata.tables}


@pytest.fixture
def empty_sqlite(fresh_sqlite: Callable[[], str]) -> str:
    return fresh_sqlite()


@pytest.fixture
def empty_postgresql(postgresql: Cluster) -> Generator[str]:
    database = postgresql.database()
    yield postgresql.url(database)
    postgresql.sql(f"DROP DATABASE {database} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"empty_{request.param}"))


async def test_migrated_tables_are_those_of_the_code(empty_url: str) -> None:
    writing, reading = place_at(empty_url).open_engines()
    await migrate(writing)
    await migrate(writing)  # a second time is nothing
    async with reading.begin() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(primary_keys) == {
            name: [column.name for column in table.primary_key] for name, table in metadata.tables.items()
        }
    await reading.dispose()
    await writing.dispose()


def test_every_file_is_named_by_its_revision() -> None:
    script = ScriptDirectory.from_config(config())
    assert [revision.revision for revision in script.walk_revisions()] == REVISIONS[::-1]


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
        database.commit()
        with pytest.raises(StartError, match="newer version"):
            async with open_store(f"sqlite:///{file}", HALLS):
                pass
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("alembic_version",)]


async def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE posts (somebody TEXT)")
        with pytest.raises(StartError, match="posts already exists"):
            async with open_store(f"sqlite:///{file}", HALLS):
                pass
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("posts",)]


async def test_a_migration_that_fails_leaves_postgresql_as_it_was(postgresql: Cluster) -> None:
    database = postgresql.database()
    postgresql.sql("CREATE TABLE posts (somebody TEXT)", database=database)
    with pytest.raises(StartError, match=r'cannot be used \(relation "posts" already exists\)'):
        async with open_store(postgresql.url(database), HALLS):
            pass
    assert postgresql.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database=database) == "posts\n"
    postgresql.sql(f"DROP DATABASE {database} WITH (FORCE)")


async def test_what_is_there_already_is_found_by_its_words(tmp_path: Path) -> None:
    async with open_store(migrated.at(tmp_path / "b.db"), HALLS) as store:
        await receive(store, arrival(1, FULL), arrival(2), arrival(3), gone(3))
        writing, reading = place_at(f"sqlite:///{tmp_path / 'b.db'}").open_engines()
        async with writing.begin() as connection:
            kept = (await connection.execute(select(posts.c.key, posts.c.sought).order_by(posts.c.key))).all()
            await connection.execute(update(posts).values(sought=""))
            await connection.run_sync(r0009_sought.fill)
            assert (await connection.execute(select(posts.c.key, posts.c.sought).order_by(posts.c.key))).all() == kept
        await writing.dispose()
        await reading.dispose()
