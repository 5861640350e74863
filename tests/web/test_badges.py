from pathlib import Path

import pytest
from httpx2 import Response

from backchannel.clock import now
from backchannel.roles import Role
from backchannel.store.base import Badge
from backchannel.web import badges
from tests.served import Served, made_config, served


async def invitation(house: Served) -> str:
    return await badges.invite(house.store.badges, Badge("Moderator", Role.MODERATOR), now())


async def join(house: Served, secret: str, name: str = "Sam") -> Response:
    return await house.client.post("/join", data={"invitation": secret, "name": name}, headers=house.from_page)


async def test_an_invitation_opens_the_desk_once(house: Served) -> None:
    secret = await invitation(house)
    assert (await house.client.get("/console")).headers["location"] == "/join"
    entered = await join(house, secret)
    assert (entered.status_code, entered.headers["location"]) == (303, "/console")
    assert (await house.client.get("/console")).status_code == 200
    house.client.cookies.clear()
    assert (await join(house, secret)).status_code == 403


async def test_the_name_from_the_door_stands_under_decisions(house: Served) -> None:
    await join(house, await invitation(house), "Sam")
    key = await house.post()
    answer = await house.decide("approve", key, headers=house.from_page)
    assert answer.json()["outcomes"][0]["by"] == "Sam"


@pytest.mark.parametrize("name", ["", "  \u202e "])
async def test_who_says_no_name_keeps_the_one_of_the_invitation(house: Served, name: str) -> None:
    await join(house, await invitation(house), name)
    answer = await house.decide("approve", await house.post(), headers=house.from_page)
    assert answer.json()["outcomes"][0]["by"] == "Moderator"


async def test_the_whole_link_may_be_pasted(house: Served) -> None:
    assert (await join(house, f"{house.url}/join#{await invitation(house)}")).status_code == 303


@pytest.mark.parametrize("secret", ["", "made-up", "#", "\ud800"])
async def test_a_wrong_invitation_is_refused_kindly(house: Served, secret: str) -> None:
    answer = await join(house, secret.encode("utf-8", "replace").decode())
    assert answer.status_code == 403
    assert "does not work" in answer.text


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(house: Served) -> None:
    cookie = (await join(house, await invitation(house))).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_the_store_keeps_no_secret(house: Served) -> None:
    secret = await invitation(house)
    await join(house, secret)
    kept = house.client.cookies["badge"]
    assert await house.store.badges.find(kept, now()) is None
    assert await house.store.badges.find(badges.hash_of(kept), now()) == Badge("Sam", Role.MODERATOR)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1.evil.example", ""]
)
async def test_a_command_from_a_foreign_page_is_refused_even_with_the_cookie(house: Served, origin: str) -> None:
    await join(house, await invitation(house))
    key = await house.post()
    assert (await house.decide("approve", key, headers={"Origin": origin})).status_code == 403
    assert (await house.client.get("/api/posts")).json()["posts"] == []


async def test_a_command_with_a_cookie_but_without_an_origin_is_refused(house: Served) -> None:
    await join(house, await invitation(house))
    assert (await house.decide("approve", "any", headers={"X": "y"})).status_code == 403


async def test_a_strange_name_pointed_at_us_is_no_page_of_ours(house: Served) -> None:
    await join(house, await invitation(house))
    headers = {"Host": "rebound.example", "Origin": "http://rebound.example"}
    assert (await house.decide("approve", "any", headers=headers)).status_code == 403


async def test_a_foreign_page_cannot_post_to_the_floor(house: Served) -> None:
    answer = await house.client.post("/posts", data={"text": "x"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_behind_a_proxy_with_tls_our_own_address_may_command(tmp_path: Path) -> None:
    config = made_config(tmp_path, server={"port": 0, "public_url": "https://Pink11.example/"})
    async with served(config) as house:
        for origin, status in (("https://pink11.example", 202), ("http://pink11.example", 403)):
            answer = await house.client.post("/posts", json={"text": "x"}, headers={"Origin": origin})
            assert answer.status_code == status
        entered = await house.client.post(
            "/join",
            data={"invitation": await invitation(house), "name": "Sam"},
            headers={"Origin": "https://pink11.example"},
        )
        assert "__Host-badge=" in entered.headers["set-cookie"]
        assert "Secure" in entered.headers["set-cookie"]
