"""The contract suite runs on every engine: a new engine is one more parameter here."""

from collections.abc import AsyncGenerator, Callable
from itertools import count
from pathlib import Path

import pytest

from backchannel.store.house import Store, open_store
from tests import migrated
from tests.store.world import HALLS

FreshUrl = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_url(request: pytest.FixtureRequest) -> FreshUrl:
    """Addresses of stores that nobody opened yet, on every engine."""
    made: FreshUrl = request.getfixturevalue(f"fresh_{request.param}")
    return made


@pytest.fixture
def fresh_sqlite(tmp_path: Path) -> FreshUrl:
    numbers = count()
    return lambda: migrated.at(tmp_path / f"{next(numbers)}.db")


@pytest.fixture
def url(fresh_url: FreshUrl) -> str:
    return fresh_url()


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    async with open_store(url, HALLS) as opened:
        yield opened
