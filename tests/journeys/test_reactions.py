"""Reactions: a tap, and every phone in the hall sees the total."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.people import Visit
from tests.served import Served, made_config, served

pytestmark = pytest.mark.journey


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path, screen={"reactions": True})) as up:
        yield up


async def test_two_who_react_see_one_total_of_their_hall_and_a_phone_that_drums_counts_once(
    house: Served, visit: Visit
) -> None:
    one, other = await visit("phone", house.url), await visit("phone", house.url)
    await one.get_by_role("button", name="yes!").dblclick()
    await expect(other.get_by_role("button", name="yes!")).to_have_text("yes! 1")
    await other.get_by_role("button", name="yes!").click()
    await expect(one.get_by_role("button", name="yes!")).to_have_text("yes! 2")
    await other.get_by_label("Hall").first.select_option("foyer")
    await expect(other.get_by_role("button", name="yes!")).to_have_text("yes!")
    await other.reload()
    await expect(other.get_by_role("button", name="yes!")).to_have_text("yes!")


@pytest.mark.only_in("chromium", reason="Playwright cannot act in a Firefox whose scripts are off")
async def test_without_javascript_one_reacts_too_and_the_halls_screen_tells_of_it_quietly(
    house: Served, visit: Visit
) -> None:
    phone = await visit("phone", house.url, java_script_enabled=False)
    await phone.get_by_role("button", name="hm?").click()
    await phone.wait_for_url("**/?hall=main#react")
    other = await visit("phone", house.url)
    await expect(other.get_by_role("button", name="hm?")).to_have_text("hm? 1")
    await house.approved()
    screen, foyer = await visit("screen", f"{house.url}/screen"), await visit("screen", f"{house.url}/screen/foyer")
    told = screen.locator(".screen-react")
    await expect(told).to_have_text("mm-hm 0 yes! 0 ha! 0 hm? 1")
    await other.get_by_role("button", name="ha!").click()
    await expect(told).to_have_text("mm-hm 0 yes! 0 ha! 1 hm? 1", timeout=15_000)  # with the next beat
    await expect(foyer.locator(".screen-react")).to_be_hidden()
