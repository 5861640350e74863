"""Every page in every theme, as axe sees it: zero violations."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page

from backchannel.clock import now
from backchannel.post import Author, Content, Sighting, key_of
from backchannel.roles import Role
from backchannel.store.base import Arrival
from backchannel.text import Span, SpanKind
from tests.browser import FIREFOX
from tests.journeys.axe import violations
from tests.journeys.engines import LIGHT, Engine
from tests.journeys.people import Visit, connected
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]

ALIKE: Final = pytest.mark.only_in("chromium", reason="axe finds the same in every browser, and each is asked once")
POSTS: Final = (
    "Ask who wrote the runbook. Then ask who has opened it since. #pink11 https://runbooks.example/a/very/long/path",
    "変更管理は「止める」仕事ではなく、「安全に通す」仕事だと気づいた。#pink11",
    "أفضل مكتب خدمة هو الذي لا تحتاج إلى الاتصال به. #pink11",
    "Major incident bingo is already full 🎉☕",
)
# In other words than the others: what says the same again is not a card of its own.
WAITING: Final = (
    "Put a chair next to the person everybody asks. https://chairs.example/next/to #pink11",
    "コーヒーの列が、受付の列より長いです。#pink11",
    "من أين نأخذ سماعات الترجمة؟",
    "Put another chair next to the person everybody wants: https://chairs.example/now",
)
ASKED: Final = ("كيف تراجعون تغييرًا لم يقم به أحد؟ #pink11", "What did you stop measuring?")
PAGE: Final = Span(SpanKind.LINK, 7, 20, "https://talks.example/slides", "Blameless reviews without the theatre")
SLIDES: Final = Content(Author("Mareike Jansen", id="mareike"), "Slides\ntalks.example", (PAGE,))
PAGES: Final = {
    "phone, live": "/",
    "phone, questions": "/?tab=questions",
    "phone, write": "/?tab=write",
    "phone, mine": "/?tab=mine",
    "phone, without a network": "/offline",
    "phone, the account": "/about",
    "phone, what is kept": "/privacy",
    "phone, kiosk": "/?kiosk&tab=write",
    "phone, questions at a kiosk": "/?kiosk&tab=questions",
    "phone, runner": "/runner",
    "cards": "/runner/cards?many=4",
    "join": "/join",
    "queue": "/console",
    "live": "/console?list=live",
    "rejected": "/console?list=rejected",
    "held, empty": "/console?list=held",
    "record": "/console/record",
    "record, nothing found": "/console/record?by=nobody",
    "people": "/console/people",
    "screens": "/console/screens",
    "pulse": "/console/pulse",
    "speaker view": "/speaker",
    "digest": "/sessions/reviews/digest",
    "archive": "/archive",
    "embed": "/embed",
    "rules, none": "/console/rules",
    "calibration": "/calibration",
}
IN_FIREFOX: Final = ("phone, live", "queue")  # axe reads the page, not the browser

OPENED: Final = {  # by keys, and what is seen then
    "what comes next": ((), '#on-air [data-stage="sooner"]:not([hidden]) >> nth=0'),
    "why not": (("r",), "[role=dialog]"),
    "all keys": (("?",), "#keys"),
    "many": (("x", "j", "x"), "#many"),
    "why not many": (("x", "Shift+R"), "[role=dialog]"),
    "mute": (("m",), "#mute"),
    "what the rules do": (("o",), "#presets"),
    "the same again": (("r", "1"), "#again"),
}
STAGES: Final = (
    {"layout": "columns"},
    {"layout": "spotlight"},
    {"layout": "lower-third"},
    {"layout": "questions"},
    {"layout": "now-next"},
    {"panic": "holding"},
    {"panic": "black"},
)


def day() -> dict[str, Any]:
    """A programme that is on, in both halls."""
    begins = now() - timedelta(minutes=5)
    times = {"start": begins.isoformat(), "end": (begins + timedelta(hours=1)).isoformat(), "speakers": ["Dana Okafor"]}
    talk = {
        "id": "reviews",
        "title": "Blameless reviews",
        "hall": "main",
        "url": "https://pink11.example/1",
        "hashtag": "runbooks",
    }
    return {"sessions": [times | talk, times | {"title": POSTS[2], "hall": "foyer", "language": "ar"}]}


async def furnished(house: Served) -> dict[str, str]:
    """Posts in every list, and the cookies of a moderator whose phone wrote them."""
    badge = await house.badge(role=Role.OWNER)
    invited = {"name": "ليلى منصور", "role": "host"}
    await house.client.post("/api/invitations", json=invited, headers=badge)
    await house.client.get("/")
    keys = [await house.post(text, name="ليلى منصور") for text in POSTS]
    await house.decide("approve", *keys[:3], headers=badge, halls=["main"])
    await house.decide("reject", keys[3], headers=badge, reason="spam")
    slides = key_of("mastodon", "slides", house.store.secret)
    await house.store.posts.receive([Arrival(slides, Sighting("mastodon", "slides", SLIDES))], now())
    await house.decide("approve", slides, headers=badge, halls=["main"])
    await house.client.post(f"/api/posts/{keys[0]}/notes", json={"text": "Ask the author first."}, headers=badge)
    await house.client.post("/api/halls/main/messages", json={"text": "خمس دقائق"}, headers=badge)
    asked = [await house.post(text, kind="question", hall="main") for text in ASKED]
    await house.decide("approve", *asked, headers=badge)
    await house.client.post(f"/questions/{asked[1]}/vote", json={"up": True}, headers=house.from_page)
    await house.client.post(f"/api/questions/{asked[0]}/state", json={"state": "current"}, headers=badge)
    for text in WAITING:
        await house.post(text)
    offered = await house.client.post("/api/screens/code", headers=house.from_page)
    paired = {"code": offered.json()["code"], "name": "شاشة القاعة", "hall": "main", "layout": "questions"}
    await house.client.post("/api/screens", json=paired, headers=badge)
    house.client.cookies.delete("screen")
    return {"badge": badge["Authorization"].split()[1], **dict(house.client.cookies)}


async def rules_written(house: Served, page: Page) -> list[dict[str, Any]]:
    """What is wrong with the list of rules, and with the form of one beside its dry run."""
    rule = {"name": "No crypto", "verdict": "hold", "words": ["bingo"], "has_media": False}
    body = {"version": 0, "clauses": [{"rule": rule}]}
    await house.client.put("/api/rules", json=body, headers=await house.badge("Sam"))
    await page.goto(f"{house.url}/console/rules")
    await connected(page)
    await page.locator("#versions li").wait_for()
    listed = await violations(page)
    row = page.locator("#entries article", has_text="No crypto")
    await row.click()
    await row.get_by_role("button", name="Change").click()
    await page.locator("#caught li").wait_for()
    return listed + await violations(page)


async def test_every_page_is_accessible(tmp_path: Path, visit: Visit, engine: Engine) -> None:
    wanted = IN_FIREFOX if engine.name == FIREFOX else PAGES
    found: dict[str, list[dict[str, Any]]] = {}
    sign_in = {"issuer": "https://login.pink11.example", "client_id": "backchannel", "hosts": ["@pink11.example"]}
    config = made_config(tmp_path, programme=day(), desk={"passwords": True}, sign_in=sign_in)
    async with served(config) as house:
        page = await visit("console", house.url, cookies=await furnished(house), **LIGHT)
        for name in wanted:
            width, height = (390, 844) if "phone" in name else (1280, 800)
            await page.set_viewport_size({"width": width, "height": height})
            await page.goto(house.url + PAGES[name])
            if "console" in PAGES[name]:
                await connected(page)
            if name == "screens":
                await page.frame_locator(".fleet-screen iframe").locator(".question").first.wait_for()
            found[name] = await violations(page)
        if engine.name != FIREFOX:
            found["rules"] = await rules_written(house, page)
        lost = await page.context.new_page()  # the browser reports its 404, which is what is asked for here
        await lost.goto(f"{house.url}/nowhere")
        found["error"] = await violations(lost)
    assert not any(found.values()), json.dumps(found, indent=1, ensure_ascii=False)


@ALIKE
async def test_what_keys_open_desk_is_accessible(tmp_path: Path, visit: Visit) -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    async with served(made_config(tmp_path)) as house:
        badge = (await furnished(house))["badge"]
        single = {"layout": "spotlight"}  # so that some come next
        await house.client.post("/api/halls/main/stage", json=single, headers={"Authorization": f"Bearer {badge}"})
        page = await visit("console", f"{house.url}/join", cookies={"badge": badge}, **LIGHT)
        for name, (keys, seen) in OPENED.items():
            await page.goto(f"{house.url}/console")
            await connected(page)
            for key in keys:
                await page.keyboard.press(key)
            await page.locator(seen).wait_for()
            found[name] = await violations(page)
    assert not any(found.values()), json.dumps(found, indent=1, ensure_ascii=False)


@ALIKE
@pytest.mark.parametrize("theme", ["paper", "board", "break"])
async def test_every_screen_is_accessible(tmp_path: Path, visit: Visit, theme: str) -> None:
    found: dict[str, list[dict[str, Any]]] = {}
    async with served(made_config(tmp_path, screen={"theme": theme}, programme=day())) as house:
        badge = (await furnished(house))["badge"]
        page = await visit("screen", f"{house.url}/screen/foyer")
        found["empty"] = await violations(page, in_the_dark=False)  # a theme is what it is
        for stage in STAGES:
            answer = await house.client.post(
                "/api/halls/main/stage", json=stage, headers={"Authorization": f"Bearer {badge}"}
            )
            assert answer.status_code == 200, answer.text
            layout = next(iter(stage.values()))
            await page.goto(f"{house.url}/screen")
            await page.locator(f'body[data-layout="{layout}"]').wait_for()
            found[layout] = await violations(page, in_the_dark=False)
    assert not any(found.values()), json.dumps(found, indent=1, ensure_ascii=False)
