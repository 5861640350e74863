"""The ports between nodes: a hint that a stream has news, and who of several collects.

The log stays the truth: a lost hint costs a second or two, no update. Two who collect at once, for a moment, cost work
and nothing else: a post has one key, whoever brings it.
"""

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Hub(Protocol):
    """Wakes whoever waits for a stream."""

    def wake(self, streams: Iterable[str]) -> None:
        """Say that these streams have news, after the transaction that made it was committed."""

    async def wait(self, stream: str, waiter: str = "") -> float | None:
        """Return when the stream was woken since this waiter's last wait, or after the engine's polling pause.

        When it was woken first, by the clock that only goes on, is told; None after a pause.
        """

    async def run(self) -> None:
        """Do what the engine does beside, until cancelled."""


class Leadership(Protocol):
    """Decides which of the nodes on one store does what only one may do."""

    async def stand(self) -> bool:
        """Try to lead; whether this node does. Raises nothing: who cannot ask does not lead."""
        ...

    def term(self) -> AbstractAsyncContextManager[None]:
        """What a node does while it leads, after it stood: the body is cancelled, without an error, when that ends."""
        ...
