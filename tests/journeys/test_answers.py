"""Who spoke answers in writing, on a phone without JavaScript, by the link that the desk gave away."""

import json
import re
from collections.abc import AsyncGenerator
from html import unescape
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from tests.journeys.axe import violations
from tests.journeys.people import Visit
from tests.journeys.test_languages import TOO_WIDE, day
from tests.served import Served, made_config, served

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(120),
]
LINK: Final = re.compile(r'href="([^"]+)">The speaker’s own link')
ANSWER: Final = "Everything that nobody had looked at for a year."


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path, programme=day())) as up:
        yield up


async def the_link(house: Served) -> str:
    told: dict[str, Any] = (await house.client.get("/api/halls/main/questions")).json()
    place = f"/sessions/{told['session']['id']}/digest"
    found = LINK.search((await house.client.get(place, headers=await house.badge())).text)
    assert found is not None
    return house.url + unescape(found[1])


async def flaws(page: Page) -> str:
    """What axe finds, and what does not fit."""
    found = await violations(page), await page.evaluate(TOO_WIDE)
    return json.dumps(found, ensure_ascii=False, indent=1) if any(found) else ""


async def test_an_answer_is_refused_with_its_words_kept_then_sent_and_read_under_its_question(
    house: Served, visit: Visit
) -> None:
    await house.client.get("/")
    question = await house.post("What did you stop measuring?", kind="question", hall="main", name="Row 14")
    await house.decide("approve", question)
    link = await the_link(house)
    phone = await visit("phone", link, java_script_enabled=False)
    await phone.get_by_text("Answer in writing").click()
    field = phone.get_by_label("Your answer")
    await field.fill("\u200b  \u200b")
    await phone.get_by_role("button", name="Send").click()
    await expect(phone.get_by_role("alert")).to_have_text("There are no words in it yet.")
    await expect(field).to_be_visible()
    await field.fill(ANSWER)
    await phone.get_by_role("button", name="Send").click()
    await expect(phone.get_by_role("status")).to_contain_text("A person reads your answer now")
    await expect(phone.locator(".asked")).not_to_contain_text(ANSWER)

    [waits] = (await house.client.get("/api/posts?status=queued", headers=await house.badge())).json()["posts"]
    await house.decide("approve", waits["key"])
    await phone.goto(link)
    await expect(phone.locator(".asked .answer")).to_have_text(f"Dana Okafor {ANSWER}")
    await expect(phone.get_by_text("Answer once more")).to_be_visible()
    await phone.goto(f"{house.url}/?tab=questions")
    await expect(phone.locator("#asked")).to_contain_text(ANSWER)
    await phone.goto(house.url)
    await expect(phone.locator("#wall")).not_to_contain_text(ANSWER)


@pytest.mark.only_in("chromium", reason="axe finds the same in every browser")
@pytest.mark.parametrize("tag", ["en", "ar"])
async def test_the_form_for_answers_has_no_violations_and_fits(house: Served, visit: Visit, tag: str) -> None:
    await house.client.get("/")
    await house.decide("approve", await house.post("What did you stop measuring?", kind="question", hall="main"))
    link = await the_link(house)
    phone = await visit("phone", link, cookies={"language": tag})
    assert await flaws(phone) == ""
    await phone.locator(".reply summary").click()
    assert await flaws(phone) == ""
    await phone.locator(".reply textarea").fill("\u200b")
    await phone.locator(".reply button").click()
    await expect(phone.get_by_role("alert")).to_be_visible()
    assert await flaws(phone) == ""
    await phone.goto(f"{link}&sent")
    assert await flaws(phone) == ""
