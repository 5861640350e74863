"""The archive: what is over is there to read, for everybody, and nothing else is."""

from pathlib import Path
from typing import Any

import pytest

from tests.made_up import Clock
from tests.served import Served
from tests.web.test_questions import ask, conference, vote

pytestmark = pytest.mark.anyio


async def sessions(house: Served) -> dict[str, str]:
    halls: list[dict[str, Any]] = (await house.client.get("/api/programme")).json()["halls"]
    return {each["title"]: each["id"] for hall in halls for each in hall["sessions"]}


async def test_a_session_is_in_the_archive_once_it_is_over_and_the_phone_leads_there(tmp_path: Path) -> None:
    clock = Clock()
    async with conference(tmp_path, clock) as house:
        key = await ask(house, "What did you stop measuring?", name="Bob")
        await vote(house, key)
        await house.decide("approve", await house.post("Runbooks are read once.", hall="main", name="Row 14"))
        await house.post("Nobody approved this.", hall="main")
        ids = await sessions(house)
        assert "/archive" not in (await house.client.get("/")).text
        assert "No session is over yet." in (await house.client.get("/archive")).text
        on_now = await house.client.get(f"/archive/{ids['Reviews']}")
        assert (on_now.status_code, on_now.headers["location"]) == (303, "/?tab=questions&hall=main")
        clock.turn(50 * 60)
        house.client.cookies.clear()
        assert 'href="/archive"' in (await house.client.get("/now")).json()["html"]
        index = (await house.client.get("/archive")).text
        assert "Runbooks" not in index
        assert f'href="/archive/{ids["Reviews"]}"' in index
        page = (await house.client.get(f"/archive/{ids['Reviews']}")).text
        for words in ("What did you stop measuring?", "<b>1</b> vote", "Bob", "Runbooks are read once.", "Row 14"):
            assert words in page
        for words in ("Nobody approved this.", "<form", "digest", "As JSON"):
            assert words not in page.partition("<main>")[2]


async def test_after_the_conference_the_phone_leads_to_every_session_the_latest_first(tmp_path: Path) -> None:
    clock = Clock()
    async with conference(tmp_path, clock) as house:
        clock.turn(24 * 3600)
        block = (await house.client.get("/now")).json()["html"]
        assert "The conference is over" in block
        assert 'href="/archive"' in block
        index = (await house.client.get("/archive")).text
        assert index.index("Runbooks") < index.index("Reviews")
        assert "Foyer" in index


async def test_a_session_that_is_not_in_the_programme_is_not_in_the_archive(tmp_path: Path) -> None:
    async with conference(tmp_path) as house:
        assert (await house.client.get("/archive/none")).status_code == 404
