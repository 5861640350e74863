"""Reactions over HTTP, and their totals on every phone's feed."""

import pytest

from tests.served import Served


async def react(house: Served, **body: str) -> int:
    return (await house.client.post("/reactions", json=body, headers=house.from_page)).status_code


async def test_every_phone_hears_the_totals_and_who_comes_later_too(house: Served) -> None:
    async with house.feed("/feed/phone") as phone:
        assert await react(house, word="yes", hall="foyer") == 204
        told = await phone.frame("reactions")
        assert told["halls"]["foyer"] == {"mhm": 0, "yes": 1, "ha": 0, "hm": 0}
        assert "seq" not in told
    async with house.feed("/feed/phone") as later:
        assert (await later.frame("reactions"))["halls"] == told["halls"]


async def test_without_javascript_a_reaction_leads_back_to_the_hall(house: Served) -> None:
    form = {"word": "ha", "hall": "foyer"}
    answer = await house.client.post("/reactions", data=form, headers=house.from_page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?hall=foyer#react")


@pytest.mark.parametrize(("body", "status"), [({"word": "boo"}, 400), ({"word": "yes", "hall": "attic"}, 404)])
async def test_what_is_no_reaction_is_refused(house: Served, body: dict[str, str], status: int) -> None:
    assert await react(house, **body) == status


async def test_a_foreign_page_cannot_react(house: Served) -> None:
    assert (await house.client.post("/reactions", json={"word": "yes"})).status_code == 403
