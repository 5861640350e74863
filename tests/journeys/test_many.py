"""Many posts at once: selected, decided with one order, and taken back whole."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, Route, expect

from backchannel.post import Status
from backchannel.record import RecordQuery
from tests.journeys.people import Visit, connected, desk
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

CARDS: Final = "article.post[data-key]"
IN_HAND: Final = f"{CARDS}[aria-current]"
SELECTED: Final = f"{CARDS}[data-selected]"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def waiting(house: Served, many: int) -> list[str]:
    """So many posts in the queue."""
    return [await house.post(f"Waiting {number}", idem=str(number)) for number in range(many)]


async def until(house: Served, keys: list[str], status: Status) -> None:
    """Wait until the store says so: the page is ahead of it, on purpose."""
    async with asyncio.timeout(10):
        for key in keys:
            while (post := await house.store.posts.find(key)) is None or post.status is not status:
                await asyncio.sleep(0)


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def test_many_are_approved_with_one_order_but_for_what_a_colleague_has_in_hand(
    house: Served, visit: Visit
) -> None:
    keys = await waiting(house, 8)
    sam = await desk(house, visit, "Sam")
    await press(sam, "j", "j")
    jo = await desk(house, visit)
    await expect(jo.locator(f'{CARDS}[data-key="{keys[2]}"] .claimed')).to_have_text("Sam has it")
    await press(jo, "x", "j", "j", "j", "j", "Shift+X")
    await expect(jo.locator(SELECTED)).to_have_count(5)
    await expect(jo.get_by_role("group", name="Selected posts")).to_contain_text("5 selected")
    await press(jo, "k", "x")
    await expect(jo.locator(SELECTED)).to_have_count(4)
    await press(jo, "Shift+A")
    await expect(jo.locator("#status")).to_have_text(
        "3 approved. 1 skipped: Sam has it in hand. z undoes. 5 waiting.", use_inner_text=True
    )
    await until(house, [keys[0], keys[1], keys[4]], Status.APPROVED)
    await until(house, [keys[2], keys[3]], Status.QUEUED)
    await expect(jo.locator(SELECTED)).to_have_count(0)
    [line] = (await house.store.record.decisions(RecordQuery(folded=True))).decisions
    assert (line.together, line.decision.by) == (3, "Jo")
    await jo.reload()  # what can be undone outlives the page
    await connected(jo)
    await press(jo, "z")
    await expect(jo.locator("#status")).to_have_text("All 3 are back in the queue. 8 waiting.")
    await until(house, keys, Status.QUEUED)
    await expect(jo.locator(CARDS)).to_have_count(8)


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_many_are_rejected_for_one_reason(house: Served, visit: Visit) -> None:
    keys = await waiting(house, 4)
    page = await desk(house, visit)
    await press(page, "x", "j", "x", "j", "Shift+R")
    await expect(page.get_by_role("dialog")).to_contain_text("Why should the hall not see these 2?")
    await press(page, "Escape")
    await expect(page.locator(SELECTED)).to_have_count(2)
    await press(page, "Shift+R", "1")
    await until(house, keys[:2], Status.REJECTED)
    posts = [await house.store.posts.find(key) for key in keys[:2]]
    assert {post.decision.reason for post in posts if post and post.decision} == {"spam"}
    await expect(page.locator(CARDS)).to_have_count(2)
    await expect(page.locator(IN_HAND)).to_have_attribute("data-key", keys[2])


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_with_the_mouse_a_range_is_selected_and_nothing_again(house: Served, visit: Visit) -> None:
    await waiting(house, 5)
    page = await desk(house, visit)
    await page.get_by_role("button", name="Select", exact=True).click()
    await page.locator(CARDS).nth(3).click(modifiers=["Shift"])
    await expect(page.locator(SELECTED)).to_have_count(4)
    assert await page.evaluate("String(getSelection())") == ""
    await press(page, "Escape")
    await expect(page.locator(SELECTED)).to_have_count(0)
    await expect(page.get_by_role("group", name="Selected posts")).to_be_hidden()


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_an_answer_that_got_lost_is_asked_for_again_and_nothing_is_decided_twice(
    house: Served, visit: Visit
) -> None:
    keys = await waiting(house, 3)
    page = await desk(house, visit)
    sent: list[str] = []
    jo = await house.badge("Jo")

    async def lose_the_first(route: Route) -> None:
        sent.append(route.request.post_data or "")
        if len(sent) > 1:
            return await route.continue_()
        await house.client.post("/api/decisions", content=sent[0], headers=jo)
        return await route.abort()  # carried out, and then the connection breaks

    await page.route("**/api/decisions*", lose_the_first)
    await press(page, "x", "j", "j", "Shift+X", "Shift+A")
    await expect(page.locator("#status")).to_contain_text("3 approved.")
    assert sent[0] == sent[1]
    record = (await house.store.record.decisions(RecordQuery())).decisions
    assert sorted(line.key for line in record) == sorted(keys)
    await press(page, "z")
    await until(house, keys, Status.QUEUED)


@pytest.mark.only_in("chromium", reason="the server tells who was faster, whatever asks")
async def test_of_many_what_a_colleague_was_faster_with_comes_back_and_names_them(house: Served, visit: Visit) -> None:
    keys = await waiting(house, 3)
    page = await desk(house, visit)
    sam = await house.badge("Sam")

    async def after_sam(route: Route) -> None:
        await house.decide("reject", keys[1], headers=sam, reason="spam")
        await route.continue_()

    await page.route("**/api/decisions*", after_sam)
    await press(page, "x", "j", "j", "Shift+X", "Shift+A")
    await expect(page.locator("#status")).to_contain_text("2 approved. 1 came back: Sam rejected it")
    await expect(page.locator(f"{CARDS}[data-returned]")).to_have_attribute("data-key", keys[1])
    await page.unroute("**/api/decisions*")
    await press(page, "z")
    await until(house, [keys[0], keys[2]], Status.QUEUED)
    await until(house, [keys[1]], Status.REJECTED)


@pytest.mark.only_in("chromium", reason="which cards are in the page is a pure function with tests of its own")
async def test_what_is_selected_stays_selected_when_it_slides_out_of_the_page(house: Served, visit: Visit) -> None:
    keys = await house.fill(260)
    page = await desk(house, visit)
    await press(page, "x", "j", "x")
    first = page.locator(f'{CARDS}[data-key="{keys[0]}"]')
    async with asyncio.timeout(30):
        while await first.count():
            await press(page, "f")
    await press(page, "x")
    await expect(page.get_by_role("group", name="Selected posts")).to_contain_text("3 selected")
    assert (await house.decide("reject", keys[1], headers=await house.badge("Sam"))).status_code == 200
    await expect(page.get_by_role("group", name="Selected posts")).to_contain_text("2 selected")
    await press(page, "Shift+A")
    await expect(page.locator("#status")).to_contain_text("2 approved.")
    await until(house, [keys[0]], Status.APPROVED)
    await until(house, [keys[1]], Status.REJECTED)
