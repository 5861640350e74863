"""The matrix of roles and commands, made from the API's own description and walked on a running server."""

import asyncio
import inspect
import re
from collections.abc import Mapping
from typing import Any, Final

from websockets.exceptions import ConnectionClosed, InvalidStatus

from backchannel.roles import Command, Role, may
from backchannel.web import routes
from backchannel.web.openapi import DESCRIPTION
from tests.served import Served

METHODS: Final = ("get", "post", "put", "delete")
# What stands in the place of each part of an address; the gate answers before anybody asks whether it exists.
PARTS: Final = {"key": "floor:none", "hall": "main", "form": "csv", "source": "none", "id": "none", "version": "1"}
# What follows another rule than the table: everyone's, signed, or for all and more for some.
OPEN: Final = {"/posts", "/hooks/{source}", "/api/posts", "/api/programme", "/api/programme/now"}
NOBODY: Final = "nobody"


def walked() -> list[tuple[str, str, Command]]:
    """Every operation that the description closes, with the command that it names."""
    return [
        (method, path, Command(operation["x-command"]))
        for path, operations in DESCRIPTION["paths"].items()
        for method, operation in operations.items()
        if method in METHODS and "security" in operation
    ]


async def everybody(house: Served) -> Mapping[str, dict[str, str]]:
    return {NOBODY: {}} | {role.value: await house.badge(role.value.title(), role) for role in Role}


async def test_over_http_each_role_may_what_the_table_says_and_nothing_else(house: Served) -> None:
    wrong = []
    for method, path, command in walked():
        for who in (NOBODY, *map(str, Role)):
            badge = {} if who == NOBODY else await house.badge(who, Role(who))  # anew, since some commands end badges
            headers = badge | (house.from_page if who == NOBODY else {}) | {"Accept": "application/json"}
            answer = await house.client.request(method, path.format(**PARTS), headers=headers)
            code = answer.json().get("error", {}).get("code") if answer.status_code in {401, 403} else ""
            expected = "badge_missing" if who == NOBODY else "" if may(Role(who), command) else "role"
            if code != expected:
                wrong.append((method, path, who, answer.status_code, code))
    assert wrong == []


def test_the_description_names_who_may_for_every_address_of_the_api() -> None:
    known = {path for _, path, _ in walked()} | OPEN
    assert set(re.findall(r'Route\("(/api/[^"]+)"', inspect.getsource(routes))) <= known


async def test_every_role_that_sees_the_desk_sees_its_pages_and_no_other_does(house: Served) -> None:
    for who, badge in (await everybody(house)).items():
        sees = who != NOBODY and may(Role(who), Command.SEE)
        for page in ("/console", "/console/record"):
            answer = await house.client.get(page, headers=badge)
            assert answer.status_code == (200 if sees else 303), (who, page)


async def test_what_waits_is_listed_for_whoever_sees_the_desk(house: Served) -> None:
    await house.post()
    for who, badge in (await everybody(house)).items():
        answer = await house.client.get("/api/posts?status=queued", headers=badge)
        sees = who != NOBODY and may(Role(who), Command.SEE)
        assert answer.status_code == (200 if sees else 401 if who == NOBODY else 403), who


async def test_a_host_picks_the_spotlight_and_is_told_in_words_that_moderators_reject(house: Served) -> None:
    key, host = await house.approved(), await house.badge("Ada", Role.HOST)
    answer = await house.client.post("/api/halls/main/stage", json={"spotlight": key}, headers=host)
    assert answer.json()["spotlight"] == key
    refused = await house.decide("withdraw", key, headers=host)
    assert refused.status_code == 403
    assert refused.json()["error"]["message"] == "Ada is here as host. Only owners and moderators may decide on posts."


async def test_the_feed_of_the_desk_opens_for_whoever_sees_it_and_takes_claims_of_whoever_may_claim(
    house: Served,
) -> None:
    people = await everybody(house)
    opened = {who: await claims(house, who.title(), badge) for who, badge in people.items()}
    assert opened == {
        who: 401 if who == NOBODY else 403 if not may(Role(who), Command.SEE) else may(Role(who), Command.CLAIM)
        for who in people
    }


async def claims(house: Served, name: str, badge: dict[str, Any]) -> int | bool:
    """The status that a socket was refused with, or whether a claim on it was heard."""
    try:
        async with house.feed("/feed/console", badge, origin=house.url) as feed:
            await feed.frame("snapshot")
            await feed.socket.send('{"op":"claim","key":"floor:1"}')
            try:
                async with asyncio.timeout(10):
                    while not any(claim["by"] == name for claim in (await feed.frame("beat")).get("claims", [])):
                        pass
            except ConnectionClosed as closed:
                assert closed.rcvd is not None
                assert (closed.rcvd.code, closed.rcvd.reason) == (1008, "role")
                return False
            return True
    except InvalidStatus as refused:
        return refused.response.status_code
