"""People without a phone: what a runner types goes through the same queue, and a numbered card counts once."""

from typing import Any

import pytest
from httpx2 import Response

from backchannel.post import Post, Status
from backchannel.roles import Role
from backchannel.store.base import Query
from tests.served import Served


async def queued(house: Served) -> tuple[Post, ...]:
    return (await house.store.posts.page(Query(Status.QUEUED))).posts


async def carry(house: Served, headers: dict[str, str] | None = None, **line: Any) -> Response:
    return await house.client.post("/runner", json=line, headers=headers or await house.badge("Ada", Role.HOST))


async def test_what_a_runner_types_waits_with_the_others_and_says_where_it_came_from(house: Served) -> None:
    await house.post("From a phone")
    answer = await carry(house, text="Louder, please", name="Row 14", hall="foyer")
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    phone, typed = await queued(house)
    assert (phone.network, typed.network, typed.content.author.name) == ("floor", "desk", "Row 14")
    await house.decide("approve", typed.key)
    assert "At the desk" in (await house.client.get("/")).text


async def test_a_card_that_is_typed_twice_is_one_post_and_other_words_on_its_number_are_refused(house: Served) -> None:
    host = await house.badge("Ada", Role.HOST)
    first = await carry(house, host, text="Where is hall B?", card="017")
    again = await carry(house, host, text="Where is hall B?", card="17", idem="other")
    assert first.json() == again.json()
    refused = await carry(house, host, text="Is there tea?", card="17")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "card")
    assert [post.content.author.name for post in await queued(house)] == ["Card 17"]


async def test_two_who_say_the_same_without_a_card_are_two(house: Served) -> None:
    for idem in ("a", "b", "b"):
        await carry(house, text="Great talk!", idem=idem)
    assert len(await queued(house)) == 2


@pytest.mark.parametrize(("line", "code"), [({"text": " "}, "empty"), ({"text": "x" * 301}, "long")])
async def test_what_is_no_line_is_refused_in_words(house: Served, line: dict[str, str], code: str) -> None:
    answer = await carry(house, None, **line)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)


async def test_only_who_may_carry_sees_the_form(house: Served) -> None:
    for place in ("/runner", "/runner/cards"):
        assert (await house.client.get(place)).status_code == 303
        assert (await house.client.get(place, headers=await house.badge("Vi", Role.VIEWER))).status_code == 303
        assert (await house.client.get(place, headers=await house.badge("Ada", Role.HOST))).status_code == 200
    assert (await carry(house, await house.badge("Vi", Role.VIEWER), text="No")).status_code == 403


async def test_without_javascript_the_form_comes_back_empty_for_the_next_line(house: Served) -> None:
    host = await house.badge("Ada", Role.HOST)
    answer = await house.client.post("/runner", data={"text": "Louder", "hall": "foyer"}, headers=host)
    assert answer.status_code == 303
    page = (await house.client.get(answer.headers["location"], headers=host)).text
    assert "To the desk: “<bdi>Louder</bdi>”" in page
    assert '<option value="foyer" selected>' in page
    refused = await house.client.post("/runner", data={"text": "A", "card": "x7"}, headers=host)
    assert refused.status_code == 422


async def test_cards_are_numbered_from_where_one_says(house: Served) -> None:
    host = await house.badge("Ada", Role.HOST)
    page = (await house.client.get("/runner/cards?from=41&many=3", headers=host)).text
    assert [number for number in range(60) if f'class="number">{number}<' in page] == [41, 42, 43]
    assert (await house.client.get("/runner/cards?from=x&many=9999", headers=host)).text.count('class="card"') == 200
