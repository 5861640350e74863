"""Triage by finger: swipes, the buttons beside them, scrolling that stays scrolling, and undo within reach."""

import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect

from backchannel.post import Status
from tests.journeys.people import Visit, desk
from tests.served import Served, made_config, served

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(120),
    pytest.mark.only_in("chromium", reason="Playwright puts fingers on the glass of no other browser"),
]

CARDS: Final = "article.post[data-key]"
SIZES: Final = {"phone": (390, 844), "tablet": (820, 1180)}
TARGET_PX: Final = 44


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def on_glass(house: Served, visit: Visit, size: str = "phone") -> Page:
    """The desk of Jo on glass."""
    width, height = SIZES[size]

    async def sized(page: Page) -> None:
        await page.set_viewport_size({"width": width, "height": height})

    return await desk(house, visit, before=sized, has_touch=True, is_mobile=True)


async def stroke(card: Locator, aside: float, down: float = 0) -> None:
    """One finger, from the middle of a card's text, so far."""
    box = await card.locator(".post-text").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    glass = await card.page.context.new_cdp_session(card.page)
    await glass.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        point = {"x": x + aside * step / 10, "y": y + down * step / 10}
        await glass.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    await glass.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def strokes(card: Locator, aside: float, seen: Locator) -> None:
    """The same, until something is seen: a browser without time takes a finger's way for its own, and cancels it."""
    for _ in range(5):
        if await card.count():
            await stroke(card, aside)
        with contextlib.suppress(AssertionError):
            return await expect(seen).to_be_visible(timeout=4000)
    return await expect(seen).to_be_visible()


async def status_of(house: Served, key: str) -> Status:
    post = await house.store.posts.find(key)
    assert post is not None
    return post.status


@pytest.mark.parametrize("size", SIZES)
async def test_right_approves_left_rejects_and_undo_is_a_tap_away(house: Served, visit: Visit, size: str) -> None:
    first, second = await house.post("To the right"), await house.post("To the left")
    page = await on_glass(house, visit, size)
    approved = page.locator("#status", has_text="Approved.")
    await strokes(page.locator(f'{CARDS}[data-key="{first}"]'), 160, approved)
    assert await status_of(house, first) is Status.APPROVED
    await strokes(page.locator(f'{CARDS}[data-key="{second}"]'), -160, page.get_by_role("dialog"))
    await page.get_by_role("dialog").get_by_role("button", name="Not about the conference").click()
    await expect(page.locator("#status")).to_contain_text("Rejected.")
    assert await status_of(house, second) is Status.REJECTED
    for key in (second, first):
        await page.get_by_role("button", name="undo", exact=True).click()
        await expect(page.locator(f'{CARDS}[data-key="{key}"]')).to_be_visible()
        assert await status_of(house, key) is Status.QUEUED


async def test_a_short_stroke_decides_nothing_and_neither_does_one_while_a_text_is_marked(
    house: Served, visit: Visit
) -> None:
    key = await house.post("Stays, whatever the finger does")
    page = await on_glass(house, visit)
    card = page.locator(CARDS)
    await stroke(card, 60)
    await stroke(card, -60)
    await expect(card).to_have_css("transform", "none")
    await card.locator(".post-text").evaluate("text => getSelection().selectAllChildren(text)")
    await stroke(card, 200)
    await expect(card).to_have_count(1)
    assert await status_of(house, key) is Status.QUEUED
    await page.evaluate("getSelection().empty()")
    await strokes(card, 200, page.locator("#status", has_text="Approved."))


async def test_a_stroke_downwards_scrolls_and_decides_nothing(house: Served, visit: Visit) -> None:
    for number in range(12):
        await house.post(f"Waiting {number}", idem=str(number))
    page = await on_glass(house, visit)
    await stroke(page.locator(CARDS).nth(1), 40, -200)
    await page.wait_for_function("document.getElementById('scroll').scrollTop > 100")
    await expect(page.locator(CARDS)).to_have_count(12)


async def test_every_button_is_big_enough_for_a_finger_and_none_is_out_of_reach(house: Served, visit: Visit) -> None:
    for number in range(3):
        await house.post(f"Waiting {number}", idem=str(number))
    page = await on_glass(house, visit)
    await page.get_by_role("button", name="Select", exact=True).first.click()
    small = await page.evaluate(
        """least => [...document.querySelectorAll("main button, .foot button")]
            .map(button => [button.textContent.trim(), button.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && (box.width < least || box.height < least || box.right > innerWidth))
            .map(([words, box]) => `${words}: ${box.width} × ${box.height}, to ${box.right}`)""",
        TARGET_PX,
    )
    assert small == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
