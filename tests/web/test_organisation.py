"""An organisation's own sign-in, walked as a browser walks it, against a provider on a real socket."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import AsyncClient, Response

from backchannel.clock import now
from backchannel.roles import Role
from backchannel.store.base import Badge
from backchannel.web import badges
from tests.served import Served, made_config, served
from tests.web.oidc_server import CLIENT_ID, SECRET, ProviderServer, forged, provider_server, rsa_key, signed

NAME = "Pink & Co"


@pytest.fixture
async def provider() -> AsyncGenerator[ProviderServer]:
    async with provider_server() as running:
        yield running


def sign_in(folder: Path, provider: ProviderServer, **more: Any) -> dict[str, Any]:
    (folder / "secret").write_text(f"{SECRET}\n")
    settings = {"issuer": provider.url, "name": NAME, "client_id": CLIENT_ID, "moderators": ["@pink11.example"]}
    return settings | {"client_secret_file": str(folder / "secret")} | more


@asynccontextmanager
async def opened(folder: Path, provider: ProviderServer, **more: Any) -> AsyncGenerator[Served]:
    clock = more.pop("clock", now)
    tables = more.pop("tables", {})
    config = made_config(folder, sign_in=sign_in(folder, provider, **more), **tables)
    async with served(config, clock=clock) as house:
        provider.back = f"{house.url}/sign-in/back"
        yield house


@pytest.fixture
async def house(tmp_path: Path, provider: ProviderServer) -> AsyncGenerator[Served]:
    async with opened(tmp_path, provider) as running:
        yield running


async def elsewhere(address: str) -> str:
    """Where the provider sends a browser back to."""
    async with AsyncClient() as browser:  # our cookies are not for it
        answer = await browser.get(address)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def away(house: Served) -> str:
    """The provider's address, for a browser that followed our link."""
    answer = await house.client.get("/sign-in/away")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def walked(house: Served) -> Response:
    """The answer to who signed in there and came back."""
    return await house.client.get(await elsewhere(await away(house)))


async def sees(house: Served) -> bool:
    return (await house.client.get("/api/record")).status_code == 200


async def refused(house: Served, answer: Response, *words: str, status: int = 403) -> None:
    """Fails where somebody came in, or is not told why they did not and how else they may."""
    assert answer.status_code == status
    for each in words:
        assert each in answer.text
    assert 'role="alert" id="away"' in answer.text
    assert 'name="invitation"' in answer.text
    assert not await sees(house)


async def test_who_the_settings_name_comes_in_by_their_organisation(
    house: Served, provider: ProviderServer, capfd: pytest.CaptureFixture[str]
) -> None:
    page = (await house.client.get("/join")).text
    assert 'href="/sign-in/away"' in page
    assert "Sign in with <bdi>Pink &amp; Co</bdi>" in page
    entered = await walked(house)
    assert (entered.status_code, entered.headers["location"]) == (303, "/console")
    assert "errand" not in house.client.cookies
    assert await sees(house)
    owner = await house.badge("Ada", Role.OWNER)
    people = (await house.client.get("/api/people", headers=owner)).json()["people"]
    assert [(each["name"], each["role"]) for each in people if each["is_you"] is False] == [("Olu", "moderator")]
    assert provider.grants == {}
    out, errors = capfd.readouterr()
    assert "way=organisation" in out + errors


async def test_the_way_there_asks_as_it_should_and_the_cookie_is_for_nobody_else(house: Served) -> None:
    answer = await house.client.get("/sign-in/away", headers={"Host": "evil.example", "X-Forwarded-Host": "x.example"})
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    assert asked["redirect_uri"] == f"{house.url}/sign-in/back"
    assert asked["code_challenge_method"] == "S256"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=600" in cookie
    assert not any(asked[each] in cookie for each in ("state", "nonce", "code_challenge"))


