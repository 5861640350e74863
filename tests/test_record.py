from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backchannel.post import MOVES, ORDERED, TARGET, Decision, Post, Status, Verb
from backchannel.record import AGAIN, Move, Place, Recorded
from tests.made_up import post

AT = datetime(2026, 11, 17, 14, 31, tzinfo=UTC)


def recorded(verb: Verb, before: Status, now: Post | None = None, **more: object) -> Recorded:
    decided = Recorded("mastodon:1", 2, Decision("Sam", verb, "", AT), before, TARGET[verb], post=now or post())
    return replace(decided, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.RESTORE])
def test_whatever_left_the_queue_goes_back_to_it(verb: Verb) -> None:
    assert recorded(verb, Status.QUEUED).reverse == Move(Verb.RESTORE)


@pytest.mark.parametrize("earlier", [verb for verb in ORDERED if verb is not Verb.RESTORE])
def test_what_came_back_to_the_queue_goes_where_the_table_of_moves_lets_it(earlier: Verb) -> None:
    reverse = recorded(Verb.RESTORE, TARGET[earlier], earlier=Move(earlier, "spam", ("side",))).reverse
    assert reverse is not None
    assert TARGET[reverse.verb] in MOVES[Status.QUEUED]
    assert reverse.reason == "spam"
    assert reverse.halls == (("side",) if earlier is Verb.APPROVE else None)


def test_what_was_withdrawn_never_comes_back_to_the_wall_by_itself() -> None:
    assert AGAIN[Verb.WITHDRAW] is Verb.REJECT


def test_nothing_is_taken_back_that_was_decided_again_or_is_gone() -> None:
    decided = recorded(Verb.REJECT, Status.QUEUED)
    assert replace(decided, later=Decision("Jo", Verb.RESTORE, "", AT)).reverse is None
    assert replace(decided, post=None).reverse is None
    assert recorded(Verb.RESTORE, Status.REJECTED).reverse is None  # nobody knows what was decided before


def test_a_decision_stands_at_its_time_then_its_post_then_its_version() -> None:
    assert recorded(Verb.REJECT, Status.QUEUED).place == Place(AT, "mastodon:1", 2)
