"""A crowd that votes, in a process of its own: reads one order as JSON from stdin, prints what it saw as JSON.

Its requests are written by hand: a client library would be slower than the server. Every device has a connection of its
own, opened for its first vote and kept, as a browser does. Fewer would be kinder: who shares one waits for the answer
to somebody else's vote before asking.
"""

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import uvloop
from websockets.asyncio.client import connect

AGAIN_EVERY: Final = 10  # so many votes, and one is sent twice
DECIDE_EVERY_S: Final = 0.1


class Line:
    """A connection to the server."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = host
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, host: str) -> "Line":
        """A connection that stays open."""
        name, _, port = host.partition(":")
        return cls(host, *await asyncio.open_connection(name, int(port)))

    async def post(self, path: str, body: object, **headers: str) -> int:
        """Send JSON; the status of the answer, which is read whole."""
        content = json.dumps(body).encode()
        told = {"Host": self._host, "Origin": f"http://{self._host}", "Content-Type": "application/json", **headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        self._writer.write(f"POST {path} HTTP/1.1\r\n{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(answer.split(b"content-length:")[1].split(b"\r\n")[0])
        await self._reader.readexactly(length)
        return int(answer.split(b" ")[1])


class Phones:
    """Phones that listen, each with the totals that it was told."""

    def __init__(self, many: int) -> None:
        self.told: list[dict[str, int]] = [{} for _ in range(many)]
        self.frames = 0
        self._greeted = 0
        self._news = asyncio.Event()

    async def all_here(self) -> None:
        """Return once every phone was greeted."""
        while self._greeted < len(self.told):
            await self._heard()

    async def listen(self, host: str, number: int) -> None:
        """Listen until cancelled."""
        async with connect(f"ws://{host}/feed/phone", origin=f"http://{host}", compression=None) as socket:  # type: ignore[arg-type]
            async for message in socket:
                heard = json.loads(message)
                for frame in heard if isinstance(heard, list) else [heard]:
                    self._greeted += frame["op"] == "hello"
                    if frame["op"] == "votes":
                        self.frames += number == 0
                        self.told[number] |= {key: votes for key, (votes, _) in frame["totals"].items()}
                self._news.set()

    async def all_know(self, totals: Mapping[str, int]) -> None:
        """Return once every phone has these totals."""
        while any(told.get(key) != votes for told in self.told for key, votes in totals.items()):
            await self._heard()

    async def _heard(self) -> None:
        """Return once a phone heard something more."""
        self._news.clear()
        await self._news.wait()


async def vote(host: str, ballots: Sequence[tuple[str, str]], seconds: float) -> tuple[list[float], int]:
    """Cast every vote at its time, each device over its own connection; how long each took in ms, and the refused."""
    began, took, refused = time.monotonic(), [], 0
    turns: dict[str, list[tuple[int, str]]] = {}
    for number, (key, device) in enumerate(ballots):
        turns.setdefault(device, []).append((number, key))

    async def take_turns(device: str) -> None:
        nonlocal refused
        line = None
        for number, key in turns[device]:
            await asyncio.sleep(began + seconds * number / len(ballots) - time.monotonic())
            line = line or await Line.open(host)
            for _ in range(2 if number % AGAIN_EVERY == 0 else 1):
                sent = time.monotonic()
                status = await line.post(f"/questions/{key}/vote", {"up": True}, Cookie=f"device={device}")
                took.append((time.monotonic() - sent) * 1000)
                refused += status != 200

    async with asyncio.TaskGroup() as group:
        for device in turns:
            group.create_task(take_turns(device), name=device)
    return took, refused


async def decide(host: str, badge: str, keys: Sequence[str], took: list[float]) -> None:
    """Decide one post after the other, as a moderator does, and note how long each took in ms."""
    line = await Line.open(host)
    for key in keys:
        sent = time.monotonic()
        body = {"posts": [key], "verb": "reject", "reason": "spam"}
        assert await line.post("/api/decisions", body, Authorization=badge) == 200
        took.append((time.monotonic() - sent) * 1000)
        await asyncio.sleep(DECIDE_EVERY_S)


async def main(order: Mapping[str, Any]) -> None:
    """Do what was ordered."""
    host, questions = order["host"], order["questions"]
    ballots = [
        (questions[(device * 7 + number) % len(questions)], f"device-{device:016d}")
        for number in range(order["votes"] // order["devices"])
        for device in range(order["devices"])
    ]
    phones, decided = Phones(order["phones"]), []  # type: tuple[Phones, list[float]]
    totals = {key: sum(each == key for each, _ in ballots) for key in questions}
    async with asyncio.TaskGroup() as group:
        listening = [
            group.create_task(phones.listen(host, number), name=f"phone {number}") for number in range(order["phones"])
        ]
        await phones.all_here()
        deciding = group.create_task(decide(host, order["badge"], order["queue"], decided), name="moderator")
        began = time.monotonic()
        took, refused = await vote(host, ballots, order["seconds"])
        cast = time.monotonic()
        async with asyncio.timeout(30):
            await phones.all_know(totals)
        told = time.monotonic()
        for task in (*listening, deciding):
            task.cancel()
    seen: dict[str, Any] = {"cast_s": cast - began, "told_s": told - cast, "votes_ms": took, "decisions_ms": decided}
    seen["crowd_cpu_s"] = time.process_time()
    print(json.dumps(seen | {"refused": refused, "frames": phones.frames, "totals": totals}))


if __name__ == "__main__":
    uvloop.run(main(json.loads(sys.stdin.readline())))
