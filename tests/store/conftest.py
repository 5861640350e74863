"""The contract suite runs on every engine: a new engine is one more parameter here."""

from collections.abc import AsyncGenerator, Callable
from itertools import count
from pathlib import Path

import pytest

from backchannel.store.house import Store, open_store
from tests.store.world import HALLS

FreshUrl = Callable[[], str]


@pytest.fixture(params=["sqlite"])
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> FreshUrl:
    numbers = count()
    return lambda: f"{request.param}:///{tmp_path / str(next(numbers))}.db"


@pytest.fixture
def url(fresh_url: FreshUrl) -> str:
    return fresh_url()


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    async with open_store(url, HALLS) as opened:
        yield opened
