import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from httpx2 import AsyncClient, Response
from structlog.testing import capture_logs

from backchannel.clock import now
from backchannel.errors import Refusal
from backchannel.roles import Role
from backchannel.store.base import Badge
from backchannel.web import badges, passwords
from backchannel.web.passwords import AT_ONCE, WAITING_MAX, Reckoner
from tests.served import Served, made_config, served

PASSWORD = "seven green chairs"


class Counting(PasswordHasher):
    """Counts how often it hashes, and how often at once."""

    def __init__(self, memory_cost: int = 8) -> None:
        super().__init__(time_cost=1, memory_cost=memory_cost, parallelism=1)
        self.reckoned = self.inside = self.at_once = 0

    def hash(self, *given: Any, **more: Any) -> str:
        self.reckoned += 1
        self.inside += 1
        self.at_once = max(self.at_once, self.inside)
        try:
            return super().hash(*given, **more)
        finally:
            self.inside -= 1


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Served]:
    monkeypatch.setattr(passwords, "PasswordHasher", Counting)  # argon2id, as it is, but of little work
    async with served(made_config(tmp_path, desk={"passwords": True})) as running:
        yield running


async def join(house: Served, name: str = "Sam", role: Role = Role.MODERATOR) -> None:
    secret = await badges.invite(house.store.badges, Badge(name, role), now())
    entered = await house.client.post("/join", data={"invitation": secret, "name": name}, headers=house.from_page)
    assert entered.status_code == 303


async def set_password(house: Served, password: str = PASSWORD, before: str = "") -> str:
    """What the page is asked to say of it."""
    form = {"password": password, "before": before}
    answer = await house.client.post("/password", data=form, headers=house.from_page)
    assert answer.status_code == 303
    return answer.headers["location"].partition("=")[2]


async def sign_in(house: Served, name: str = "Sam", password: str = PASSWORD, **more: Any) -> Response:
    headers = house.from_page | more
    return await house.client.post("/sign-in", data={"name": name, "password": password}, headers=headers)


async def sees(house: Served) -> bool:
    return (await house.client.get("/api/record")).status_code == 200


async def test_who_was_invited_sets_a_password_and_comes_back_by_it(house: Served) -> None:
    await join(house)
    assert "Come back without an invitation" in (await house.client.get("/console/people")).text
    assert await set_password(house) == "set"
    assert "The password is kept" in (await house.client.get("/console/people?password=set")).text
    first = house.client.cookies["badge"]
    await house.client.post("/leave", headers=house.from_page)
    assert not await sees(house)
    with capture_logs() as lines:
        entered = await sign_in(house, "  sAM ")
        await sign_in(house, password="eight green chairs")
    assert [each["event"] for each in lines] == ["signed in", "password refused"]
    assert (entered.status_code, entered.headers["location"]) == (303, "/console")
    assert house.client.cookies["badge"] != first
    assert await sees(house)
    kept = await house.store.passwords.all()
    assert kept[0].password_hash.startswith("$argon2id$")
    assert PASSWORD not in repr(kept)


async def test_a_wrong_password_and_a_name_that_nobody_has_are_told_alike(house: Served) -> None:
    await join(house)
    await set_password(house)
    house.client.cookies.clear()
    told = [await sign_in(house, name, "seven blue chairs") for name in ("Sam", "Nobody")]
    assert [answer.status_code for answer in told] == [403, 403]
    assert told[0].text == told[1].text
    assert "do not belong together" in told[0].text
    assert [answer.headers.get("set-cookie") for answer in told] == [None, None]


async def test_who_tries_a_password_out_needs_64_mib_and_three_passes_for_each() -> None:
    assert (await Reckoner().hash(PASSWORD)).startswith("$argon2id$v=19$m=65536,t=3,")


async def test_a_name_that_nobody_has_is_reckoned_with_like_any_other() -> None:
    hasher = Counting()
    assert not await Reckoner(hasher).is_right(PASSWORD, None)
    assert hasher.reckoned == 1


