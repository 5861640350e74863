import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from structlog.testing import capture_logs
from websockets.exceptions import ConnectionClosed

from backchannel.clock import now
from backchannel.roles import Role
from backchannel.web.badges import hash_of
from tests.served import Feed, Served, made_config, served

Headers = dict[str, str]


@pytest.fixture
async def ada(house: Served) -> Headers:
    return await house.badge("Ada", Role.OWNER)


async def invite(house: Served, by: Headers, name: str = "Sam", role: str = "host", **more: Any) -> Response:
    return await house.client.post("/api/invitations", json={"name": name, "role": role, **more}, headers=by)


async def redeem(house: Served, link: str, name: str = "Sam") -> Response:
    form = {"invitation": link, "name": name}
    return await house.client.post("/join", data=form, headers=house.from_page)


async def people(house: Served, by: Headers) -> dict[str, Any]:
    told: dict[str, Any] = (await house.client.get("/api/people", headers=by)).json()
    return told


async def id_of(house: Served, by: Headers, name: str) -> str:
    return next(str(each["id"]) for each in (await people(house, by))["people"] if each["name"] == name)


async def test_an_invitation_made_at_the_desk_opens_it_once_in_its_role(house: Served, ada: Headers) -> None:
    made = await invite(house, ada, "Sam", "host", hours=2)
    assert made.status_code == 201
    told = made.json()
    assert told["link"].startswith(f"{house.url}/join#")
    assert told["qr"]["path"].startswith("M3 3h1v1h-1z")
    [listed] = (await people(house, ada))["invitations"]
    assert listed == {name: told[name] for name in ("id", "name", "role", "until", "by")}
    assert (listed["name"], listed["role"], listed["by"]) == ("Sam", "host", "Ada")
    assert told["link"].partition("#")[2] not in str(listed)
    assert (await redeem(house, told["link"], "Sam H")).headers["location"] == "/console"
    assert (await redeem(house, told["link"])).status_code == 403
    everybody = await people(house, ada)
    assert everybody["invitations"] == []
    assert [(each["name"], each["role"], each["is_you"]) for each in everybody["people"]] == [
        ("Ada", "owner", True),
        ("Sam H", "host", False),
    ]


async def test_an_invitation_that_was_ended_opens_nothing(house: Served, ada: Headers) -> None:
    told = (await invite(house, ada)).json()
    address = f"/api/invitations/{told['id']}"
    assert (await house.client.delete(address, headers=ada)).json() == {"ended": True}
    assert (await redeem(house, told["link"])).status_code == 403
    assert (await house.client.delete(address, headers=ada)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"name": " \u202e "}, 422),
        ({"name": "Rule: spam"}, 422),
        ({"name": "bluesky"}, 422),
        ({"role": "king"}, 400),
        ({"hours": 0}, 400),
        ({"hours": 721}, 400),
    ],
)
async def test_an_invitation_that_cannot_be_is_refused(
    house: Served, ada: Headers, asked: dict[str, Any], status: int
) -> None:
    assert (await invite(house, ada, **asked)).status_code == status
    assert (await people(house, ada))["invitations"] == []


async def test_a_taken_name_is_refused_at_the_door_and_the_invitation_still_works(house: Served, ada: Headers) -> None:
    link = (await invite(house, ada)).json()["link"]
    refused = await redeem(house, link, "ru\u200ble: Spam")
    assert refused.status_code == 422
    assert "would read in the record as a rule" in refused.text
    assert link.partition("#")[2] in refused.text  # to be sent again with another name
    assert (await redeem(house, link, "Sam")).status_code == 303


async def test_who_is_signed_out_is_shown_out_at_once_and_gets_no_answer_any_more(house: Served, ada: Headers) -> None:
    sam = await house.badge("Sam")
    async with house.feed("/feed/console", sam) as hers, house.feed("/feed/console", ada) as own:
        await hers.frame("snapshot")
        await own.frame("snapshot")
        address = f"/api/badges/{await id_of(house, ada, 'Sam')}"
        assert (await house.client.delete(address, headers=ada)).json() == {"ended": 1}
        assert await code_of_end(hers) == 4401
        assert (await house.client.get("/api/sources", headers=sam)).status_code == 401
        await house.post("The other one is still here")
        assert (await own.frame("put"))["op"] == "put"


async def test_all_others_are_signed_out_with_one_request(house: Served, ada: Headers) -> None:
    others = [await house.badge(name, role) for name, role in (("Sam", Role.OWNER), ("Mo", Role.VIEWER))]
    assert (await house.client.delete("/api/badges", headers=ada)).json() == {"ended": 2}
    assert [(await house.client.get("/api/record", headers=each)).status_code for each in others] == [401, 401]
    assert [each["name"] for each in (await people(house, ada))["people"]] == ["Ada"]


async def test_an_owner_cannot_sign_the_last_owner_out(house: Served, ada: Headers) -> None:
    refused = await house.client.delete(f"/api/badges/{await id_of(house, ada, 'Ada')}", headers=ada)
    assert refused.status_code == 409
    assert "last owner" in refused.json()["error"]["message"]
    assert (await house.client.get("/api/people", headers=ada)).status_code == 200


