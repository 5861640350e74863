from pathlib import Path
from typing import Any

import pytest

from backchannel.roles import Role
from tests.made_up import Clock
from tests.served import Served
from tests.web.test_questions import ask, asked, conference, hall, vote

pytestmark = pytest.mark.anyio
__all__ = ["hall"]


async def session_of(house: Served) -> str:
    return str((await asked(house))["session"]["id"])


async def test_the_digest_has_what_was_asked_with_votes_and_what_was_said(tmp_path: Path) -> None:
    clock = Clock()
    async with conference(tmp_path, clock) as house:
        host = await house.badge("Ada", Role.HOST)
        open_one = await ask(house, "Who talks to *customers* that never open a <ticket>?", name="Bob")
        done = await ask(house, "What did you stop measuring?")
        await vote(house, open_one)
        await house.client.post(f"/api/questions/{done}/state", json={"state": "answered"}, headers=host)
        remark = await house.post("Runbooks are read once.", hall="main", name="Row 14")
        await house.decide("approve", remark)
        place = f"/sessions/{await session_of(house)}/digest"
        clock.turn(50 * 60)
        told = (await house.client.get(f"{place}.json", headers=host)).json()
        assert told["session"]["title"] == "Reviews"
        assert [(each["key"], each["votes"]) for each in told["unanswered"]] == [(open_one, 1)]
        assert [each["key"] for each in told["answered"]] == [done]
        assert [each["text"] for each in told["posts"]] == ["Runbooks are read once."]
        page = (await house.client.get(place, headers=host)).text
        assert "Not answered" in page
        assert "Runbooks are read once." in page
        text = (await house.client.get(f"{place}.md", headers=host)).text
        assert text.splitlines()[0] == "# Reviews"
        assert "- **1 vote**: Who talks to \\*customers\\* that never open a \\<ticket\\>? (Bob)" in text
        assert "- **Row 14**: Runbooks are read once." in text


async def test_who_spoke_reads_it_by_a_link_and_nobody_by_another_sessions_link(hall: Served) -> None:
    await ask(hall, "What did you stop measuring?")
    session = await session_of(hall)
    page = (await hall.client.get(f"/sessions/{session}/digest", headers=await hall.badge())).text
    link = page.split('">The speaker’s own link')[0].rpartition('href="')[2]
    assert "What did you stop measuring?" in (await hall.client.get(link)).text
    assert "speaker’s own link" not in (await hall.client.get(link)).text
    other = (await asked(hall, "foyer"))["session"]["id"]
    stolen = link.replace(session, other)
    answer = await hall.client.get(stolen.replace("/digest", "/digest.json"))
    assert (answer.status_code, answer.json()["error"]["code"] if answer.status_code == 403 else "") == (403, "key")


async def test_without_a_badge_or_a_link_the_page_leads_to_the_door_and_a_viewer_is_refused(hall: Served) -> None:
    place = f"/sessions/{await session_of(hall)}/digest"
    assert (await hall.client.get(place)).headers["location"] == "/join"
    viewer = await hall.badge("Vi", Role.VIEWER)
    assert (await hall.client.get(f"{place}.json", headers=viewer)).status_code == 403
    assert (await hall.client.get("/sessions/none/digest.md", headers=await hall.badge())).status_code == 404


async def on_in_main(house: Served) -> dict[str, Any]:
    """What screens say is on now, and comes next."""
    told = (await house.client.get("/api/programme/now?hall=main")).json()["halls"]
    return {name: told[0][name] and told[0][name]["title"] for name in ("now", "next")}


async def test_when_a_session_is_over_its_questions_close_its_digest_is_there_and_now_and_next_move_on(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with conference(tmp_path, clock) as house:
        host = await house.badge("Ada", Role.HOST)
        first, key = await session_of(house), await ask(house, "What did you stop measuring?")
        await vote(house, key)
        await house.client.post(f"/api/questions/{key}/state", json={"state": "current"}, headers=host)
        told = (await house.client.get("/api/halls/main/questions")).json()
        assert (told["session"]["id"], told["current"]["key"]) == (first, key)
        assert await on_in_main(house) == {"now": "Reviews", "next": "Runbooks"}
        clock.turn(45 * 60)
        told = (await house.client.get("/api/halls/main/questions")).json()
        assert (told["session"]["title"], told["current"], told["questions"]) == ("Runbooks", None, [])
        assert await on_in_main(house) == {"now": None, "next": "Runbooks"}
        digest = (await house.client.get(f"/sessions/{first}/digest.json", headers=host)).json()
        assert [(each["key"], each["votes"]) for each in digest["unanswered"]] == [(key, 1)]
        assert (await vote(house, key)).status_code == 200  # whoever still has it on the list does not lose the vote
        clock.turn(15 * 60)
        assert await on_in_main(house) == {"now": "Runbooks", "next": None}
