"""uvicorn looks every 100 ms whether it has come to its end, which each server that a test starts waits for twice."""

import asyncio
from typing import Any, Final

import uvicorn.server

LOOKS_EVERY_S: Final = 0.005


class _Impatient:
    """asyncio, as uvicorn's server sees it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds: float) -> None:
        """Sleep, but not for long."""
        await asyncio.sleep(min(seconds, LOOKS_EVERY_S))


def hurry() -> None:
    """From now on it looks more often."""
    vars(uvicorn.server)["asyncio"] = _Impatient()
