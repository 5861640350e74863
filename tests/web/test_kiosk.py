"""A phone's page that stands in the foyer: nobody who comes finds what the one before wrote."""

import asyncio

from backchannel.post import Status
from backchannel.store.base import Query
from backchannel.web.inlet import KIOSKS_A_MINUTE
from tests.served import Served


async def test_a_kiosk_has_no_posts_of_its_own_and_no_cookie(house: Served) -> None:
    form = {"text": "From the foyer", "name": "Ines", "kiosk": "1", "made": house.made}
    answer = await house.client.post("/posts", data=form, headers=house.from_page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?kiosk&sent=1")
    for place in ("/?kiosk&sent=1", "/?kiosk&tab=mine"):
        page = (await house.client.get(place)).text
        assert "From the foyer" not in page
        assert 'data-tab="live"' in page
        assert ">Mine<" not in page
    assert "device" not in house.client.cookies


async def test_a_kiosk_shows_the_questions_and_their_votes_and_casts_none(house: Served) -> None:
    key = await house.post("What did you stop measuring?", kind="question", hall="main")
    await house.decide("approve", key)
    page = (await house.client.get("/?kiosk&tab=questions")).text
    block = (await house.client.get("/questions?hall=main&kiosk")).json()["html"]
    assert block in page
    assert 'data-tab="questions"' in page
    assert '<span class="votes">0</span>' in block
    assert "/vote" not in block
    assert 'href="/?kiosk&amp;tab=write&amp;kind=question&amp;hall=main"' in block
    assert 'href="/?kiosk&amp;tab=questions&hall=foyer"' in block
    assert "/vote" in (await house.client.get("/questions?hall=main")).json()["html"]


async def test_two_at_a_kiosk_who_say_the_same_are_two_people(house: Served) -> None:
    for idem in ("a", "b", "b"):
        body = {"text": "Great talk!", "kiosk": True, "idem": idem}
        assert (await house.client.post("/posts", json=body, headers=house.from_page)).status_code == 202
    posts = (await house.store.posts.page(Query(Status.QUEUED))).posts
    assert len({post.content.author.id for post in posts}) == 2


async def test_a_refused_post_comes_back_in_the_kiosks_own_page(house: Served) -> None:
    answer = await house.client.post(
        "/posts", data={"text": " ", "kiosk": "1", "made": house.made}, headers=house.from_page
    )
    assert answer.status_code == 422
    assert "data-kiosk" in answer.text


async def test_all_kiosks_have_one_pace(house: Served) -> None:
    bodies = [{"text": f"number {number}", "kiosk": True} for number in range(KIOSKS_A_MINUTE + 1)]
    sending = (house.client.post("/posts", json=body, headers=house.from_page) for body in bodies)
    codes = sorted([answer.status_code for answer in await asyncio.gather(*sending)])
    assert codes == [202] * KIOSKS_A_MINUTE + [429]
