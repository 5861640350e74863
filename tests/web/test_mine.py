"""What the author of a post on a phone may do with it afterwards, as forms without JavaScript and as JSON."""

import re

from backchannel.desk import REPHRASED
from backchannel.post import Status
from backchannel.store.base import Query
from tests.served import Served

SAID = "The on-call number of our vendor is 0800 123456, which everybody in this hall should write down at once."


async def mine(house: Served) -> str:
    return (await house.client.get("/?tab=mine")).text.partition('id="posts"')[2].partition("</section>")[0]


async def rejected(house: Served, text: str = SAID) -> str:
    await house.client.get("/")
    key = await house.post(text)
    await house.decide("reject", key, reason="private")
    return key


async def again(house: Served, key: str, text: str) -> int:
    body = {"text": text, "again": key}
    return (await house.client.post("/posts", json=body, headers=house.from_page)).status_code


async def take_back(house: Served, key: str) -> int:
    headers = house.from_page | {"Accept": "application/json"}
    return (await house.client.post(f"/posts/{key}/take-back", headers=headers)).status_code


async def waiting(house: Served) -> list[tuple[str, tuple[str, ...]]]:
    page = await house.store.posts.page(Query(Status.QUEUED))
    return [(post.content.text, post.reasons) for post in page.posts]


async def test_what_was_not_shown_is_said_differently_once_and_the_desk_reads_why_it_comes(house: Served) -> None:
    key = await rejected(house)
    assert await again(house, key, "Ask the desk for the number of our vendor.") == 202
    assert await waiting(house) == [("Ask the desk for the number of our vendor.", (REPHRASED,))]
    assert "You have said it differently." in await mine(house)
    assert await again(house, key, "A third way of saying it.") == 409
    assert len(await waiting(house)) == 1


async def test_what_is_hardly_different_is_read_anew_and_no_copy_of_what_was_rejected(house: Served) -> None:
    key = await rejected(house)
    hardly = SAID.replace("0800 123456, which", "one which")
    assert await again(house, key, hardly) == 202
    assert [text for text, _ in await waiting(house)] == [hardly]


async def test_the_second_way_of_saying_it_has_no_third(house: Served) -> None:
    key = await rejected(house)
    answer = await house.client.post("/posts", json={"text": "Nicer.", "again": key}, headers=house.from_page)
    await house.decide("reject", second := answer.json()["key"], reason="off_topic")
    assert "a new post is always welcome" in await mine(house)
    assert await again(house, second, "Nicer still.") == 409


async def test_a_rephrasing_sent_twice_is_one_post_and_taken_back_it_stays_the_only_one(house: Served) -> None:
    key = await rejected(house)
    body = {"text": "Ask the desk.", "again": key}
    answers = [await house.client.post("/posts", json=body, headers=house.from_page) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert await take_back(house, answers[0].json()["key"]) == 200
    assert "data-again" not in await mine(house)
    assert await again(house, key, "Ask the desk.") == 409


async def test_the_same_words_again_a_waiting_post_and_somebody_elses_cannot_be_said_differently(house: Served) -> None:
    key = await rejected(house)
    assert await again(house, key, f"  {SAID.upper()} ") == 422
    assert await again(house, await house.post("It waits."), "Otherwise.") == 409
    house.client.cookies.clear()
    assert await again(house, key, "By another phone.") == 404


async def test_without_javascript_the_form_begins_with_the_words_that_were_not_shown(house: Served) -> None:
    key = await rejected(house)
    link = re.search(r'href="([^"]+)" data-again', await mine(house))
    assert link is not None
    form = (await house.client.get(link[1].replace("&amp;", "&"))).text
    assert f">{SAID}</textarea>" in form
    assert f'name="again" id="again" value="{key}"' in form
    answer = await house.client.post(
        "/posts", data={"text": "Kinder.", "again": key, "made": house.made}, headers=house.from_page
    )
    assert answer.status_code == 303
    assert [text for text, _ in await waiting(house)] == ["Kinder."]


async def test_an_author_takes_a_post_down_and_nothing_of_it_is_kept(house: Served) -> None:
    await house.client.get("/")
    key = await house.approved("Said in haste")
    assert "Take it down" in await mine(house)
    answer = await house.client.post(f"/posts/{key}/take-back", headers=house.from_page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?tab=mine&gone=1")
    for place in ("/", "/screen", "/?tab=mine"):
        assert "Said in haste" not in (await house.client.get(place)).text
    post = await house.store.posts.find(key)
    assert post is not None
    assert (post.status, post.content.text) == (Status.GONE, "")
    assert await take_back(house, key) == 200  # a double tap


async def test_nobody_takes_back_what_another_phone_or_network_said(house: Served) -> None:
    key = await house.post("Mine")
    await house.client.get("/")
    assert await take_back(house, key) == 404
    assert await take_back(house, "mastodon:1") == 404
    assert (await house.client.post(f"/posts/{key}/take-back")).status_code == 403  # from a foreign page
    assert [text for text, _ in await waiting(house)] == ["Mine"]


async def test_the_author_reads_on_which_screens_a_post_is(house: Served) -> None:
    await house.client.get("/")
    key = await house.approved("To be seen", halls=["foyer"])
    assert "In <bdi>Foyer</bdi>, and on every phone." in await mine(house) or "On the screen now" in await mine(house)
    await house.client.post("/api/halls/foyer/stage", json={"spotlight": key}, headers=await house.badge())
    assert "On the screen now in <bdi>Foyer</bdi>, and on every phone." in await mine(house)
