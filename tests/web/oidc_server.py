"""An OpenID provider on a real socket, with one person at it: strict about what it is asked, with trouble to order."""

import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qs, unquote_plus, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from backchannel.clock import now
from tests.sources.serving import serving

Json = dict[str, Any]
CLIENT_ID: Final = "backchannel"
SECRET: Final = "seven+green:chairs"  # it has to be escaped in the header
OLU: Final[Json] = {"sub": "248", "name": "Olu", "email": "olu@pink11.example", "email_verified": True}


@cache
def rsa_key() -> RSAKey:
    """A key that takes long to make."""
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


def signed(claims: Json) -> str:
    """A token as it should be."""
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, rsa_key())


@dataclass(slots=True)
class ProviderServer:
    """`says` replaces what a token says, and leaves out what is None; `metadata` does so with what it says of itself.

    `sign` makes the token; `asked` are the addresses it was asked at, `grants` the codes that nobody brought yet.
    """

    url: str = ""
    back: str = ""
    person: Json = field(default_factory=lambda: dict(OLU))
    says: Json = field(default_factory=dict)
    more: Json = field(default_factory=dict)
    metadata: Json = field(default_factory=dict)
    sign: Callable[[Json], str] = signed
    is_down: bool = False
    knows_us: bool = True
    says_no: bool = False
    keys: list[Json] = field(default_factory=lambda: [rsa_key().as_dict(private=False)])
    asked: list[str] = field(default_factory=list)
    grants: dict[str, dict[str, str]] = field(default_factory=dict)

    def application(self) -> Starlette:
        """What is served."""
        routes = {
            "/.well-known/openid-configuration": self.discovery,
            "/authorize": self.authorize,
            "/keys": self.shown,
            "/userinfo": self.userinfo,
        }
        gets = [Route(path, self._counted(answer)) for path, answer in routes.items()]
        return Starlette(routes=[*gets, Route("/token", self._counted(self.token), methods=["POST"])])

    def _counted(self, answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def counted(request: Request) -> Response:
            self.asked.append(request.url.path)
            if self.is_down:
                return Response("One moment", 503)
            made: Response = await answer(request)
            return made

        return counted

    async def discovery(self, request: Request) -> Response:
        """What it says of itself."""
        told = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        return JSONResponse({name: value for name, value in (told | self.metadata).items() if value is not None})

    async def authorize(self, request: Request) -> Response:
        """The person signs in, or says no."""
        asked = dict(request.query_params)
        wanted = {"client_id": CLIENT_ID, "redirect_uri": self.back, "response_type": "code"}
        assert {name: asked.get(name) for name in wanted} == wanted
        assert asked["code_challenge_method"] == "S256"
        assert len(asked["state"]) >= 32
        assert len(asked["nonce"]) >= 32
        assert "openid" in asked["scope"].split()
        if self.says_no:
            return RedirectResponse(
                f"{self.back}?{urlencode({'error': 'access_denied', 'state': asked['state']})}", 303
            )
        code = f"code {len(self.asked)}"
        self.grants[code] = asked
        return RedirectResponse(
            f"{self.back}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.url})}", 303
        )

    async def token(self, request: Request) -> Response:
        """What a code is worth, once."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if not self.knows_us or not self._is_us(request, form):
            return JSONResponse({"error": "invalid_client", "error_description": SECRET}, 401)
        grant = self.grants.pop(form.get("code", ""), None)
        challenge = _plain(sha256(form.get("code_verifier", "").encode()).digest())
        if grant is None or (challenge, form.get("redirect_uri")) != (grant["code_challenge"], grant["redirect_uri"]):
            return JSONResponse({"error": "invalid_grant"}, 400)
        at = int(now().timestamp())
        claims = self.person | {"iss": self.url, "aud": CLIENT_ID, "iat": at, "exp": at + 300, "nonce": grant["nonce"]}
        claims = {name: value for name, value in (claims | self.says).items() if value is not None}
        return JSONResponse({"id_token": self.sign(claims), "access_token": "access", "token_type": "Bearer"})

    def _is_us(self, request: Request, form: dict[str, str]) -> bool:
        scheme, _, pair = request.headers.get("authorization", "").partition(" ")
        if scheme != "Basic":
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, SECRET)
        name, _, secret = b64decode(pair).decode().partition(":")
        return (unquote_plus(name), unquote_plus(secret)) == (CLIENT_ID, SECRET)

    async def shown(self, request: Request) -> Response:
        """Its keys."""
        return JSONResponse({"keys": self.keys})

    async def userinfo(self, request: Request) -> Response:
        """What it says besides, to who has the token."""
        assert request.headers["authorization"] == "Bearer access"
        return JSONResponse({"sub": self.person["sub"]} | self.more)


def forged(claims: Json, alg: str, secret: bytes = b"") -> str:
    """A token made by hand: signed with a secret that everybody knows, or by nobody."""
    head = f"{_packed({'alg': alg, 'kid': 'one'})}.{_packed(claims)}"
    seal = hmac.digest(secret, head.encode(), "sha256") if secret else b""
    return f"{head}.{_plain(seal)}"


def _packed(told: Json) -> str:
    return _plain(json.dumps(told).encode())


def _plain(told: bytes) -> str:
    return urlsafe_b64encode(told).rstrip(b"=").decode()


@asynccontextmanager
async def provider_server() -> AsyncGenerator[ProviderServer]:
    """One that is up while the block lasts."""
    server = ProviderServer()
    async with serving(server.application()) as server.url:
        yield server
