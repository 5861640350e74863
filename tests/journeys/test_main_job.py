"""The main job, as its three users see it: real statuses, a post from a phone, decisions, and a power cut."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from backchannel.sources.status import read
from tests.journeys.people import Running, Visit, free_port, running, sign_in, type_post
from tests.shared import fixtures
from tests.sources.mastodon_server import mastodon_server

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

CARDS: Final = "article.post[data-key]"
# Notes every moment at which a page held no post, from now on.
WATCH: Final = """() => {
  window.blanks = 0;
  const posts = () => document.querySelectorAll("article.post[data-key]").length;
  const watcher = new MutationObserver(() => { if (!posts()) window.blanks += 1; });
  watcher.observe(document.body, {childList: true, subtree: true});
}"""


def configure(folder: Path, port: int, server: str) -> Path:
    file = folder / "config.toml"
    file.write_text(
        f"""
        [server]
        port = {port}
        [[sources]]
        network = "mastodon"
        server = "{server}"
        every_s = 5
        [[sources]]
        network = "floor"
        """
    )
    return file


def real_statuses(count: int) -> list[dict[str, Any]]:
    """Public statuses that real servers sent, as if they had been written at the conference."""
    lines = fixtures("mastodon", "statuses-mastodonpy-remote.jsonl").read_text(encoding="utf-8").split("\n")
    fit = (status for status in map(json.loads, filter(None, lines)) if not isinstance(read(status, "any"), str))
    statuses = {status["uri"]: status for status in fit}
    tag = {"name": "pink11", "url": "https://social.example/tags/pink11"}
    return [status | {"tags": [*status["tags"], tag]} for status in list(statuses.values())[:count]]


async def keys_in(page: Page) -> list[str]:
    keys: Sequence[Any] = await page.locator(CARDS).evaluate_all("cards => cards.map(card => card.dataset.key)")
    return [str(key) for key in keys]


async def in_hand(console: Page) -> str:
    return str(await console.locator(f"{CARDS}[aria-current]").get_attribute("data-key"))


async def test_the_main_job_from_the_networks_to_the_hall(tmp_path: Path, visit: Visit) -> None:
    statuses = real_statuses(5)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with mastodon_server() as mastodon:
        for status in statuses:
            mastodon.post(status)
        config = configure(tmp_path, port, mastodon.url)
        async with running(config, url) as server:
            screen = await visit("screen", f"{url}/screen")
            phone = await visit("phone", f"{url}/")
            console = await sign_in(visit, server.sign_in)

            await type_post(phone, "Can we have the slides before lunch?", name="Row 14")
            await expect(phone.locator("#mine")).to_contain_text("Queued")
            await expect(console.locator(CARDS)).to_have_count(len(statuses) + 1, timeout=15_000)
            assert await keys_in(screen) == []

            shown = await approve_by_keyboard(console, screen, phone, len(statuses) + 1)
            await expect(phone.locator("#mine")).to_contain_text("Shown", timeout=15_000)
            await withdraw(console, screen, phone, shown[-1])
            await power_cut(config, url, server, console, screen, phone, kept=shown[:-1])


async def approve_by_keyboard(console: Page, screen: Page, phone: Page, count: int) -> list[str]:
    """Approve all that waits by `a`; screen and phone show it."""
    shown = []
    for _ in range(count):
        key = await in_hand(console)
        await console.keyboard.press("a")
        card = f'{CARDS}[data-key="{key}"]'
        await expect(phone.locator(f"#live {card}")).to_have_count(1)
        await expect(screen.locator(card)).to_have_count(1)
        shown.append(key)
    await expect(console.locator("#status")).to_contain_text("Nothing is waiting")
    return shown


async def withdraw(console: Page, screen: Page, phone: Page, key: str) -> None:
    """Take the newest post back; it leaves screen and phone."""
    await console.keyboard.press("g")
    await console.keyboard.press("l")
    await console.wait_for_url("**/console?list=live")
    await console.locator("#link", has_text="Connected").wait_for()
    assert await in_hand(console) == key
    await console.keyboard.press("w")
    for wall in (screen.locator("main"), phone.locator("#live")):
        await expect(wall.locator(f'{CARDS}[data-key="{key}"]')).to_have_count(0)


async def power_cut(
    config: Path, url: str, server: Running, console: Page, screen: Page, phone: Page, kept: list[str]
) -> None:
    """The server dies and comes back: nothing confirmed is lost, and the pages go on without ever blanking."""
    for page in (screen, phone):
        await page.evaluate(WATCH)
    before = await keys_in(screen)
    await server.kill()
    await expect(screen.locator(".screen-lost")).to_be_visible()
    async with running(config, url):
        await type_post(phone, "Still here after the lights went out.")
        await console.keyboard.press("g")
        await console.keyboard.press("q")
        await console.wait_for_url("**/console?list=queue")
        await expect(console.locator(CARDS)).to_have_count(1, timeout=15_000)
        key = await in_hand(console)
        await console.keyboard.press("a")
        for page in (screen, phone):
            await expect(page.locator(f'{CARDS}[data-key="{key}"]').first).to_be_attached(timeout=15_000)
            assert await page.evaluate("window.blanks") == 0
        assert set(before) & set(await keys_in(screen)), "the screen went on with what it had"
        fresh = await phone.context.new_page()
        await fresh.goto(url)
        live = await fresh.locator(f"#live {CARDS}").evaluate_all("cards => cards.map(card => card.dataset.key)")
        assert live == [key, *reversed(kept)]
