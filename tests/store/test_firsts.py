"""Which post another one repeats: without a database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from backchannel.gist import gist_of
from backchannel.likeness import bands
from backchannel.post import RULE, Author, Decision, Post, Status, Verb
from backchannel.store.firsts import Firsts
from tests.made_up import MORNING, content, post

TEXT: Final = "Ask who wrote the runbook before the pager goes off, then buy that team a good coffee"


def said(number: int, text: str = TEXT, fold: str = "", **more: Any) -> Post:
    """A post by somebody of their own, received so many minutes after the morning."""
    written = content(text, author=Author(f"Author {number}", id=str(number)))
    found_by = bands(gist_of("mastodon", written), b"secret")
    made = post(f"mastodon:{number}", content=written, fold=fold, bands=found_by, arrived=number)
    return replace(made, received_at=MORNING + timedelta(minutes=number), **more)


def by(who: str, verb: Verb) -> Decision:
    return Decision(who, verb, "", MORNING)


def test_of_several_with_the_same_words_the_oldest_is_the_first() -> None:
    firsts = Firsts([said(2, fold="a"), said(1, fold="a")])
    assert firsts.find(said(3, fold="a")) == "mastodon:1"


def test_of_several_that_are_as_near_the_newest_is_the_first() -> None:
    assert Firsts([said(1), said(2)]).find(said(3)) == "mastodon:2"


def test_to_the_letter_goes_before_nearly() -> None:
    firsts = Firsts([said(1, fold="a"), said(2)])
    assert firsts.find(said(3, fold="a")) == "mastodon:1"


@pytest.mark.parametrize("status", [Status.COPY, Status.GONE])
def test_what_does_not_stand_by_itself_is_nobodys_first(status: Status) -> None:
    assert Firsts([said(1, fold="a", status=status)]).find(said(2, fold="a")) == ""


def test_what_changes_is_looked_for_by_its_new_words() -> None:
    firsts = Firsts([before := said(1, fold="a")])
    firsts.turn(
        before, said(1, "Five boxes on a slide are no architecture, they are just five boxes on a slide", fold="b")
    )
    assert firsts.find(said(2, fold="a")) == ""
    assert firsts.find(said(2, fold="b")) == "mastodon:1"


@pytest.mark.parametrize(
    ("first", "verdict", "covers"),
    [
        (said(1), Status.QUEUED, True),
        (said(1), Status.REJECTED, True),
        (said(1), Status.APPROVED, False),
        (said(1, status=Status.APPROVED, decision=by(RULE, Verb.APPROVE)), Status.APPROVED, True),
        (said(1, status=Status.REJECTED, decision=by(f"{RULE}: spam", Verb.REJECT)), Status.QUEUED, False),
        (said(1, status=Status.REJECTED, decision=by(f"{RULE}: spam", Verb.REJECT)), Status.REJECTED, True),
        (said(1, status=Status.HELD, decision=by(f"{RULE}: links", Verb.HOLD)), Status.REJECTED, True),
        (said(1, status=Status.WITHDRAWN, decision=by("mastodon", Verb.WITHDRAW)), Status.QUEUED, False),
        (said(1, status=Status.REJECTED, decision=by("Jo", Verb.REJECT)), Status.APPROVED, True),
        (said(1, status=Status.QUEUED, decision=by("Jo", Verb.RESTORE)), Status.APPROVED, True),
    ],
)
def test_what_no_person_decided_covers_only_what_is_as_badly_off(first: Post, verdict: Status, covers: bool) -> None:
    assert bool(Firsts([first]).find(said(2, status=verdict))) is covers


def test_copies_are_the_same_to_the_letter_or_nearly() -> None:
    firsts = Firsts([])
    assert firsts.is_same(said(1, "Hello", fold="a"), said(2, "Hello", fold="a"))
    assert firsts.is_same(said(1), said(2))
    assert not firsts.is_same(said(1, "Hello"), said(2, "Hello"))
