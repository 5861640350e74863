"""Work that is done beside a block, and ends with it."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def beside(**works: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Have works done, by their names, while the block lasts. What the block raises comes out as it is.

    A TaskGroup alone would wrap it, GeneratorExit too, and so could not be used by what yields. Works catch what they
    can go on after; what they let out ends the block.
    """
    failure: BaseException | None = None
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work, name=name) for name, work in works.items()]
        try:
            yield
        except BaseException as error:  # noqa: BLE001 (it is raised again, outside of the group)
            failure = error
        for task in tasks:
            task.cancel()
    if failure is not None:
        raise failure
