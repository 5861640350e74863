"""A program that decides posts one by one, and names each on its output once the store confirmed it."""

import asyncio
import sys

import structlog

from backchannel.post import Verb
from backchannel.store.house import open_store
from tests.store.world import HALLS, arrival, decide, key, receive

MANY = 500


async def main(url: str) -> None:
    """Receive many posts, then decide them until killed."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # the output is for keys
    async with open_store(url, HALLS) as store:
        await receive(store, *map(arrival, range(MANY)))
        for number in range(MANY):
            await decide(store, Verb.APPROVE, number)
            sys.stdout.write(f"{key(number)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
