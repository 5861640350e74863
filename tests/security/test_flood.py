"""A short flood (flood.py is the long one): the queue ends at its bound, answers are honest, others come in."""

import asyncio
from collections import Counter
from pathlib import Path

from backchannel.post import Status
from tests.security.flood import crowd, solved
from tests.served import Served, made_config, served

WAITING_MAX = 20
HONEST = {"202", "429 full", "429 newcomers"}


async def waiting(house: Served) -> int:
    """How many posts wait for the desk."""
    counts = (await house.store.posts.counts()).by_status
    return counts.get(Status.QUEUED, 0) + counts.get(Status.HELD, 0)


async def test_a_flood_fills_half_the_queue_and_one_that_solves_puzzles_all_of_it_and_no_more(tmp_path: Path) -> None:
    config = made_config(
        tmp_path,
        moderation={"floor_waiting_max": WAITING_MAX, "floor_newcomers_per_minute": WAITING_MAX // 2},
    )
    async with served(config) as house:
        answers = await crowd(house.url, devices=24, seconds=1)
        assert answers.keys() <= HONEST
        assert (answers["202"], await waiting(house)) == (WAITING_MAX // 2, WAITING_MAX // 2)
        headers, body = house.from_page | {"Cookie": "device=somebody-else"}, {"text": "What did you stop measuring?"}
        refused = await house.client.post("/posts", json=body, headers=headers)
        answer = await house.client.post("/posts", json=body | {"puzzle": solved(refused.content)}, headers=headers)
        assert answer.status_code == 202
        answers = Counter[str]()
        async with asyncio.timeout(60):
            while await waiting(house) < WAITING_MAX:  # how fast they solve is the machine's to say
                answers += await crowd(house.url, devices=24, seconds=1, solvers=24)
        answers += await crowd(house.url, devices=24, seconds=1, solvers=24)
        assert answers.keys() <= HONEST
        assert (answers["202"], await waiting(house)) == (WAITING_MAX // 2 - 1, WAITING_MAX)
        assert (await house.client.get("/")).status_code == 200
