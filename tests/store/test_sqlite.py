import asyncio
import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from backchannel.errors import StartError
from backchannel.store import sqlite
from backchannel.store.house import open_store
from backchannel.store.tables import metadata
from backchannel.store.votes import GIVEN
from tests.store.world import HALLS, NOON, arrival

pytestmark = pytest.mark.anyio


def modes_in(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}


async def refused(url: str) -> str:
    with pytest.raises(StartError) as caught:
        async with open_store(url, HALLS):
            pass
    sentence = str(caught.value)
    assert sentence.startswith("store.url")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert f"there is no folder {tmp_path / 'none'}" in await refused(f"sqlite:///{tmp_path}/none/b.db")
    assert not (tmp_path / "none").exists()


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    file.write_text("A shopping list.\n" * 100)
    assert f"{file} is no SQLite database" in await refused(f"sqlite:///{file}")
    assert file.read_text().startswith("A shopping list.")


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "cannot be opened as a file" in await refused(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///b.db?mode=ro", "sqlite://host/b.db"])
async def test_a_store_needs_a_plain_file(url: str) -> None:
    assert "must name a file" in await refused(url)


async def test_other_kinds_of_store_are_told_apart() -> None:
    assert "'mysql' is no kind of store" in await refused("mysql://localhost/b")
    assert "'postgresql+psycopg' is no kind of store" in await refused("postgresql+psycopg://localhost/b")
    assert "no address of a store" in await refused("b.db")


@pytest.mark.parametrize(("code", "words"), sqlite.WRONG.items())
def test_every_known_trouble_is_one_sentence(code: int, words: str) -> None:
    trouble = sqlite3.OperationalError("low words")
    trouble.sqlite_errorcode = code | 0x100
    sentence = sqlite.what_is_wrong(Path("/b.db"), OperationalError("SELECT", None, trouble))
    assert sentence == f"store.url: /b.db {words}."


def test_an_unknown_trouble_is_told_in_sqlites_words() -> None:
    error = OperationalError("SELECT", None, sqlite3.OperationalError("low words"))
    assert sqlite.what_is_wrong(Path("/b.db"), error) == "store.url: /b.db cannot be used (low words)."


@pytest.mark.parametrize(("code", "words"), [*sqlite.WRONG.items(), (0, "cannot be used just now")])
def test_trouble_while_it_runs_is_told_without_the_files_name(tmp_path: Path, code: int, words: str) -> None:
    trouble = sqlite3.OperationalError("low words")
    trouble.sqlite_errorcode = code
    file = sqlite.File(tmp_path / "b.db")
    assert file.trouble(OperationalError("SELECT", None, trouble)) == words
    assert file.trouble(ValueError("low words")) == ""


async def test_only_its_owner_may_read_a_new_store(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path / 'b.db'}", HALLS):
        modes = modes_in(tmp_path)
    assert modes == dict.fromkeys(["b.db", "b.db-wal", "b.db-shm"], 0o600)


async def test_a_reader_cannot_write_and_sees_one_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'b.db'}"
    async with open_store(url, HALLS) as store:
        writing, reading = sqlite.open_engines(tmp_path / "b.db")
        async with reading.begin() as connection:
            first = (await connection.execute(text("SELECT count(*) FROM posts"))).scalar_one()
            await store.posts.receive([arrival(1)], NOON)
            assert (await connection.execute(text("SELECT count(*) FROM posts"))).scalar_one() == first
            with pytest.raises(OperationalError, match="readonly"):
                await connection.execute(text("DELETE FROM posts"))
        await reading.dispose()
        await writing.dispose()


async def test_a_writer_cancelled_anywhere_leaves_the_next_one_a_clean_connection(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path / 'b.db'}", HALLS) as store:
        for turns in range(0, 60, 2):
            pair = [arrival(f"{turns}-one"), arrival(f"{turns}-two")]
            async with asyncio.TaskGroup() as group:
                task = group.create_task(store.posts.receive(pair, NOON), name="writer")
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
            async with asyncio.timeout(4):  # less than the time a writer waits for a lock that nobody gives back
                received = await store.posts.receive(pair, NOON)
            assert received.new in {0, 2}
        assert (await store.log.heads()).seqs["desk"] == 60


async def test_a_command_beside_a_running_server_waits_for_its_turn(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'b.db'}"
    async with open_store(url, HALLS) as server, open_store(url, HALLS) as command:
        batches = [store.posts.receive([arrival(place)], NOON) for place, store in enumerate([server, command] * 5)]
        assert sum(received.new for received in await asyncio.gather(*batches)) == 10
        assert (await server.log.heads()).seqs["desk"] == 10


async def test_a_file_that_may_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # the superuser, who may run the tests, may write every file
    assert f"{tmp_path / 'b.db'} cannot be opened as a file" in await refused(f"sqlite:///{tmp_path / 'b.db'}")


async def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    name = 300 * "b"
    assert "cannot be made (File name too long)" in await refused(f"sqlite:///{tmp_path}/{name}")


def test_a_group_of_votes_looks_for_its_devices_and_not_through_all_votes() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        asked = str(GIVEN.compile(engine))
        plan = " ".join(map(str, connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", ('["x"]',))))
    assert "votes_by_device" in plan
    assert "SCAN votes" not in plan
