import re

import pytest

from backchannel.post import MOVES, TARGET, Author, Content, Post, Sighting, Status, Verb, key_of, moved
from tests.made_up import MORNING

Q, H, A, R, W = Status.QUEUED, Status.HELD, Status.APPROVED, Status.REJECTED, Status.WITHDRAWN
TABLE = {
    (Q, Verb.APPROVE): A,
    (Q, Verb.REJECT): R,
    (Q, Verb.HOLD): H,
    (H, Verb.APPROVE): A,
    (H, Verb.REJECT): R,
    (H, Verb.RESTORE): Q,
    (A, Verb.WITHDRAW): W,
    (A, Verb.RESTORE): Q,
    (R, Verb.RESTORE): Q,
    (W, Verb.RESTORE): Q,
    (Status.COPY, Verb.RESTORE): Q,
}


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("status", Status)
def test_a_move_is_in_the_table_or_is_none(status: Status, verb: Verb) -> None:
    assert moved(status, verb) is TABLE.get((status, verb))


def test_every_status_has_its_row_and_every_verb_its_target() -> None:
    assert set(MOVES) == set(Status)
    assert set(TARGET) == set(Verb)


def test_nothing_leads_back_from_gone() -> None:
    assert not MOVES[Status.GONE]


def test_every_decision_can_be_undone() -> None:
    for status in Status:
        for verb in set(Verb) - {Verb.RESTORE}:
            target = moved(status, verb)
            assert target is None or moved(target, Verb.RESTORE) is Status.QUEUED


def test_a_key_is_the_same_for_the_same_post_and_secret_and_no_other() -> None:
    key = key_of("mastodon", "https://example.org/1", b"secret")
    assert key == key_of("mastodon", "https://example.org/1", b"secret")
    others = [
        key_of("bluesky", "https://example.org/1", b"secret"),
        key_of("mastodon", "https://example.org/2", b"secret"),
        key_of("mastodon", "https://example.org/1", b"other"),
    ]
    assert len({key, *others}) == 4


def test_a_key_tells_the_network_and_nothing_of_its_id() -> None:
    assert re.fullmatch(r"mastodon:[0-9a-f]{32}", key_of("mastodon", "https://example.org/1", b"secret"))


def test_an_id_with_half_a_surrogate_has_a_key_too() -> None:
    assert key_of("webhook", "\ud800", b"secret") != key_of("webhook", "\ud801", b"secret")


def test_a_sighting_without_content_says_that_the_post_is_gone() -> None:
    assert Sighting("mastodon", "1", None).is_gone
    assert not Sighting("mastodon", "1", Content(Author("Ada"), "")).is_gone


@pytest.mark.parametrize(
    ("network", "author", "channel"),
    [
        ("floor", "0123abc", "floor"),
        ("floor", "kiosk/row-14", "floor/kiosk"),
        ("desk", "line/abc", "desk/line"),
        ("desk", "card/17", "desk/card"),
        ("mastodon", "https://plaza.example/@jo", "mastodon"),
    ],
)
def test_a_channel_is_a_network_or_what_a_post_was_typed_on_here(network: str, author: str, channel: str) -> None:
    content = Content(Author("Jo", id=author), "Ask who wrote the runbook.")
    post = Post("key", network, Status.QUEUED, 1, content, MORNING, 1, 1)
    assert post.channel == channel
