"""What the desk feels like to a moderator: keys, pages, memory, and a hundred posts in a row, in Chromium.

    python -m tests.bench console [--waiting N] [--rate R] [--keys N] [--key-rate R] [--clear N]
                                  [--arrivals N] [--arrival-rate R]

The server is `server.py run` on SQLite, in a process of its own; so many posts wait in its queue, and others come in
as signed messages all the while. What is told:

ready       from the navigation until a card is in hand and keys decide, and until the socket follows
key         from a key press to the end of the frame that comes next, with posts coming in: moving, as fast as a key
            that is held down repeats itself, and deciding, each key as soon as the last decision is confirmed
decided     from the key that approves to the line that says so, which the server had to confirm before
work        what the page's thread computed for a key, in its own time: what to look at on a machine that is busy
cleared     so many posts, approved, rejected for a reason or held by turns, each confirmation awaited
memory      of the tab after garbage was collected, at quarters of so many arrivals at a higher rate, with decisions
"""

import argparse
import asyncio
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.async_api import CDPSession, Page, async_playwright

from tests import migrated
from tests.bench.moderator import WATCH, Moderator, sign_in
from tests.bench.senders import Sender
from tests.browser import chromium, launch_arguments
from tests.journeys.people import free_port, running
from tests.sources.hook_signing import SECRET

MOVES: Final = ("j", "j", "j", "k")
CARDS: Final = "article.post[data-key]"
RESTS_S: Final = 5
QUARTERS: Final = 4
ARRIVALS_A_DECISION: Final = 100
WORK: Final = {
    "TaskDuration": "all",
    "ScriptDuration": "scripts",
    "LayoutDuration": "layout",
    "RecalcStyleDuration": "style",
}


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench console", description="The desk in a browser.")
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=20.0, help="posts that come in, a second")
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--key-rate", type=float, default=30.0, help="keys a second: as often as a held one repeats")
    parser.add_argument("--clear", type=int, default=100)
    parser.add_argument("--arrivals", type=int, default=72_000, help="an hour of 20 a second; 0 leaves memory out")
    parser.add_argument("--arrival-rate", type=float, default=400.0, help="and how fast they come")
    asyncio.run(_tell(parser.parse_args(arguments)))
    return 0


async def _tell(options: argparse.Namespace) -> None:
    async for name, value in measure(options):
        print(f"{name:28}{value}", flush=True)


async def measure(options: argparse.Namespace) -> AsyncGenerator[tuple[str, str]]:
    """Every figure with its name, as soon as it is known."""
    with TemporaryDirectory() as folder:
        config, url = _configured(Path(folder))
        os.environ["BENCH_SECRET"] = SECRET
        async with running(config, url) as server, Sender(url) as sender, async_playwright() as playwright:
            await sender.send(options.waiting)
            browser = await playwright.chromium.launch(executable_path=chromium(), args=launch_arguments())
            context = await browser.new_context(viewport={"width": 1280, "height": 800})
            page = await context.new_page()
            await page.add_init_script(WATCH)
            await sign_in(page, server.sign_in)
            async for each in _ready(page):
                yield each
            async for each in _at_work(page, sender, options):
                yield each
            if options.arrivals:
                async for each in _memory(page, sender, options.arrivals, options.arrival_rate):
                    yield each
            yield "cards in the page", str(await page.locator(CARDS).count())
            await browser.close()


def _configured(folder: Path) -> tuple[Path, str]:
    port = free_port()
    file = folder / "config.toml"
    file.write_text(
        f"""
        [server]
        port = {port}
        [store]
        url = "{migrated.at(folder / "bench.db")}"
        [[sources]]
        network = "webhook"
        name = "bench"
        secrets_env = ["BENCH_SECRET"]
        """
    )
    return file, f"http://127.0.0.1:{port}"


async def _ready(page: Page, times: int = 5) -> AsyncGenerator[tuple[str, str]]:
    in_hand, following = [], []
    for _ in range(times):
        await page.reload()
        await page.locator("#link", has_text="Connected").wait_for()
        marks: Mapping[str, float] = await page.evaluate("window.bench.ready")
        in_hand.append(marks["inHand"])
        following.append(marks["following"])
    yield "ready, a card in hand", _spread(in_hand)
    yield "ready, the socket follows", _spread(following)


async def _at_work(page: Page, sender: Sender, options: argparse.Namespace) -> AsyncGenerator[tuple[str, str]]:
    moderator, first = Moderator(page), options.keys // 4

    def moves() -> Awaitable[list[float]]:
        return moderator.press(islice(cycle(MOVES), options.keys), options.key_rate)

    async with sender.sending(options.rate):
        await moderator.press(islice(cycle(MOVES), first), options.key_rate)  # what runs for the first time is compiled
        yield "key, moving", _spread(await moves())
        await moderator.decide("a", first)
        frames, confirmed = await moderator.decide("a", options.keys)
        yield "key, deciding", _spread(frames)
        yield "decided", _spread(confirmed)
        started = time.monotonic()
        await moderator.clear(options.clear)
        yield f"cleared {options.clear} in", f"{time.monotonic() - started:.1f} s"
    yield "work, moving", await _work(page, moves(), options.keys)
    yield "work, deciding", await _work(page, moderator.decide("a", options.keys), options.keys)
    async with sender.sending(options.rate):
        yield "work of arrivals, a second", await _work(page, asyncio.sleep(RESTS_S), RESTS_S)


async def _work(page: Page, done: Awaitable[object], times: int) -> str:
    """What the page's thread computed each time: other programs of the machine are no part of it."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = await _metrics(session)
    await done
    after = await _metrics(session)
    await session.detach()
    spent = {name: (after[name] - before[name]) / times * 1000 for name in WORK}
    return ", ".join(f"{words} {spent[name]:.1f} ms" for name, words in WORK.items())


async def _metrics(session: CDPSession) -> dict[str, float]:
    found = await session.send("Performance.getMetrics")
    return {each["name"]: each["value"] for each in found["metrics"]}


async def _memory(page: Page, sender: Sender, arrivals: int, rate: float) -> AsyncGenerator[tuple[str, str]]:
    yield "memory at first", await _tab(page)
    moderator = Moderator(page)
    for quarter in range(1, QUARTERS + 1):
        async with asyncio.TaskGroup() as group:
            group.create_task(sender.send(arrivals // QUARTERS, rate), name="arrivals")
            decisions = arrivals // QUARTERS // ARRIVALS_A_DECISION
            group.create_task(moderator.decide("a", decisions, pause_s=ARRIVALS_A_DECISION / rate), name="moderator")
        yield f"memory after {arrivals * quarter // QUARTERS:,}", await _tab(page)


async def _tab(page: Page) -> str:
    session = await page.context.new_cdp_session(page)
    for _ in range(3):
        await session.send("HeapProfiler.collectGarbage")
    heap = (await session.send("Runtime.getHeapUsage"))["usedSize"]
    counted: Mapping[str, Any] = await session.send("Memory.getDOMCounters")
    await session.detach()
    return f"{heap / 2**20:.1f} MB, {counted['nodes']:,} nodes, {counted['jsEventListeners']:,} listeners"


def _spread(milliseconds: Sequence[float]) -> str:
    ordered = sorted(milliseconds)
    return f"median {median(ordered):6.1f} ms, p95 {ordered[int(len(ordered) * 0.95)]:6.1f}, worst {ordered[-1]:6.1f}"
