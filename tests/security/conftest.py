from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.served import Served, made_config, served


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as running:
        yield running
