"""The organisation's provider, asked who somebody is: OpenID Connect Core 1.0, by a code and PKCE (RFC 7636).

Where it is asked it says itself (OpenID Connect Discovery 1.0), and is believed: the operator named it.
"""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import structlog

from backchannel.errors import Refusal, SourceError
from backchannel.media.fetcher import Answer, Fetcher
from backchannel.membership import SignIn
from backchannel.text import web_url
from backchannel.web.errand import Errand
from backchannel.web.id_token import Claims, Unverified, keys_of, verified

WELL_KNOWN: Final = "/.well-known/openid-configuration"
DEADLINE_S: Final = 8.0
ANSWER_MAX: Final = 256 * 1024
AT_ONCE: Final = 16
# What it may say is wrong (RFC 6749, 5.2); whatever else it writes there is not for our log.
ERRORS: Final = frozenset(
    {"invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"}
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Places:
    """Where the provider is asked; `claims` is empty where it says no more than the token."""

    authorization: str
    token: str
    keys: str
    claims: str
    takes_basic: bool  # the secret in a header, which is the standard's first choice; else in the form


class Provider:
    """Who somebody is, as their organisation says. Every trouble is a Refusal in words for who wants to come in.

    Nothing that it says is kept: people sign in seldom, and a key that it took back is never believed.
    """

    def __init__(
        self,
        settings: SignIn,
        secret: str,
        back: str,
        clock: Callable[[], datetime],
        fetcher: Callable[[], Fetcher] = lambda: Fetcher(deadline_s=DEADLINE_S, body_max=ANSWER_MAX),
    ) -> None:
        self.settings = settings
        self._secret = secret
        self._back = back
        self._clock = clock
        self._fetcher = fetcher
        self._inside = 0

    async def way(self, errand: Errand) -> str:
        """The address where somebody signs in; the provider sends them back from there."""
        async with self._asking() as fetcher:
            places = await self._places(fetcher)
        challenge = urlsafe_b64encode(sha256(errand.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self._back,
            "scope": self.settings.scope,
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{places.authorization}{'&' if '?' in places.authorization else '?'}{urlencode(asked)}"

    async def claims(self, code: str, errand: Errand) -> Claims:
        """What the provider says of who comes back with a code. Raises Refusal where it cannot be relied on."""
        async with self._asking() as fetcher:
            places = await self._places(fetcher)
            given = await self._given(fetcher, places, code, errand)
            claims = await self._verified(fetcher, places, given.get("id_token"), errand.nonce)
            if places.claims and self.settings.role_of(claims) is None:
                claims = await self._more(fetcher, places, given.get("access_token"), claims)
        return claims

    @asynccontextmanager
    async def _asking(self) -> AsyncGenerator[Fetcher]:
        """Who asks, of whom there may be only so many. What goes wrong is told in words, and the log has the reason."""
        if self._inside >= AT_ONCE:
            raise Refusal(503, "busy", "Many sign in at once. Try again in a minute.")
        self._inside += 1
        name = self.settings.title
        try:
            async with self._fetcher() as fetcher:
                yield fetcher
        except SourceError as error:
            log.warning("sign-in: no answer from the provider", why=str(error), remedy=error.remedy)
            raise Refusal(
                503,
                "provider",
                "%(name)s does not answer as it should. Try again in a minute; an invitation works meanwhile.",
                name=name,
            ) from error
        except Unverified as error:
            log.warning("sign-in: the provider's word is refused", why=error.why)
            raise self._unverified(error) from error
        finally:
            self._inside -= 1

    def _unverified(self, error: Unverified) -> Refusal:
        name = self.settings.title
        if error.is_time:
            return Refusal(
                403,
                "clock",
                "The clocks of this server and of %(name)s differ. Whoever runs the server sets its clock; an "
                "invitation works meanwhile.",
                name=name,
            )
        return Refusal(
            403,
            "unverified",
            "What %(name)s said of you could not be verified. Begin again; if it stays so, ask for an invitation.",
            name=name,
        )

    async def _places(self, fetcher: Fetcher) -> Places:
        issuer = self.settings.issuer
        answer = await fetcher.get_json(issuer.rstrip("/") + WELL_KNOWN)
        told = _object(answer)
        if told.get("issuer") != issuer:
            msg = f"{answer.host} does not call itself {issuer}: write [sign_in] issuer to the letter as it does."
            raise SourceError(msg)
        methods = told.get("token_endpoint_auth_methods_supported")
        return Places(
            place_of(answer.host, told, "authorization_endpoint", issuer),
            place_of(answer.host, told, "token_endpoint", issuer),
            place_of(answer.host, told, "jwks_uri", issuer),
            place_of(answer.host, told, "userinfo_endpoint", issuer) if "userinfo_endpoint" in told else "",
            takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        )

    async def _given(self, fetcher: Fetcher, places: Places, code: str, errand: Errand) -> Mapping[str, Any]:
        """What a code is worth, once (RFC 6749, 4.1.3)."""
        client_id, headers = self.settings.client_id, {}
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "code_verifier": errand.verifier,
        }
        if self._secret and places.takes_basic:
            pair = f"{quote_plus(client_id)}:{quote_plus(self._secret)}"  # RFC 6749, 2.3.1
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client_id} | ({"client_secret": self._secret} if self._secret else {})
        answer = await fetcher.post_form(places.token, form, headers)
        if answer.is_fine:
            return _object(answer)
        error = _object(answer).get("error") if answer.status < 500 else None
        if error == "invalid_grant":
            raise Refusal(403, "used", "This sign-in was used already, or took too long. Begin again.")
        log.warning("sign-in: refused", status=answer.status, error=error if error in ERRORS else "")
        raise Refusal(
            403,
            "refused",
            "%(name)s does not take requests of this server. Whoever runs it finds the reason in its log; an "
            "invitation works meanwhile.",
            name=self.settings.title,
        )

    async def _verified(self, fetcher: Fetcher, places: Places, token: object, nonce: str) -> Claims:
        answer = await fetcher.get_json(places.keys)
        keys = keys_of(_object(answer))
        if keys is None:
            msg = f"{answer.host} shows no key by which its signatures could be verified."
            raise SourceError(msg)
        settings = self.settings
        return verified(
            token, keys, issuer=settings.issuer, client_id=settings.client_id, nonce=nonce, at=self._clock()
        )

    async def _more(self, fetcher: Fetcher, places: Places, access: object, claims: Claims) -> Claims:
        """What it says besides, where it says it of the same person (5.3.2); the token goes before."""
        if not isinstance(access, str) or not access.isascii() or not access.isprintable():
            return claims
        answer = await fetcher.get_json(places.claims, headers={"Authorization": f"Bearer {access}"})
        more = _object(answer) if answer.is_fine else {}
        return {**more, **claims} if more.get("sub") == claims["sub"] else claims


def _object(answer: Answer) -> Mapping[str, Any]:
    told = answer.json()
    if not isinstance(told, dict):
        msg = f"{answer.host} answered with something else than was asked for."
        raise SourceError(msg)
    return told


def place_of(host: str, told: Mapping[str, Any], name: str, issuer: str) -> str:
    """An address that the provider names, as safe as its own."""
    url = told.get(name)
    if not isinstance(url, str) or not web_url(url) or urlsplit(url).scheme not in {urlsplit(issuer).scheme, "https"}:
        msg = f"{host} names no {name} that could be asked by https."
        raise SourceError(msg)
    return url
