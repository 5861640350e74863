"""The moderator: a hundred posts, keys, a colleague who is faster, and second thoughts."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Route, expect

from backchannel.post import Status
from tests.bench.moderator import VERDICTS, WATCH, Moderator
from tests.journeys.people import Visit, connected, desk
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

CARDS: Final = "article.post[data-key]"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def test_the_invitation_leaves_the_address_bar(house: Served, visit: Visit) -> None:
    page = await visit("console", f"{house.url}/join#a-secret")
    await expect(page).to_have_url(f"{house.url}/join")


async def test_rejecting_takes_one_key_for_the_reason_and_z_takes_it_back(house: Served, visit: Visit) -> None:
    first, second = await house.post("Buy followers"), await house.post("A fair question")
    console = await desk(house, visit)
    await expect(console.locator(CARDS)).to_have_count(2)
    await console.keyboard.press("r")
    await expect(console.get_by_role("dialog")).to_contain_text("“Critical” is not a reason.")
    await console.keyboard.press("1")
    await expect(console.locator(f"{CARDS}[aria-current]")).to_have_attribute("data-key", second)
    await expect(console.locator("#status")).to_contain_text("z undoes")
    await until(house, first, "rejected", "spam")
    await console.keyboard.press("z")
    await expect(console.locator(CARDS)).to_have_count(2)
    await until(house, first, "queued", "")


async def test_a_colleague_who_was_faster_is_named(house: Served, visit: Visit) -> None:
    key = await house.post("Contested")
    console = await desk(house, visit)
    await expect(console.locator(CARDS)).to_have_count(1)
    sam = await house.badge("Sam")

    async def after_sam(route: Route) -> None:
        await house.decide("reject", key, headers=sam, reason="spam")
        await route.continue_()

    await console.route("**/api/decisions*", after_sam)
    await console.keyboard.press("a")
    await expect(console.locator("body")).to_contain_text("Sam")
    await until(house, key, "rejected", "spam")


async def test_new_posts_never_move_the_card_in_hand(house: Served, visit: Visit) -> None:
    for number in range(12):
        await house.post(f"Waiting {number}", idem=str(number))
    console = await desk(house, visit)
    for _ in range(6):
        await console.keyboard.press("j")
    in_hand = console.locator(f"{CARDS}[aria-current]")
    key, before = await in_hand.get_attribute("data-key"), await in_hand.bounding_box()
    await house.approved("Decided by another")
    await house.post("Just in")
    await expect(console.locator(CARDS)).to_have_count(13)
    assert await in_hand.get_attribute("data-key") == key
    assert await in_hand.bounding_box() == before


async def test_keys_are_off_while_one_writes(house: Served, visit: Visit) -> None:
    await house.post("Stays")
    console = await desk(house, visit)
    await console.keyboard.press("/")
    await console.keyboard.type("aaa")
    await console.keyboard.press("Escape")
    await expect(console.locator(CARDS)).to_have_count(1)


@pytest.mark.only_in("chromium", reason="slow, and what it counts is bounded by the server")
async def test_the_queue_is_never_in_the_page_as_a_whole(house: Served, visit: Visit) -> None:
    await house.fill(230)
    console = await desk(house, visit)
    assert await console.locator(CARDS).count() <= 200
    await expect(console.locator('[data-count="queued"]').first).to_have_text("230")


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_the_desk_reads_on_after_a_page_that_could_not_be_read(house: Served, visit: Visit) -> None:
    keys = await house.fill(60)
    console = await desk(house, visit)
    await console.route("**/console?list=queue&after=*", lambda route: route.abort())
    await house.decide("approve", *keys[:50])
    await expect(console.locator(CARDS)).to_have_count(0)
    await console.unroute("**/console?list=queue&after=*")
    await expect(console.locator(CARDS)).to_have_count(10, timeout=10_000)


async def test_a_desk_without_connection_says_so_and_decides_nothing(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path)) as house:
        await house.post("Waiting")
        console = await desk(house, visit)
        await expect(console.locator(CARDS)).to_have_count(1)
    await expect(console.locator("#link")).to_contain_text("No answer from the desk")
    await console.keyboard.press("a")
    await expect(console.locator(CARDS)).to_have_count(1)
    await expect(console.locator(f"{CARDS} button").first).to_be_disabled()


async def until(house: Served, key: str, status: str, reason: str) -> None:
    """Wait until the store says so: the page is ahead of it, on purpose."""
    async with asyncio.timeout(5):
        while (post := await house.store.posts.find(key)) is None or post.status != status:
            await asyncio.sleep(0)
    assert (post.decision.reason if post.decision else "") == reason


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_what_was_withdrawn_stands_with_what_is_not_shown_and_can_come_back(house: Served, visit: Visit) -> None:
    key = await house.approved("Taken down too early")
    await house.decide("withdraw", key)
    console = await desk(house, visit)
    await expect(console.get_by_role("link", name="Not shown")).to_contain_text("1")
    await console.get_by_role("link", name="Not shown").click()
    await console.wait_for_url("**/console?list=rejected")
    await connected(console)
    await expect(console.locator(CARDS)).to_contain_text("Withdrawn")
    await console.keyboard.press("b")
    await until(house, key, "queued", "")


@pytest.mark.only_in("chromium", reason="Firefox does so with many in test_many.py")
async def test_what_a_colleague_has_in_hand_is_said_and_passed_over(house: Served, visit: Visit) -> None:
    keys = [await house.post(f"Waiting {number}", idem=str(number)) for number in range(3)]
    jo, sam = await desk(house, visit, "Jo"), await desk(house, visit, "Sam")
    await expect(jo.locator("#others")).to_have_text("with Sam")
    await sam.keyboard.press("j")
    claimed = jo.locator(f'{CARDS}[data-key="{keys[1]}"]')
    await expect(claimed.locator(".claimed")).to_have_text("Sam has it")
    await jo.keyboard.press("a")
    await expect(jo.locator(f"{CARDS}[aria-current]")).to_have_attribute("data-key", keys[2])
    await sam.keyboard.press("a")  # a claim keeps nobody away, and the card goes with the decision
    await expect(jo.locator(CARDS)).to_have_count(1)


async def test_a_search_looks_through_the_whole_queue_and_stands_in_the_address(house: Served, visit: Visit) -> None:
    await house.fill(120)
    last = await house.post("Tomás asks: who wrote the runbook?", name="Sam", idem="last")
    console = await desk(house, visit)
    await expect(console.locator(CARDS)).to_have_count(50)
    await console.keyboard.press("/")
    await console.keyboard.type("from:sam TOMAS")
    await expect(console.locator(CARDS)).to_have_count(1)
    await expect(console.locator(CARDS)).to_have_attribute("data-key", last)
    await console.keyboard.press("Enter")
    await expect(console.locator(f"{CARDS}:focus")).to_have_attribute("data-key", last)
    await expect(console.locator("#more")).to_contain_text("1 found.")
    link = console.url
    await console.reload()
    await connected(console)
    await expect(console.locator(CARDS)).to_have_count(1)
    await expect(console.locator(CARDS)).to_have_attribute("data-key", last)
    # What comes in is shown only where it is found.
    await house.post("Nothing to do with it", name="Ada", idem="ada")
    more = await house.post("And tomas again", name="Sam", idem="more")
    await expect(console.locator(CARDS)).to_have_count(2)
    await console.keyboard.press("a")
    await expect(console.locator(f"{CARDS}[aria-current]")).to_have_attribute("data-key", more)
    await console.keyboard.press("Escape")
    await expect(console.locator(CARDS).first).to_contain_text("Waiting 0.")
    await console.goto(link)
    await connected(console)
    await expect(console.locator(CARDS)).to_have_attribute("data-key", more)


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_chips_search_by_mouse_and_a_search_that_finds_nothing_says_so(house: Served, visit: Visit) -> None:
    await house.post("A word", name="Sam")
    await house.post("See https://slides.example/1", name="Ada")
    console = await desk(house, visit)
    await console.locator("#search").click()
    link = console.get_by_role("link", name="Links")
    await link.click()
    await expect(console.locator(CARDS)).to_have_count(1)
    await expect(console.locator(CARDS)).to_contain_text("slides.example")
    await expect(link).to_have_attribute("aria-current", "true")
    await console.get_by_role("link", name="Pictures").click()
    await expect(console.locator("#unfound")).to_contain_text("Nothing here is like that.")
    await console.locator("#seek-end").click()
    await expect(console.locator(CARDS)).to_have_count(2)
    await console.locator("#search").fill("since:noon")
    await expect(console.locator("#seek-says")).to_contain_text("since: goes with a time")
    await expect(console.locator(CARDS)).to_have_count(2)
    await console.locator("#search").fill("")
    await console.locator("#chip-author").click()
    await expect(console.locator(CARDS)).to_have_count(1)
    await console.go_back()
    await expect(console.locator(CARDS)).to_have_count(2)


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_pages_are_turned_by_key_and_a_reload_stays_in_place(house: Served, visit: Visit) -> None:
    keys = await house.fill(330)
    console = await desk(house, visit)
    in_hand = console.locator(f"{CARDS}[aria-current]")
    await expect(in_hand).to_have_attribute("data-key", keys[0])
    for page in range(1, 7):
        await console.keyboard.press("PageDown")
        await expect(in_hand).to_have_attribute("data-key", keys[50 * page])
        assert await console.locator(CARDS).count() <= 200
    await expect(console.locator(":focus")).to_have_attribute("data-key", keys[300])
    await console.wait_for_url("**after=300")
    await console.reload()
    await connected(console)
    await expect(in_hand).to_have_attribute("data-key", keys[300])
    for page in range(5, -1, -1):
        await console.keyboard.press("p")
        await expect(in_hand).to_have_attribute("data-key", keys[50 * page])
    await console.keyboard.press("k")
    await expect(in_hand).to_have_attribute("data-key", keys[0])
    for _ in range(3):
        await console.keyboard.press("a")
    await expect(in_hand).to_have_attribute("data-key", keys[3])


async def test_mixed_posts_are_cleared_by_keyboard_with_every_confirmation_awaited(house: Served, visit: Visit) -> None:
    keys = await house.fill(300)
    console = await desk(house, visit)
    await console.add_init_script(WATCH)
    await console.reload()
    await connected(console)
    rounds = 3
    cleared = len(VERDICTS) * rounds
    assert len(await Moderator(console).clear(cleared)) == cleared
    by_status = (await house.store.posts.counts()).by_status
    stand = [by_status[status] for status in (Status.APPROVED, Status.REJECTED, Status.HELD, Status.QUEUED)]
    assert stand == [9, 6, 3, 282]
    await expect(console.locator(f"{CARDS}[aria-current]")).to_have_attribute("data-key", keys[cleared])
    assert await console.locator(CARDS).count() <= 200
