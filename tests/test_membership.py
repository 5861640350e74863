from typing import Any

import pytest

from backchannel.config import parse
from backchannel.errors import StartError
from backchannel.membership import SignIn
from backchannel.networks import NETWORKS
from backchannel.roles import Role

ISSUER = "https://login.pink11.example"
OLU = {"sub": "248", "email": "olu@pink11.example", "email_verified": True}


def house(**members: Any) -> SignIn:
    return SignIn(ISSUER, client_id="backchannel", **members)


@pytest.mark.parametrize(
    ("member", "claims"),
    [
        ("olu@pink11.example", OLU),
        ("OLU@Pink11.example", OLU),
        ("@pink11.example", OLU),
        ("@pink11.example", OLU | {"email": "Mo@PINK11.example"}),
        ("@pink11.example", OLU | {"email_verified": "true"}),
        ("groups=wall", {"groups": ["staff", "wall"]}),
        ("hd=pink11.example", {"hd": "pink11.example"}),
        ("https://pink11.example/roles=wall", {"https://pink11.example/roles": ["wall"]}),
    ],
)
def test_who_is_named_comes_in(member: str, claims: dict[str, Any]) -> None:
    assert house(moderators=(member,)).role_of(claims) is Role.MODERATOR


@pytest.mark.parametrize(
    ("member", "claims"),
    [
        ("olu@pink11.example", OLU | {"email_verified": False}),
        ("olu@pink11.example", OLU | {"email_verified": "no"}),
        ("olu@pink11.example", {"email": "olu@pink11.example"}),
        ("olu@pink11.example", OLU | {"email": ["olu@pink11.example"]}),
        ("olu@pink11.example", OLU | {"email": "eve@pink11.example"}),
        ("@pink11.example", OLU | {"email": "eve@pink11.example@evil.example"}),
        ("@pink11.example", OLU | {"email": "eve@evil-pink11.example"}),
        ("@pink11.example", OLU | {"email": "eve@sub.pink11.example"}),
        ("@pink11.example", OLU | {"email": "@pink11.example"}),
        ("@pink11.example", OLU | {"email": "eve@pin\N{KELVIN SIGN}11.example"}),
        ("groups=wall", {"groups": ["wallpaper", "the wall"]}),
        ("groups=wall", {"groups": "wallpaper"}),
        ("groups=wall", {"groups": {"wall": True}}),
        ("groups=wall", {}),
    ],
)
def test_nobody_else_does(member: str, claims: dict[str, Any]) -> None:
    assert house(moderators=(member,)).role_of(claims) is None


def test_who_stands_in_several_lists_comes_in_as_what_may_most() -> None:
    several = house(viewers=("@pink11.example",), hosts=("groups=hosts",), owners=("ada@pink11.example",))
    assert several.role_of(OLU) is Role.VIEWER
    assert several.role_of(OLU | {"groups": ["hosts"]}) is Role.HOST
    assert several.role_of(OLU | {"groups": ["hosts"], "email": "ada@pink11.example"}) is Role.OWNER


def test_an_address_that_only_needs_to_be_verified_is_told_from_a_strangers() -> None:
    member = house(moderators=("@pink11.example",))
    assert member.role_once_verified(OLU | {"email_verified": False}) is Role.MODERATOR
    assert member.role_once_verified(OLU | {"email": "eve@evil.example"}) is None


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"client_id": "x"}, "issuer: without it nobody signs in"),
        ({"issuer": "login.pink11.example"}, "issuer: 'login.pink11.example' is no address"),
        ({"issuer": "https://login.pink11.example/?x=1"}, "is no address"),
        ({"issuer": "http://login.pink11.example"}, "issuer: who signs in must be told by https"),
        ({"issuer": ISSUER}, "client_id: write the name"),
        ({"issuer": ISSUER, "client_id": "x"}, "owners, moderators, hosts, viewers: nobody would be let in"),
        ({"issuer": ISSUER, "client_id": "x", "hosts": ["email=eve@evil.example"]}, "without email="),
        ({"issuer": ISSUER, "client_id": "x", "hosts": ["everybody"]}, 'hosts: write addresses, "@pink11.example"'),
        ({"scope": "email"}, 'scope: write "openid"'),
        ({"client_secret": "x"}, "client_secret is no setting; did you mean client_secret_"),
    ],
)
def test_what_is_wrong_with_the_settings_stops_the_start(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(StartError) as refused:
        parse({"sign_in": settings}, NETWORKS)
    assert str(refused.value).startswith("[sign_in] ")
    assert sentence in str(refused.value)


def test_it_is_called_by_its_name_or_its_host() -> None:
    assert SignIn(ISSUER).title == "login.pink11.example"
    assert SignIn(ISSUER, "Pink").title == "Pink"
    assert SignIn().title == ""
