"""The whole corpus of vectors on every page in real browsers: nothing runs, nobody is asked, nothing breaks out."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Page

from backchannel.clock import now
from backchannel.post import Author, Content, Media, ReplyTo, Sighting, key_of
from backchannel.roles import Role
from backchannel.store.base import Arrival
from backchannel.text import from_plain
from tests.journeys.engines import Engine
from tests.journeys.people import Visit
from tests.security.vectors import WRITTEN, all_of_them, storable
from tests.served import Served, made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(180)]

POSTS: Final = 60  # more than a page shows at first, and each text holds a dozen vectors
TEXT_MAX: Final = 1500
OF_THE_DESK: Final = (
    "/console",
    "/console?list=live",
    "/console?list=rejected",
    "/console?q=%3Cscript%3E",
    "/console/record",
    "/console/rules",
    "/console/people",
    "/console/screens",
    "/speaker",
    "/runner",
    "/runner/cards?many=2",
)
OF_EVERYBODY: Final = ("/", "/?tab=questions", "/?tab=mine", "/about", "/privacy", "/archive")
STAGES: Final = ("columns", "spotlight", "lower-third", "now-next")
# What a page must not have: a mark of a vector that ran, a tag that came from outside, or something beyond its edge.
WRONG: Final = """() => {
  const foreign = "iframe,object,embed,base,math,marquee,portal,[onload],[onerror],[onclick],[onfocus],[style*=fixed]";
  const leading = "script, link[href], img, a[href^=javascript], a[href^=data], a[href^=vbscript]";
  const isOurs = (each) => (each.src ?? each.href ?? "").startsWith(location.origin);
  const wide = document.documentElement.scrollWidth > innerWidth + 1;
  return [
    ...(window.hit ? ["a vector ran"] : []),
    ...(wide ? [`wider than the page: ${document.documentElement.scrollWidth}`] : []),
    ...[...document.querySelectorAll(`${foreign},${leading}`)]
      .filter((each) => !isOurs(each)).map((each) => each.outerHTML.slice(0, 120)),
  ];
}"""


def packed(vectors: Sequence[str]) -> Iterator[str]:
    """Texts of as many vectors as a post holds."""
    text = ""
    for words in vectors:
        if text and len(text) + len(words) > TEXT_MAX:
            yield text
            text = ""
        text += f"{words[:TEXT_MAX]} · "
    yield text


def posts() -> Iterator[Sighting]:
    """Posts that say all vectors together, each field of each another one."""
    vectors = [storable(words) for words in all_of_them()]
    texts, others = cycle(packed(vectors)), cycle(vectors)
    for number in range(POSTS):
        name, address, alt, url, warning, reply, tag = (words[:200] for words in islice(others, 7))
        text = from_plain(next(texts))
        content = Content(
            Author(name, address, url, url, f"author {number}"),
            text.plain,
            text.spans,
            url,
            tag,
            (Media("image", url, alt), Media(tag, url, alt)),
            warning=warning if number % 3 == 0 else "",
            reply_to=ReplyTo(reply, address) if number % 2 else None,
        )
        yield Sighting("mastodon" if number % 5 else "x", f"hostile {number}", content, matched=(alt,))


def tables() -> dict[str, Any]:
    """What an organiser who copies names from anywhere may have written."""
    begins = now() - timedelta(minutes=5)
    words = WRITTEN[0]
    session = {"start": begins.isoformat(), "end": (begins + timedelta(hours=1)).isoformat(), "hall": "main"}
    talks = {"sessions": [session | {"title": words, "speakers": [WRITTEN[4]], "id": "a", "hashtag": "runbooks"}]}
    return {
        "conference": {"name": words, "hashtags": ["pink11"]},
        "halls": [{"slug": "main", "name": WRITTEN[2]}, {"slug": "foyer", "name": WRITTEN[6]}],
        "moderation": {
            "rules": [{"name": words, "verdict": "queue", "reason": WRITTEN[4], "words": ["script", "img"]}]
        },
        "programme": talks,
        "privacy": {"contact": WRITTEN[2]},
    }


async def furnished(house: Served) -> dict[str, str]:
    """Hostile posts in every list, notes and lines and invitations, and the cookies of an owner."""
    badge = await house.badge(WRITTEN[0][:40], Role.OWNER)
    secret = house.store.secret
    arrivals = [Arrival(key_of(each.network, each.id, secret), each, reasons=(WRITTEN[1],)) for each in posts()]
    await house.store.posts.receive(arrivals, now())
    keys = [arrival.key for arrival in arrivals]
    assert (await house.decide("approve", *keys[:40], headers=badge)).status_code == 200
    assert (await house.decide("reject", *keys[40:50], headers=badge, reason=WRITTEN[4])).status_code == 200
    for words in WRITTEN[:8]:
        await house.client.post(f"/api/posts/{keys[0]}/notes", json={"text": words}, headers=badge)
        await house.client.post("/api/halls/main/messages", json={"text": words}, headers=badge)
        await house.client.post("/api/invitations", json={"name": words[:40], "role": "host"}, headers=badge)
    asked = await house.post(WRITTEN[4], kind="question", hall="main", name=WRITTEN[8][:40])
    await house.decide("approve", asked, headers=badge)
    return {"badge": badge["Authorization"].split()[1], **dict(house.client.cookies)}


async def look(page: Page, address: str) -> None:
    answer = await page.goto(address, wait_until="load")
    assert answer is not None
    assert answer.status < 500, address
    await page.wait_for_timeout(150)  # what scripts of ours make of it
    assert await page.evaluate(WRONG) == [], address


async def test_no_vector_does_anything_on_any_page(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path, **tables())) as house:
        cookies = await furnished(house)
        desk = await visit("console", f"{house.url}/join", cookies=cookies)
        for place in OF_THE_DESK:
            await look(desk, house.url + place)
        phone = await visit("phone", f"{house.url}/join", cookies={"device": cookies.get("device", "")})
        for place in OF_EVERYBODY:
            await look(phone, house.url + place)
        screen = await visit("screen", f"{house.url}/join")
        for layout in STAGES:
            await look(screen, f"{house.url}/screen/main?layout={layout}")


# What no template of ours does: markup put into a page by script, a script, a stranger's picture, a frame, a form.
INTRUSION: Final = """async () => {
  const tried = [];
  const attempt = (name, act) => {
    try {
      act();
      tried.push(name);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  };
  attempt("markup", () => document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.hit = 1'>"));
  const stopped = new Set();
  addEventListener("securitypolicyviolation", (event) => stopped.add(event.effectiveDirective));
  const add = (tag, fields) => document.body.append(Object.assign(document.createElement(tag), fields));
  add("img", { src: "https://evil.example/p.png" });
  add("iframe", { src: "https://evil.example/" });
  add("link", { rel: "stylesheet", href: "https://evil.example/x.css" });
  attempt("script", () => add("script", { src: "https://evil.example/x.js" }));
  await fetch("https://evil.example/").catch(() => {});
  await new Promise((done) => setTimeout(done, 300));
  return { tried: [...tried, ...(window.hit ? ["ran"] : [])], stopped: [...stopped].sort() };
}"""
STOPPED: Final = {"connect-src", "frame-src", "img-src", "style-src-elem"}


async def test_what_got_into_a_page_all_the_same_would_neither_run_nor_ask_anybody(
    tmp_path: Path, engine: Engine
) -> None:
    async with served(made_config(tmp_path)) as house:
        context = await engine.context(viewport={"width": 800, "height": 600})
        page = await context.new_page()
        await page.goto(house.url)
        found = await page.evaluate(INTRUSION)
        assert found["tried"] == []
        assert set(found["stopped"]) >= STOPPED
        await context.close()
