from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from backchannel.clock import now
from backchannel.web.id_token import Unverified, keys_of, verified
from tests.web.oidc_server import forged, rsa_key, signed

ISSUER = "https://login.pink11.example"
AT = now()
SECOND = int(AT.timestamp())
CLAIMS = {"iss": ISSUER, "aud": "us", "sub": "248", "nonce": "once", "iat": SECOND, "exp": SECOND + 300}
PUBLIC = rsa_key().as_dict(private=False)


def read(token: object, *keys: Any) -> Any:
    found = keys_of({"keys": list(keys) or [PUBLIC]})
    assert isinstance(found, KeySet)
    return verified(token, found, issuer=ISSUER, client_id="us", nonce="once", at=AT)


def test_what_the_provider_signed_for_us_is_believed() -> None:
    assert read(signed(CLAIMS)) == CLAIMS
    alone = CLAIMS | {"aud": ["us"], "azp": "us"}
    assert read(signed(alone)) == alone


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ({"iss": "https://login.evil.example"}, "invalid_claim iss"),
        ({"iss": f"{ISSUER}/"}, "invalid_claim iss"),
        ({"aud": "them"}, "invalid_claim aud"),
        ({"aud": ["us", "them"]}, "other audience"),
        ({"azp": "them"}, "other audience"),
        ({"nonce": "twice"}, "invalid_claim nonce"),
        ({"sub": ""}, "invalid_claim sub"),
        ({"sub": 248}, "invalid_claim sub"),
        ({"exp": SECOND - 61}, "expired_token exp"),
        ({"exp": "tomorrow"}, "invalid_claim exp"),
        ({"exp": float("nan")}, "invalid_claim exp"),
        ({"iat": SECOND + 120}, "invalid_claim iat"),
        ({"nbf": SECOND + 120}, "invalid_claim nbf"),
        *(({name: None}, f"missing_claim {name}") for name in ("iss", "aud", "nonce", "sub", "exp", "iat")),
    ],
)
def test_what_was_said_for_others_or_at_another_time_is_not(says: dict[str, Any], why: str) -> None:
    claims = {name: value for name, value in (CLAIMS | says).items() if value is not None}
    with pytest.raises(Unverified) as refused:
        read(signed(claims))
    assert refused.value.why == why
    assert refused.value.is_time == any(name in says and says[name] is not None for name in ("exp", "iat", "nbf"))


PEM = rsa_key().as_pem(private=False)
OTHER = RSAKey.import_key(rsa_key().as_dict(private=True) | {"kid": "two"})
STRANGER = ECKey.generate_key("P-256", {"kid": "one"})


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (forged(CLAIMS, "none"), "unsupported_algorithm"),
        (forged(CLAIMS, "None"), "unsupported_algorithm"),
        (forged(CLAIMS, "HS256", PEM), "unsupported_algorithm"),
        (forged(CLAIMS, "HS256", str(PUBLIC["n"]).encode()), "unsupported_algorithm"),
        (forged(CLAIMS, "RS256", PEM), "bad_signature"),
        (jwt.encode({"alg": "ES256", "kid": "one"}, CLAIMS, STRANGER), "invalid_key_type"),
        (jwt.encode({"alg": "RS256", "kid": "two"}, CLAIMS, OTHER), "invalid_key_id"),
        (signed(CLAIMS)[:-4] + "AAAA", "bad_signature"),
        (signed(CLAIMS).rpartition(".")[0] + ".", "bad_signature"),
        ("a.b.c", "decode_error"),
        ("", "decode_error"),
        ("." * 100_000, "decode_error"),
        (None, "missing"),
        ({"alg": "RS256"}, "missing"),
    ],
)
def test_what_the_provider_did_not_sign_is_not_believed(token: object, why: str) -> None:
    with pytest.raises(Unverified) as refused:
        read(token)
    assert refused.value.why == why


def test_a_key_that_the_token_brings_along_is_none() -> None:
    own = RSAKey.generate_key(2048, {"kid": "one"})
    token = jwt.encode({"alg": "RS256", "kid": "one", "jwk": own.as_dict(private=False)}, CLAIMS, own)
    with pytest.raises(Unverified):
        read(token)


def test_a_key_of_an_elliptic_curve_signs_as_well() -> None:
    token = jwt.encode({"alg": "ES256", "kid": "one"}, CLAIMS, STRANGER)
    assert read(token, STRANGER.as_dict(private=False)) == CLAIMS


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"keys": 1},
        {"keys": []},
        {"keys": [1, None, {}, {"kty": "RSA"}, {"kty": "RSA", "n": 1, "e": 2}, {"kty": "EC", "crv": "P-0"}]},
        {"keys": [{"kty": "RSA", "n": "", "e": ""}, {"kty": ["RSA"]}, {"kty": "AKP", "pub": "x"}]},
        {"keys": [{"kty": "oct", "k": "c2V2ZW4gZ3JlZW4gY2hhaXJzIGluIGEgcm93"}]},
        {"keys": [PUBLIC | {"use": "enc"}]},
    ],
)
def test_what_is_no_key_to_sign_by_is_passed_over(told: dict[str, Any]) -> None:
    assert keys_of(told) is None
    good = told.get("keys")
    if isinstance(good, list):
        found = keys_of({"keys": [*good, PUBLIC]})
        assert found is not None
        assert len(found.keys) == 1
