from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.post import Author, Content, Post, Status
from backchannel.updates import DESK, FLOOR, Change, Kind, changes, hall_stream, public_streams

HALLS = ("main", "side")
MAIN, SIDE = map(hall_stream, HALLS)
QUEUED = Post(
    "test:1", "test", Status.QUEUED, 1, Content(Author("Ada"), "hello"), datetime(2031, 5, 4, tzinfo=UTC), 1, 1
)
APPROVED = replace(QUEUED, status=Status.APPROVED)
ASIDE = replace(APPROVED, halls=("side",))
GONE = replace(QUEUED, status=Status.GONE)
POSTS = st.builds(
    replace,
    st.just(QUEUED),
    status=st.sampled_from(Status),
    halls=st.none() | st.lists(st.sampled_from(HALLS), unique=True).map(tuple),
)


@pytest.mark.parametrize("status", [None, *Status])
def test_only_an_approved_post_is_seen_in_public(status: Status | None) -> None:
    post = None if status is None else replace(QUEUED, status=status)
    assert public_streams(post, HALLS) == ({FLOOR, MAIN, SIDE} if status is Status.APPROVED else set())


def test_a_post_for_one_hall_is_seen_there_and_on_the_floor() -> None:
    assert public_streams(ASIDE, HALLS) == {FLOOR, SIDE}
    assert public_streams(replace(APPROVED, halls=()), HALLS) == {FLOOR}


def test_an_answer_in_writing_is_no_news_for_walls_unless_somebody_names_a_hall_for_it() -> None:
    answer = replace(APPROVED, network="desk", content=Content(Author("Dana", id="answer/floor:1"), "Everything."))
    assert public_streams(answer, HALLS) == frozenset()
    assert told(replace(answer, status=Status.QUEUED), answer) == {DESK: "put"}
    assert public_streams(replace(answer, halls=("side",)), HALLS) == {FLOOR, SIDE}
    card = replace(answer, content=Content(Author("Card 7", id="card/7"), "Louder, please."))
    assert public_streams(card, HALLS) == {FLOOR, MAIN, SIDE}


def told(before: Post | None, after: Post) -> dict[str, str]:
    made = changes(before, after, HALLS)
    assert [change.stream for change in made] == sorted({change.stream for change in made})
    return {change.stream: change.kind.value for change in made}


def test_a_new_post_is_told_to_the_desk_alone() -> None:
    assert changes(None, QUEUED, HALLS) == (Change(DESK, Kind.PUT),)


def test_an_approval_is_told_to_every_stream_that_shows_it() -> None:
    assert told(QUEUED, APPROVED) == {DESK: "put", FLOOR: "put", MAIN: "put", SIDE: "put"}
    assert told(QUEUED, ASIDE) == {DESK: "put", FLOOR: "put", SIDE: "put"}


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.QUEUED])
def test_what_is_taken_back_is_dropped_where_it_was(status: Status) -> None:
    assert told(ASIDE, replace(ASIDE, status=status)) == {DESK: "put", FLOOR: "drop", SIDE: "drop"}


def test_a_new_version_of_an_approved_post_is_put_again() -> None:
    assert told(ASIDE, replace(ASIDE, version=2)) == {DESK: "put", FLOOR: "put", SIDE: "put"}


def test_a_post_that_changes_its_halls_leaves_the_old_ones() -> None:
    assert told(APPROVED, ASIDE) == {DESK: "put", FLOOR: "put", MAIN: "drop", SIDE: "put"}


def test_a_gone_post_is_dropped_everywhere() -> None:
    assert told(QUEUED, GONE) == {DESK: "drop"}
    assert told(APPROVED, GONE) == {DESK: "drop", FLOOR: "drop", MAIN: "drop", SIDE: "drop"}


def test_a_post_gone_before_it_was_seen_is_told_to_nobody() -> None:
    assert changes(None, GONE, HALLS) == ()


@given(st.none() | POSTS, POSTS)
def test_whoever_applies_the_changes_shows_what_may_be_seen_and_no_more(before: Post | None, after: Post) -> None:
    kinds = told(before, after)
    for stream in (FLOOR, MAIN, SIDE):
        was, now = (stream in public_streams(post, HALLS) for post in (before, after))
        assert (kinds[stream] == "put" if stream in kinds else was) == now
        assert stream in kinds or not now
