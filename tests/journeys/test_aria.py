"""What a screen reader is told of the desk."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.people import Visit, desk
from tests.served import Served, made_config, served

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(120),
    pytest.mark.only_in("chromium", reason="Playwright tells it from the page itself, alike in every browser"),
]

QUEUE = """
- main:
  - heading "Queue" [level=1]
  - feed "Queue":
    - article "Ada Lind first post here Selected":
      - paragraph: Ada Lind first post here
      - paragraph: Ask who wrote the runbook.
      - group "Decide":
        - button "Approve"
        - button "Approve as critical"
        - button "Reject"
        - button "Hold"
        - button "Mute"
        - button "Select" [pressed]
        - button "Note"
    - article "ليلى منصور first post here":
      - paragraph: ليلى منصور first post here
      - paragraph: من أين نأخذ سماعات الترجمة؟
  - group "Selected posts":
    - paragraph: 1 selected
    - button "Approve 1"
    - button "Reject 1"
    - button "Hold 1"
    - button "Select none"
"""
BAR = """
- banner:
  - navigation "Desk":
    - link "Queue 2"
    - link "Held 0"
    - link "On the wall 0"
    - link "Not shown 0"
    - link "Record"
    - link "Rules"
  - paragraph: Connected
  - group "All screens":
    - button "Freeze"
    - button "Card"
    - button "Black"
"""
WHY_NOT = """
- dialog "Why should the hall not see it?":
  - heading "Why should the hall not see it?" [level=2]
  - list:
    - listitem:
      - button "Advertising or spam"
    - listitem:
      - button "Attacks a person"
    - listitem:
      - button "Shares private details"
    - listitem:
      - button "Not about the conference"
    - listitem:
      - button "Cannot be read by the hall"
    - listitem:
      - button "Asked to be left out"
    - listitem:
      - button "Said before"
    - listitem:
      - button "Not safe for the hall"
  - paragraph:
    - button "goes back"
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def test_the_desk_reads_sensibly(house: Served, visit: Visit) -> None:
    await house.post("Ask who wrote the runbook.", name="Ada Lind")
    await house.post("من أين نأخذ سماعات الترجمة؟", name="ليلى منصور")
    page = await desk(house, visit)
    await page.keyboard.press("x")
    await expect(page.locator("body")).to_match_aria_snapshot(BAR)
    await expect(page.locator("body")).to_match_aria_snapshot(QUEUE)
    await expect(page.locator("#status")).to_match_aria_snapshot(
        "- status: 1 selected. Shift A approves, Shift R rejects them."
    )
    await page.keyboard.press("Escape")
    await page.keyboard.press("r")
    await expect(page.locator("body")).to_match_aria_snapshot(WHY_NOT)
    await page.keyboard.press("1")
    await expect(page.get_by_role("contentinfo").get_by_role("status")).to_contain_text("Rejected.")
    await expect(page.locator(":focus")).to_have_accessible_name("ليلى منصور first post here")
