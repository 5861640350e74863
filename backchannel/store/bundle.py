"""Questions that are asked in one turn of the event loop, answered together.

A commit wakes everybody who follows one of its streams: their reads differ by a name and a number, and a transaction
for each costs several times what it reads.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Bundle(Generic[Q, A]):
    """Gathers questions; `answer_all` gives each its answer, in their order."""

    def __init__(self, answer_all: Callable[[Sequence[Q]], Awaitable[Sequence[A]]]) -> None:
        self._answer_all = answer_all
        self._asked: list[Q] = []
        self._answering: asyncio.Task[Sequence[A]] | None = None

    async def ask(self, question: Q) -> A:
        """The answer. What goes wrong is told to everybody who asked; who stops waiting takes it from nobody."""
        if self._answering is None:
            self._answering = asyncio.get_running_loop().create_task(self._answer(), name="questions of one turn")
        answering, place = self._answering, len(self._asked)
        self._asked.append(question)
        return (await asyncio.shield(answering))[place]

    async def _answer(self) -> Sequence[A]:
        """Begins a turn after the first question: those of the same turn are there by then."""
        asked, self._asked, self._answering = self._asked, [], None
        return await self._answer_all(asked)
