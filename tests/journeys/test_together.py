"""Several at one desk, and posts that change under their hands."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import expect

from backchannel.clock import now
from backchannel.post import Sighting, Status
from backchannel.store.base import Arrival
from tests.journeys.people import Visit, desk
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

CARDS: Final = "article.post[data-key]"
IN_HAND: Final = f"{CARDS}[aria-current]"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def delete(house: Served, key: str) -> None:
    """Its author deletes a post at its network; the desk hears of it as from another node."""
    await house.store.posts.receive([Arrival(key, Sighting("floor", "", None, only_known=True))], now())


async def test_a_post_that_is_deleted_in_hand_leaves_and_the_next_one_is_in_hand(house: Served, visit: Visit) -> None:
    keys = [await house.post(f"Waiting {number}", idem=str(number)) for number in range(3)]
    page = await desk(house, visit)
    for key in ("j", "x", "r"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("dialog")).to_be_visible()  # in the middle of rejecting it
    await delete(house, keys[1])
    await expect(page.locator(CARDS)).to_have_count(2)
    await expect(page.locator(IN_HAND)).to_have_attribute("data-key", keys[2])
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("group", name="Selected posts")).to_be_hidden()
    await page.keyboard.press("1")  # meant for the one that is gone: it decides nothing
    await page.keyboard.press("a")
    await expect(page.locator("#status")).to_contain_text("Approved.")
    posts = [await house.store.posts.find(key) for key in keys]
    assert [post and post.status for post in posts] == [Status.QUEUED, Status.GONE, Status.APPROVED]


@pytest.mark.only_in("chromium", reason="the split is a pure function with tests of its own")
async def test_two_share_the_queue_and_each_gets_an_own_part_next(house: Served, visit: Visit) -> None:
    for number in range(12):
        await house.post(f"Waiting {number}", idem=str(number))
    jo, sam = await desk(house, visit, "Jo"), await desk(house, visit, "Sam")
    parts = []
    for page, other in ((jo, "Sam"), (sam, "Jo")):
        await page.get_by_role("button", name="Share the queue").click()
        await expect(page.locator("#status")).to_have_text(f"Shared: what is dimmed is left to {other}.")
        left = await page.locator(f'{CARDS}[data-left="{other}"]').evaluate_all(
            "cards => cards.map(card => card.dataset.key)"
        )
        parts.append(set(left))
    assert parts[0] | parts[1] == set(
        await jo.locator(CARDS).evaluate_all("cards => cards.map(card => card.dataset.key)")
    )
    assert not parts[0] & parts[1]
    assert all(parts)
    await jo.locator(CARDS).first.focus()
    await jo.keyboard.press("a")
    await expect(jo.locator(CARDS)).to_have_count(11)
    await expect(jo.locator(IN_HAND)).not_to_have_attribute("data-left", "Sam")
    await jo.get_by_role("button", name="Share the queue").click()
    await expect(jo.locator(f"{CARDS}[data-left]")).to_have_count(0)


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_what_stands_at_the_foot_follows_the_desk_until_something_is_done(house: Served, visit: Visit) -> None:
    page = await desk(house, visit)
    await expect(page.locator(".status")).to_have_text("Nothing is waiting.")
    await expect(page.locator("#nothing")).to_contain_text("Nothing has come in yet.")
    await house.post("The first")
    await expect(page.locator(".status")).to_have_text("1 waiting.")
    await page.keyboard.press("a")
    await expect(page.locator(".status")).to_contain_text("Approved.")
    await expect(page.locator("#nothing")).to_contain_text("Everything that came in has been decided: 1 shown")


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_what_takes_two_people_is_shown_once_the_second_one_approved_it(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path, moderation={"two_people": ["links"]})) as house:
        linked, plain = [await house.post(text) for text in ("See https://social.example", "Plain")]
        jo, sam = await desk(house, visit, "Jo"), await desk(house, visit, "Sam")
        await expect(jo.locator(IN_HAND)).to_contain_text("Takes two people: a link")
        for key in ("x", "j", "x", "Shift+A"):
            await jo.keyboard.press(key)
        await expect(jo.locator("#status")).to_have_text(
            "2 approved. 1 of them waits for a second person. z undoes. 1 waiting.", use_inner_text=True
        )
        for page in (jo, sam):
            await expect(page.locator(CARDS)).to_have_count(1)
            await expect(page.locator(CARDS)).to_contain_text("Approved by Jo, one more person needed: a link")
        await jo.keyboard.press("a")
        await expect(jo.locator("#status")).to_have_text("You approved it already. One more person is needed.")
        await jo.keyboard.press("z")
        await expect(sam.locator(CARDS)).to_have_count(2)
        await expect(sam.locator(IN_HAND)).to_contain_text("Takes two people: a link")
        await sam.keyboard.press("a")  # Sam is the first one now, and the next post is in hand
        await expect(sam.locator("#status")).to_contain_text("Approved. One more person is needed.")
        await expect(sam.locator(IN_HAND)).to_have_attribute("data-key", plain)
        await expect(jo.locator(CARDS).first).to_contain_text("Approved by Sam, one more person needed")
        await jo.locator(CARDS).first.focus()
        await jo.keyboard.press("a")
        await expect(jo.locator("#status")).to_contain_text("Approved. z undoes.")
        await expect(sam.locator(CARDS)).to_have_count(1)
        post = await house.store.posts.find(linked)
        assert post is not None
        assert post.status is Status.APPROVED
