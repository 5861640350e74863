"""Two servers on one PostgreSQL, in processes of their own: what one confirms the other shows, and one collects."""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from httpx2 import AsyncClient
from websockets.asyncio.client import connect

from tests.journeys.people import Running, free_port, running
from tests.served import Feed
from tests.test_server import server

pytestmark = pytest.mark.anyio

WITHIN_S: Final = 0.1
SAMPLES: Final = 21
NETWORK: Final = '[[sources]]\nnetwork = "mastodon"\nserver = "nowhere.invalid"\n'
PACE: Final = 60


@dataclass(frozen=True, slots=True)
class Node:
    """One of several servers on a store."""

    up: Running
    client: AsyncClient
    config: Path

    @property
    def from_page(self) -> dict[str, str]:
        return {"Origin": self.up.url}

    async def post(self, text: str) -> str:
        answer = await self.client.post("/posts", json={"text": text}, headers=self.from_page)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["key"])

    async def decide(self, verb: str, key: str, **more: Any) -> Any:
        body = {"posts": [key], "verb": verb, **more}
        return (await self.client.post("/api/decisions", json=body)).json()["outcomes"][0]

    async def states(self) -> dict[str, str]:
        told = (await self.client.get("/api/sources")).json()["sources"]
        return {source["network"]: source["state"] for source in told}

    @asynccontextmanager
    async def feed(self, address: str) -> AsyncGenerator[Feed]:
        async with connect(self.up.url.replace("http", "ws", 1) + address, compression=None) as socket:
            feed = Feed(socket)
            await feed.frame("snapshot")
            yield feed


@pytest.fixture
def configs(tmp_path: Path, fresh_postgresql: Callable[[], str]) -> list[Path]:
    """What two servers on one store are started with."""
    url, made = fresh_postgresql(), []
    for name in ("one", "other"):
        config = tmp_path / f"{name}.toml"
        config.write_text(
            f'[server]\nport = {free_port()}\n[store]\nurl = "{url}"\n[moderation]\nfloor_posts_per_minute = {PACE}\n'
            f'{NETWORK}[[sources]]\nnetwork = "floor"\n'
        )
        made.append(config)
    return made


@pytest.fixture
async def nodes(configs: list[Path]) -> AsyncGenerator[list[Node]]:
    """The first one is up before the second is started; one badge works on both."""
    async with AsyncExitStack() as stack:
        made = []
        for config in configs:
            port = config.read_text().partition("port = ")[2].partition("\n")[0]
            up = await stack.enter_async_context(running(config, f"http://127.0.0.1:{port}"))
            client = await stack.enter_async_context(AsyncClient(base_url=up.url))
            made.append(Node(up, client, config))
        secret = server(configs[1], "badge", "Jo").stdout.strip()
        for node in made:
            node.client.headers["Authorization"] = f"Bearer {secret}"
        yield made


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(15):
        while not await holds():
            await asyncio.sleep(0.05)


async def arrival(feed: Feed, op: str, key: str) -> float:
    """When the next frame of this kind came."""
    assert (await feed.frame(op))["key"] == key
    return time.perf_counter()


async def test_what_one_node_confirms_is_on_the_others_screens_and_phones_within_100_ms(nodes: list[Node]) -> None:
    one, other = nodes
    took: dict[str, list[float]] = {"approve": [], "withdraw": []}
    async with other.feed("/feed/screen") as screen, other.feed("/feed/phone") as phone:
        for number in range(SAMPLES):
            key = await one.post(f"Talk {number} starts in five minutes.")
            for verb, op in (("approve", "put"), ("withdraw", "drop")):
                async with asyncio.TaskGroup() as group:
                    arrivals = [group.create_task(arrival(feed, op, key), name=op) for feed in (screen, phone)]
                    assert (await one.decide(verb, key))["outcome"] == "done"
                    confirmed = time.perf_counter()
                took[verb].append(max(task.result() for task in arrivals) - confirmed)
    medians = {verb: statistics.median(samples) for verb, samples in took.items()}
    assert max(medians.values()) < WITHIN_S, medians
    assert max(took["withdraw"]) < 2  # promise 5


async def test_two_moderators_on_two_nodes_have_one_winner_and_the_other_is_told(nodes: list[Node]) -> None:
    one, other = nodes
    key = await other.post("Where is the cloakroom?")
    orders = [node.decide(verb, key, versions={key: 1}) for node, verb in ((one, "approve"), (other, "reject"))]
    outcomes = await asyncio.gather(*orders)
    assert sorted(outcome["outcome"] for outcome in outcomes) == ["conflict", "done"]
    assert outcomes[0]["status"] == outcomes[1]["status"]


async def test_who_moves_to_another_node_goes_on_at_the_same_number(nodes: list[Node]) -> None:
    one, other = nodes
    async with one.feed("/feed/phone"):
        pass
    keys = []
    for number in range(3):
        keys.append(await one.post(f"Question {number}"))
        await one.decide("approve", keys[-1])
    page = (await one.client.get("/")).text
    epoch = page.partition('data-epoch="')[2].partition('"')[0]
    async with connect(
        other.up.url.replace("http", "ws", 1) + f"/feed/phone?epoch={epoch}&since=1", compression=None
    ) as socket:
        feed = Feed(socket)
        missed = [await feed.frame("put", "snapshot") for _ in range(2)]
    assert [(frame["seq"], frame["key"]) for frame in missed] == [(2, keys[1]), (3, keys[2])]


async def test_a_phones_pace_and_an_invitation_count_on_both_nodes_together(nodes: list[Node]) -> None:
    one, other = nodes
    link = server(one.config, "invite", "Sam").stdout.strip().partition("#")[2]
    for node, goes_on in ((other, True), (one, False)):
        form = {"invitation": link, "name": "Sam"}
        answer = await node.client.post("/join", data=form, headers=node.from_page)
        assert (answer.headers.get("location") == "/console") is goes_on
    welcome = await one.client.post("/posts", data={"text": "Hello"}, headers=one.from_page)
    device = {"Cookie": f"device={welcome.cookies['device']}"}
    answers = []
    for number in range(PACE):
        node = nodes[number % 2]
        answers.append(
            await node.client.post("/posts", json={"text": f"Post {number}"}, headers=node.from_page | device)
        )
    assert [answer.status_code for answer in answers] == [202] * (PACE - 1) + [429]


async def test_one_node_collects_the_other_says_that_it_does_not_and_takes_over(nodes: list[Node]) -> None:
    one, other = nodes
    assert (await one.states())["mastodon"] != "standing_by"

    async def stands_by() -> bool:
        return (await other.states()) == {"mastodon": "standing_by", "floor": "following"}

    await until(stands_by)
    await other.up.says("Another server on this store follows the networks.")
    await other.post("Phones may write to any node.")
    await one.up.kill()

    async def leads() -> bool:
        return (await other.states())["mastodon"] != "standing_by"

    await until(leads)
    await other.up.says("This server follows the networks now.")


async def test_nothing_that_was_posted_or_said_of_the_store_is_in_a_log(nodes: list[Node]) -> None:
    for node in nodes:
        await node.decide("approve", await node.post("A sentence that belongs to its author."))
    for node in reversed(nodes):
        assert "A sentence" not in await node.up.end()
