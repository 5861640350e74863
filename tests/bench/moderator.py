"""A scripted moderator in a browser, who does not think, and what is watched in the page meanwhile."""

import asyncio
import time
from collections.abc import Iterable
from itertools import cycle, islice
from typing import Final

from playwright.async_api import Page

# Each decision in turn: the key, and a second one where the first asks for a reason.
VERDICTS: Final = (("a",), ("a",), ("r", "1"), ("a",), ("h",), ("r", "4"))

# `frames` are the times from a key press to the end of the next frame: the message is taken after it was painted.
# `confirmed` are those to the line at the foot that says it is done. `ready` is when a card was first in hand, and when
# the socket followed, since the navigation.
WATCH: Final = """
window.bench = {frames: [], confirmed: [], ready: {}, pressed: 0, waiting: []};
const note = (name, ms) => {
  bench[name].push(ms);
  bench.waiting = bench.waiting.filter((waits) => !waits());
};
bench.until = ([name, count]) => new Promise((resolve, reject) => {
  const isDone = () => bench[name].length >= count && (resolve(), true);
  if (isDone()) return;
  bench.waiting.push(isDone);
  setTimeout(() => reject(new Error(`${bench[name].length} of ${count} ${name}`)), 15_000);
});
addEventListener("keydown", ({timeStamp}) => {
  bench.pressed = timeStamp;
  requestAnimationFrame(() => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => note("frames", performance.now() - timeStamp);
    port2.postMessage(null);
  });
}, true);
addEventListener("DOMContentLoaded", () => {
  const status = document.getElementById("status");
  if (!status) return;
  new MutationObserver(() => {
    if (/^(Approved|Rejected|Held)/.test(status.textContent)) note("confirmed", performance.now() - bench.pressed);
  }).observe(status, {childList: true, subtree: true});
  const watcher = new MutationObserver(() => {
    if (document.querySelector("article[aria-current]")) bench.ready.inHand ??= performance.now();
    if (document.getElementById("link").textContent === "Connected") bench.ready.following ??= performance.now();
  });
  watcher.observe(document.body, {childList: true, subtree: true, attributes: true, attributeFilter: ["aria-current"]});
});
"""


class Moderator:
    """Works at the desk of a page by keyboard alone."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def press(self, keys: Iterable[str], rate: float) -> list[float]:
        """Press so many keys a second at most; how long each took to the end of the next frame, in ms."""
        await self._page.evaluate("bench.frames.length = 0")
        pressed, started = list(keys), time.monotonic()
        for number, key in enumerate(pressed):
            await asyncio.sleep(started + number / rate - time.monotonic())
            await self._page.keyboard.press(key)
        await self._page.evaluate("bench.until", ["frames", len(pressed)])
        frames: list[float] = await self._page.evaluate("bench.frames")
        return frames

    async def decide(self, key: str, times: int, pause_s: float = 0.0) -> tuple[list[float], list[float]]:
        """Decide so often, each confirmation awaited: the times to the next frames, and to the confirmations."""
        await self._page.evaluate("bench.frames.length = bench.confirmed.length = 0")
        for number in range(1, times + 1):
            await self._page.keyboard.press(key)
            await self._page.evaluate("bench.until", ["confirmed", number])
            await asyncio.sleep(pause_s)
        frames, confirmed = await self._page.evaluate("[bench.frames, bench.confirmed]")
        return frames, confirmed

    async def clear(self, posts: int) -> list[float]:
        """Clear mixed posts, each confirmation awaited; how long each took from its last key, in ms."""
        await self._page.evaluate("bench.confirmed.length = 0")
        for number, keys in enumerate(islice(cycle(VERDICTS), posts), 1):
            for key in keys:
                await self._page.keyboard.press(key)
            await self._page.evaluate("bench.until", ["confirmed", number])
        confirmed: list[float] = await self._page.evaluate("bench.confirmed")
        return confirmed


async def sign_in(page: Page, link: str) -> None:
    """Open an invitation and go on to the desk."""
    await page.goto(link)
    await page.get_by_label("What should the others call you?").fill("Jo")
    await page.get_by_role("button", name="Open the desk").click()
    await page.wait_for_url("**/console")
    await page.locator("#link", has_text="Connected").wait_for()
