"""Cooperative multitasking: who has much to do lets the event loop's other work run now and then."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import Final, TypeVar

AT_ONCE: Final = 10  # things that take a millisecond at most

T = TypeVar("T")


async def cooperatively(things: Iterable[T], at_once: int = AT_ONCE) -> AsyncGenerator[T]:
    """Each of `things`; after every `at_once` of them the event loop does whatever else is waiting."""
    for number, thing in enumerate(things, 1):
        yield thing
        if number % at_once == 0:
            await asyncio.sleep(0)
