"""Questions on a phone and on the stage: asked, approved, wanted, taken up, answered."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from backchannel.clock import now
from backchannel.roles import Role
from tests.journeys.people import Visit
from tests.journeys.test_languages import TOO_WIDE
from tests.served import Served, made_config, served

pytestmark = pytest.mark.journey

ARABIC: Final = "كيف تراجعون تغييرًا لم يقم به أحد؟ #pink11"


def day() -> dict[str, Any]:
    begins = now() - timedelta(minutes=5)
    times = {"start": begins.isoformat(), "end": (begins + timedelta(hours=1)).isoformat(), "hall": "main"}
    return {"sessions": [times | {"title": "Blameless reviews", "speakers": ["Dana Okafor"]}]}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path, programme=day())) as up:
        yield up


async def write_question(phone: Page, text: str, name: str = "") -> None:
    await phone.get_by_label("Your words").fill(text)
    await phone.get_by_label("Name").fill(name)
    await phone.get_by_text("A question to the speaker").click()
    await phone.locator("#hall").select_option("main")
    await phone.get_by_role("button", name="Send to the desk").click()


async def test_a_question_is_asked_wanted_taken_up_and_answered(house: Served, visit: Visit) -> None:
    phone = await visit("phone", house.url)
    await phone.get_by_role("link", name="Questions").click()
    await expect(phone.locator("#asked")).to_contain_text("Blameless reviews")
    await phone.get_by_role("link", name="Ask a question").click()
    await write_question(phone, ARABIC, "ليلى منصور")
    mine = phone.locator("#mine article")
    await expect(mine).to_contain_text("Asks the speaker")
    await phone.get_by_role("link", name="Questions").click()
    await expect(phone.locator("#asked")).to_contain_text("No question yet")
    other = await house.post("What did you stop measuring, and did anybody notice?", kind="question", hall="main")
    written = str(await mine.get_attribute("data-key"))
    await house.decide("approve", written, other)
    entries = phone.locator("#asked .question")
    await expect(entries).to_have_count(2)

    entry = phone.locator(f'#asked .question[data-key="{other}"]')
    vote = entry.get_by_role("button")
    await vote.click()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await expect(entry.locator(".votes")).to_have_text("1")
    await vote.click()
    await expect(vote).to_have_attribute("aria-pressed", "false")
    await expect(entry.locator(".votes")).to_have_text("0")
    another = {"Cookie": "device=another-phone-of-the-hall"} | house.from_page
    answer = await house.client.post(f"/questions/{other}/vote", json={"up": True}, headers=another)
    assert answer.status_code == 200, answer.text
    await expect(entry.locator(".votes")).to_have_text("1")

    stage = await visit("phone", house.url)
    badge = (await house.badge("Ada", Role.MODERATOR))["Authorization"].split()[1]
    await stage.context.add_cookies([{"name": "badge", "value": badge, "url": house.url}])
    await stage.goto(f"{house.url}/speaker/main")
    wanted = stage.locator("#wanted .question")
    await expect(wanted).to_have_count(2)
    assert await stage.evaluate(TOO_WIDE) == []
    await stage.get_by_text("Two that ask the same").click()
    await stage.get_by_label("This one").select_option(written)
    await stage.get_by_label("asks the same as").select_option(other)
    await stage.get_by_role("button", name="Let the second stand for both").click()
    await expect(wanted).to_have_count(1)
    await expect(wanted).to_contain_text("Somebody in the hall and 1 more")
    await expect(entries).to_have_count(1)
    await expect(stage.locator("#left")).to_contain_text("min left")
    await wanted.first.get_by_role("button", name="Take up").click()
    await expect(stage.locator("#question")).to_contain_text("What did you stop measuring")
    await expect(entry).to_contain_text("Being answered now")
    await stage.locator("#question").get_by_role("button", name="Answered").click()
    await expect(stage.locator("#asked")).to_be_hidden()
    await expect(entry).to_contain_text("Answered")
    await stage.goto(f"{house.url}{await digest_address(house)}")
    await expect(stage.locator("main")).to_contain_text("What did you stop measuring")

    await house.decide("withdraw", other)
    await expect(entries).to_have_count(0)


async def digest_address(house: Served) -> str:
    told = (await house.client.get("/api/halls/main/questions")).json()
    return f"/sessions/{told['session']['id']}/digest"


async def test_without_javascript_one_can_ask_and_vote_and_undo_it(house: Served, visit: Visit) -> None:
    phone = await visit("phone", f"{house.url}/?tab=questions&hall=main", java_script_enabled=False)
    await phone.get_by_role("link", name="Ask a question").click()
    await write_question(phone, "What did you stop measuring?")
    key = str(await phone.locator("#mine article").get_attribute("data-key"))
    await house.decide("approve", key)
    await phone.get_by_role("link", name="Questions").click()
    vote = phone.locator("#asked").get_by_role("button")
    await vote.click()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await expect(phone.locator("#asked .votes")).to_have_text("1")
    await vote.click()
    await expect(vote).to_have_attribute("aria-pressed", "false")
    await expect(phone.locator("#asked .votes")).to_have_text("0")


async def test_a_vote_that_cannot_be_sent_is_taken_back_in_clear_words(house: Served, visit: Visit) -> None:
    key = await house.post("What did you stop measuring?", kind="question", hall="main")
    await house.decide("approve", key)
    phone = await visit("phone", f"{house.url}/?tab=questions")
    await phone.context.route("**/vote?*", lambda route: route.abort("internetdisconnected"))
    vote = phone.locator("#asked .question").get_by_role("button")
    await vote.click()
    await expect(phone.locator("#vote-refusal")).to_contain_text("your vote did not count")
    await expect(vote).to_have_attribute("aria-pressed", "false")
    await expect(phone.locator("#asked .votes")).to_have_text("0")
