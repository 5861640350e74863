import pytest

from backchannel.errors import SourceError
from backchannel.web.provider import place_of

ISSUER = "https://login.pink11.example"


def test_a_provider_of_https_is_asked_by_nothing_less() -> None:
    assert place_of("here", {"jwks_uri": "https://keys.example"}, "jwks_uri", ISSUER) == "https://keys.example"
    for url in ("http://login.pink11.example/keys", "http://127.0.0.1/keys", "//keys.example", ""):
        with pytest.raises(SourceError, match="could be asked by https"):
            place_of("here", {"jwks_uri": url}, "jwks_uri", ISSUER)