async def test_over_https_the_cookie_is_bound_to_our_host(tmp_path: Path, provider: ProviderServer) -> None:
    tables = {"server": {"port": 0, "public_url": "https://wall.example"}}
    async with opened(tmp_path, provider, tables=tables) as house:
        answer = await house.client.get("/sign-in/away")
        assert answer.headers["set-cookie"].startswith("__Host-errand=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "redirect_uri=https%3A%2F%2Fwall.example%2Fsign-in%2Fback" in answer.headers["location"]


async def test_who_signs_in_anew_gets_a_new_badge_with_both_ends(house: Served) -> None:
    await walked(house)
    first = house.client.cookies["badge"]
    await walked(house)
    assert house.client.cookies["badge"] != first
    async with AsyncClient(base_url=house.url, cookies={"badge": first}) as left_behind:
        assert (await left_behind.get("/api/record")).status_code == 401
    [person] = await house.store.people.signed_in(now())
    assert person.ends_at is not None
    assert person.ends_at < now() + timedelta(hours=49)
    assert person.browser


async def test_nobody_is_brought_in_by_what_another_browser_began(house: Served, provider: ProviderServer) -> None:
    back = await elsewhere(await away(house))
    strange = [
        back.replace("state=", "state=0"),
        back.replace("state=", "state=\N{SNOWMAN}"),
        back.partition("&state=")[0],
    ]
    kept = dict(house.client.cookies)
    for cookies, address in [*((kept, each) for each in strange), ({}, back), ({"errand": "1.x"}, back)]:
        house.client.cookies.clear()
        house.client.cookies.update(cookies)
        asked = list(provider.asked)
        await refused(house, await house.client.get(address), "was not begun in this browser")
        assert provider.asked == asked, address
    house.client.cookies.clear()
    await away(house)
    await refused(house, await house.client.get(back), "was not begun in this browser")


async def test_a_sign_in_that_took_longer_than_ten_minutes_is_begun_again(
    tmp_path: Path, provider: ProviderServer
) -> None:
    late = timedelta()
    async with opened(tmp_path, provider, clock=lambda: now() + late) as house:
        back = await elsewhere(await away(house))
        late = timedelta(minutes=10)
        await refused(house, await house.client.get(back), "more than ten minutes ago")


async def test_a_code_works_once(house: Served) -> None:
    back = await elsewhere(await away(house))
    kept = house.client.cookies["errand"]
    assert (await house.client.get(back)).status_code == 303
    async with AsyncClient(base_url=house.url, cookies={"errand": kept}) as thief:
        answer = await thief.get(back)
        assert answer.status_code == 403
        assert "was used already" in answer.text
        assert "badge" not in thief.cookies


async def test_a_code_that_was_given_to_somebody_else_is_worth_nothing(house: Served) -> None:
    """PKCE: whoever slips the code of their own sign-in into ours does not have our verifier."""
    stolen = parse_qs(urlsplit(await elsewhere(await away(house))).query)["code"][0]
    house.client.cookies.clear()
    own = parse_qs(urlsplit(await elsewhere(await away(house))).query)["state"][0]
    await refused(
        house, await house.client.get("/sign-in/back", params={"code": stolen, "state": own}), "was used already"
    )


async def test_a_token_that_the_provider_did_not_sign_brings_nobody_in(house: Served, provider: ProviderServer) -> None:
    for sign in (
        lambda claims: forged(claims, "none"),
        lambda claims: forged(claims, "HS256", rsa_key().as_pem(private=False)),
        lambda claims: f"{signed(claims)[:-8]}AAAAAAAA",
    ):
        provider.sign = sign
        await refused(house, await walked(house), "Pink &amp; Co said of you could not be verified")


async def test_a_token_for_others_brings_nobody_in(house: Served, provider: ProviderServer) -> None:
    says = ({"nonce": "another"}, {"nonce": None}, {"aud": "them"}, {"iss": "https://evil.example"}, {"sub": None})
    for each in says:
        provider.says = dict(each)
        await refused(house, await walked(house), "could not be verified")


@pytest.mark.parametrize("hours", [-2, 2])
async def test_clocks_that_differ_are_told(tmp_path: Path, provider: ProviderServer, hours: int) -> None:
    async with opened(tmp_path, provider, clock=lambda: now() + timedelta(hours=hours)) as house:
        await refused(house, await walked(house), "The clocks of this server and of Pink &amp; Co differ")


async def test_who_is_not_named_is_told_as_whom_they_came(house: Served, provider: ProviderServer) -> None:
    provider.person["email"] = "eve@evil.example"
    await refused(house, await walked(house), "knows you as eve@evil.example", "Ask whoever runs the desk")


async def test_an_address_that_nobody_verified_lets_nobody_in(house: Served, provider: ProviderServer) -> None:
    provider.person["email_verified"] = False
    await refused(house, await walked(house), "has not verified that olu@pink11.example is your address")


async def test_what_the_token_leaves_out_is_asked_for_and_must_be_of_the_same_person(
    house: Served, provider: ProviderServer
) -> None:
    provider.more = {name: provider.person.pop(name) for name in ("name", "email", "email_verified")}
    provider.more["sub"] = "another"
    await refused(house, await walked(house), "knows you as 248")
    provider.more["sub"] = "248"
    assert (await walked(house)).status_code == 303
    assert [each.badge.name for each in await house.store.people.signed_in(now())] == ["Olu"]


async def test_nobody_comes_in_under_a_rules_name(house: Served, provider: ProviderServer) -> None:
    provider.person["name"] = "Rule: spam"
    assert (await walked(house)).status_code == 303
    assert [each.badge.name for each in await house.store.people.signed_in(now())] == ["olu@pink11.example"]


async def test_who_said_no_there_is_asked_to_begin_again(house: Served, provider: ProviderServer) -> None:
    provider.says_no = True
    await refused(house, await walked(house), "or you said no there")


async def test_a_code_that_comes_from_elsewhere_is_not_looked_at(house: Served, provider: ProviderServer) -> None:
    back = (await elsewhere(await away(house))).partition("&iss=")[0]
    asked = len(provider.asked)
    await refused(house, await house.client.get(f"{back}&iss=https://evil.example"), "from elsewhere than")
    assert len(provider.asked) == asked


async def test_a_provider_that_is_down_is_told_on_both_ways(house: Served, provider: ProviderServer) -> None:
    back = await elsewhere(await away(house))
    provider.is_down = True
    for answer in (await house.client.get(back), await house.client.get("/sign-in/away")):
        await refused(house, answer, "does not answer as it should", status=503)
        assert answer.headers["retry-after"]


STRANGE: list[dict[str, Any]] = [
    {"issuer": "https://login.evil.example"},
    {"token_endpoint": None},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"jwks_uri": "ftp://127.0.0.1/keys"},
    {"jwks_uri": ["https://login.pink11.example"]},
    {"userinfo_endpoint": 7},
]


