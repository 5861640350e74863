from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backchannel.config import Hall
from backchannel.front import ROOT
from backchannel.programme import Phase, Programme, Session, programme_of
from backchannel.web.cards import Cards
from backchannel.web.now import Now, Standing, countdown
from tests.made_up import MORNING, Clock
from tests.served import Served, made_config, served
from tests.web.test_programme import DAY

HALLS = {"main": Hall("main", "Main hall"), "foyer": Hall("foyer", "Foyer")}
BERLIN = ZoneInfo("Europe/Berlin")
CARDS = Cards(ROOT / "templates", BERLIN)


def session(title: str, begins: float, lasts: float = 45, room: str = "main", **more: Any) -> Session:
    start = MORNING + timedelta(minutes=begins)
    return Session(title, title, start, start + timedelta(minutes=lasts), room, **more)


def standing(minutes: float, *sessions: Session) -> Standing:
    day = programme_of(sessions, {"main": (), "foyer": ()}) if sessions else Programme()
    at = MORNING + timedelta(minutes=minutes)
    return Now(CARDS, lambda: day, HALLS, BERLIN, Clock(at)).standing(day, at)


def shown(told: Standing) -> list[tuple[str, str, str, str]]:
    return [
        (each.name, each.now.title if each.now else "", each.next_at, each.next.title if each.next else "")
        for each in told.places
    ]


def test_each_hall_says_what_is_on_and_next_with_its_day_where_that_is_another() -> None:
    day = session("A", 0), session("B", 60), session("C", 10, 30, "foyer"), session("Tomorrow", 1440, room="foyer")
    assert shown(standing(20, *day)) == [
        ("Main hall", "A", "11:00", "B"),
        ("Foyer", "C", "Wednesday, 10:00", "Tomorrow"),
    ]
    assert shown(standing(50, *day)) == [("Main hall", "", "11:00", "B"), ("Foyer", "", "Wednesday, 10:00", "Tomorrow")]


def test_what_is_on_for_all_is_said_once_without_a_hall() -> None:
    assert shown(standing(5, session("Lunch", 0, room=""))) == [("", "Lunch", "", "")]


def test_other_rooms_come_last_and_only_while_something_is_on() -> None:
    day = session("Poster", 0, 60, "Cellar"), session("Late", 90, 60, "Cellar"), session("A", 0)
    assert shown(standing(5, *day)) == [("Main hall", "A", "", ""), ("Cellar", "Poster", "", "")]
    assert shown(standing(70, *day)) == []


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(days=12), "Begins in 12 days"),
        (timedelta(hours=36), "Begins in 2 days"),
        (timedelta(hours=10, seconds=1), "Begins tomorrow"),  # it is 23:59:59 there
        (timedelta(hours=10), "Begins today"),
        (timedelta(hours=1), "Begins today"),
        (timedelta(minutes=59, seconds=59), "Begins in 60 minutes"),
        (timedelta(minutes=12), "Begins in 12 minutes"),
        (timedelta(seconds=61), "Begins in 2 minutes"),
        (timedelta(seconds=60), "Begins in a minute"),
        (timedelta(seconds=1), "Begins in a minute"),
    ],
)
def test_the_countdown_goes_by_the_venues_calendar_and_at_last_by_minutes(before: timedelta, words: str) -> None:
    assert countdown(MORNING, MORNING - before, BERLIN) == words


@pytest.mark.parametrize(
    ("minutes", "again_in_s"),
    [(-1440.0, 300.0), (-64.5, 30.0), (-12.0, 60.0), (-11.75, 45.0), (0.0, 300.0), (44.0, 60.0), (60.0, 300.0)],
)
def test_one_looks_again_when_something_begins_or_ends_when_a_minute_is_over_and_every_five(
    minutes: float, again_in_s: float
) -> None:
    at = MORNING + timedelta(minutes=minutes)
    assert standing(minutes, session("A", 0)).until - at == timedelta(seconds=again_in_s)


def test_without_a_programme_one_looks_whether_there_is_one_now() -> None:
    assert standing(0) == Standing(Phase.NONE, (), "", None, MORNING + timedelta(minutes=5))


def test_it_is_rendered_once_until_it_changes() -> None:
    clock, day = Clock(MORNING), programme_of([session("A", 0)], {"main": (), "foyer": ()})
    in_force = [day]
    now = Now(CARDS, lambda: in_force[0], HALLS, BERLIN, clock)
    first = now.block()
    clock.turn(100)
    assert now.block().html is first.html
    assert (first.again_in_s, now.block().again_in_s) == (300.0, 200.0)
    clock.turn(200)
    assert now.block().html is not first.html
    in_force[0] = programme_of([session("B", 0)], {"main": (), "foyer": ()})
    assert "B" in now.block().html


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING)


@pytest.fixture
async def house(tmp_path: Path, clock: Clock) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path, programme=DAY), clock=clock) as running:
        yield running


async def test_the_block_of_the_page_and_of_a_later_look_are_the_same(house: Served, clock: Clock) -> None:
    for minutes in (-3000, -5, 10, 50, 3000):
        clock.at = MORNING + timedelta(minutes=minutes)
        again = (await house.client.get("/now")).json()
        page = (await house.client.get("/")).text
        assert again["html"].startswith("<section")
        assert again["html"] in page
        assert f'data-again-in-s="{again["again_in_s"]}"' in page


async def test_the_screens_head_names_what_is_on_stage_else_the_hall(house: Served, clock: Clock) -> None:
    assert '"head-session">Blameless reviews · Dana Okafor</bdi>' in (await house.client.get("/screen")).text
    clock.turn(50 * 60)
    assert '"head-session">Main hall</bdi>' in (await house.client.get("/screen")).text
    assert '"head-session">A workshop</bdi>' in (await house.client.get("/screen/foyer")).text


async def test_hostile_titles_stay_words(tmp_path: Path) -> None:
    title = "<img src=x onerror=alert(1)>{{ 7*7 }}"
    hostile = {"title": title, "start": "2026-11-17T09:00:00", "end": "2026-11-17T10:00:00", "speakers": ["<b>Eve</b>"]}
    programme = {"sessions": [hostile | {"url": "javascript:alert(1)"}]}
    async with served(made_config(tmp_path, programme=programme), clock=Clock(MORNING)) as house:
        key = await house.post("Louder")
        assert key
        for place in ("/", "/screen", "/console"):
            page = (await house.client.get(place, headers=await house.badge())).text
            assert "&lt;img src=x onerror=alert(1)&gt;{{ 7*7 }}" in page
            assert "<img src=x" not in page
            assert "<b>Eve" not in page
            assert 'href="javascript' not in page


def test_a_day_of_clocks_put_back_counts_whole_days() -> None:
    begins_at = datetime(2026, 10, 25, 9, tzinfo=BERLIN)
    assert countdown(begins_at, datetime(2026, 10, 24, 9, tzinfo=BERLIN), BERLIN) == "Begins tomorrow"
