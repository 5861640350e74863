from backchannel.poll import Asked, Ballot, Poll, Sort, last_of_each
from backchannel.question import Question, State
from tests.made_up import post


def asked(name: str, votes: int = 0, state: State = State.OPEN, arrived: int = 0) -> Asked:
    return Asked(post(f"floor:{name}", arrived=arrived, question=Question("main", state)), votes, ("Ines",))


def poll(*questions: Asked) -> Poll:
    return Poll("main", "keynote", questions)


def names(questions: tuple[Asked, ...]) -> str:
    return "".join(each.post.key.removeprefix("floor:") for each in questions)


def test_the_most_wanted_stands_first_and_of_two_alike_the_older_one() -> None:
    told = poll(asked("a", 2, arrived=3), asked("b", 5, arrived=2), asked("c", 2, arrived=1))
    assert names(told.sorted(Sort.VOTES)) == "bca"
    assert names(told.sorted(Sort.NEWEST)) == "abc"


def test_what_is_being_answered_stands_above_all_and_what_was_answered_below() -> None:
    told = poll(asked("a", 9, State.ANSWERED), asked("b", 1), asked("c", 0, State.CURRENT))
    assert names(told.sorted(Sort.VOTES)) == names(told.sorted(Sort.NEWEST)) == "cba"
    assert told.current is not None
    assert told.current.post.key == "floor:c"
    assert names(told.open) == "b"


def test_three_come_next_and_none_that_was_taken_up() -> None:
    told = poll(asked("a", 4), asked("b", 3), asked("c", 2), asked("d", 1), asked("e", 9, State.CURRENT))
    assert names(told.next) == "abc"


def test_of_several_votes_of_a_device_for_one_question_the_last_counts() -> None:
    ballots = [Ballot("a", "x", up=True), Ballot("copy", "x", up=False), Ballot("b", "x", up=True)]
    assert last_of_each(ballots, {"a": "a", "copy": "a"}) == {("a", "x"): False}