async def test_anybody_may_sign_out_here_and_is_told_so_at_the_door(house: Served, ada: Headers) -> None:
    await redeem(house, (await invite(house, ada, role="viewer")).json()["link"], "Eve")
    assert (await house.client.post("/leave", headers={"Origin": "https://evil.example"})).status_code == 403
    left = await house.client.post("/leave", headers=house.from_page)
    assert (left.status_code, left.headers["location"]) == (303, "/join?out=1")
    assert "badge" not in house.client.cookies
    assert "You are signed out here" in (await house.client.get("/join?out=1")).text
    assert [each["name"] for each in (await people(house, ada))["people"]] == ["Ada"]
    assert (await house.client.post("/leave", headers=ada)).status_code == 303  # the last owner, too


async def test_who_comes_goes_and_may_not_is_logged_without_any_secret(house: Served, ada: Headers) -> None:
    with capture_logs() as lines:
        link = (await invite(house, ada, role="viewer")).json()["link"]
        await redeem(house, link, "Eve")
        assert (await invite(house, house.from_page)).status_code == 403
        assert (await redeem(house, link, "Eve")).status_code == 403
        left = await house.client.post("/leave", headers=house.from_page)
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert [(each["event"], each.get("by"), each["log_level"]) for each in lines] == [
        ("invited", "Ada", "info"),
        ("signed in", "Eve", "info"),
        ("role refused", "Eve", "warning"),
        ("invitation refused", None, "warning"),
        ("signed out", "Eve", "info"),
    ]
    assert link.partition("#")[2] not in str(lines)


async def test_the_page_shows_everybody_who_they_are_and_owners_who_else_is(house: Served, ada: Headers) -> None:
    for badge, sees in ((ada, True), (await house.badge("Eve", Role.VIEWER), False)):
        page = (await house.client.get("/console/people", headers=badge)).text
        assert ("Invite" in page) is sees
        assert 'action="/leave"' in page


async def test_who_signs_in_anew_gets_a_new_badge_and_the_one_before_is_no_more(house: Served, ada: Headers) -> None:
    kept = []
    for name in ("Sam", "Samuel"):
        await redeem(house, (await invite(house, ada)).json()["link"], name)
        kept.append(hash_of(house.client.cookies["badge"]))
    assert await house.store.badges.find(kept[0], now()) is None
    assert [each["name"] for each in (await people(house, ada))["people"]] == ["Ada", "Samuel"]


@pytest.fixture
async def clocked(tmp_path: Path) -> AsyncGenerator[tuple[Served, list[datetime]]]:
    """A house whose clock stands where the list says."""
    moment = [datetime(2031, 5, 4, 12, 0, tzinfo=UTC)]
    async with served(made_config(tmp_path), clock=lambda: moment[0]) as running:
        yield running, moment


async def test_when_somebody_was_last_seen_is_noted_every_five_minutes(
    clocked: tuple[Served, list[datetime]],
) -> None:
    house, moment = clocked
    ada, noon = await house.badge("Ada", Role.OWNER), moment[0]
    seen = []
    for minutes in (0, 4, 5, 9, 11):
        moment[0] = noon + timedelta(minutes=minutes)
        [told] = (await people(house, ada))["people"]
        seen.append(datetime.fromisoformat(told["seen_at"]) - noon)
    assert seen == [timedelta(minutes=minutes) for minutes in (0, 0, 5, 5, 11)]


async def test_an_invitation_lapses_after_its_hours(clocked: tuple[Served, list[datetime]]) -> None:
    house, moment = clocked
    ada = await house.badge("Ada", Role.OWNER)
    short, long = [(await invite(house, ada, hours=hours)).json()["link"] for hours in (1, 2)]
    moment[0] += timedelta(hours=1)
    assert (await redeem(house, short)).status_code == 403
    assert (await redeem(house, long)).status_code == 303


async def test_a_browser_is_signed_out_that_nobody_used_and_in_any_case_in_the_end(
    clocked: tuple[Served, list[datetime]],
) -> None:
    house, moment = clocked
    ada, noon = await house.badge("Ada", Role.OWNER), moment[0]
    await redeem(house, (await invite(house, ada)).json()["link"])
    [_, told] = (await people(house, ada))["people"]
    assert (told["browser"], datetime.fromisoformat(told["ends_at"]) - noon) == ("?", timedelta(hours=48))
    for hours, status in ((47, 200), (94, 200), (142, 401)):
        moment[0] = noon + timedelta(hours=hours)
        assert (await house.client.get("/api/record")).status_code == status, hours
    noon = moment[0]
    await redeem(house, (await invite(house, ada)).json()["link"])
    for days in range(15):
        moment[0] = noon + timedelta(days=days)
        assert (await house.client.get("/api/record")).status_code == (200 if days < 14 else 401), days


async def test_a_socket_is_closed_once_its_badge_has_ended(clocked: tuple[Served, list[datetime]]) -> None:
    house, moment = clocked
    ada = await house.badge("Ada", Role.OWNER)
    await redeem(house, (await invite(house, ada)).json()["link"])
    cookie = {"Cookie": f"badge={house.client.cookies['badge']}"}
    async with house.feed("/feed/console", cookie, origin=house.url) as feed:
        await feed.frame("snapshot")
        moment[0] += timedelta(hours=48)
        await house.client.delete("/api/badges/none", headers=ada)  # has the usher look at once
        assert await code_of_end(feed) == 4401


async def code_of_end(feed: Feed) -> int:
    """The number with which the server closed a socket."""
    with pytest.raises(ConnectionClosed) as closed:
        async with asyncio.timeout(10):
            while True:
                await feed.frame()
    assert closed.value.rcvd is not None
    return int(closed.value.rcvd.code)
