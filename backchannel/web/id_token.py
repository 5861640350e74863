"""What a provider signed about somebody, verified as OpenID Connect Core 1.0 wants it (3.1.3.7).

joserfc reads keys and tokens. Which algorithms there are is said here, and never by the token or by the provider.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidClaimError, JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

Claims = Mapping[str, Any]

# Signatures that only the provider can make: no "none", and no HMAC, whose secret could be a key that everybody knows.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
KINDS: Final[Mapping[str, type[RSAKey] | type[ECKey]]] = {"RSA": RSAKey, "EC": ECKey}
CLOCKS_APART: Final = timedelta(minutes=1)
TIMES: Final = frozenset({"exp", "iat", "nbf"})


class Unverified(Exception):
    """A token says nothing that anybody could rely on; `why` is a word for the log, with nothing of the token in it."""

    def __init__(self, why: str, *, is_time: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.is_time = is_time  # it is of another time than ours: then one of two clocks is wrong


def keys_of(told: Mapping[str, Any]) -> KeySet | None:
    """The keys by which a provider signs, of what it shows (RFC 7517); None where there is none that we know."""
    found = told.get("keys")
    keys: list[RSAKey | ECKey] = []
    for each in found if isinstance(found, list) else ():
        kind = KINDS.get(str(each.get("kty"))) if isinstance(each, dict) else None
        if kind is None or each.get("use", "sig") != "sig":
            continue
        try:
            keys.append(kind.import_key(each))
        except (JoseError, ValueError, TypeError, KeyError):  # nothing was ever signed by a key that nobody can read
            continue
    return KeySet([*keys]) if keys else None


def verified(token: object, keys: KeySet, *, issuer: str, client_id: str, nonce: str, at: datetime) -> Claims:
    """What a token says of somebody. Raises Unverified."""
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    wanted = JWTClaimsRegistry(
        now=int(at.timestamp()),
        leeway=int(CLOCKS_APART.total_seconds()),
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    if not isinstance(token, str):
        raise Unverified("missing")
    try:
        claims = jwt.decode(token, keys, registry=registry).claims
        wanted.validate(claims)
    except ClaimError as error:
        is_time = isinstance(error, (ExpiredTokenError, InvalidClaimError)) and error.claim in TIMES
        raise Unverified(f"{error.error} {error.claim}", is_time=is_time) from error
    except (JoseError, ValueError, TypeError) as error:
        raise Unverified(error.error if isinstance(error, JoseError) else "unreadable") from error
    # It is for us alone: for whoever else it is meant, they could have handed it on.
    if claims["aud"] not in (client_id, [client_id]) or claims.get("azp", client_id) != client_id:
        raise Unverified("other audience")
    return claims
