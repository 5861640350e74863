"""The attendee: bad Wi-Fi, no account, perhaps no JavaScript."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import expect

from backchannel.post import Status
from tests.journeys.people import Visit, type_post
from tests.served import Served, made_config, served

pytestmark = pytest.mark.journey


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


async def test_without_javascript_one_can_read_write_and_see_what_became_of_it(house: Served, visit: Visit) -> None:
    await house.approved("Words for everyone")
    phone = await visit("phone", house.url, java_script_enabled=False)
    await expect(phone.locator("#live")).to_contain_text("Words for everyone")
    await type_post(phone, "Written without a script", name="Row 14")
    await expect(phone.locator("#mine")).to_contain_text("Written without a script")
    await expect(phone.locator("#mine")).to_contain_text("Queued")
    key = await phone.locator("#mine article").get_attribute("data-key")
    await house.decide("reject", str(key), reason="private")
    await phone.reload()
    await expect(phone.locator("#mine")).to_contain_text("Not shown")
    await expect(phone.locator("#mine")).to_contain_text("Private details were in it")


async def test_without_javascript_a_refused_post_keeps_its_words(house: Served, visit: Visit) -> None:
    phone = await visit("phone", house.url, java_script_enabled=False)
    await type_post(phone, "   \u200b  ", name="Row 14")
    await expect(phone.get_by_role("alert")).to_contain_text("no words")
    await expect(phone.get_by_label("Name")).to_have_value("Row 14")


async def test_a_post_written_without_a_connection_goes_by_itself_and_once(house: Served, visit: Visit) -> None:
    phone = await visit("phone", house.url)
    await phone.context.route("**/posts?*", lambda route: route.abort("internetdisconnected"))
    await type_post(phone, "Can we have the slides before lunch?")
    await expect(phone.locator("#mine")).to_contain_text("Waiting for a connection")
    await phone.context.unroute("**/posts?*")
    await phone.reload()
    await phone.get_by_role("link", name="Mine").click()
    await expect(phone.locator("#mine")).to_contain_text("Queued")
    await expect(phone.locator("#mine article")).to_have_count(1)
    assert (await house.store.posts.counts()).by_status[Status.QUEUED] == 1


async def test_the_poster_learns_that_it_is_shown_and_taken_down(house: Served, visit: Visit) -> None:
    phone = await visit("phone", house.url)
    await type_post(phone, "Ask who wrote the runbook.")
    mine = phone.locator("#mine article")
    await expect(mine).to_contain_text("Queued")
    key = str(await mine.get_attribute("data-key"))
    await house.decide("approve", key)
    await expect(mine).to_contain_text("Shown")
    await expect(phone.locator("#said[role=status]")).to_have_text("Somebody in the hall: Ask who wrote the runbook.")
    await house.decide("withdraw", key)
    await expect(mine).to_contain_text("Taken down")
