"""Promise 4 where the disk is full, slow, or locked by another program: nothing is confirmed that is not kept."""

import asyncio
import resource
import sqlite3
import subprocess
from pathlib import Path

import pytest

from backchannel.post import Status
from tests.chaos.house import House, built
from tests.chaos.scale import Scale

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

FSYNC_S = 0.05
SLOW_DISK = f"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int slowly(const char *name, int file) {{
  usleep({int(FSYNC_S * 1e6)});
  return ((int (*)(int))dlsym(RTLD_NEXT, name))(file);
}}
int fsync(int file) {{ return slowly("fsync", file); }}
int fdatasync(int file) {{ return slowly("fdatasync", file); }}
"""
LINUX_ONLY = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process")


def let_files_grow_to(house: House, size: int) -> None:
    """From now on the server cannot make a file larger than this: as on a full disk, its writes fail."""
    hard = resource.prlimit(house.running.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(house.running.pid, resource.RLIMIT_FSIZE, (size, hard))


def slow_disk(folder: Path) -> Path:
    """What makes every fsync of a program slow that is started with it in LD_PRELOAD."""
    (folder / "slow.c").write_text(SLOW_DISK)
    built = folder / "slow.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", built, folder / "slow.c", "-ldl"], check=True)
    return built


@LINUX_ONLY
async def test_on_a_full_disk_decisions_are_refused_in_words_and_go_on_once_there_is_room(tmp_path: Path) -> None:
    async with built(tmp_path, posts=80) as house:
        await house.begin()
        async with house.feed("/feed/screen") as screen:
            await screen.frame("snapshot")
            let_files_grow_to(house, 64 * 1024)
            waiting, confirmed = iter(house.keys), []
            while (answer := await house.decide("approve", key := next(waiting))).status_code == 200:
                confirmed.append(key)
                assert (await screen.frame("put"))["key"] == key
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unavailable")
            assert "disk" in answer.json()["error"]["message"]
            assert (await house.client.get("/healthz")).status_code == 200
            let_files_grow_to(house, resource.RLIM_INFINITY)
            assert await house.is_confirmed("approve", house.keys[-1])
            assert (await screen.frame("put"))["key"] == house.keys[-1]
        await house.cut()
        found = await house.look()
        assert found.of(Status.APPROVED) == {*confirmed, house.keys[-1]}
        found.assert_sound()


async def test_while_another_program_locks_the_store_decisions_are_refused_in_words_and_nothing_else_waits(
    tmp_path: Path,
) -> None:
    async with built(tmp_path, posts=2) as house:
        await house.begin()
        file = sqlite3.connect(tmp_path / "backchannel.db", isolation_level=None)
        file.execute("BEGIN IMMEDIATE")
        async with asyncio.TaskGroup() as group:
            deciding = group.create_task(house.decide("approve", house.keys[0]), name="decision")
            for _ in range(20):
                assert (await house.client.get("/")).status_code == 200
            assert not deciding.done()
        refused = deciding.result()
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "store_unavailable")
        file.execute("ROLLBACK")
        file.close()
        assert await house.is_confirmed("approve", house.keys[0])


async def test_a_slow_disk_delays_decisions_and_nothing_else(tmp_path: Path, scale: Scale) -> None:
    shim = slow_disk(tmp_path)
    async with built(tmp_path, posts=scale.of(5, 100)) as house:
        await house.begin(LD_PRELOAD=str(shim))
        answered, loop = 0, asyncio.get_running_loop()
        started = loop.time()
        async with asyncio.TaskGroup() as group:

            async def decide_all() -> None:
                for key in house.keys:
                    assert await house.is_confirmed("approve", key)

            deciding = group.create_task(decide_all(), name="decisions")
            while not deciding.done():
                assert (await house.client.get("/healthz")).status_code == 200
                answered += 1
        assert loop.time() - started >= FSYNC_S * len(house.keys)  # the disk was slow
        assert answered > 3 * len(house.keys)  # and several were answered while each decision waited for it
