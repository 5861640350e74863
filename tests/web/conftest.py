from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from backchannel.web.turnstile import Turnstile
from tests.served import Served, made_config, served


@pytest.fixture(params=["turnstile", "the long way"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who listens comes in by either way, and sees no difference."""
    if request.param == "the long way":
        monkeypatch.setattr(Turnstile, "let_in", lambda *_: False)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as running:
        yield running
