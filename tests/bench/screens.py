"""Ten screens of one hall: from a decision to the glass, and from a withdrawal until no screen shows the post any more.

    python -m tests.bench screens [--screens N] [--painting N] [--decisions N] [--still] [--width W] [--height H]

The server is `server.py run` on SQLite, in a process of its own; the screens are pages of one Chromium, each in a
context of its own, on the same machine. In a hall each has a machine of its own: with `--painting 1` one of them is a
page, and the others are sockets that hear and confirm as screens do. A post is approved for an empty wall, so that no
other has to have its time first, and withdrawn before the next one:

answered    from the order until the desk has confirmed it
heard       until a screen's socket had the stage that names the post
placed      until the post stood in the page
painted     until the frame after the next one began: the one with the post is on the glass by then
gone        from a withdrawal until no screen had the post, painted
"""

import argparse
import asyncio
import json
import os
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, Final

from httpx2 import AsyncClient
from playwright.async_api import Browser, Page, async_playwright
from websockets.asyncio.client import connect

from tests import migrated
from tests.bench.senders import Sender
from tests.browser import chromium, launch_arguments
from tests.journeys.people import free_port, running
from tests.sources.hook_signing import SECRET

PATIENCE_S: Final = 30
RESTS_S: Final = 2.0  # a movement is over, and a receipt was sent
# Times are those of the machine's clock, which the bench reads as well.
WATCH: Final = """
window.bench = {heard: {}, placed: {}, painted: {}, left: {}, gone: {}};
const at = () => performance.timeOrigin + performance.now();
const Socket = WebSocket;
window.WebSocket = class extends Socket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({data}) => {
      const message = JSON.parse(data);
      for (const frame of Array.isArray(message) ? message : [message])
        for (const key of frame.on_air ?? []) bench.heard[key] ??= at();
    });
  }
};
const painted = (note) => requestAnimationFrame(() => requestAnimationFrame(() => note(at())));
addEventListener("DOMContentLoaded", () => {
  let shown = new Set();
  const look = () => {
    const now = new Set([...document.querySelectorAll(".stage .post")].map((post) => post.dataset.key));
    for (const key of now) if (!bench.placed[key]) {
      bench.placed[key] = at();
      painted((ms) => (bench.painted[key] = ms));
    }
    for (const key of shown) if (!now.has(key)) {
      bench.left[key] = at();
      painted((ms) => (bench.gone[key] = ms));
    }
    shown = now;
  };
  new MutationObserver(look).observe(document.querySelector(".stage"), {childList: true, subtree: true});
});
"""


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench screens", description="Screens of one hall, in a browser.")
    parser.add_argument("--screens", type=int, default=10)
    parser.add_argument("--painting", type=int, help="so many of them are pages (default: all)")
    parser.add_argument("--decisions", type=int, default=30)
    parser.add_argument("--still", action="store_true", help="as for who prefers no motion: cuts")
    parser.add_argument("--width", type=int, default=1920)
    parser.add_argument("--height", type=int, default=1080)
    asyncio.run(_tell(parser.parse_args(arguments)))
    return 0


async def _tell(options: argparse.Namespace) -> None:
    async for name, value in measure(options):
        print(f"{name:28}{value}", flush=True)


async def measure(options: argparse.Namespace) -> AsyncGenerator[tuple[str, str]]:
    """Every figure with its name."""
    with TemporaryDirectory() as folder:
        config, url = _configured(Path(folder))
        os.environ["BENCH_SECRET"] = SECRET
        async with running(config, url) as server, Sender(url) as sender, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium(), args=launch_arguments())
            painting = options.screens if options.painting is None else options.painting
            pages = [await _screen(browser, url, options) for _ in range(painting)]
            others = _hearing(url, options.screens - painting)
            async with others, AsyncClient(base_url=url, timeout=PATIENCE_S) as client:
                await _sign_in(client, server.sign_in)
                await sender.send(options.decisions)
                keys = await _waiting(client, options.decisions)
                approved, withdrawn, answered = await _rounds(client, keys)
                told = [await page.evaluate("bench") for page in pages]
                yield "answered", _spread(answered)
                for name in ("heard", "placed", "painted"):
                    yield name, _spread(_since(approved, told, name))
                yield "gone from each", _spread(_since(withdrawn, told, "gone"))
                shown = [(key, at) for key, at in withdrawn.items() if all(key in page["gone"] for page in told)]
                yield "gone from all", _spread([max(page["gone"][key] for page in told) - at for key, at in shown])
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


