"""A flood of posts: two hundred devices that post ten times a second each, against a server in a process of its own.

`python -m tests.security.flood [SECONDS [DEVICES [SOLVERS]]]` says what became of the posts, how long a moderator's
decision took to come back by the socket of the console meanwhile, how many posts wait, and whether anybody else was
refused: somebody who posts now and then, and solves the puzzle that newcomers get then; somebody who reads. So many
`SOLVERS` among the devices solve theirs, too, until the queue is full.
"""

import asyncio
import json
import re
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from httpx2 import AsyncClient
from websockets.asyncio.client import connect
from websockets.typing import Origin

from backchannel.web.puzzles import Puzzle
from tests.journeys.people import Running, free_port, running
from tests.served import Feed
from tests.web.test_puzzles import answer_to

ROOT: Final = Path(__file__).resolve().parents[2]
RATE: Final = 10  # posts a second of each device
WAITING_MAX: Final = 100
PROMISED_MS: Final = 100
STATUS: Final = re.compile(rb"HTTP/1\.1 (\d{3})")
LENGTH: Final = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
CODE: Final = re.compile(rb'"code": *"(\w+)"')
CONFIG: Final = """\
[server]
port = {port}
[moderation]
floor_waiting_max = {waiting_max}
[media]
fetch = false
[[sources]]
network = "floor"
"""


@dataclass(slots=True)
class Flooded:
    """What became of it: answers by status and code, of the flood and of everybody else; milliseconds; posts."""

    answers: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    socket_ms: list[float] = field(default_factory=list)
    answer_ms: list[float] = field(default_factory=list)
    waiting: int = 0

    @property
    def told(self) -> str:
        """All of it in one line."""
        return (
            f"flood {dict(self.answers)}; others {dict(self.others)}; waiting {self.waiting}; decision to the console's"
            f" socket p50 {part(self.socket_ms, 0.5):.0f} ms, p95 {part(self.socket_ms, 0.95):.0f} ms, most"
            f" {max(self.socket_ms):.0f} ms; to its answer p95"
            f" {part(self.answer_ms, 0.95):.0f} ms; {len(self.socket_ms)} decisions"
        )

    @property
    def is_as_promised(self) -> bool:
        """Whether the desk went on, the queue has its bound, and nobody else was refused."""
        bounded = self.waiting <= WAITING_MAX and sum(self.answers.values()) == sum(
            many for told, many in self.answers.items() if told.partition(" ")[0] in {"202", "429"}
        )
        return bounded and part(self.socket_ms, 0.95) <= PROMISED_MS and set(self.others) <= {"200", "202"}


def part(numbers: list[float], share: float) -> float:
    """The number that so large a part of all does not exceed."""
    return sorted(numbers)[int(len(numbers) * share)] if numbers else float("nan")


