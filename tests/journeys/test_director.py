"""The director in real halls: two screens agree at all times, and the desk turns both."""

import asyncio
import json
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, WebSocket, expect

from backchannel.networks import Rehearsal
from backchannel.roles import Role
from tests.journeys.people import Visit, desk
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

RECORDING: Final = Path(__file__).parents[1] / "recordings" / "pink11.jsonl"
SPEED: Final = 20
LIVE: Final = "/console?list=live"  # what is on the wall
SHARED: Final = 12  # updates after which both screens told what they had painted
PATIENCE_S: Final = 60
EVERYBODY: Final = {"name": "everybody", "verdict": "approve", "networks": ["mastodon", "bluesky", "floor"]}


class Receipts:
    """What one screen said it had painted: the posts in their order, by the number of the update."""

    def __init__(self) -> None:
        self.painted: dict[int, list[str]] = {}
        self.news = asyncio.Event()

    def listen(self, socket: WebSocket) -> None:
        """Take every receipt of a socket."""
        socket.on("framesent", self._hear)

    def _hear(self, said: str | bytes) -> None:
        frame = json.loads(said)
        if frame["op"] == "painted":
            self.painted[frame["seq"]] = frame["keys"]
            self.news.set()


async def screen_with_receipts(visit: Visit, house: Served) -> Receipts:
    receipts = Receipts()

    async def heard(page: Page) -> None:
        page.on("websocket", receipts.listen)

    await visit("screen", f"{house.url}/screen", before=heard, reduced_motion="reduce")
    return receipts


@pytest.mark.only_in("chromium", reason="Playwright hears what a page sends over a socket in no other browser here")
async def test_two_screens_agree_at_all_times_while_the_recording_runs_at_20_times_its_speed(
    tmp_path: Path, visit: Visit
) -> None:
    config = made_config(tmp_path, moderation={"rules": [EVERYBODY]})
    async with served(config, Rehearsal(RECORDING, SPEED)) as house:
        one, other = await screen_with_receipts(visit, house), await screen_with_receipts(visit, house)
        async with asyncio.timeout(PATIENCE_S):
            while len(shared(one, other)) < SHARED:
                await other.news.wait()
                other.news.clear()
    told = shared(one, other)
    assert [one.painted[seq] for seq in told] == [other.painted[seq] for seq in told]
    pictures = {tuple(one.painted[seq]) for seq in told}
    assert len(pictures) > 1, "the wall never turned"
    assert all(pictures), "a screen was blank"


def shared(one: Receipts, other: Receipts) -> list[int]:
    """The updates after which both screens told what they show, from the first picture with posts on."""
    first = min((seq for seq, keys in one.painted.items() if keys), default=0)
    return sorted(seq for seq in one.painted.keys() & other.painted.keys() if first and seq >= first)


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_a_host_says_what_comes_next_by_key_and_takes_it_back(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path)) as house:
        keys = [await house.approved(f"Number {number}") for number in range(1, 5)]
        pinned = {"layout": "spotlight", "spotlight": keys[0]}
        await house.client.post("/api/halls/main/stage", json=pinned, headers=await house.badge())
        console = await desk(house, visit, "Alex", Role.HOST, LIVE)
        row = console.locator("#on-air li .cut")
        await expect(row).to_contain_text(["Number 1", "Number 2", "Number 3", "Number 4"])
        await console.locator("#on-air li").nth(2).get_by_role("button", name="Sooner").click()
        await expect(row).to_contain_text(["Number 1", "Number 3", "Number 2", "Number 4"])
        await console.locator(f'article.post[data-key="{keys[3]}"]').focus()
        await console.keyboard.press("l")
        await expect(row).to_contain_text(["Number 1", "Number 3", "Number 4", "Number 2"])
        await console.keyboard.press("z")
        await console.keyboard.press("z")
        await expect(row).to_contain_text(["Number 1", "Number 2", "Number 3", "Number 4"])


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_the_desk_turns_every_screen_of_a_hall_and_takes_it_back(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path)) as house:
        key = await house.approved("Into the light with it")
        await house.approved("On the wall after")
        screens = [await visit("screen", f"{house.url}/screen") for _ in range(2)]
        console = await desk(house, visit, place=LIVE)
        await every(screens, "columns")
        await console.locator("#hall").get_by_role("button", name="Spotlight").click()
        await every(screens, "spotlight")
        await expect(console.locator("#preview")).to_have_attribute("data-layout", "spotlight")
        calm = console.locator("#hall").get_by_role("button", name="Calm")
        await calm.click()
        await expect(calm).to_have_attribute("aria-pressed", "true")
        await console.locator(f'#cards article.post[data-key="{key}"]').focus()
        await done(console, "s")
        for screen in screens:
            await expect(screen.locator(f'.spotlight article.post[data-key="{key}"]')).to_be_visible()
        for press, layout in (("Shift+H", "holding"), ("Shift+B", "black")):
            await done(console, press)
            await every(screens, layout)
            await console.keyboard.press("z")
            await every(screens, "spotlight")
        await console.locator("#hall").get_by_role("button", name="Columns").click()
        await every(screens, "columns")


@pytest.mark.only_in("chromium", reason="Firefox is frozen in test_screen.py")
async def test_a_freeze_from_the_desk_keeps_both_screens_until_it_is_taken_back(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path)) as house:
        kept = await house.approved("Kept")
        screens = [await visit("screen", f"{house.url}/screen") for _ in range(2)]
        console = await desk(house, visit, place=LIVE)
        for screen in screens:
            await expect(screen.locator(f'article.post[data-key="{kept}"]')).to_be_visible()
        await done(console, "Shift+F")
        await expect(console.locator('[data-panic="freeze"]')).to_have_attribute("aria-pressed", "true")
        new = await house.approved("New")
        await expect(console.locator(f'#cards article.post[data-key="{new}"]')).to_be_visible()
        for screen in screens:
            await expect(screen.locator("article.post")).to_have_count(1)
        await console.keyboard.press("z")
        for screen in screens:
            await expect(screen.locator(f'article.post[data-key="{new}"]')).to_be_visible()


async def done(console: Page, key: str) -> None:
    """Press a key, and wait until the desk says that it was done: only then is there something to undo."""
    said = await console.locator("#status").inner_text()
    await console.keyboard.press(key)
    await expect(console.locator("#status")).not_to_have_text(said)
    await expect(console.locator("#status")).to_contain_text("undoes")


async def every(screens: list[Page], layout: str) -> None:
    """Wait until every screen shows this layout."""
    for screen in screens:
        await expect(screen.locator("body")).to_have_attribute("data-layout", layout)