async def _screen(browser: Browser, url: str, options: argparse.Namespace) -> Page:
    context = await browser.new_context(
        viewport={"width": options.width, "height": options.height},
        service_workers="block",
        reduced_motion="reduce" if options.still else "no-preference",
    )
    page = await context.new_page()
    await page.add_init_script(WATCH)
    await page.goto(f"{url}/screen")
    await page.locator(".screen-pairing b", has_text=" ").wait_for()  # its socket follows
    return page


@asynccontextmanager
async def _hearing(url: str, many: int) -> AsyncGenerator[None]:
    """Screens elsewhere."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_hear(url), name="screen elsewhere") for _ in range(many)]
        yield
        for task in tasks:
            task.cancel()


async def _hear(url: str) -> None:
    """Follow as a screen, and confirm what was said."""
    page_id = token_hex(8)
    async with connect(f"{url.replace('http', 'ws', 1)}/feed/screen?page={page_id}", compression=None) as socket:
        async for message in socket:
            said: Any = json.loads(message)
            for frame in said if isinstance(said, list) else [said]:
                if frame["op"] in {"put", "drop", "stage"}:
                    await socket.send(json.dumps({"op": "painted", "seq": frame["seq"], "keys": []}))


async def _sign_in(client: AsyncClient, link: str) -> None:
    client.headers["Origin"] = str(client.base_url).rstrip("/")
    answer = await client.post("/join", data={"invitation": link.partition("#")[2], "name": "Jo"})
    assert answer.status_code in {200, 303}, answer.text


async def _waiting(client: AsyncClient, many: int) -> list[str]:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = await client.get("/api/posts?status=queued&limit=200")
            posts = answer.json()["posts"]
            if len(posts) >= many:
                return [str(post["key"]) for post in posts]
            await asyncio.sleep(0.1)


async def _rounds(client: AsyncClient, keys: Sequence[str]) -> tuple[dict[str, float], dict[str, float], list[float]]:
    """When each post was approved and withdrawn, in ms, and how long every order took to be confirmed."""
    approved: dict[str, float] = {}
    withdrawn: dict[str, float] = {}
    answered: list[float] = []
    for key in keys:
        for verb, given in (("approve", approved), ("withdraw", withdrawn)):
            given[key] = time.time() * 1000  # noqa: TID251 (the clock that pages read)
            answer = await client.post("/api/decisions", json={"posts": [key], "verb": verb})
            assert answer.status_code == 200, answer.text
            answered.append(time.time() * 1000 - given[key])  # noqa: TID251
            await asyncio.sleep(RESTS_S)
    return approved, withdrawn, answered


def _since(given: dict[str, float], told: Sequence[dict[str, Any]], name: str) -> list[float]:
    """How long after its order each screen got there; what never did is left out, and counted by whoever looks."""
    return [page[name][key] - at for page in told for key, at in given.items() if key in page[name]]


def _spread(milliseconds: Sequence[float]) -> str:
    ordered = sorted(milliseconds)
    if not ordered:
        return "never"
    p50, p95, p99 = (ordered[int((len(ordered) - 1) * share)] for share in (0.5, 0.95, 0.99))
    return f"p50 {p50:7.1f} ms, p95 {p95:7.1f}, p99 {p99:7.1f}, worst {ordered[-1]:7.1f}   ({len(ordered)})"
