"""The service level: a hint when more hands would help, and a call to the desk for who wished for one."""

from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.journeys.people import Visit, desk
from tests.made_up import Clock
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

# Notes what the browser is asked for, and lets the test put the page out of sight.
NOTED: Final = """
window.notices = [];
window.tones = 0;
window.Notification = class {
  static permission = "granted";
  static async requestPermission() { return "granted"; }
  constructor(title, { body }) { window.notices.push(`${title}: ${body}`); }
};
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
Object.defineProperty(document, "hidden", { get: () => window.isAway === true });
"""


async def opened(house: Served, visit: Visit) -> Page:
    """The desk of Jo, in a browser whose tones and notifications are noted."""
    return await desk(house, visit, before=lambda page: page.add_init_script(NOTED))


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_where_more_comes_than_is_decided_the_desk_says_so(tmp_path: Path, visit: Visit) -> None:
    clock = Clock()
    async with served(made_config(tmp_path), clock=clock) as house:
        for minute in range(3):
            for number in range(2):
                await house.post(f"Waiting {minute} {number}")
            clock.turn(50)
        page = await opened(house, visit)
        await expect(page.locator("#hands")).to_have_text("More hands would help: 2 a minute come in, none is decided.")
        await page.locator("summary", has_text="backlog").focus()
        await page.keyboard.press("Enter")
        await expect(page.locator("#level")).to_contain_text("Half of what waits does so for 1:40 or longer")
        await expect(page.locator("#level")).to_contain_text("Main hall: nothing to come on air.")
        assert await page.title() == "(6) Queue · #pink11"
        assert await page.locator('link[rel="icon"]').get_attribute("href") == "/static/favicon-badge.svg"


async def test_who_wished_for_it_is_called_when_the_queue_fills(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path)) as house:
        page = await opened(house, visit)
        await page.keyboard.press("?")
        await page.get_by_label("A soft tone when something waits").press("Space")
        await page.get_by_label("A notification while this page is out of sight").press("Space")
        await page.keyboard.press("Escape")
        assert await page.evaluate("window.tones") == 1  # so that one hears what was switched on
        await page.evaluate("window.isAway = true")
        await house.post("Words that stand on no locked screen")
        await expect(page.locator('[data-count="queued"]').first).to_have_text("1")
        assert await page.evaluate("window.tones") == 2
        [notice] = await page.evaluate("window.notices")
        assert notice.startswith("Queue · #pink11: 1 post waits for ")
        await page.reload()
        await page.keyboard.press("?")
        await expect(page.get_by_label("A soft tone when something waits")).to_be_checked()


@pytest.mark.only_in("chromium", reason="what is not asked for is asked of neither")
async def test_nobody_is_called_who_did_not_wish_for_it(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path)) as house:
        page = await opened(house, visit)
        await page.evaluate("window.isAway = true")
        await house.post("Just in")
        await expect(page.locator('[data-count="queued"]').first).to_have_text("1")
        assert await page.evaluate("[window.tones, window.notices.length]") == [0, 0]
