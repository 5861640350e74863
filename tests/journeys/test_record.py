"""The record: found and taken back by keys alone, a bulk taken back whole, and all of it as a file."""

import csv
import io
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Route, expect

from backchannel.post import Status
from tests.journeys.people import Visit, connected, desk
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

LINES: Final = "#entries article"
IN_HAND: Final = f"{LINES}[aria-current]"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def status_of(house: Served, *keys: str) -> set[Status]:
    posts = [await house.store.posts.find(key) for key in keys]
    return {post.status for post in posts if post is not None}


async def test_a_rejection_is_found_and_taken_back_by_keys_alone(house: Served, visit: Visit) -> None:
    sam = await house.badge("Sam")
    regretted = await house.post("A fair question")
    await house.decide("reject", regretted, reason="attack", headers=sam)
    await house.approved("Shown", headers=sam)
    page = await desk(house, visit)
    await page.keyboard.press("g")
    await page.keyboard.press("d")
    await page.wait_for_url("**/console/record")
    await connected(page)
    await expect(page.locator(LINES)).to_have_count(2)
    await expect(page.locator("#share-of")).to_have_text("Not shown: 1 of 2")
    await expect(page.locator(IN_HAND)).to_contain_text("Shown")
    await page.keyboard.press("j")
    await expect(page.locator(IN_HAND)).to_contain_text("Attacks a person")
    await expect(page.locator(IN_HAND)).to_contain_text("Sam")
    await page.keyboard.press("z")
    await expect(page.locator("#status")).to_have_text("Taken back. It waits in the queue.")
    assert await status_of(house, regretted) == {Status.QUEUED}
    await expect(page.locator(LINES)).to_have_count(3)
    await expect(page.locator(IN_HAND)).to_contain_text("undone")  # the hand kept its line
    await page.keyboard.press("z")
    await expect(page.locator("#status")).to_have_text("This was decided again since.")
    for _ in range(2):
        await page.keyboard.press("k")
    await expect(page.locator(IN_HAND)).to_contain_text("Put back")
    await page.keyboard.press("z")
    await expect(page.locator("#status")).to_have_text("Taken back. It is not shown.")
    post = await house.store.posts.find(regretted)
    assert post is not None
    assert post.decision is not None
    assert (post.status, post.decision.by, post.decision.reason) == (Status.REJECTED, "Jo", "attack")


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_what_one_order_decided_is_one_line_and_is_taken_back_whole(house: Served, visit: Visit) -> None:
    keys = [await house.post(f"Follow for follow {number}") for number in range(12)]
    await house.decide("reject", *keys, reason="spam", headers=await house.badge("Sam"))
    page = await desk(house, visit, place="/console/record")
    await expect(page.locator(LINES)).to_have_count(1)
    await expect(page.locator(LINES)).to_contain_text("12 at once")
    await page.get_by_role("button", name="Take back all 12").click()
    await expect(page.locator("#status")).to_have_text("All 12 taken back. They wait in the queue.")
    assert await status_of(house, *keys) == {Status.QUEUED}
    await expect(page.locator(LINES)).to_have_count(2)
    await expect(page.locator(LINES).last).to_contain_text("all decided since")
    await expect(page.locator(LINES).first).to_contain_text("Put back")
    await page.get_by_role("link", name="12 at once").last.click()
    await connected(page)
    await expect(page.locator(LINES)).to_have_count(12)
    await expect(page.locator("#only")).to_have_text("only one order ✕")


@pytest.mark.only_in("chromium", reason="the server tells who was faster, whatever asks")
async def test_who_was_faster_is_named_and_nothing_is_taken_back(house: Served, visit: Visit) -> None:
    key = await house.approved("Contested")
    page = await desk(house, visit, place="/console/record")
    await expect(page.locator(LINES)).to_have_count(1)
    sam = await house.badge("Sam")

    async def after_sam(route: Route) -> None:
        await house.decide("withdraw", key, headers=sam)
        await route.continue_()

    await page.route("**/api/decisions*", after_sam)
    await page.keyboard.press("z")
    await expect(page.locator("#status")).to_contain_text("Not taken back: Sam withdrew it")
    assert await status_of(house, key) == {Status.WITHDRAWN}
    await expect(page.locator(LINES).last).to_contain_text("then withdrawn")


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_filters_stand_in_the_address_and_hold_for_the_export(house: Served, visit: Visit) -> None:
    sam = await house.badge("Sam")
    await house.decide("reject", await house.post("Buy followers"), reason="spam", headers=sam)
    await house.decide("reject", await house.post("Buy more"), reason="spam", headers=await house.badge("Eve"))
    await house.approved("Shown", headers=sam)
    page = await desk(house, visit, place="/console/record")
    await expect(page.locator(LINES)).to_have_count(3)
    await page.get_by_label("by", exact=True).select_option("Sam")
    await expect(page.locator(LINES)).to_have_count(2)
    await page.get_by_role("link", name="Rejected").click()
    await expect(page.locator(LINES)).to_have_count(1)
    assert page.url.endswith("/console/record?by=Sam&verb=reject")
    await page.reload()
    await expect(page.locator(LINES)).to_have_count(1)
    await expect(page.get_by_label("by", exact=True)).to_have_value("Sam")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="CSV").click()
    download = await coming.value
    text = Path(await download.path()).read_text(encoding="utf-8-sig")  # noqa: ASYNC240
    assert [(row["by"], row["verb"], row["reason"]) for row in csv.DictReader(io.StringIO(text))] == [
        ("Sam", "reject", "spam")
    ]
    await page.go_back()
    await expect(page.locator(LINES)).to_have_count(2)


@pytest.mark.only_in("chromium", reason="its keys and links are tried in both elsewhere")
async def test_a_card_leads_to_the_history_of_its_post(house: Served, visit: Visit) -> None:
    key = await house.approved("Shown, and withdrawn")
    await house.decide("withdraw", key, reason="private")
    await house.approved("Another")
    page = await desk(house, visit, place="/console?list=rejected")
    await page.keyboard.press("d")
    await page.wait_for_url("**/console/record?post=*")
    await expect(page.locator(LINES)).to_have_count(2)
    await expect(page.locator(LINES).first).to_contain_text("Shares private details")
    await page.get_by_role("button", name="Show all.").click()
    await expect(page.locator(LINES)).to_have_count(3)


@pytest.mark.only_in("chromium", reason="Firefox is asked for the same words on every page in test_screen.py")
async def test_hostile_words_stay_words_in_the_record(house: Served, visit: Visit) -> None:
    hostile = "<img src=x onerror='window.pwned=1'><script>window.pwned=1</script>"
    await house.approved(hostile, reason=hostile[:60], headers=await house.badge("<b>Sam</b>"))
    page = await desk(house, visit, place="/console/record")
    await expect(page.locator(LINES)).to_contain_text(hostile)
    await expect(page.locator(LINES)).to_contain_text("<b>Sam</b>")
    assert await page.evaluate("window.pwned") is None
