"""One post, once: a card says how many copies it stands for, lists them, and lets one go."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.journeys.people import Visit, connected, desk
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

RUNBOOK: Final = "Ask who wrote the runbook before the pager goes off, then buy that team a good coffee"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


@pytest.mark.only_in("chromium", reason="Firefox drives the keys and cards that it uses in other journeys")
async def test_a_late_copy_of_a_rejected_post_is_counted_and_can_be_taken_out(house: Served, visit: Visit) -> None:
    first, other = await house.post(RUNBOOK, name="Ines"), await house.post("A fair question")
    await house.decide("reject", first, reason="spam")
    console = await desk(house, visit)
    await expect(console.locator("article.post")).to_have_count(1)
    copy = await house.post(f"{RUNBOOK}!!!", name="Eve")
    await console.keyboard.press("g")
    await console.keyboard.press("r")
    await console.wait_for_url("**/console?list=rejected")
    await connected(console)
    card = console.locator(f"[data-key='{first}']")
    await expect(card).to_contain_text("Rejected by Jo")
    await expect(card.locator("summary")).to_have_text("+1 similar")

    await card.locator("summary").focus()
    await console.keyboard.press("Enter")
    entry = card.locator(".copies li")
    await expect(entry).to_contain_text(f"{RUNBOOK}!!!")
    await expect(entry).to_contain_text("Eve")
    await expect(entry).to_contain_text("after it was rejected")

    later = await house.post(RUNBOOK.upper(), name="Otto")
    await expect(card.locator("summary")).to_have_text("+2 similar")
    await expect(entry).to_have_count(2)
    await expect(entry.first).to_contain_text("Otto")

    await console.keyboard.press("Tab")
    await console.keyboard.press("Tab")
    await expect(card.locator(f"[data-copy='{copy}']")).to_be_focused()
    await console.keyboard.press("Enter")
    await expect(console.locator("#status")).to_have_text("A post of its own now: it waits in the queue.")
    await expect(card.locator("summary")).to_have_text("+1 similar")
    await expect(entry).to_have_count(1)
    await expect(card.locator(f"[data-copy='{later}']")).to_be_focused()
    await expect(card).to_have_attribute("data-status", "rejected")

    await console.goto(f"{house.url}/console")
    await expect(console.locator("article.post")).to_have_count(2)
    assert await keys(console) == [other, copy]


async def keys(console: Page) -> list[str]:
    cards = await console.locator("article.post").all()
    return [str(await card.get_attribute("data-key")) for card in cards]
