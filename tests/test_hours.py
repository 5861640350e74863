from datetime import datetime, timedelta

from backchannel.hours import Hours
from backchannel.programme import Session
from tests.made_up import MORNING


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


TALKS = [Session("a", "a", at(0), at(30)), Session("b", "b", at(20), at(60))]


def names(sessions: list[Session]) -> str:
    return "".join(session.id for session in sessions)


def test_what_is_on_turns_at_the_minute_at_which_it_begins_and_at_which_it_is_over() -> None:
    hours = Hours(TALKS, list)
    on = [names(hours.at(at(minutes))) for minutes in (-1, 0, 19.9, 20, 29.9, 30, 59.9, 60)]
    assert on == ["", "a", "a", "ab", "ab", "b", "b", ""]


def test_each_may_count_for_a_while_before_and_after() -> None:
    hours = Hours(TALKS, list, before=timedelta(minutes=5), after=timedelta(minutes=10))
    assert [names(hours.at(at(minutes))) for minutes in (-5, 15, 39.9, 40, 69.9, 70)] == ["a", "ab", "ab", "b", "b", ""]


def test_between_two_edges_nothing_is_made_twice() -> None:
    made: list[int] = []
    hours = Hours(TALKS, lambda on: made.append(len(on)))
    for minutes in (1, 5, 19, 25, 2):
        hours.at(at(minutes))
    assert made == [1, 2]


def test_the_next_edge_is_the_nearest_that_is_still_ahead() -> None:
    hours = Hours(TALKS, list)
    assert [hours.next_edge(at(minutes)) for minutes in (-9, 0, 20, 59)] == [at(0), at(20), at(30), at(60)]
    assert hours.next_edge(at(60)) is None
