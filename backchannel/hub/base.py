"""The port of the hub: a hint that a stream has news.

The log stays the truth: a lost hint costs a second, no update.
"""

from collections.abc import Iterable
from typing import Protocol


class Hub(Protocol):
    """Wakes whoever waits for a stream."""

    def wake(self, streams: Iterable[str]) -> None:
        """Say that these streams have news, after the transaction that made it was committed."""

    async def wait(self, stream: str) -> None:
        """Return when the stream was woken since the last wait, or after the engine's polling pause."""
