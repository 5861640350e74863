import pytest

from backchannel.web.headers import POLICY
from tests.served import Served

PLACES = ["/", "/screen", "/join", "/nowhere", "/api/posts", "/static/css/tokens.css", "/healthz"]


@pytest.mark.parametrize("place", PLACES)
async def test_every_answer_carries_the_strict_policy(house: Served, place: str) -> None:
    headers = (await house.client.get(place)).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert POLICY.startswith("default-src 'none'")
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "require-trusted-types-for 'script'" in POLICY


@pytest.mark.parametrize("place", ["/", "/screen", "/join"])
async def test_no_page_names_a_third_party(house: Served, place: str) -> None:
    page = (await house.client.get(place)).text
    assert "//" not in page.replace("http://www.w3.org", "").replace(house.url, "")


@pytest.mark.parametrize("place", ["/", "/screen", "/console", "/join"])
async def test_pages_are_not_kept_by_anybody(house: Served, place: str) -> None:
    assert (await house.client.get(place)).headers["cache-control"] == "no-store"
