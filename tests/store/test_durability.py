"""Promise 1: confirmed means kept, even where the program, or its database, is killed in its next transaction."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from backchannel.post import Status
from backchannel.store import sqlite
from backchannel.store.house import open_store, place_at
from tests import migrated
from tests.cluster import Cluster, cluster
from tests.store.world import HALLS, every_page

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = "migrated"


@pytest.fixture(scope="module")
def durable_cluster(postgresql_is_here: None) -> Generator[Cluster]:
    """A server that waits for the disk, as a real one does."""
    with cluster(is_durable=True) as running:
        running.sql(f"CREATE DATABASE {TEMPLATE}")
        asyncio.run(migrated.bring(running.url(TEMPLATE)))
        yield running


@pytest.fixture
def durable_postgresql(durable_cluster: Cluster) -> str:
    return durable_cluster.url(durable_cluster.database(TEMPLATE))


@pytest.fixture
def durable_sqlite(fresh_sqlite: Callable[[], str]) -> str:
    return fresh_sqlite()


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"durable_{request.param}"))


@contextmanager
def confirmed_by_a_program(url: str, least: int) -> Generator[list[str]]:
    """The keys that a program confirmed: as many as were asked for at first, all of them after it was killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.decider", url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as program:
        assert program.stdout is not None
        keys = [program.stdout.readline().strip() for _ in range(least)]
        yield keys
        program.kill()
        keys += program.stdout.read().split()  # what it confirmed before the signal came


async def assert_kept(url: str, keys: list[str]) -> None:
    async with open_store(url, HALLS) as store:
        kept = [post.key for post in (await every_page(store, status=Status.APPROVED)).posts]
        seqs = (await store.log.heads()).seqs
    assert set(keys) <= set(kept)
    assert len(kept) <= len(keys) + 1  # at most the one that was committed and not yet confirmed
    assert seqs["floor"] == len(kept)


@pytest.mark.parametrize("confirmed", [1, 17, 60])
async def test_every_confirmed_decision_survives_kill_9(durable_url: str, confirmed: int) -> None:
    with confirmed_by_a_program(durable_url, confirmed) as keys:
        pass
    await assert_kept(durable_url, keys)


async def test_every_confirmed_decision_survives_the_death_of_the_database(
    durable_cluster: Cluster, durable_postgresql: str
) -> None:
    with confirmed_by_a_program(durable_postgresql, 17) as keys:
        durable_cluster.crash()
    durable_cluster.start()
    await assert_kept(durable_postgresql, keys)


async def test_every_commit_reaches_the_disk_before_it_returns(tmp_path: Path) -> None:
    writing, reading = sqlite.open_engines(tmp_path / "any.db")
    async with writing.begin() as connection:
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2  # FULL
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
    await writing.dispose()
    await reading.dispose()


async def test_every_commit_waits_for_the_disk_whatever_the_server_is_used_to(
    durable_cluster: Cluster, durable_postgresql: str
) -> None:
    durable_cluster.sql("ALTER ROLE postgres SET synchronous_commit = off")
    writing, reading = place_at(durable_postgresql).open_engines()
    async with writing.begin() as connection:
        assert (await connection.execute(text("SHOW fsync"))).scalar_one() == "on"
        assert (await connection.execute(text("SHOW synchronous_commit"))).scalar_one() == "on"
    await writing.dispose()
    await reading.dispose()
    durable_cluster.sql("ALTER ROLE postgres RESET synchronous_commit")
