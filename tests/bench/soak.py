"""A conference's three days on one screen, in minutes: what memory, nodes and listeners do, and how long its tasks are.

    python -m tests.bench soak [--posts N] [--hours H] [--motion]

The page is the real one of a real server; its socket is the bench's, which puts one post after the other on the stage,
and withdraws every tenth. The page's clock is turned by hand, so that timers run as in so many hours. With motion the
clock is real and the posts are few: then tasks are told that took longer than 50 ms while a card came in.
"""

import argparse
import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.async_api import CDPSession, Page, WebSocketRoute, async_playwright

from tests.bench.sayings import different
from tests.browser import chromium, launch_arguments
from tests.served import made_config, served

QUARTERS: Final = 4
KEPT: Final = 30  # so many are on the wall at a time; older ones are withdrawn in their turn
EVERY_S: Final = 3
BEAT_MS: Final = 5000
WORK: Final = {
    "TaskDuration": "all",
    "ScriptDuration": "scripts",
    "LayoutDuration": "layout",
    "RecalcStyleDuration": "style",
}
LONG_TASKS: Final = """
window.long = [];
new PerformanceObserver((list) => long.push(...list.getEntries().map(({duration}) => Math.round(duration))))
  .observe({type: "longtask"});
"""


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench soak", description="One screen for days.")
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--hours", type=float, default=12.0)
    parser.add_argument(
        "--motion", action="store_true", help="in real time: 20 cards, and the tasks that were too long"
    )
    asyncio.run(_tell(parser.parse_args(arguments)))
    return 0


async def _tell(options: argparse.Namespace) -> None:
    async for name, value in measure(options):
        print(f"{name:28}{value}", flush=True)


class Stream:
    """What the bench says to the page in the server's place."""

    def __init__(self, card: str) -> None:
        self._card = card
        self._socket: WebSocketRoute | None = None
        self.seq = 0
        self.posts = 0

    def take(self, socket: WebSocketRoute) -> None:
        """A page has come."""
        self._socket = socket
        socket.on_message(lambda _: None)
        self._say({"op": "hello", "epoch": "soak", "seq": 0, "retry_spread_s": 0}, self._snapshot())

    def next(self) -> None:
        """One more post comes on air, and every tenth that is old is withdrawn."""
        self.posts += 1
        keys = [f"test:{number}" for number in range(self.posts, max(self.posts - 8, 0), -1)]
        frames = [self._numbered(op="put", key=keys[0], html=self._html(self.posts))]
        if self.posts > KEPT and self.posts % 10 == 0:
            frames.append(self._numbered(op="drop", key=f"test:{self.posts - KEPT}"))
        frames.append(self._numbered(op="stage", hall="main", version=self.seq + 1, layout="columns", on_air=keys))
        self._say(*frames)

    def beat(self) -> None:
        """Nothing is new."""
        self._say({"op": "beat", "seq": self.seq})

    def _html(self, number: int) -> str:
        return self._card.replace("KEY", f"test:{number}").replace("WORDS", different(number))

    def _numbered(self, **frame: Any) -> dict[str, Any]:
        self.seq += 1
        return {**frame, "seq": self.seq}

    def _snapshot(self) -> dict[str, Any]:
        return {
            "op": "snapshot",
            "epoch": "soak",
            "seq": self.seq,
            "cards": [],
            "stage": {"hall": "main", "version": 1},
        }

    def _say(self, *frames: Mapping[str, Any]) -> None:
        if self._socket is not None:
            self._socket.send(json.dumps(frames))


async def measure(options: argparse.Namespace) -> AsyncGenerator[tuple[str, str]]:
    """Every figure with its name, as soon as it is known."""
    with TemporaryDirectory() as folder:
        async with served(made_config(Path(folder))) as house, async_playwright() as playwright:
            await house.approved("WORDS")
            browser = await playwright.chromium.launch(executable_path=chromium(), args=launch_arguments())
            context = await browser.new_context(
                viewport={"width": 1920, "height": 1080},
                service_workers="block",
                reduced_motion="no-preference" if options.motion else "reduce",
            )
            page = await context.new_page()
            await page.goto(f"{house.url}/screen")
            card = str(await page.locator(".post").first.evaluate("(post) => post.outerHTML"))
            key = str(await page.locator(".post").first.get_attribute("data-key"))
            stream = Stream(card.replace(key, "KEY"))
            await page.route_web_socket("**/feed/screen**", stream.take)
            if options.motion:
                await page.add_init_script(LONG_TASKS)
            else:
                await page.clock.install()
            await page.goto(f"{house.url}/screen")
            async for each in _in_motion(page, stream) if options.motion else _for_hours(page, stream, options):
                yield each
            await browser.close()


async def _in_motion(page: Page, stream: Stream, cards: int = 20) -> AsyncGenerator[tuple[str, str]]:
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 2000))")
    await page.evaluate("long.length = 0")
    session = await page.context.new_cdp_session(page)
    await session.send(
        "Performance.enable", {"timeDomain": "threadTicks"}
    )  # the page's own time, however busy others are
    before = await _spent(session)
    for _ in range(cards):
        stream.next()
        await asyncio.sleep(EVERY_S)
    after = await _spent(session)
    yield f"tasks over 50 ms, {cards} cards", str(sorted(await page.evaluate("long")) or "none")
    work = (f"{words} {(after[name] - before[name]) / cards * 1000:.1f} ms" for name, words in WORK.items())
    yield "work of a card", ", ".join(work)


async def _spent(session: CDPSession) -> dict[str, float]:
    found = await session.send("Performance.getMetrics")
    return {each["name"]: each["value"] for each in found["metrics"]}


async def _for_hours(page: Page, stream: Stream, options: argparse.Namespace) -> AsyncGenerator[tuple[str, str]]:
    step_ms = int(options.hours * 3_600_000 / options.posts)
    for _ in range(KEPT * 3):  # what is kept in reserve fills first
        stream.next()
        await _pass(page, stream, step_ms)
    yield "at first", await _tab(page)
    for quarter in range(1, QUARTERS + 1):
        for _ in range(options.posts // QUARTERS):
            stream.next()
            await _pass(page, stream, step_ms)
        yield f"after {options.posts * quarter // QUARTERS:,} posts", await _tab(page)
    yield "posts in the page", str(await page.locator(".stage .post").count())


async def _pass(page: Page, stream: Stream, time_ms: int) -> None:
    """Let time pass on the page's clock, with the beats of a server in it."""
    for passed in range(0, time_ms, BEAT_MS):
        await page.clock.run_for(min(BEAT_MS, time_ms - passed))
        stream.beat()


async def _tab(page: Page) -> str:
    session = await page.context.new_cdp_session(page)
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
    heap = (await session.send("Runtime.getHeapUsage"))["usedSize"]
    counted: Mapping[str, Any] = await session.send("Memory.getDOMCounters")
    await session.detach()
    return f"{heap / 2**20:.1f} MB, {counted['nodes']:,} nodes, {counted['jsEventListeners']:,} listeners"
