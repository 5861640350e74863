"""Two servers on one PostgreSQL, in processes of their own: what one confirms the other shows, and one collects."""

import asyncio
import statistics
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

import pytest
from httpx2 import AsyncClient
from websockets.asyncio.client import connect

from tests.cluster import Cluster
from tests.journeys.people import Running, free_port, running
from tests.served import Feed
from tests.sources.hook_signing import SECRET, message, post
from tests.terminal import server

pytestmark = pytest.mark.anyio

WITHIN_S: Final = 0.1
TAKEN_BACK_WITHIN_S: Final = 2
SAMPLES: Final = 11
ROUNDS: Final = 3  # a machine that is busy with other things gets another chance; the poll alone would fail them all
PACE: Final = 5
TIMEOUT_S: Final = 30
SETTINGS: Final = """
[server]
port = {port}
[store]
url = "{url}"
[moderation]
floor_posts_per_minute = {pace}
[[sources]]
network = "mastodon"
server = "nowhere.invalid"
[[sources]]
network = "floor"
[[sources]]
network = "webhook"
name = "crew"
secrets_files = ["crew.secret"]
"""


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
        a_new_phone = {"Cookie": f"device={token_hex(8)}"}
        answer = await self.client.post("/posts", json={"text": text}, headers=self.from_page | a_new_phone)
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
            yield Feed(socket)


@asynccontextmanager
async def two_nodes(folder: Path, url: str) -> AsyncGenerator[list[Node]]:
    """The first one is up before the second is started; one badge works on both."""
    async with AsyncExitStack() as stack:
        made: list[Node] = []
        (folder / "crew.secret").write_text(SECRET)
        for name in ("one", "other"):
            config, port = folder / f"{name}.toml", free_port()
            config.write_text(SETTINGS.format(port=port, url=url, pace=PACE))
            up = await stack.enter_async_context(running(config, f"http://127.0.0.1:{port}"))
            client = await stack.enter_async_context(AsyncClient(base_url=up.url, timeout=TIMEOUT_S))
            made.append(Node(up, client, config))
        secret = server(made[1].config, "badge", "Jo").stdout.strip()
        for node in made:
            node.client.headers["Authorization"] = f"Bearer {secret}"
        yield made


@pytest.fixture(scope="module")
async def nodes(tmp_path_factory: pytest.TempPathFactory, postgresql: Cluster) -> AsyncGenerator[list[Node]]:
    """Two servers that no test ends."""
    async with two_nodes(tmp_path_factory.mktemp("nodes"), postgresql.url(postgresql.database())) as made:
        yield made


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(15):
        while not await holds():
            await asyncio.sleep(0.05)


async def arrival(feed: Feed, op: str, key: str) -> float:
    """When the next frame of this kind came."""
    assert (await feed.frame(op))["key"] == key
    return time.perf_counter()


async def lag(one: Node, verb: str, key: str, op: str, feeds: list[Feed]) -> float:
    """Seconds from a node's answer to the last of the frames; below 0 where the frames were faster."""
    async with asyncio.TaskGroup() as group:
        arrivals = [group.create_task(arrival(feed, op, key), name=op) for feed in feeds]
        assert (await one.decide(verb, key))["outcome"] == "done"
        confirmed = time.perf_counter()
    return max(task.result() for task in arrivals) - confirmed


async def test_what_one_node_confirms_is_on_the_others_screens_and_phones_within_100_ms(nodes: list[Node]) -> None:
    one, other = nodes
    medians: list[float] = []
    async with other.feed("/feed/screen") as screen, other.feed("/feed/phone") as phone:
        feeds = [screen, phone]
        await asyncio.gather(*(feed.frame("snapshot") for feed in feeds))
        while not medians or (min(medians) >= WITHIN_S and len(medians) < ROUNDS):
            lags: list[float] = []
            for number in range(SAMPLES):
                key = await one.post(f"Talk {number} starts in five minutes.")
                lags.append(await lag(one, "approve", key, "put", feeds))
                lags.append(await lag(one, "withdraw", key, "drop", feeds))
            medians.append(statistics.median(lags))
            assert max(lags) < TAKEN_BACK_WITHIN_S
    assert min(medians) < WITHIN_S, medians


async def test_two_moderators_on_two_nodes_have_one_winner_and_the_other_is_told(nodes: list[Node]) -> None:
    one, other = nodes
    key = await other.post("Where is the cloakroom?")
    orders = [node.decide(verb, key, versions={key: 1}) for node, verb in ((one, "approve"), (other, "reject"))]
    outcomes = await asyncio.gather(*orders)
    assert sorted(outcome["outcome"] for outcome in outcomes) == ["conflict", "done"]
    assert outcomes[0]["status"] == outcomes[1]["status"]


