"""People without a phone: a runner's form, cards to print, and a phone's page that stands in the foyer."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from backchannel.post import Status
from backchannel.roles import Role
from backchannel.store.base import Query
from tests.journeys.people import Visit, type_post
from tests.served import Served, made_config, served

pytestmark = pytest.mark.journey


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    config = made_config(tmp_path, server={"port": 0, "public_url": "http://pink11.example"})
    async with served(config) as up:
        yield up


async def host(house: Served, visit: Visit, place: str) -> Page:
    page = await visit("phone", f"{house.url}/join")
    secret = (await house.badge("Ada", Role.HOST))["Authorization"].split()[1]
    await page.context.add_cookies([{"name": "badge", "value": secret, "url": house.url}])
    await page.goto(house.url + place)
    return page


async def waiting(house: Served) -> list[str]:
    return [post.content.text for post in (await house.store.posts.page(Query(Status.QUEUED))).posts]


async def test_a_runner_types_line_after_line_by_keyboard_and_none_is_lost(house: Served, visit: Visit) -> None:
    runner = await host(house, visit, "/runner")
    words = runner.get_by_label("What do they say?")
    await expect(words).to_be_focused()
    await runner.keyboard.type("Louder, please")
    await runner.keyboard.press("Enter")
    await expect(runner.locator("#sent")).to_have_text("To the desk: “Louder, please”")
    await expect(words).to_be_focused()
    await runner.context.route("**/runner?*", lambda route: route.abort("internetdisconnected"))
    await runner.keyboard.type("من أين نأخذ سماعات الترجمة؟")
    await runner.keyboard.press("Enter")
    await expect(runner.locator("#waiting")).to_contain_text("Waiting for a connection")
    await runner.context.unroute("**/runner?*")
    await runner.evaluate("dispatchEvent(new Event('online'))")
    await expect(runner.locator("#waiting article")).to_have_count(0)
    assert await waiting(house) == ["Louder, please", "من أين نأخذ سماعات الترجمة؟"]


@pytest.mark.only_in("chromium", reason="only it prints to a file")
async def test_four_cards_fill_a_printed_sheet_with_number_hashtag_address_and_code(
    house: Served, visit: Visit
) -> None:
    page = await host(house, visit, "/runner/cards?from=41&many=8")
    card = page.get_by_label("Card 41")
    for words in ("41", "#pink11", "pink11.example"):
        await expect(card).to_contain_text(words)
    await expect(card.locator("svg")).to_be_visible()
    sheets = await page.pdf(prefer_css_page_size=True)
    assert sheets.count(b"/Type /Page\n") + sheets.count(b"/Type /Page ") == 2
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button")).to_be_hidden()


async def test_a_kiosk_forgets_who_was_there_after_a_minute_of_rest(house: Served, visit: Visit) -> None:
    await house.approved("Words for everyone")
    kiosk = await visit("phone", f"{house.url}/join")
    await kiosk.clock.install()
    await kiosk.goto(f"{house.url}/?kiosk")
    await type_post(kiosk, "From the foyer", name="Ines")
    await expect(kiosk.locator("#sent")).to_contain_text("A person reads it next.")
    await expect(kiosk.get_by_role("link", name="Mine")).to_have_count(0)
    await kiosk.get_by_role("link", name="Write").click()
    await kiosk.get_by_label("Your words").fill("Half a thought")
    await kiosk.get_by_label("Name").fill("Somebody's name")
    await kiosk.clock.fast_forward(61_000)
    await expect(kiosk.locator("#live")).to_contain_text("Words for everyone")
    await kiosk.get_by_role("link", name="Write").click()
    await expect(kiosk.get_by_label("Your words")).to_have_value("")
    await expect(kiosk.get_by_label("Name")).to_have_value("")
    await kiosk.reload()
    await expect(kiosk.locator("body")).not_to_contain_text("From the foyer")
    assert await waiting(house) == ["From the foyer"]
