import os
import subprocess
import sys
from pathlib import Path

import pytest

from backchannel.errors import StartError
from backchannel.store.lock import hold_lock

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys
from pathlib import Path
from backchannel.store.lock import hold_lock
with hold_lock(Path(sys.argv[1])) as lock:
    lock.announce("http://127.0.0.1:8000")
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_server_is_told_of_the_first(tmp_path: Path) -> None:
    database = tmp_path / "b.db"
    with hold_lock(database) as lock:
        with pytest.raises(StartError, match=f"process number {os.getpid()};"), hold_lock(database):
            pass
        lock.announce("http://127.0.0.1:8000")
        with pytest.raises(StartError, match=f"{os.getpid()} at http://127.0.0.1:8000;"), hold_lock(database):
            pass


def test_a_lock_is_let_go_at_the_end(tmp_path: Path) -> None:
    for _ in range(2):
        with hold_lock(tmp_path / "b.db", "http://127.0.0.1:8000"):
            pass


def test_a_holder_that_has_not_written_yet_is_another_server(tmp_path: Path) -> None:
    database = tmp_path / "b.db"
    with hold_lock(database):
        (tmp_path / "b.db.lock").write_text("")
        with pytest.raises(StartError, match="in use by another server;"), hold_lock(database):
            pass


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"store\.url: the lock file"), hold_lock(tmp_path / "none" / "b.db"):
        pass


def test_kill_9_lets_the_lock_go(tmp_path: Path) -> None:
    database = tmp_path / "b.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "held\n"
        with pytest.raises(StartError, match=f"{program.pid} at http://127.0.0.1:8000;"), hold_lock(database):
            pass
        program.kill()
        program.wait()
        with hold_lock(database):
            pass