async def test_who_moves_to_another_node_goes_on_at_the_same_number(nodes: list[Node]) -> None:
    one, other = nodes
    page = (await one.client.get("/")).text
    epoch, seq = (page.partition(f'data-{name}="')[2].partition('"')[0] for name in ("epoch", "seq"))
    keys = [await one.post(f"Question {number}") for number in range(2)]
    for key in keys:
        await one.decide("approve", key)
    async with other.feed(f"/feed/phone?epoch={epoch}&since={seq}") as feed:
        missed = [await feed.frame("put", "snapshot") for _ in keys]
    assert [(frame["seq"], frame["key"]) for frame in missed] == list(enumerate(keys, int(seq) + 1))


async def test_an_invitation_works_once_on_all_nodes_together(nodes: list[Node]) -> None:
    form = {"invitation": server(nodes[0].config, "invite", "Sam").stdout.strip().partition("#")[2], "name": "Sam"}
    leads_to: list[str | None] = []
    for node in reversed(nodes):
        async with AsyncClient(base_url=node.up.url, timeout=TIMEOUT_S) as browser:
            answer = await browser.post("/join", data=form, headers=node.from_page)
            leads_to.append(answer.headers.get("location"))
    assert leads_to == ["/console", None]


@asynccontextmanager
async def joined(node: Node, link: str, name: str) -> AsyncGenerator[AsyncClient]:
    """A browser that opened an invitation on a node."""
    async with AsyncClient(base_url=node.up.url, timeout=TIMEOUT_S, headers=node.from_page) as browser:
        answer = await browser.post("/join", data={"invitation": link, "name": name})
        assert answer.headers.get("location") == "/console", answer.text
        yield browser


async def test_who_is_signed_out_on_one_node_is_shown_out_on_the_other(nodes: list[Node]) -> None:
    one, other = nodes
    async with joined(one, one.up.sign_in, "Ada") as ada:
        invited = await ada.post("/api/invitations", json={"name": "Noor", "role": "viewer"})
        async with joined(other, invited.json()["link"], "Noor") as noor:
            url = other.up.url.replace("http", "ws", 1) + "/feed/console"
            headers = {"Cookie": f"badge={noor.cookies['badge']}", **other.from_page}
            async with connect(url, additional_headers=headers, compression=None) as socket:
                await Feed(socket).frame("snapshot")
                people = (await ada.get("/api/people")).json()["people"]
                [badge_id] = [each["id"] for each in people if each["name"] == "Noor"]
                assert (await ada.delete(f"/api/badges/{badge_id}")).json() == {"ended": 1}
                async with asyncio.timeout(TIMEOUT_S):
                    await socket.wait_closed()
                assert socket.close_code == 4401


async def test_a_phones_pace_counts_on_all_nodes_together(nodes: list[Node]) -> None:
    async with AsyncClient(timeout=TIMEOUT_S) as phone:
        answers = []
        for number in range(PACE + 1):
            node = nodes[number % 2]
            body = {"text": f"Post {number}"}
            answers.append(await phone.post(f"{node.up.url}/posts", json=body, headers=node.from_page))
    assert [answer.status_code for answer in answers] == [202] * PACE + [429]


async def test_a_message_that_one_node_took_is_known_to_the_other(nodes: list[Node]) -> None:
    sent = message([post("Doors open"), post("Doors close", id="7")])
    headers, later = sent.headers(), sent.headers(at=datetime.now(UTC) + timedelta(seconds=1))  # noqa: TID251 (the package's)
    answers = [
        (await node.client.post("/hooks/crew", content=sent.body, headers=signed)).json()
        for node, signed in zip([*reversed(nodes), nodes[1]], (headers, headers, later), strict=True)
    ]
    assert answers[0] == answers[1] == answers[2]
    queued = (await nodes[0].client.get("/api/posts", params={"status": "queued", "limit": 200})).json()["posts"]
    assert sorted(each["text"] for each in queued if each["network"] == "webhook") == ["Doors close", "Doors open"]


async def test_one_node_collects_the_other_says_that_it_does_not_and_takes_over(
    tmp_path: Path, fresh_postgresql: Callable[[], str]
) -> None:
    async with two_nodes(tmp_path, fresh_postgresql()) as nodes:
        await assert_taken_over(*nodes)


async def assert_taken_over(one: Node, other: Node) -> None:
    assert (await one.states())["mastodon"] != "standing_by"

    async def stands_by() -> bool:
        return (await other.states()) == {"mastodon": "standing_by", "floor": "following", "webhook": "following"}

    await until(stands_by)
    await other.up.says("Another server on this store follows the networks.")
    await other.post("Phones may write to any node.")
    await one.up.kill()

    async def leads() -> bool:
        return (await other.states())["mastodon"] != "standing_by"

    await until(leads)
    await other.up.says("This server follows the networks now.")
