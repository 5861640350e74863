"""The command line in this process: each command in one of its own takes two seconds of a core, to import itself."""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess
from typing import Final

import structlog

from server import main

DEADLINE_S: Final = 30


def server(config: Path, *arguments: str) -> CompletedProcess[str]:
    """What `server.py` answers with this configuration."""
    return typed("--config", str(config), *arguments)


def typed(*arguments: str) -> CompletedProcess[str]:
    """What `server.py` answers. It has a thread of its own, because a loop of the test's may run in this one."""
    answers: list[int] = []

    def answer() -> None:
        try:
            answers.append(main(arguments))
        except SystemExit as refused:  # by argparse
            answers.append(int(refused.code or 0))

    running = threading.Thread(target=answer, name="server.py", daemon=True)
    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as errors, _logs_kept():
        running.start()
        running.join(DEADLINE_S)
    assert not running.is_alive(), "it did not end"
    assert answers, "it raised"
    return CompletedProcess(arguments, answers[0], out.getvalue(), errors.getvalue())


@contextmanager
def _logs_kept() -> Generator[None]:
    """The tests log afterwards as they did before."""
    root, settings = logging.getLogger(), structlog.get_config()
    level, handlers = root.level, root.handlers
    root.handlers = []
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.configure(**settings)
