import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel import feed
from backchannel.feed import Frame, Ring
from backchannel.updates import Kind

CHANGES = st.lists(st.tuples(st.sampled_from(Kind), st.sampled_from("abc")), max_size=20)


def frames(head: int, changes: list[tuple[Kind, str]]) -> list[Frame]:
    return [
        feed.put(seq, key, "html", f"card of {key}") if kind is Kind.PUT else feed.drop(seq, key)
        for seq, (kind, key) in enumerate(changes, head + 1)
    ]


@given(st.integers(0, 9), st.integers(1, 8), CHANGES, st.integers(-2, 32))
def test_who_was_away_gets_exactly_the_missing_frames_or_none(
    head: int, size: int, changes: list[tuple[Kind, str]], seq: int
) -> None:
    ring, sent = Ring(head, size), frames(head, changes)
    for frame in sent:
        ring.append(frame)
    held = sent[-size:]
    assert ring.head == head + len(sent)
    missed = ring.after(seq)
    if ring.head - len(held) <= seq <= ring.head:
        assert missed is not None
        assert [json.loads(text)["seq"] for text in missed] == list(range(seq + 1, ring.head + 1))
    else:
        assert missed is None


@given(CHANGES)
def test_a_drop_retracts_every_earlier_put_of_its_key(changes: list[tuple[Kind, str]]) -> None:
    ring, sent = Ring(0), frames(0, changes)
    for frame in sent:
        ring.append(frame)
    answered = ring.after(0)
    assert answered is not None
    for frame, text in zip(sent, answered, strict=True):
        taken_back = any(later.key == frame.key and later.kind is Kind.DROP for later in sent[frame.seq - 1 :])
        assert text == (feed.drop(frame.seq, frame.key).text if taken_back else frame.text)


def test_a_ring_that_holds_nothing_knows_only_its_own_position() -> None:
    ring = Ring(7)
    assert ring.after(7) == []
    assert ring.after(6) is None
    assert ring.after(8) is None


@pytest.mark.parametrize("seq", [4, 5, 7])
def test_a_frame_that_does_not_follow_is_an_error(seq: int) -> None:
    ring = Ring(5)
    with pytest.raises(ValueError, match=f"{seq} does not follow 5"):
        ring.append(feed.drop(seq, "a"))
    assert ring.head == 5


def test_frames_are_the_json_of_the_wire() -> None:
    card = feed.put(41, "a", "html", "<p>")
    assert json.loads(card.text) == {"seq": 41, "op": "put", "key": "a", "html": "<p>"}
    assert json.loads(feed.drop(42, "a").text) == {"seq": 42, "op": "drop", "key": "a"}
    assert json.loads(feed.hello("e", 42, 1.5)) == {"op": "hello", "epoch": "e", "seq": 42, "retry_spread_s": 1.5}
    assert json.loads(feed.beat(42, waiting=3)) == {"op": "beat", "seq": 42, "waiting": 3}


def test_a_message_is_one_frame_or_an_array_of_frames() -> None:
    assert feed.message(['{"seq":1}']) == '{"seq":1}'
    assert json.loads(feed.message(['{"seq":1}', '{"seq":2}'])) == [{"seq": 1}, {"seq": 2}]
