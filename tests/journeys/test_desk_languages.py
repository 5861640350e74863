"""The desk in other languages: worked by keyboard, read from right to left, and nothing English left on it."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect

from backchannel.post import Reason
from backchannel.web.cards import REASON_WORDS
from backchannel.web.catalogues import Tongue, tongue
from tests.journeys.axe import violations
from tests.journeys.people import Visit, badge_of
from tests.journeys.test_languages import TOO_WIDE
from tests.served import Served, made_config, served

pytestmark = [
    pytest.mark.journey,
    pytest.mark.timeout(120),
    pytest.mark.only_in("chromium", reason="both drive the desk in test_console.py; words are words"),
]
CARDS: Final = "article.post[data-key]"
PAGES: Final = ("/console", "/console?list=rejected", "/console/record", "/console/rules")
# What people wrote, names, keys of the keyboard and examples of what to type are no words of ours.
LATIN: Final = r"""() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  const theirs = ".post-text, .post-name, bdi, kbd, .host, .preview, .exports, .said, .cut, .by, #form-title";
  while (walk.nextNode()) {
    const { parentElement: place, data } = walk.currentNode;
    if (!place.closest(theirs) && place.checkVisibility() && /[A-Za-z]{3}/.test(data)) found.push(data.trim());
  }
  return found;
}"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    config = made_config(tmp_path, server={"port": 0, "public_url": "http://pink11.example"}, halls=[HALL])
    async with served(config) as up:
        yield up


HALL: Final = {"slug": "main", "name": "القاعة"}
TEXTS: Final = ("Ask who wrote the runbook.", "Buy followers, cheap", "أفضل مكتب خدمة هو الذي لا تحتاج إلى الاتصال به.")


async def desk_in(house: Served, visit: Visit, say: Tongue) -> Page:
    cookies = {"badge": await badge_of(house, "Jo"), "language": say.tag}
    page = await visit("console", f"{house.url}/console", cookies=cookies)
    await expect(page.locator("#link")).to_have_text(say.say("Connected"))
    return page


@pytest.mark.parametrize("tag", ["de", "ar"])
async def test_approving_rejecting_and_undoing_by_keyboard_is_told_in_the_language_of_the_desk(
    house: Served, visit: Visit, tag: str
) -> None:
    say = tongue(tag)
    first, second, third = [await house.post(text) for text in TEXTS]
    page = await desk_in(house, visit, say)
    assert await page.evaluate("[document.documentElement.lang, document.dir]") == [tag, say.direction]
    assert await page.evaluate(TOO_WIDE) == []
    in_hand, status = page.locator(f"{CARDS}[aria-current]"), page.locator("#status")
    await expect(in_hand.locator(".post-name")).to_have_text(say.say("Somebody in the hall"))
    await page.keyboard.press("a")
    await expect(status).to_contain_text(say.say("Approved."))
    await expect(in_hand).to_have_attribute("data-key", second)
    await page.keyboard.press("r")
    reasons = page.get_by_role("dialog", name=say.say("Why should the hall not see it?"))
    await expect(reasons.locator("[data-reason=spam]")).to_contain_text(say.say(REASON_WORDS[Reason.SPAM]))
    await page.keyboard.press("1")
    await expect(status).to_contain_text(say.say("Rejected."))
    await expect(in_hand).to_have_attribute("data-key", third)
    await page.keyboard.press("z")
    await expect(in_hand).to_have_attribute("data-key", second)
    await expect(status).not_to_contain_text(say.say("Rejected."))
    stand = [
        (await house.client.get(f"/api/posts?status={each}", headers=await house.badge())).json()["posts"]
        for each in ("approved", "rejected", "queued")
    ]
    assert [{post["key"] for post in posts} for posts in stand] == [{first}, set(), {second, third}]


async def test_from_right_to_left_the_desk_has_no_violations_and_says_nothing_in_english(
    house: Served, visit: Visit
) -> None:
    first, second, _ = [await house.post(text) for text in TEXTS]
    badge = await house.badge("سام")
    rule = {"name": "No crypto", "verdict": "hold", "words": ["bingo"], "has_media": False, "first_time": True}
    await house.client.put("/api/rules", json={"version": 0, "clauses": [{"rule": rule}]}, headers=badge)
    mute = {"post": first, "what": "author", "lasts": "today"}
    await house.client.post("/api/mutes", json=mute, headers=badge)
    await house.decide("reject", second, headers=badge, reason="spam")
    page = await desk_in(house, visit, tongue("ar"))
    english, flaws = {}, {}
    for address in PAGES:
        await page.goto(house.url + address)
        await expect(page.locator("#link")).to_have_text(tongue("ar").say("Connected"))
        if address == "/console/rules":
            row = page.locator("#entries article", has_text="No crypto")
            await row.click()
            await row.locator("[data-act=edit]").click()
            await expect(page.locator("#tried")).not_to_be_empty()
        english[address] = await page.evaluate(LATIN)
        flaws[address] = await violations(page)
    assert not any(flaws.values()), json.dumps(flaws, ensure_ascii=False, indent=1)
    assert not any(english.values()), json.dumps(english, ensure_ascii=False, indent=1)
