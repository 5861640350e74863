"""What every test shares: one event loop, a store of its own, and a word where there is no browser."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from backchannel.store.house import Store, open_store
from tests.browser import chromium
from tests.provision import CI


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with open_store(f"sqlite:///{tmp_path}/backchannel.db", ["main", "foyer"]) as opened:
        yield opened


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("journey") and chromium() is None:
        (pytest.fail if CI else pytest.skip)("no Chromium found; BACKCHANNEL_CHROMIUM may hold its path")
