"""Who hands a post in again until it is answered loses none by our restarts, and doubles none."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from httpx2 import AsyncClient, HTTPError, Response

from backchannel.post import Status
from backchannel.store.base import Query
from tests.served import made_config, served
from tests.sources.hook_signing import SECRET, message, post

MANY = 24
HANDED_OVER = 8  # then we end, in the middle of the rest
AT_ONCE = 4


async def from_a_program(client: AsyncClient, number: int) -> Response:
    sent = message(post(f"Post {number}", f"Author {number}"), f"msg_{number}")
    return await client.post("/hooks/crew", content=sent.body, headers=sent.headers())


async def from_a_phone(client: AsyncClient, number: int) -> Response:
    headers = {"Origin": str(client.base_url).rstrip("/"), "Cookie": f"device=phone-{number:020}"}
    return await client.post("/posts", json={"text": f"Post {number}", "idem": f"outbox-{number}"}, headers=headers)


@pytest.mark.parametrize("hand_in", [from_a_program, from_a_phone])
async def test_posts_that_are_sent_again_until_they_are_answered_survive_our_restarts_once(
    hand_in: Callable[[AsyncClient, int], Awaitable[Response]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", SECRET)
    hook = {"network": "webhook", "name": "crew", "secrets_env": ["SECRET"]}
    config = made_config(tmp_path, sources=[{"network": "floor"}, hook])
    clients: list[AsyncClient] = []
    answered: set[int] = set()
    enough = asyncio.Event()

    answers_lost = set(range(0, MANY, 3))  # the post was kept, and the line broke before anybody heard of it
    line = asyncio.Semaphore(AT_ONCE)

    async def send(number: int) -> None:
        while number not in answered:
            async with line:
                try:
                    if clients and (await hand_in(clients[-1], number)).status_code == 202:
                        (answers_lost.remove if number in answers_lost else answered.add)(number)
                except (HTTPError, RuntimeError):  # the server, or the client with it, is away
                    pass
            if len(answered) >= HANDED_OVER:
                enough.set()
            await asyncio.sleep(0.01)

    async with asyncio.timeout(40), asyncio.TaskGroup() as group:
        for number in range(MANY):
            group.create_task(send(number), name=f"sender {number}")
        async with served(config) as house:
            clients.append(house.client)
            await enough.wait()
        was_answered = len(answered)
        async with served(config) as house:
            clients.append(house.client)
            while len(answered) < MANY:
                await asyncio.sleep(0.01)
            queued = (await house.store.posts.page(Query(Status.QUEUED, limit=200))).posts
    assert was_answered < MANY
    assert sorted(each.content.text for each in queued) == sorted(f"Post {number}" for number in range(MANY))
