"""A frame of Mastodon's stream is read, or refused with a reason."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.interest import Interest
from backchannel.post import Sighting
from backchannel.sources import frame
from backchannel.sources.frame import Frame
from tests.sources.mangling import mangled
from tests.sources.mastodon_shapes import made_up

PINK = Interest(["pink11"], exclude=["#ad"])
FRAMES = [
    {"stream": ["hashtag", "pink11"], "event": "update", "payload": made_up()},
    {"stream": ["hashtag", "pink11"], "event": "status.update", "payload": made_up(edited_at="2026-11-17T09:05:00Z")},
    {"stream": ["hashtag", "pink11"], "event": "delete", "payload": "117020582917124092"},
    {"error": "Unknown stream type", "status": 400},
]


@given(mangled(st.sampled_from(FRAMES)), st.booleans())
def test_a_mangled_frame_is_told_or_refused_and_never_raises(said: Any, is_packed: bool) -> None:
    if is_packed and isinstance(said, dict) and isinstance(said.get("payload"), dict):
        said["payload"] = json.dumps(said["payload"])  # as it comes: JSON inside a string
    found = frame.read(json.dumps(said))
    if isinstance(found, str):
        assert found
        return
    assert isinstance(found, Frame)
    assert isinstance(frame.meaning(found, "social.example", PINK), Sighting | str)


@pytest.mark.parametrize(
    ("tag", "believed"),
    [("PINK11", "#pink11"), ("Ａgenda", "#agenda"), ("elsewhere", "#pink11"), ("\ud800\0", "#pink11")],
)
def test_a_stream_is_believed_in_no_other_hashtag_than_one_that_is_followed(tag: str, believed: str) -> None:
    told = made_up(content="<p>without any</p>", tags=())
    found = frame.read(json.dumps({"stream": ["hashtag", tag], "event": "update", "payload": json.dumps(told)}))
    assert isinstance(found, Frame)
    meant = frame.meaning(found, "social.example", Interest(["pink11", "agenda"]))
    assert isinstance(meant, Sighting)
    assert meant.matched == (believed,)


def test_a_list_of_words_holds_no_halves_of_characters() -> None:
    found = frame.read(json.dumps({"stream": ["hashtag", "pink\ud800\0"], "event": "filters_changed"}))
    assert isinstance(found, Frame)
    assert found.tag == "pink?"
