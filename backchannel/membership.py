"""Who of an organisation is let in at its own sign-in, and as what: the settings, and what they say of claims. Pure.

Claims are what the organisation's provider says of somebody, by the names of OpenID Connect Core 1.0, 5.1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from msgspec import Meta

from backchannel.roles import Role
from backchannel.text import web_url

# "olu@pink11.example", "@pink11.example" for everybody there, or "groups=wall": a claim and what it must be, or hold.
Member = Annotated[str, Meta(pattern=r"^[^\s=@]*@[^\s=@]+$|^[^\s=]+=.+$", max_length=300)]
Members = tuple[Member, ...]

HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})  # nobody listens on the way


@dataclass(frozen=True, slots=True)
class SignIn:
    """The organisation's own sign-in, by OpenID Connect; there is none without an issuer."""

    issuer: Annotated[str, Meta(max_length=500)] = ""
    name: Annotated[str, Meta(max_length=60)] = ""
    client_id: Annotated[str, Meta(max_length=300)] = ""
    client_secret_file: str = ""
    client_secret_env: str = ""
    scope: Annotated[str, Meta(pattern=r"^openid( [!#-\[\]-~]+)*$", max_length=300)] = "openid email profile"
    owners: Members = ()
    moderators: Members = ()
    hosts: Members = ()
    viewers: Members = ()

    @property
    def title(self) -> str:
        """What pages call it."""
        return self.name or urlsplit(self.issuer).hostname or ""

    @property
    def members(self) -> Mapping[Role, Members]:
        """Who comes in as what, who may most first."""
        return {
            Role.OWNER: self.owners,
            Role.MODERATOR: self.moderators,
            Role.HOST: self.hosts,
            Role.VIEWER: self.viewers,
        }

    @property
    def trouble(self) -> str:
        """What is wrong with it, by its setting; empty where nothing is."""
        if not self.issuer:
            return "" if self == SignIn() else "issuer: without it nobody signs in; write the provider's address"
        parts = urlsplit(web_url(self.issuer))
        if not parts.hostname or parts.query or parts.fragment:
            return f"issuer: {self.issuer!r} is no address; write the one that the provider calls its issuer"
        if parts.scheme != "https" and parts.hostname not in HERE:
            return "issuer: who signs in must be told by https; write https:// there"
        if not self.client_id:
            return "client_id: write the name under which the provider knows this server"
        if not any(self.members.values()):
            return 'owners, moderators, hosts, viewers: nobody would be let in; write who, such as ["@pink11.example"]'
        if any(each.startswith("email=") for members in self.members.values() for each in members):
            return (
                "owners, moderators, hosts, viewers: write addresses without email=, or nobody asks who verified them"
            )
        return ""

    def role_of(self, claims: Mapping[str, Any]) -> Role | None:
        """The role in which somebody is let in, the one that may most; None for whoever is not named."""
        roles = (role for role, members in self.members.items() if any(_is_one(claims, each) for each in members))
        return next(roles, None)

    def role_once_verified(self, claims: Mapping[str, Any]) -> Role | None:
        """The same, were their e-mail address verified."""
        return self.role_of({**claims, "email_verified": True})


_TRUE: Final = (True, "true")  # some providers write it as a word


def _is_one(claims: Mapping[str, Any], member: str) -> bool:
    claim, is_claim, wanted = member.partition("=")
    if is_claim:
        told = claims.get(claim)
        return wanted in told if isinstance(told, list) else wanted == told
    email = claims.get("email")
    # Only what the provider looked at: anybody may write anybody's address into a profile.
    if not isinstance(email, str) or claims.get("email_verified") not in _TRUE:
        return False
    # The domain is all behind the last @, so that "eve@pink11.example@evil.example" is none of ours.
    name, _, domain = _folded(email).rpartition("@")
    wanted_name, _, wanted_domain = _folded(member).rpartition("@")
    return domain == wanted_domain and bool(name) and wanted_name in {"", name}


def _folded(email: str) -> str:
    """Case does not tell addresses apart, but beyond ASCII other letters turn into ours: the Kelvin sign is no k."""
    return email.lower() if email.isascii() else email
