from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.made_up import MORNING, Clock
from tests.served import Served, made_config, served

DAY = {
    "sessions": [
        {"title": "Blameless reviews", "start": "2026-11-17T09:00:00", "end": "2026-11-17T09:45:00", "hall": "main"}
        | {"speakers": ["Dana Okafor"], "hashtag": "blameless"},
        {"title": "The service desk", "start": "2026-11-17T10:00:00", "end": "2026-11-17T10:45:00", "hall": "main"},
        {"title": "A workshop", "start": "2026-11-17T09:30:00", "end": "2026-11-17T11:00:00", "hall": "Foyer"},
    ]
}


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING)


@pytest.fixture
async def house(tmp_path: Path, clock: Clock) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path, programme=DAY), clock=clock) as running:
        yield running


async def test_now_and_next_change_over_with_the_clock(house: Served, clock: Clock) -> None:
    told = []
    for minutes in (-30, 0, 50, 60, 200):
        clock.at = MORNING + timedelta(minutes=minutes)
        shown = (await house.client.get("/api/programme/now?hall=main")).json()
        [hall] = shown["halls"]
        titles = [hall[name] and hall[name]["title"] for name in ("now", "next")]
        told.append((shown["phase"], *titles, shown["changes_in_s"]))
    assert told == [
        ("before", None, "Blameless reviews", 1800.0),
        ("running", "Blameless reviews", "The service desk", 1800.0),  # then something begins in the foyer
        ("running", None, "The service desk", 600.0),
        ("running", "The service desk", None, 2700.0),
        ("after", None, None, None),
    ]


async def test_the_whole_programme_is_public_and_has_an_etag(house: Served, clock: Clock) -> None:
    answer = await house.client.get("/api/programme")
    assert [len(hall["sessions"]) for hall in answer.json()["halls"]] == [2, 1]
    session = answer.json()["halls"][0]["sessions"][0]
    assert (session["start"], session["speakers"][0]["name"]) == ("2026-11-17T09:00:00Z", "Dana Okafor")
    known = {"If-None-Match": answer.headers["etag"]}
    assert (await house.client.get("/api/programme", headers=known)).status_code == 304
    clock.turn(3000)
    assert (await house.client.get("/api/programme", headers=known)).status_code == 200


async def test_an_unknown_hall_has_no_programme(house: Served) -> None:
    assert (await house.client.get("/api/programme/now?hall=cellar")).status_code == 404


async def test_a_broken_programme_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "schedule.json").write_text("<html>")
    settings = {"file": str(tmp_path / "schedule.json")}
    async with served(made_config(tmp_path, programme=settings)) as house:
        ready = (await house.client.get("/readyz")).json()
        assert ready == {"ready": True, "reasons": ["Programme (schedule.json): The programme is a web page."]}
        sources = (await house.client.get("/api/sources", headers=await house.badge())).json()
        assert sources["programme"]["error"] == "The programme is a web page."
        assert sources["programme"]["remedy"]
        assert (await house.client.get("/api/programme/now")).json()["phase"] == "none"


async def test_a_post_belongs_to_what_is_on_in_its_words_or_where_a_person_says(house: Served, clock: Clock) -> None:
    async def session_of(key: str) -> object:
        waiting = await house.client.get("/api/posts?status=queued", headers=await house.badge())
        return next(post["session"] for post in waiting.json()["posts"] if post["key"] == key)

    clock.turn(60)
    alone = await house.post("Louder please")
    clock.turn(1860)  # now the workshop is on, too
    tagged, untold = await house.post("Who pushed it? #blameless"), await house.post("Louder please, again")
    assert await session_of(alone) == {"id": "Blameless reviews", "why": "time"}
    assert await session_of(tagged) == {"id": "Blameless reviews", "why": "hashtag"}
    assert await session_of(untold) is None
    here, nowhere = await house.post("From the foyer", hall="foyer"), await house.post("From nowhere", hall="cellar")
    assert await session_of(here) == {"id": "A workshop", "why": "hall"}
    assert await session_of(nowhere) is None

    headers, address = await house.badge(), f"/api/posts/{tagged}/session"
    said = await house.client.post(address, json={"session": "A workshop"}, headers=headers)
    assert said.json()["session"] == await session_of(tagged) == {"id": "A workshop", "why": "person"}
    said = await house.client.post(address, json={"session": None}, headers=headers)
    assert said.json()["session"] == {"id": None, "why": "person"}
    assert (await house.client.post(address, json={"session": "nothing"}, headers=headers)).status_code == 400
    nobody = await house.client.post("/api/posts/floor:0/session", json={"session": None}, headers=headers)
    assert nobody.status_code == 404


async def test_the_console_hears_of_another_session_at_once(house: Served) -> None:
    headers = await house.badge()
    key = await house.post("Louder please")
    async with house.feed("/feed/console", headers) as feed:
        assert (await feed.frame("snapshot", "put"))["op"]
        await house.client.post(f"/api/posts/{key}/session", json={"session": "A workshop"}, headers=headers)
        put = await feed.frame("put")
        while "A workshop" not in put["html"]:  # the post itself may be on its way yet
            put = await feed.frame("put")
        assert put["key"] == key


async def test_every_time_is_told_by_the_venues_clock(tmp_path: Path, clock: Clock) -> None:
    conference = {"name": "pink11", "hashtags": ["pink11"], "timezone": "Europe/Berlin"}
    async with served(made_config(tmp_path, conference=conference, programme=DAY), clock=clock) as house:
        told = (await house.client.get("/api/programme/now")).json()
    assert told["at"].endswith("+01:00")
    assert told["halls"][0]["now"]["start"] == "2026-11-17T10:00:00+01:00"
