"""The change-over of a session, with a moved clock: what phones and screens say turns by itself."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from tests.journeys.people import Visit, desk
from tests.made_up import MORNING, Clock
from tests.served import Served, made_config, served

pytestmark = pytest.mark.journey

ARABIC: Final = "أفضل مكتب خدمة هو الذي لا تحتاج إلى الاتصال به"


def slot(title: str, begins: float, ends: float, hall: str = "main", **more: Any) -> dict[str, Any]:
    """A session of the configuration, so many minutes after nine."""
    start, end = ((MORNING + timedelta(minutes=minutes)).isoformat() for minutes in (begins, ends))
    return {"title": title, "start": start, "end": end, "hall": hall, **more}


DAY: Final = {
    "sessions": [
        slot("Blameless reviews", 0, 45, speakers=["Dana Okafor"], url="https://pink11.example/1"),
        slot("The service desk", 60, 105, speakers=["Priya Raman"]),
        slot(ARABIC, 0, 100, "foyer", speakers=["ليلى منصور"], language="ar"),
    ]
}


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING - timedelta(minutes=2))


@pytest.fixture
async def house(tmp_path: Path, clock: Clock) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path, programme=DAY), clock=clock) as running:
        yield running


async def turned(page: Page, clock: Clock, minutes: float) -> None:
    """Let time pass for the server, and as much of it for the page as its look-out waits for."""
    clock.turn(minutes * 60)
    await page.clock.fast_forward(320_000)


async def test_a_phone_counts_down_changes_over_and_says_that_it_is_over(
    house: Served, visit: Visit, clock: Clock
) -> None:
    phone = await visit("phone", house.url, before=lambda page: page.clock.install())
    now = phone.locator("#now")
    await expect(now).to_contain_text("Begins in 2 minutes")
    await turned(phone, clock, 3)
    await expect(now).to_contain_text("Main hall")
    await expect(now).to_contain_text("Dana Okafor, until 09:45")
    await expect(now).to_contain_text("Next 10:00 The service desk")
    await expect(now.locator('.title[lang="ar"]')).to_have_css("direction", "rtl")
    await turned(phone, clock, 46)
    await expect(now).not_to_contain_text("Blameless reviews")
    await phone.get_by_role("link", name="Write").click()
    await expect(now).to_be_hidden()
    await phone.get_by_role("link", name="Live").click()
    await expect(phone.get_by_role("button", name="yes!")).to_be_visible()
    await turned(phone, clock, 120)
    await expect(now).to_contain_text("The conference is over")
    await expect(phone.get_by_role("button", name="yes!")).to_be_hidden()


async def test_a_screen_names_what_is_on_stage_and_turns_when_the_session_does(
    house: Served, visit: Visit, clock: Clock
) -> None:
    await house.approved("Ask who wrote the runbook.")
    clock.turn(180)
    screen = await visit("screen", f"{house.url}/screen/main", before=lambda page: page.clock.install())
    beside, head = screen.locator(".screen-session"), screen.locator(".head-session")
    await expect(beside).to_contain_text("Blameless reviews")
    await expect(beside).to_be_visible()
    await turned(screen, clock, 50)
    await expect(beside).to_be_hidden()
    await expect(head).to_have_text("Main hall")
    await turned(screen, clock, 12)
    await expect(head).to_have_text("The service desk · Priya Raman")
    await expect(beside).to_be_visible()


@pytest.mark.only_in("chromium", reason="the server says the session, whatever asks")
async def test_who_writes_may_say_in_which_hall_and_the_card_desk_says_the_session(
    house: Served, visit: Visit, clock: Clock
) -> None:
    clock.turn(300)
    phone = await visit("phone", f"{house.url}/?tab=write&hall=foyer")
    await expect(phone.get_by_label("Hall if you are in one")).to_have_value("foyer")
    await phone.get_by_label("Your words").fill("Louder, please")
    await phone.get_by_role("button", name="Send to the desk").click()
    await expect(phone.locator("#mine")).to_contain_text("Queued")
    page = (await house.client.get("/console", headers=await house.badge())).text
    assert f'in <bdi class="session">{ARABIC}</bdi>, by its hall' in page


@pytest.mark.only_in("chromium", reason="Firefox drives cards and their forms in other journeys")
async def test_a_moderator_says_on_the_card_which_session_a_post_belongs_to(
    house: Served, visit: Visit, clock: Clock
) -> None:
    clock.turn(300)
    await house.post("Louder, please")  # two sessions are on, and nobody knows which of them it is about
    page = await desk(house, visit)
    card = page.locator("article[aria-current]")
    await card.get_by_role("button", name="Say its session").focus()
    await page.keyboard.press("Enter")
    which = card.get_by_label("Which session is it about?")
    await expect(which).to_be_focused()
    await which.select_option(label="09:00 Blameless reviews")
    await page.keyboard.press("Enter")
    await expect(card).to_contain_text("in Blameless reviews, says the desk")
    await expect(page.locator("#status")).to_have_text("It belongs to that session.")
    await card.get_by_role("button", name="Another session").click()
    await expect(which.locator("option:checked")).to_have_text("09:00 Blameless reviews")
    await page.keyboard.press("Escape")
    await page.keyboard.press("a")
    await expect(page.locator("#status")).to_contain_text("Approved.")
