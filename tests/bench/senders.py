"""A bridge that hands made-up posts in, signed, at a rate."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Final, Self

from httpx2 import AsyncClient

from tests.bench.sayings import different
from tests.sources.hook_signing import message

AT_ONCE: Final = 50
STEP_S: Final = 0.25


class Sender:
    """Hands posts in at `/hooks/bench`, each by somebody else and in words that nobody else says."""

    def __init__(self, url: str) -> None:
        self._client = AsyncClient(base_url=url, timeout=30)
        self._sent = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def send(self, posts: int, rate: float = float("inf")) -> None:
        """Hand so many in, not more in a second than the rate says."""
        loop = asyncio.get_running_loop()
        started, first = loop.time(), self._sent
        while (done := self._sent - first) < posts:
            due = min(posts, int((loop.time() - started + STEP_S) * rate)) if rate < float("inf") else posts
            if due <= done:
                await asyncio.sleep(STEP_S)
                continue
            await self._hand_in(min(due - done, AT_ONCE))

    @asynccontextmanager
    async def sending(self, rate: float) -> AsyncGenerator[None]:
        """Hand posts in while the block lasts."""
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self.send(10**9, rate), name="arrivals")
            try:
                yield
            finally:
                task.cancel()

    async def _hand_in(self, posts: int) -> None:
        numbers = range(self._sent, self._sent + posts)
        sent = message([_made_up(number) for number in numbers], f"msg_{self._sent}")
        answer = await self._client.post("/hooks/bench", content=sent.body, headers=sent.headers())
        assert answer.status_code == 202, answer.text
        self._sent += posts


def _made_up(number: int) -> dict[str, Any]:
    name = f"Person {number}"
    author = {"name": name, "address": f"@person{number}@social.example", "id": f"person {number}"}
    return {"id": f"post {number}", "text": different(number), "author": author}
