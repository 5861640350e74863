"""Promise 1: confirmed means kept, even where the program is killed in the middle of its next transaction."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from backchannel.post import Status
from backchannel.store import sqlite
from backchannel.store.house import open_store
from tests.store.world import HALLS, every_page

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]


def keys_confirmed_before_kill_9(url: str, least: int) -> list[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.store.decider", url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        keys = [program.stdout.readline().strip() for _ in range(least)]
        program.kill()
        return keys + program.stdout.read().split()  # what it confirmed before the signal came


@pytest.mark.parametrize("confirmed", [1, 17, 60])
async def test_every_confirmed_decision_survives_kill_9(url: str, confirmed: int) -> None:
    keys = keys_confirmed_before_kill_9(url, confirmed)
    async with open_store(url, HALLS) as store:
        kept = [post.key for post in (await every_page(store, status=Status.APPROVED)).posts]
        seqs = (await store.log.heads()).seqs
    assert set(keys) <= set(kept)
    assert len(kept) <= len(keys) + 1  # at most the one that was committed and not yet confirmed
    assert seqs["floor"] == len(kept)


async def test_every_commit_reaches_the_disk_before_it_returns(tmp_path: Path) -> None:
    writing, reading = sqlite.open_engines(tmp_path / "any.db")
    async with writing.begin() as connection:
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == 2  # FULL
        assert (await connection.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
    await writing.dispose()
    await reading.dispose()
