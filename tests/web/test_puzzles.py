"""Puzzles: an answer is taken once, from whom it was asked, in time, and no other number will do."""

from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis.strategies import integers, text

from backchannel.web.puzzles import LASTS, SPENT_MAX, Puzzle, Puzzles
from tests.made_up import Clock

MOST = 200


def made(clock: Clock | None = None, secret: bytes = b"s" * 32) -> Puzzles:
    return Puzzles(secret, clock or Clock(), MOST)


def number_of(puzzle: Puzzle) -> int:
    """What a phone finds by trying."""
    tried = (number for number in range(puzzle.most) if _hash(puzzle, number) == puzzle.hash)
    return next(tried)


def _hash(puzzle: Puzzle, number: int) -> str:
    return sha256(f"{puzzle.salt}.{number}".encode()).hexdigest()


def answer_to(puzzle: Puzzle) -> str:
    return f"{puzzle.salt}.{number_of(puzzle)}"


def test_an_answer_is_taken_once() -> None:
    puzzles = made()
    answer = answer_to(puzzles.new("phone"))
    assert puzzles.is_solved("phone", answer)
    assert [puzzles.spend("phone", answer) for _ in range(3)] == [True, False, False]
    assert not puzzles.is_solved("phone", answer)


def test_an_answer_is_no_other_devices() -> None:
    puzzles = made()
    answers = [answer_to(puzzles.new("phone")) for _ in range(20)]
    assert sum(puzzles.spend("another", answer) for answer in answers) <= 2  # two numbers may be the same by chance
    assert all(puzzles.spend("phone", answer) for answer in answers)


def test_an_answer_is_good_until_its_end_and_no_longer() -> None:
    clock = Clock()
    puzzles = made(clock)
    answers = [answer_to(puzzles.new("phone")) for _ in range(2)]
    clock.at += LASTS - timedelta(milliseconds=1)
    assert puzzles.spend("phone", answers[0])
    clock.at += timedelta(milliseconds=1)
    assert not puzzles.spend("phone", answers[1])


@given(integers(0, 2 * MOST))
def test_no_number_but_the_right_one_will_do(number: int) -> None:
    puzzle = (puzzles := made()).new("phone")
    assert puzzles.spend("phone", f"{puzzle.salt}.{number}") is (number == number_of(puzzle))


@given(text(max_size=60))
def test_what_is_no_answer_is_refused_and_breaks_nothing(answer: str) -> None:
    assert not made().spend("phone", answer)


@pytest.mark.parametrize("until_ms", [9_999_999_999_999, 0])
def test_nobody_sets_an_end_of_their_own(until_ms: int) -> None:
    puzzles = made()
    salt = f"{until_ms:013}.{'a' * 12}"
    assert not any(puzzles.spend("phone", f"{salt}.{number}") for number in range(MOST))


def test_another_server_of_the_same_store_takes_it_and_one_of_another_store_does_not() -> None:
    answers = [answer_to(made().new("phone")) for _ in range(20)]
    assert all(made().spend("phone", answer) for answer in answers)
    foreign = made(secret=b"t" * 32)
    assert sum(foreign.spend("phone", answer) for answer in answers) <= 2


def test_what_was_spent_is_forgotten_once_it_has_ended() -> None:
    clock = Clock()
    puzzles = made(clock)
    for _ in range(5):
        puzzles.spend("phone", answer_to(puzzles.new("phone")))
    clock.at += 2 * LASTS
    puzzles.spend("phone", answer_to(puzzles.new("phone")))
    assert len(puzzles._spent) == 1 < SPENT_MAX
