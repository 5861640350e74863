"""Posting on hall Wi-Fi: nothing is lost, nothing comes twice, and whoever wrote it may still change their mind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Error, Page, Route, expect

from backchannel.post import Status
from backchannel.store.base import Query
from tests.journeys.people import Visit, type_post
from tests.served import Served, made_config, served

pytestmark = pytest.mark.journey

TIMES: Final = 10


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def waiting(house: Served) -> list[str]:
    return [post.content.text for post in (await house.store.posts.page(Query(Status.QUEUED, limit=200))).posts]


@pytest.mark.only_in("chromium", reason="Firefox's protocol hands no body on, so that none is cut after it was kept")
async def test_a_phone_that_loses_its_network_in_the_middle_of_posting_ten_times_posts_ten_times(
    house: Served, visit: Visit
) -> None:
    phone = await visit("phone", house.url)
    cut = 0

    async def lose(route: Route) -> None:
        """Lose the network before the server hears of it, or after it has kept the post and before the phone knows."""
        nonlocal cut
        cut += 1
        if cut % 2:
            answer = await route.fetch()
            assert answer.status == 202
        with suppress(Error):  # the page was loaded anew meanwhile, which ends its requests too
            await route.abort("internetdisconnected")

    await phone.context.route("**/posts?*", lose)
    for number in range(TIMES):
        before = cut
        await type_post(phone, f"Question number {number}, asked on the way into hall {number}")
        if number % 4 == 3:
            await phone.reload()
        await expect(phone.locator("#outbox article")).to_have_count(number + 1)
        async with asyncio.timeout(20):
            while cut == before:  # while one post is on its way the next one waits behind it
                await phone.evaluate("dispatchEvent(new Event('online'))")
    await phone.context.unroute_all(behavior="ignoreErrors")
    await phone.evaluate("dispatchEvent(new Event('online'))")
    await phone.get_by_role("link", name="Mine").click()
    await expect(phone.locator("#outbox article")).to_have_count(0)
    await expect(phone.locator("#posts article")).to_have_count(TIMES)
    words = await waiting(house)
    assert sorted(words) == sorted(
        f"Question number {each}, asked on the way into hall {each}" for each in range(TIMES)
    )


@pytest.mark.only_in("chromium", reason="Firefox's protocol cannot take a page's network away")
async def test_what_is_written_without_any_network_goes_when_it_is_back(house: Served, visit: Visit) -> None:
    phone = await visit("phone", house.url)
    await phone.context.set_offline(True)
    await type_post(phone, "Can we have the slides before lunch?")
    await expect(phone.locator("#mine")).to_contain_text("Waiting for a connection")
    await phone.context.set_offline(False)
    await expect(phone.locator("#posts")).to_contain_text("Queued")
    assert await waiting(house) == ["Can we have the slides before lunch?"]


async def test_who_is_not_shown_says_it_differently_once_and_takes_it_back(house: Served, visit: Visit) -> None:
    phone = await visit("phone", house.url)
    await type_post(phone, "Their number is 0800 123456.", name="Row 14")
    first = phone.locator("#posts article")
    await house.decide("reject", str(await first.get_attribute("data-key")), reason="private")
    await expect(first).to_contain_text("Private details were in it", timeout=20_000)
    await first.get_by_role("link", name="Say it differently").click()
    await expect(phone.get_by_label("Your words")).to_have_value("Their number is 0800 123456.")
    await expect(phone.locator("#write")).to_contain_text("goes once")
    await phone.get_by_label("Your words").fill("Ask the desk for their number.")
    await phone.get_by_role("button", name="Send to the desk").click()
    await expect(phone.locator("#posts article")).to_have_count(2)
    await expect(phone.locator("#posts")).to_contain_text("You have said it differently.")
    await expect(phone.get_by_role("link", name="Say it differently")).to_have_count(0)
    await take_back(phone, "Take it back")
    assert await waiting(house) == []


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_an_author_takes_a_post_down_and_it_leaves_the_other_phones(house: Served, visit: Visit) -> None:
    phone, other = await visit("phone", house.url), await visit("phone", house.url)
    await type_post(phone, "Said in haste")
    await house.decide("approve", str(await phone.locator("#posts article").get_attribute("data-key")))
    await expect(other.locator("#wall")).to_contain_text("Said in haste")
    await take_back(phone, "Take it down")
    await expect(other.locator("#wall")).not_to_contain_text("Said in haste")


async def take_back(phone: Page, word: str) -> None:
    await phone.locator("#posts summary", has_text=word).click()
    await phone.get_by_role("button", name=f"Yes, {word.lower()}").click()
    await expect(phone.locator("#sent")).to_have_text("Taken back. Nothing of it is kept.")


async def test_without_javascript_one_says_it_differently_and_takes_it_back(house: Served, visit: Visit) -> None:
    phone = await visit("phone", house.url, java_script_enabled=False)
    await type_post(phone, "Their number is 0800 123456.", name="Row 14")
    await house.decide("reject", str(await phone.locator("#posts article").get_attribute("data-key")), reason="private")
    await phone.reload()
    await phone.get_by_role("link", name="Say it differently").click()
    await expect(phone.get_by_label("Name")).to_have_value("Row 14")
    await phone.get_by_label("Your words").fill("Ask the desk for their number.")
    await phone.get_by_role("button", name="Send to the desk").click()
    await expect(phone.locator("#posts article")).to_have_count(2)
    await take_back(phone, "Take it back")
    await expect(phone.locator("#posts article")).to_have_count(1)


async def test_a_newcomer_too_many_solves_a_puzzle_unseen_and_of_too_many_at_once_the_last_waits_with_its_words(
    tmp_path: Path, visit: Visit
) -> None:
    paces = {"floor_posts_per_minute": 1, "floor_newcomers_per_minute": 1}
    async with served(made_config(tmp_path, moderation=paces)) as house:
        await house.post("Somebody else was here first.")
        phone = await visit("phone", house.url)
        await type_post(phone, "The first of a minute")
        await expect(phone.locator("#posts")).to_contain_text("The first of a minute")
        await type_post(phone, "The second of a minute")
        await expect(phone.locator("#outbox")).to_contain_text("That is 1 posts in a minute. Please wait a moment.")
        await expect(phone.locator("#outbox")).to_contain_text("The second of a minute")