async def test_a_provider_that_says_strange_things_of_itself_is_not_asked(
    house: Served, provider: ProviderServer
) -> None:
    for metadata in STRANGE:
        provider.metadata = metadata
        await refused(house, await house.client.get("/sign-in/away"), "does not answer as it should", status=503)
    provider.metadata = {}
    provider.keys = [{"kty": "oct", "k": "c2V2ZW4"}]
    await refused(house, await walked(house), "does not answer as it should", status=503)
    assert set(provider.asked) <= {"/.well-known/openid-configuration", "/authorize", "/token", "/keys"}


async def test_a_server_that_the_provider_does_not_know_is_told_of_and_no_secret_is(
    house: Served, provider: ProviderServer, capfd: pytest.CaptureFixture[str]
) -> None:
    provider.knows_us = False
    answer = await walked(house)
    await refused(house, answer, "does not take requests of this server")
    assert SECRET not in answer.text
    out, errors = capfd.readouterr()
    assert "invalid_client" in out + errors
    assert SECRET not in out + errors


async def test_a_secret_may_go_in_the_form_or_there_may_be_none(tmp_path: Path, provider: ProviderServer) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    async with opened(tmp_path, provider) as house:
        assert (await walked(house)).status_code == 303
    async with opened(tmp_path, provider, client_secret_file="") as house:
        await refused(house, await walked(house), "does not take requests of this server")


async def test_who_comes_by_their_organisation_sets_no_password_that_would_outlive_it(
    tmp_path: Path, provider: ProviderServer
) -> None:
    async with opened(tmp_path, provider, tables={"desk": {"passwords": True}}) as house:
        await walked(house)
        assert "Come back without an invitation" not in (await house.client.get("/console/people")).text
        form = {"password": "seven green chairs"}
        answer = await house.client.post("/password", data=form, headers=house.from_page)
        assert answer.headers["location"] == "/console/people?password=member"
        assert await house.store.passwords.all() == ()


async def test_without_an_issuer_there_is_no_such_way(tmp_path: Path) -> None:
    async with served(made_config(tmp_path)) as house:
        assert "/sign-in/away" not in (await house.client.get("/join")).text
        for path in ("/sign-in/away", "/sign-in/back?code=1&state=2"):
            assert (await house.client.get(path)).status_code == 404


async def test_an_invitation_opens_the_desk_as_before(house: Served) -> None:
    secret = await badges.invite(house.store.badges, Badge("Sam", Role.HOST), now())
    form = {"invitation": secret, "name": "Sam"}
    assert (await house.client.post("/join", data=form, headers=house.from_page)).status_code == 303
    assert await sees(house)
