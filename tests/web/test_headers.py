import re
from pathlib import Path
from typing import Final

import pytest

from backchannel.web.headers import POLICY
from tests.served import Served

ROOT: Final = Path(__file__).resolve().parents[2]
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


def test_no_page_plays_a_film_or_a_sound_so_none_flashes() -> None:
    """Of pictures that move the darkroom keeps the first frame, and of films a still: nothing on a page can flash."""
    assert POLICY.startswith("default-src 'none'")
    assert not any(part in POLICY for part in ("media-src", "object-src", "child-src", "data:", "blob:"))
    markup = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "templates").iterdir())
    assert not re.search(r"<(video|audio|embed|object|animate|marquee|canvas)\b", markup)


@pytest.mark.parametrize("place", ["/", "/screen", "/join"])
async def test_no_page_names_a_third_party(house: Served, place: str) -> None:
    page = (await house.client.get(place)).text
    assert "//" not in page.replace("http://www.w3.org", "").replace(house.url, "")


@pytest.mark.parametrize("place", ["/", "/screen", "/console", "/join"])
async def test_pages_are_not_kept_by_anybody(house: Served, place: str) -> None:
    assert (await house.client.get(place)).headers["cache-control"] == "no-store"
