import asyncio
from typing import Any

import pytest
from httpx2 import Response

from backchannel.roles import Role
from tests.served import Served


async def turn(house: Served, hall: str = "main", headers: dict[str, str] | None = None, **wish: Any) -> Response:
    headers = await house.badge() if headers is None else headers
    return await house.client.post(f"/api/halls/{hall}/stage", json=wish, headers=headers)


async def stage_of(house: Served, hall: str = "main") -> dict[str, object]:
    answer = await house.client.get(f"/api/halls/{hall}/stage")
    assert answer.status_code == 200
    stage: dict[str, object] = answer.json()
    return stage


async def directed(house: Served, key: str, hall: str = "main") -> dict[str, object]:
    """The stage once a post is on air in it."""
    async with asyncio.timeout(10):
        while key not in (stage := await stage_of(house, hall))["on_air"]:  # type: ignore[operator]
            await asyncio.sleep(0.01)
    return stage


@pytest.mark.parametrize(("wish", "words"), [("layout=carousel", "lower-third"), ("theme=dark", "board, paper, break")])
async def test_a_screen_cannot_be_opened_in_what_there_is_not_and_is_told_what_there_is(
    house: Served, wish: str, words: str
) -> None:
    answer = await house.client.get(f"/screen?{wish}")
    assert answer.status_code == 404
    assert words in answer.text


async def test_everyone_may_read_a_stage_and_an_empty_one_shows_nothing(house: Served) -> None:
    assert await stage_of(house) == {
        "hall": "main",
        "version": 0,
        "layout": "columns",
        "calm": False,
        "spotlight": None,
        "panic": "off",
        "on_air": [],
        "next": [],
        "lined_up": [],
        "aged_out": 0,
        "sponsors": True,
        "sponsor": None,
    }


async def test_an_approved_post_comes_on_air_in_every_hall_by_itself(house: Served) -> None:
    key = await house.approved()
    for hall in ("main", "foyer"):
        assert (await directed(house, key, hall))["on_air"] == [key]


async def test_a_moderator_turns_the_stage_and_screen_and_console_hear_it(house: Served) -> None:
    headers = await house.badge()
    async with house.feed("/feed/screen?hall=main") as screen, house.feed("/feed/console", headers=headers) as console:
        first = (await screen.frame("snapshot"))["stage"]
        assert (await console.frame("snapshot"))["stages"][0] == first
        answer = await turn(house, layout="spotlight", calm=True, panic="holding", version=first["version"])
        assert answer.status_code == 200
        stage = answer.json()
        assert (stage["layout"], stage["calm"], stage["panic"]) == ("spotlight", True, "holding")
        for feed in (screen, console):
            frame = await feed.frame("stage")
            assert {name: frame[name] for name in stage} == stage
    assert await stage_of(house) == stage


async def test_panic_is_undone_by_the_level_before(house: Served) -> None:
    for level in ("freeze", "holding", "black", "holding", "off"):
        assert (await turn(house, panic=level)).json()["panic"] == level


async def test_what_is_already_so_makes_no_new_version(house: Served) -> None:
    first = (await turn(house, calm=True)).json()
    assert (await turn(house, calm=True, version=first["version"])).json() == first


async def test_who_knows_an_older_version_is_told_the_present_one(house: Served) -> None:
    present = (await turn(house, "foyer", panic="freeze")).json()
    answer = await turn(house, "foyer", panic="black", version=0)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "version"
    assert answer.json()["stage"] == present == await stage_of(house, "foyer")


async def test_a_pinned_post_is_on_air_at_once_until_it_is_unpinned(house: Served) -> None:
    first, second = await house.approved("first"), await house.approved("second")
    pinned = (await turn(house, spotlight=first, layout="spotlight")).json()
    assert (pinned["spotlight"], pinned["on_air"]) == (first, [first])
    assert second not in pinned["on_air"]
    assert (await turn(house, spotlight=None)).json()["spotlight"] is None


async def test_only_what_the_hall_shows_can_be_pinned(house: Served) -> None:
    waiting, elsewhere = await house.post("waiting"), await house.approved("elsewhere", halls=["foyer"])
    for key in (waiting, elsewhere, "mastodon:unknown"):
        answer = await turn(house, spotlight=key)
        assert answer.status_code == 409
        assert answer.json()["error"]["code"] == "not_shown"
    assert (await turn(house, "foyer", spotlight=elsewhere)).status_code == 200


async def test_what_is_lined_up_comes_next_in_that_order_until_it_was_on_air_or_is_taken_out(house: Served) -> None:
    first, second, third = [await house.approved(text) for text in ("first", "second", "third")]
    await turn(house, layout="spotlight", spotlight=first)
    host = await house.badge("Alex", Role.HOST)
    for order in ([third, second], [second, third]):
        stage = (await turn(house, lined_up=order, headers=host)).json()
        assert (stage["lined_up"], stage["next"][:2]) == (order, order)
    assert (await turn(house, lined_up=[second, "floor:unknown"])).json()["error"]["code"] == "not_shown"
    await house.decide("withdraw", second)
    assert (await stage_of(house))["lined_up"] == [third]
    await turn(house, spotlight=third)
    assert (await stage_of(house))["lined_up"] == []
    assert (await turn(house, lined_up=[second], headers=await house.badge("V", Role.VIEWER))).status_code == 403


async def test_a_withdrawn_post_is_off_the_stage_when_the_decision_is_confirmed(house: Served) -> None:
    key = await house.approved("regretted")
    await directed(house, key)
    await turn(house, spotlight=key, panic="freeze")
    await house.decide("withdraw", key)
    stage = await stage_of(house)
    assert (stage["spotlight"], stage["on_air"], stage["next"]) == (None, [], [])


async def test_only_moderators_from_our_own_page_turn_the_stage(house: Served) -> None:
    screen = await house.badge("Screen 1", Role.SCREEN)
    assert (await turn(house, headers={}, panic="black")).status_code == 403
    assert (await turn(house, headers=house.from_page, panic="black")).status_code == 401
    assert (await turn(house, headers=screen, panic="black")).status_code == 403
    assert (
        await turn(house, headers={**await house.badge(), "Origin": "https://evil.example"}, panic="black")
    ).status_code == 403
    assert (await stage_of(house))["panic"] == "off"


@pytest.mark.parametrize(
    "wish",
    [{"panic": "loud"}, {"layout": "mosaic"}, {"calm": "yes"}, {"spotlight": ""}, {"volume": 11}, {"version": "1"}],
)
async def test_a_broken_wish_is_refused(house: Served, wish: dict[str, Any]) -> None:
    answer = await turn(house, **wish)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "body"


async def test_an_unknown_hall_has_no_stage(house: Served) -> None:
    assert (await house.client.get("/api/halls/cellar/stage")).status_code == 404
    assert (await turn(house, "cellar", panic="black")).status_code == 404


async def test_integrators_of_a_hall_see_its_numbers_without_a_hole(house: Served) -> None:
    async with house.feed("/feed/posts?hall=main") as feed:
        seq = (await feed.frame("snapshot"))["seq"]
        await house.approved()
        for _ in range(2):
            frame = await feed.frame("put", "stage")
            assert frame["seq"] == seq + 1
            seq = frame["seq"]


async def test_phones_are_not_told_of_stages(house: Served) -> None:
    async with house.feed("/feed/phone") as feed:
        assert "stage" not in await feed.frame("snapshot")
        await turn(house, calm=True)
        key = await house.approved()
        frame = await feed.frame("put", "stage")
        assert (frame["op"], frame["key"]) == ("put", key)
