"""The phone in other languages: posting, asking, voting and what became of it; the switch; and right to left."""

import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from backchannel.clock import now
from backchannel.web.catalogues import Tongue, tongue
from tests.journeys.axe import violations
from tests.journeys.engines import LIGHT
from tests.journeys.people import Visit
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

PAGES: Final = ("/", "/?tab=questions", "/?tab=write", "/?tab=mine", "/about", "/join", "/offline")
TOO_WIDE: Final = """() => [...document.querySelectorAll("body *")].filter((each) => {
  const { left, right, width } = each.getBoundingClientRect();
  return width > 1 && !each.closest(".visually-hidden") && (left < -1 || right > innerWidth + 1);
}).map((each) => each.outerHTML.slice(0, 120))"""


def day() -> dict[str, Any]:
    begins = now() - timedelta(minutes=5)
    times = {"start": begins.isoformat(), "end": (begins + timedelta(hours=1)).isoformat(), "hall": "main"}
    return {"sessions": [times | {"title": "Blameless reviews", "speakers": ["Dana Okafor"]}]}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path, programme=day())) as up:
        yield up


async def open_tab(phone: Page, words: str) -> None:
    await phone.locator(".tabs").get_by_role("link", name=words).click()


async def send(phone: Page, say: Tongue, text: str, *, is_question: bool) -> None:
    await open_tab(phone, say.say("Write"))
    await phone.get_by_label(say.say("Your words")).fill(text)
    if is_question:
        await phone.get_by_text(say.say("A question to the speaker")).click()
        await phone.locator("#hall").select_option("main")
    await phone.get_by_role("button", name=say.say("Send to the desk")).click()
    await expect(phone.locator("#sent")).to_have_text(say.say("Sent to the desk. A person reads it next."))


@pytest.mark.parametrize(
    "tag", [pytest.param("de", marks=pytest.mark.only_in("chromium", reason="words are words")), "ar"]
)
async def test_everything_an_attendee_does_is_said_in_the_language_of_the_page(
    house: Served, visit: Visit, tag: str
) -> None:
    say = tongue(tag)
    phone = await visit("phone", house.url, cookies={"language": tag})
    assert await phone.evaluate("[document.documentElement.lang, document.dir]") == [tag, say.direction]
    await expect(phone.locator("#now")).to_contain_text("Dana Okafor")

    await send(phone, say, "Ask who wrote the runbook.", is_question=False)
    mine = phone.locator("#posts article")
    await expect(mine.locator(".state b")).to_have_text(say.say("Queued"))
    await expect(mine.locator(".note").first).to_have_text(say.say("A person reads it soon."))
    await house.decide("approve", str(await mine.get_attribute("data-key")))
    await expect(mine.locator(".state b")).to_have_text(say.say("Shown"))
    await open_tab(phone, say.say("Live"))
    await expect(phone.locator("#wall .post-name")).to_have_text(say.say("Somebody in the hall"))

    await send(phone, say, "What did you stop measuring?", is_question=True)
    question = str(await mine.first.get_attribute("data-key"))
    await house.decide("approve", question)
    await open_tab(phone, say.say("Questions"))
    entry = phone.locator(f'#asked .question[data-key="{question}"]')
    vote = entry.get_by_role("button", name=say.say("I want this answered. Votes:"))
    await vote.click()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await expect(entry.locator(".votes")).to_have_text("1")
    assert await phone.evaluate(TOO_WIDE) == []


async def test_the_browsers_language_is_spoken_and_the_switch_works_without_javascript(
    house: Served, visit: Visit
) -> None:
    phone = await visit("phone", f"{house.url}/?tab=write", locale="fr-CA", java_script_enabled=False)
    await expect(phone.locator("html")).to_have_attribute("lang", "fr")
    await phone.get_by_role("button", name="Deutsch").click()
    await expect(phone).to_have_url(f"{house.url}/?tab=write")
    await phone.get_by_label("Deine Worte").fill(" ")
    await phone.get_by_role("button", name="An die Redaktion senden").click()
    await expect(phone.get_by_role("alert").filter(has_text="Da steht noch nichts.")).to_be_visible()
    await phone.goto(f"{house.url}/about")
    await phone.get_by_role("button", name="العربية").click()
    await expect(phone.locator("html")).to_have_attribute("dir", "rtl")


@pytest.mark.only_in("chromium", reason="axe finds the same in every browser")
async def test_pages_from_right_to_left_have_no_violations_and_fit(house: Served, visit: Visit) -> None:
    await house.approved("أفضل مكتب خدمة هو الذي لا تحتاج إلى الاتصال به. #pink11")
    await house.decide("approve", await house.post("What did you stop measuring?", kind="question", hall="main"))
    phone = await visit("phone", house.url, locale="ar", **LIGHT)
    for address in PAGES:
        await phone.goto(f"{house.url}{address}")
        found = await violations(phone)
        assert found == [], f"{address}: {json.dumps(found, ensure_ascii=False, indent=1)}"
        assert await phone.evaluate(TOO_WIDE) == [], address
