from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.programme import Binding, Phase, Programme, Session, Speaker, Why, programme_of
from backchannel.text import Span, SpanKind, from_plain

NINE = datetime(2026, 11, 17, 9, tzinfo=UTC)
HALLS = {"main": ("Main hall", "Aula"), "foyer": ("Foyer",)}


def session(title: str, begins: float, lasts: float = 45, room: str = "Aula", **more: Any) -> Session:
    """A session that begins so many minutes after nine."""
    start = NINE + timedelta(minutes=begins)
    return Session(title, title, start, start + timedelta(minutes=lasts), room, **more)


def programme(*sessions: Session) -> Programme:
    return programme_of(sessions, HALLS, ["pink11"])


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


DAY = programme(
    session("Lunch", 180, 60, room=""),
    session("Blameless reviews", 0, speakers=(Speaker("Dana Okafor", ("@dana@social.example",)),), hashtag="blameless"),
    session("The service desk nobody calls", 60, speakers=(Speaker("Priya Raman"),)),
    session("A workshop", 0, 120, room="Foyer", speakers=(Speaker("佐藤 美咲"), Speaker("Joanna Fitch"))),
    session("Poster hall", 0, 600, room="Cellar"),
)


def bound(text: str, minutes: float, hall: str = "", day: Programme = DAY) -> Binding | None:
    tame = from_plain(text)
    return day.bind(tame.plain, tame.spans, at(minutes), hall)


def titles(*sessions: Session | None) -> list[str]:
    return [each.title if each else "" for each in sessions]


def test_now_and_next_of_a_hall() -> None:
    assert titles(DAY.now(at(0), "main"), DAY.next(at(0), "main")) == [
        "Blameless reviews",
        "The service desk nobody calls",
    ]
    assert titles(DAY.now(at(45), "main"), DAY.next(at(45), "main")) == ["", "The service desk nobody calls"]
    assert titles(DAY.now(at(104.9), "main"), DAY.next(at(60), "main")) == ["The service desk nobody calls", "Lunch"]


def test_a_session_without_a_room_is_for_every_hall() -> None:
    assert titles(DAY.now(at(200), "main"), DAY.now(at(200), "foyer")) == ["Lunch", "Lunch"]


def test_rooms_are_halls_by_slug_or_by_name_and_other_rooms_are_none() -> None:
    places = {each.room: each.hall for each in DAY.sessions}
    assert places == {"Aula": "main", "Foyer": "foyer", "Cellar": "", "": ""}


def test_the_only_room_is_the_only_hall_whatever_they_are_called() -> None:
    only = programme_of([session("A", 0, room="Room 4")], {"main": ("Main hall",)})
    assert only.sessions[0].hall == "main"


def test_where_sessions_overlap_what_began_last_is_on_stage() -> None:
    day = programme(session("The whole day", 0, 480), session("A talk", 60), session("A shorter one", 60, 30))
    assert titles(*(day.now(at(minutes), "main") for minutes in (30, 70, 95, 200))) == [
        "The whole day",
        "A shorter one",
        "A talk",
        "The whole day",
    ]
    assert [titles(*pair) for pair in day.overlaps()] == [
        ["The whole day", "A shorter one"],
        ["A shorter one", "A talk"],
    ]


def test_the_phases_of_a_conference() -> None:
    days = programme(session("Monday", 0), session("Tuesday", 1440))
    assert Programme().phase(NINE) is Phase.NONE
    assert [days.phase(at(minutes)) for minutes in (-1, 0, 700, 1484, 1485)] == [
        Phase.BEFORE,
        Phase.RUNNING,
        Phase.RUNNING,
        Phase.RUNNING,
        Phase.AFTER,
    ]


def test_it_says_when_it_changes_next() -> None:
    assert DAY.changes_at(at(-10)) == at(0)
    assert DAY.changes_at(at(0)) == at(45)
    assert DAY.changes_at(at(599)) == at(600)
    assert DAY.changes_at(at(600)) is None


def test_a_session_over_midnight_and_over_the_change_of_clocks_lasts_as_long_as_it_lasts() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 24, 23, 30, tzinfo=berlin).astimezone(UTC)
    night = programme(Session("Night", "Night of lightning talks", start, start + timedelta(hours=4), "Aula"))
    second_half_past_two = datetime(2026, 10, 25, 2, 20, fold=1, tzinfo=berlin).astimezone(UTC)
    assert night.now(second_half_past_two, "main") is not None  # 3 h 50 min later, though clocks say 2 h 50
    assert night.now(datetime(2026, 10, 25, 2, 31, fold=1, tzinfo=berlin).astimezone(UTC), "main") is None