class Device:
    """One that posts without end on a connection of its own."""

    def __init__(self, url: str, number: int, *, solves: bool = False) -> None:
        self._parts = urlsplit(url)
        self._number = number
        self._solves = solves
        self._puzzle = ""
        self._run = secrets.randbits(32)  # another flood says other things under other names

    def _request(self, count: int) -> bytes:
        # In other words each time: what says the same would be folded, and wait as one.
        words = " ".join(f"{self._run + self._number * 7919 + count * 104729 + n * 15485863:x}" for n in range(6))
        post = {"text": f"Cheap tickets {words}", "idem": f"{self._run}-{count}", "puzzle": self._puzzle}
        body = json.dumps(post).encode()
        return (
            f"POST /posts HTTP/1.1\r\nHost: {self._parts.netloc}\r\nOrigin: http://{self._parts.netloc}\r\n"
            f"Cookie: device=flood{self._number}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    async def flood(self, seconds: float, answers: Counter[str]) -> None:
        """Post so often a second, an answer awaited before the next."""
        reader, writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        started, count = time.monotonic() + self._number % RATE / 100, 0
        while time.monotonic() < started + seconds:
            await asyncio.sleep(started + count / RATE - time.monotonic())
            writer.write(self._request(count))
            count += 1
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:  # whoever reckoned for long was hung up on meanwhile, and comes again
                reader, writer = await asyncio.open_connection(self._parts.hostname, self._parts.port)
                continue
            length, status = LENGTH.search(head), STATUS.match(head)
            body = await reader.readexactly(int(length[1]) if length else 0)
            code = CODE.search(body)
            self._puzzle = await asyncio.to_thread(solved, body) if self._solves else ""
            answers[f"{status[1].decode() if status else '?'} {code[1].decode() if code else ''}".strip()] += 1
        writer.close()


def solved(body: bytes) -> str:
    """The answer to the puzzle in a refusal; empty where there is none."""
    puzzle = json.loads(body).get("error", {}).get("puzzle")
    return answer_to(Puzzle(**puzzle)) if puzzle else ""


async def crowd(url: str, devices: int, seconds: float, solvers: int = 0) -> Counter[str]:
    """All of them; what they were told."""
    answers: Counter[str] = Counter()
    async with asyncio.TaskGroup() as group:
        for number in range(devices):
            device = Device(url, number, solves=number < solvers)
            group.create_task(device.flood(seconds, answers), name=f"device {number}")
    return answers


async def flood(devices: int = 200, seconds: float = 8.0, solvers: int = 0, folder: Path | None = None) -> Flooded:
    """Flood a server, and work at its desk meanwhile."""
    with tempfile.TemporaryDirectory() as made:
        place, port = folder or Path(made), free_port()
        config = place / "config.toml"
        config.write_text(CONFIG.format(port=port, waiting_max=WAITING_MAX))
        async with running(config, f"http://127.0.0.1:{port}") as server, desk(server) as (client, badge):
            flooded = Flooded()
            keys = [await posted(client, server.url, f"before {number}") for number in range(20)]
            told = (server.url, str(devices), str(seconds), str(solvers))
            command = (sys.executable, "-m", "tests.security.flood", "crowd", *told)
            people = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
            async with asyncio.TaskGroup() as group:
                ended = group.create_task(people.communicate())
                group.create_task(others(server.url, flooded, ended))
                await work(server, badge, keys, flooded, ended)
            flooded.answers.update(json.loads((await ended)[0]))
            for status in ("queued", "held"):
                listed = await client.get(f"{server.url}/api/posts?status={status}&limit=200", headers=badge)
                flooded.waiting += len(listed.json()["posts"])
            return flooded


@asynccontextmanager
async def desk(server: Running) -> AsyncGenerator[tuple[AsyncClient, dict[str, str]]]:
    """A client that holds a moderator's badge."""
    async with AsyncClient(timeout=30) as client:
        secret = server.sign_in.partition("#")[2]
        answer = await client.post(
            f"{server.url}/join", data={"invitation": secret, "name": "Mo"}, headers={"Origin": server.url}
        )
        badge = answer.cookies["badge"]
        client.cookies.clear()
        yield client, {"Cookie": f"badge={badge}", "Origin": server.url}


async def posted(client: AsyncClient, url: str, device: str) -> str:
    """The key of a post by somebody."""
    headers = {"Origin": url, "Cookie": f"device={device.replace(' ', '-')}"}
    answer = await client.post(f"{url}/posts", json={"text": f"Hello, {device}"}, headers=headers)
    return str(answer.json()["key"])


async def others(url: str, flooded: Flooded, ended: asyncio.Task[Any]) -> None:
    """Somebody else posts, and somebody else reads, while it lasts."""
    async with AsyncClient(timeout=30) as client:
        number = 0
        while not ended.done():
            number += 1
            headers = {"Origin": url, "Cookie": f"device=other-{number % 5}"}
            body = {"text": f"A question of mine {number}"}
            if number <= 5:
                answer = await client.post(f"{url}/posts", json=body, headers=headers)
                if puzzle := await asyncio.to_thread(solved, answer.content):
                    answer = await client.post(f"{url}/posts", json=body | {"puzzle": puzzle}, headers=headers)
                flooded.others[str(answer.status_code)] += 1
            flooded.others[str((await client.get(f"{url}/")).status_code)] += 1
            await asyncio.sleep(0.5)


async def work(
    server: Running, badge: Mapping[str, str], keys: list[str], flooded: Flooded, ended: asyncio.Task[Any]
) -> None:
    """Decide ten times a second, to and fro, and see each decision come back by the socket."""
    url = server.url.replace("http", "ws", 1) + "/feed/console"
    async with (
        AsyncClient(timeout=30) as client,
        connect(
            url,
            additional_headers={"Cookie": badge["Cookie"]},
            origin=Origin(server.url),
            compression=None,
            max_size=None,
        ) as socket,
    ):
        feed = Feed(socket)
        await feed.frame("snapshot")
        number = 0
        while not ended.done():
            key, verb = keys[number // 2 % len(keys)], ("hold", "restore")[number % 2]
            number += 1
            began = time.monotonic()
            body = {"posts": [key], "verb": verb}
            async with asyncio.TaskGroup() as group:
                group.create_task(seen(feed, key, began, flooded.socket_ms))
                answer = await client.post(f"{server.url}/api/decisions", json=body, headers=dict(badge))
                flooded.answer_ms.append((time.monotonic() - began) * 1000)
            assert answer.status_code == 200, answer.text
            await asyncio.sleep(0.1)


async def seen(feed: Feed, key: str, began: float, after_ms: list[float]) -> None:
    """Note after how long the socket tells of a post."""
    while (await feed.frame("put", "drop"))["key"] != key:
        pass
    after_ms.append((time.monotonic() - began) * 1000)


async def main(seconds: float = 8.0, devices: float = 200, solvers: float = 0) -> None:
    """The long form."""
    flooded = await flood(int(devices), seconds, int(solvers))
    sys.stdout.write(flooded.told + "\n")
    sys.exit(0 if flooded.is_as_promised else 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["crowd"]:
        told = asyncio.run(crowd(sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])))
        sys.stdout.write(json.dumps(told))
    else:
        asyncio.run(main(*map(float, sys.argv[1:])))
