"""What moderators tell each other, describe and send to the stage, by keyboard alone."""

import re
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import expect

from backchannel.roles import Role
from tests.journeys.people import Visit, badge_of
from tests.journeys.test_people import opened, tab_to
from tests.served import Served, made_config, served
from tests.web.test_notes import with_pictures

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

CARD = "#cards article[aria-current]"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


@pytest.mark.only_in("chromium", reason="Firefox drives this part in another journey of this file")
async def test_a_note_and_a_description_are_written_on_the_card_and_read_by_moderators(
    house: Served, visit: Visit
) -> None:
    key = await with_pictures(house)
    await house.decide("approve", key)
    screen = await visit("screen", f"{house.url}/screen")
    viewer = await opened(house, visit, Role.VIEWER, "Eve", "/console?list=live")
    mo = await opened(house, visit, Role.MODERATOR, "Mo", "/console?list=live")
    sam = await opened(house, visit, Role.MODERATOR, "Sam", "/console?list=live")
    await sam.locator(CARD).wait_for()
    await sam.keyboard.press("n")
    await expect(sam.get_by_label("A note, for moderators")).to_be_focused()
    await sam.keyboard.type("Ask the author first.")
    await sam.keyboard.press("Shift+Enter")
    await sam.keyboard.type("She is here.")
    await sam.keyboard.press("Enter")
    await expect(sam.locator("#status")).to_have_text("Noted for moderators.")
    await expect(sam.locator(CARD)).to_be_focused()
    await expect(mo.locator(".remarks")).to_contain_text("Ask the author first.")

    await tab_to(sam, sam.get_by_role("button", name="Describe it"))
    await sam.keyboard.press("Enter")
    await sam.keyboard.type("A full hall, seen from the stage")
    await sam.keyboard.press("Enter")
    await expect(sam.locator("#status")).to_have_text("Described, on every screen and phone.")
    await expect(sam.locator(".described")).to_contain_text("Described by the desk (Sam)")
    await expect(screen.locator("figcaption").first).to_contain_text("A full hall, seen from the stage")
    await expect(viewer.locator(CARD)).to_contain_text("A full hall, seen from the stage")
    await expect(viewer.locator(".remarks")).to_be_empty()
    await viewer.bring_to_front()
    await viewer.keyboard.press("n")
    await expect(viewer.locator("#status")).to_contain_text("Notes are for moderators.")

    await mo.bring_to_front()
    await tab_to(mo, mo.get_by_role("button", name="Take back"))
    await mo.keyboard.press("Enter")
    await expect(mo.locator(".remarks")).to_contain_text("Taken back by Mo.")
    await expect(sam.locator(".remarks")).not_to_contain_text("Ask the author first.")
    await mo.keyboard.press("d")
    await mo.wait_for_url("**/console/record?post=*")
    await expect(mo.get_by_role("region", name="Notes on this post")).to_contain_text("A full hall")


async def test_a_line_reaches_the_stage_and_the_desk_sees_that_it_was_seen(house: Served, visit: Visit) -> None:
    await house.approved("Who wrote the runbook?")
    ada = await badge_of(house, "Ada", Role.HOST)
    host = await visit("console", f"{house.url}/speaker/main", cookies={"badge": ada})
    await expect(host.locator("#now")).to_contain_text("Who wrote the runbook?")
    sam = await opened(house, visit, Role.MODERATOR, "Sam")
    await sam.keyboard.press("t")
    await expect(sam.get_by_label("A line to the stage of this hall")).to_be_focused()
    await sam.keyboard.type("Five minutes left")
    await sam.keyboard.press("Enter")
    await expect(sam.locator("#lines-said")).to_have_text("1 not seen yet")
    await expect(host.locator("#said")).to_have_text("Five minutes left")
    await host.bring_to_front()
    await tab_to(host, host.get_by_role("button", name="Got it"))
    await host.keyboard.press("Enter")
    await expect(host.locator("#line")).to_be_hidden()
    await expect(sam.locator("#lines-sent")).to_contain_text(re.compile(r"Got it: Ada, \d\d:\d\d"))