def test_of_two_sessions_with_one_id_the_later_in_the_list_stands() -> None:
    assert titles(*programme(session("A", 0), Session("A", "A, moved", at(60), at(70))).sessions) == ["A, moved"]


def test_a_post_with_a_sessions_hashtag_belongs_to_it_whenever_it_comes() -> None:
    for minutes in (-900, 10, 70, 2000):
        assert bound("Still thinking of it #Blameless", minutes, "foyer") == Binding("Blameless reviews", Why.HASHTAG)


def test_of_sessions_with_one_hashtag_the_nearest_is_meant() -> None:
    series = programme(session("Part one", 0, hashtag="cmdb"), session("Part two", 300, hashtag="CMDB"))
    nearest = [bound("#cmdb", minutes, day=series) for minutes in (10, 100, 200, 320)]
    assert [each.session if each else None for each in nearest] == ["Part one", "Part one", "Part two", "Part two"]


def test_the_conferences_own_hashtag_tells_no_session_apart() -> None:
    day = programme(session("A", 0, hashtag="pink11"), session("B", 0, room="Foyer"))
    assert bound("Hello #pink11", 10, day=day) is None


@pytest.mark.parametrize(
    ("text", "minutes", "told"),
    [
        ("Great talk by @dana@social.example", 50, "Blameless reviews"),
        ("Great talk by @Dana@social.example", 50, "Blameless reviews"),
        ("DANA OKAFOR is right", 20, "Blameless reviews"),
        ("Dana Okafor was right", 106, None),  # an hour and more ago
        ("waiting for Priya Raman", 46, "The service desk nobody calls"),
        ("Joanna Fitch and Priya Raman", 70, "The service desk nobody calls"),  # both are on: what began last
        ("Dana is right", 20, None),
        ("Danas Okaforum", 20, None),
        ("#PriyaRaman rocks", 70, "The service desk nobody calls"),
    ],
)
def test_who_is_named_is_on_has_just_been_or_is_about_to_begin(text: str, minutes: float, told: str | None) -> None:
    assert bound(text, minutes) == (Binding(told, Why.SPEAKER) if told else None)


def test_a_network_may_tell_a_mention_by_the_address_of_a_profile() -> None:
    day = programme(
        session("A", 0, speakers=(Speaker("Dana", ("https://social.example/@dana",)),)), session("B", 0, room="x")
    )
    spans = (Span(SpanKind.MENTION, 0, 5, "https://social.example/@dana/"),)
    assert day.bind("@dana!", spans, at(5)) == Binding("A", Why.SPEAKER)


def test_a_post_from_a_hall_belongs_to_what_is_on_there() -> None:
    assert bound("Louder please", 10, "main") == Binding("Blameless reviews", Why.HALL)
    assert bound("Louder please", 10, "foyer") == Binding("A workshop", Why.HALL)
    assert bound("Louder please", 50, "main") is None


def test_where_one_thing_is_on_a_post_belongs_to_it() -> None:
    assert bound("Hungry", 250) == Binding("Poster hall", Why.TIME)
    assert bound("Hungry", 10) is None
    assert bound("Hungry", 700) is None


def test_lunch_for_all_gives_way_to_the_one_session_beside_it() -> None:
    day = programme(session("Lunch", 0, room=""), session("A", 0))
    assert bound("Hungry", 10, day=day) == Binding("A", Why.TIME)
    assert bound("Hungry", 10, day=programme(session("Lunch", 0, room=""))) == Binding("Lunch", Why.TIME)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 90), st.sampled_from(["Aula", "Foyer", "Cellar", ""]))),
    st.integers(-5, 300),
)
def test_whatever_the_programme_now_is_on_next_is_ahead_and_the_change_is_the_nearest(
    slots: list[tuple[int, int, str]], minutes: int
) -> None:
    day = programme(*(session(f"{number}", *slot) for number, slot in enumerate(slots)))
    for hall in HALLS:
        now, following = day.now(at(minutes), hall), day.next(at(minutes), hall)
        assert now is None or (now.is_on(at(minutes)) and now.is_in(hall))
        assert following is None or following.start > at(minutes)
        change = day.changes_at(at(minutes))
        later = at(minutes) if change is None else change - timedelta(seconds=1)
        assert day.now(later, hall) == now
        assert day.next(later, hall) == following


def test_two_thousand_sessions_answer_at_once() -> None:
    many = programme(*(session(str(number), number % 600, room=f"Room {number % 20}") for number in range(2000)))
    found = many.now(at(300), "main"), bound("Nobody's name is in these words", 300, day=many)
    assert found == (None, None)
