"""Answers in writing: by the speaker's own link, decided on at the desk, read under their question."""

import re
from html import unescape
from typing import Any

import pytest

from tests.served import Served
from tests.web.test_digest import session_of
from tests.web.test_questions import ask, asked, hall

pytestmark = pytest.mark.anyio
__all__ = ["hall"]

WORDS = "Everything that nobody had looked at for a year."


async def link_of(house: Served) -> str:
    """The link that the desk gives to the speaker."""
    page = (await house.client.get(f"/sessions/{await session_of(house)}/digest", headers=await house.badge())).text
    return unescape(page.split('">The speaker’s own link')[0].rpartition('href="')[2])


async def answer(house: Served, link: str, question: str, text: str = WORDS, **more: str) -> Any:
    form = {"question": question, "text": text, **more}
    return await house.client.post(link.replace("/digest", "/answers"), data=form, headers=house.from_page)


async def waiting(house: Served) -> list[Any]:
    told = await house.client.get("/api/posts?status=queued", headers=await house.badge())
    posts: list[Any] = told.json()["posts"]
    return posts


async def test_who_spoke_answers_in_writing_and_a_person_decides_before_anybody_reads_it(hall: Served) -> None:
    key = await ask(hall, name="Row 14")
    link = await link_of(hall)
    page = (await hall.client.get(link)).text
    assert "Answer in writing" in page
    assert re.search(r'name="idem" value="[^"]{20,}"', page)
    back = await answer(hall, link, key)
    assert (back.status_code, back.headers["location"]) == (303, f"{link}&sent")
    assert "A person reads your answer now" in (await hall.client.get(back.headers["location"])).text
    [waits] = await waiting(hall)
    assert (waits["author"]["name"], waits["text"], waits["reply_to"]["name"]) == ("Dana Okafor", WORDS, "Row 14")
    assert (await asked(hall))["questions"][0]["answers"] == []
    await hall.decide("approve", waits["key"])
    [question] = (await asked(hall))["questions"]
    assert question["answers"] == [{"key": waits["key"], "by": "Dana Okafor", "text": WORDS}]
    assert WORDS in (await hall.client.get("/questions?hall=main")).json()["html"]
    place, _, _ = link.partition("?")
    told = (await hall.client.get(f"{place}.json", headers=await hall.badge())).json()
    assert ([each["key"] for each in told["answered"]], told["unanswered"], told["posts"]) == ([key], [], [])
    text = (await hall.client.get(f"{place}.md", headers=await hall.badge())).text
    assert f"  - **Dana Okafor**: {WORDS}" in text
    await hall.decide("withdraw", waits["key"])
    assert (await asked(hall))["questions"][0]["answers"] == []


async def test_an_approved_answer_stands_under_its_question_and_on_no_wall_unless_a_hall_is_named(hall: Served) -> None:
    key = await ask(hall)
    await answer(hall, await link_of(hall), key)
    [waits] = await waiting(hall)
    desk = (await hall.client.get("/console", headers=await hall.badge())).text
    assert "stands under its question, and on no wall" in desk
    async with hall.feed("/feed/posts") as phone:
        await hall.decide("approve", waits["key"])
        assert (await asked(hall))["questions"][0]["answers"] != []
        later = await hall.approved("Runbooks are read once.")
        assert (await phone.frame("put"))["key"] == later
    for place in ("/api/posts", "/api/posts?hall=main"):
        shown = (await hall.client.get(place)).json()["posts"]
        assert waits["key"] not in {each["key"] for each in shown}, place
    for page in ("/", "/screen/main"):
        assert WORDS not in (await hall.client.get(page)).text, page
    await hall.decide("restore", waits["key"])
    await hall.decide("approve", waits["key"], halls=["main"])
    assert WORDS in (await hall.client.get("/screen/main")).text
    assert WORDS not in (await hall.client.get("/screen/foyer")).text


async def test_an_answer_that_is_sent_twice_waits_once_and_a_question_takes_three(hall: Served) -> None:
    key, link = await ask(hall), await link_of(hall)
    for _ in range(2):
        assert (await answer(hall, link, key, idem="one")).status_code == 303
    assert len(await waiting(hall)) == 1
    for number in (2, 3):
        assert (await answer(hall, link, key, f"And besides, number {number}.")).status_code == 303
    assert (await answer(hall, link, key, "And again.")).status_code == 429


async def test_nobody_answers_without_the_link_from_a_foreign_page_or_in_another_session(hall: Served) -> None:
    key, link = await ask(hall), await link_of(hall)
    place, _, _ = link.partition("?")
    assert (await answer(hall, place, key)).status_code == 401
    assert (await answer(hall, f"{place}?key=guessed", key)).status_code == 403
    foreign = {"Origin": "https://evil.example"}
    form = {"question": key, "text": WORDS}
    refused = await hall.client.post(link.replace("/digest", "/answers"), data=form, headers=foreign)
    assert refused.status_code == 403
    assert (await answer(hall, link, "floor:none")).status_code == 404
    elsewhere = await ask(hall, "Who printed these?", hall="foyer")
    assert (await answer(hall, link, elsewhere)).status_code == 404
    assert (await answer(hall, link, key, " ")).status_code == 422
    assert (await answer(hall, link, key, "x" * 601)).status_code == 422
    assert await waiting(hall) == []


async def test_what_is_refused_stands_in_its_form_still_with_the_reason_beside_it(hall: Served) -> None:
    key, other, link = await ask(hall), await ask(hall, "Who reads runbooks?"), await link_of(hall)
    back = await answer(hall, link, key, "Everything. " * 60, idem="0" * 32)
    assert back.status_code == 422
    assert "an answer has 600 at most" in back.text
    before, _, form = back.text.partition('<details class="reply" open>')
    assert f'value="{key}"' in form.partition("</form>")[0]
    assert f'value="{other}"' in before + form.partition("</form>")[2]
    assert ("0" * 32 in form, "Everything. Everything." in form, back.text.count("</textarea>")) == (True, True, 2)
    assert await waiting(hall) == []
