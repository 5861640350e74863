from datetime import timedelta

from backchannel.programme import Programme, Session, Speaker, programme_of
from backchannel.question import addressed, changes_at
from tests.made_up import MORNING

HALLS = {"main": (), "foyer": ()}


def session(title: str, begins: float, lasts: float = 45, room: str = "main", speaker: str = "Dana") -> Session:
    start = MORNING + timedelta(minutes=begins)
    speakers = (Speaker(speaker),) if speaker else ()
    return Session(title, title, start, start + timedelta(minutes=lasts), room, speakers=speakers)


DAY = programme_of(
    [
        session("Keynote", 0),
        session("Lunch", 45, 60, room="", speaker=""),
        session("Reviews", 105),
        session("Poster", 0, 500, "foyer"),
    ],
    HALLS,
)


def asked(minutes: float, hall: str = "main", day: Programme = DAY) -> str:
    found = addressed(day, MORNING + timedelta(minutes=minutes), hall)
    return found.title if found else ""


def test_a_question_is_for_what_is_on_in_its_hall() -> None:
    assert [asked(0), asked(44), asked(20, "foyer")] == ["Keynote", "Keynote", "Poster"]


def test_in_a_break_it_is_for_what_comes_next_and_lunch_is_a_break() -> None:
    assert [asked(-30), asked(45), asked(100)] == ["Keynote", "Reviews", "Reviews"]


def test_after_the_last_session_it_is_for_that_one() -> None:
    assert asked(10_000) == "Reviews"


def test_a_keynote_for_the_whole_house_may_be_asked_in_every_hall() -> None:
    day = programme_of([session("Opening", 0, room="")], HALLS)
    assert (asked(5, "main", day), asked(5, "foyer", day)) == ("Opening", "Opening")


def test_without_a_programme_it_is_for_nobody() -> None:
    assert addressed(Programme(), MORNING, "main") is None
    assert changes_at(Programme(), MORNING, "main") is None


def test_questions_move_on_when_another_session_is_asked_and_not_before() -> None:
    end_of_keynote = MORNING + timedelta(minutes=45)
    assert changes_at(DAY, MORNING, "main") == end_of_keynote
    assert changes_at(DAY, MORNING - timedelta(minutes=5), "main") == end_of_keynote
    assert changes_at(DAY, end_of_keynote, "main") is None