async def test_who_guesses_waits_also_with_the_right_password_and_whether_there_is_such_a_name_or_not(
    house: Served,
) -> None:
    await join(house)
    await set_password(house)
    house.client.cookies.clear()
    for name in ("Nobody", "Sam"):
        tries = [(await sign_in(house, name, f"guess number {number}")).status_code for number in range(5)]
        late = await sign_in(house, name)
        assert (tries, late.status_code) == ([403] * 5, 429), name
        assert int(late.headers["retry-after"]) >= 1
        assert "Try again in" in late.text
    others = [(await sign_in(house, f"Name {number}")).status_code for number in range(11)]
    assert others == [403] * 10 + [429]  # twenty from one place, whoever they were about


@pytest.mark.parametrize(
    ("password", "told"),
    [("short", "short"), ("x" * 201, "long"), ("ababababababab", "easy"), ("sam the moderator", "easy")],
)
async def test_a_password_that_will_not_do_is_said_why(house: Served, password: str, told: str) -> None:
    await join(house, "Sam the Moderator")
    assert await set_password(house, password) == told
    assert 'role="alert" id="password-told"' in (await house.client.get(f"/console/people?password={told}")).text
    assert await house.store.passwords.all() == ()


async def test_another_password_wants_the_one_until_now_and_signs_the_other_browsers_out(house: Served) -> None:
    await join(house)
    await set_password(house)
    async with AsyncClient(base_url=house.url) as elsewhere:
        form = {"name": "Sam", "password": PASSWORD}
        await elsewhere.post("/sign-in", data=form, headers=house.from_page)
        assert (await elsewhere.get("/api/record")).status_code == 200
        assert await set_password(house, "eight green chairs", "a wrong one") == "wrong"
        assert await set_password(house, "eight green chairs", PASSWORD) == "set"
        assert (await elsewhere.get("/api/record")).status_code == 401
    assert await sees(house)
    assert (await sign_in(house)).status_code == 403
    assert (await sign_in(house, password="eight green chairs")).status_code == 303


async def test_an_owner_takes_passwords_away_and_who_is_signed_out_does_not_come_back(house: Served) -> None:
    owner = await house.badge("Ada", Role.OWNER)
    await join(house)
    await set_password(house)
    [held] = (await house.client.get("/api/people", headers=owner)).json()["passwords"]
    assert (held["name"], held["role"]) == ("Sam", "moderator")
    address = f"/api/passwords/{held['id']}"
    assert (await house.client.delete(address, headers=owner)).json() == {"ended": True}
    assert (await house.client.delete(address, headers=owner)).status_code == 404
    assert await sees(house)
    assert await set_password(house) == "set"
    await house.client.delete("/api/badges", headers=owner)
    assert (await sign_in(house)).status_code == 403


async def test_without_the_setting_nobody_signs_in_by_password(tmp_path: Path) -> None:
    async with served(made_config(tmp_path)) as house:
        await join(house)
        assert (
            "assword" not in (await house.client.get("/join")).text + (await house.client.get("/console/people")).text
        )
        assert (await sign_in(house)).status_code == 404
        refused = await house.client.post("/password", data={"password": PASSWORD}, headers=house.from_page)
        assert refused.status_code == 404


async def test_a_foreign_page_signs_nobody_in(house: Served) -> None:
    assert (await sign_in(house, Origin="https://evil.example")).status_code == 403


async def test_two_passwords_are_reckoned_at_once_and_too_many_are_sent_away() -> None:
    hasher = Counting(memory_cost=32 * 1024)
    reckoner = Reckoner(hasher)
    tries = [reckoner.is_right("some password", None) for _ in range(WAITING_MAX + 6)]
    told = await asyncio.gather(*tries, return_exceptions=True)
    refused = [each for each in told if isinstance(each, Refusal)]
    assert [each.status for each in refused] == [503] * len(refused)
    assert len(refused) == 4
    assert (hasher.reckoned, hasher.at_once) == (AT_ONCE + WAITING_MAX, AT_ONCE)
    assert [each for each in told if each is not False and not isinstance(each, Refusal)] == []
