"""Why a post is not shown: one key each, and what is like it with one more; and the shares of it all."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import expect

from backchannel.post import Status
from tests.journeys.people import Visit, connected, desk
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

CARDS: Final = "article.post[data-key]"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def decided(house: Served, *keys: str) -> list[tuple[Status, str]]:
    """Where posts stand, and for which reason."""
    posts = [await house.store.posts.find(key) for key in keys]
    return [(post.status, post.decision.reason if post.decision else "") for post in posts if post]


async def test_what_is_like_a_rejected_post_is_shown_and_rejected_with_one_key(house: Served, visit: Visit) -> None:
    spam = [
        await house.post(f"Buy {many} cheap followers at https://cheap.example/{many}", idem=many)
        for many in ("ten", "fifty", "hundred", "thousand")
    ]
    fair = await house.post("A fair question")
    await house.approved("Who typed all this was approved, so the author alone says nothing")
    page = await desk(house, visit)
    await page.keyboard.press("r")
    await page.keyboard.press("1")
    offer = page.get_by_role("group", name="Like what was rejected")
    await expect(offer).to_contain_text("3 more wait that are like it")
    await expect(offer).to_contain_text("3 with like words, 3 with a link to the same place")
    await expect(page.locator("#status")).to_contain_text("3 more wait that are like it: . rejects them.")
    await expect(offer.get_by_role("listitem")).to_have_count(2)
    await offer.get_by_role("button", name="Show all").click()
    await expect(offer.get_by_role("listitem")).to_have_count(3)
    await page.keyboard.press(".")
    await expect(page.locator("#status")).to_contain_text("3 rejected.")
    await expect(offer).to_be_hidden()
    assert await decided(house, *spam, fair) == [(Status.REJECTED, "spam")] * 4 + [(Status.QUEUED, "")]
    await page.keyboard.press("z")
    await expect(page.locator("#status")).to_contain_text("All 3 are back in the queue.")
    assert await decided(house, *spam) == [(Status.REJECTED, "spam")] + [(Status.QUEUED, "")] * 3


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_an_offer_can_be_left_and_goes_with_the_next_decision(house: Served, visit: Visit) -> None:
    for many in ("ten", "fifty", "hundred"):
        await house.post(f"Buy {many} cheap followers at https://cheap.example/{many}", idem=many)
    page = await desk(house, visit)
    offer = page.get_by_role("group", name="Like what was rejected")
    await page.keyboard.press("r")
    await page.keyboard.press("1")
    await expect(offer).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(offer).to_be_hidden()
    await page.keyboard.press(".")
    await expect(page.locator("#status")).to_contain_text("Nothing is offered")
    await expect(page.locator(CARDS)).to_have_count(2)


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_a_critical_post_is_shown_and_counted_beside_what_was_not(house: Served, visit: Visit) -> None:
    critical = await house.post("The talk on problem management was weak, honestly")
    await house.decide("reject", await house.post("Buy followers"), reason="spam")
    page = await desk(house, visit)
    await page.keyboard.press("c")
    await expect(page.locator("#status")).to_contain_text("Approved.")
    assert await decided(house, critical) == [(Status.APPROVED, "critical")]
    await page.reload()
    await connected(page)
    await expect(page.locator("#mirror")).to_have_text(
        "1 of 2 not shown: Advertising or spam 100%. 1 critical one was shown."
    )
    await page.get_by_role("link", name="On the wall 1").click()
    await expect(page.locator(CARDS)).to_contain_text("Critical, and shown")
    record = await desk(house, visit, place="/console/record?reason=critical")
    await expect(record.locator("#critical")).to_have_text("1 critical one was shown.")
    await expect(record.locator("#entries article")).to_have_count(1)
    await expect(record.locator("#entries article")).to_contain_text("Critical, and shown")
