"""Facets are counted in bytes and turned into runs of the text."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.sources import facets
from backchannel.sources.fields import Fields
from backchannel.text import Segment, SpanKind
from tests.sources.jetstream_server import facet, tag_facet

LINK = {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/long/path"}
MENTION = {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:otto"}


def runs(text: str, *given: Any) -> list[Segment]:
    return facets.runs(text, map(Fields, given))


def at(start: Any, end: Any, *features: Any) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": list(features) or [LINK]}


def test_a_text_is_cut_at_its_facets() -> None:
    text = "Grüße 👋 @otto.example: a.example/lo... #Pink11!"
    cut = runs(
        text, tag_facet(text, "#Pink11"), facet(text, "@otto.example", MENTION), facet(text, "a.example/lo...", LINK)
    )
    assert cut == [
        Segment(None, "Grüße 👋 "),
        Segment(SpanKind.MENTION, "@otto.example", "@otto.example"),
        Segment(None, ": "),
        Segment(SpanKind.LINK, "a.example/lo...", "https://a.example/long/path"),
        Segment(None, " "),
        Segment(SpanKind.HASHTAG, "#Pink11", "pink11"),
        Segment(None, "!"),
    ]


@pytest.mark.parametrize(
    "bad",
    [
        at(1, 2), at(0, 1), at(2, 1), at(1, 3), at(0, 99), at(-1, 3), at(3, 3), at(99, 100), at("0", 3), at(0.0, 3),
        at(True, 3), at(None, 3), at(0, 10**30), {}, {"index": [], "features": [LINK]}, {"index": {}, "features": 7},
        at(0, 4, {}), at(0, 4, 7), at(0, 4, {"$type": "odd"}), at(0, 4, {"$type": LINK["$type"]}),
        at(0, 4, LINK | {"uri": "javascript:alert(1)"}), at(0, 4, MENTION | {"did": 7}),
        at(0, 4, MENTION | {"did": "x"}), at(0, 4, {"$type": "app.bsky.richtext.facet#tag", "tag": "#"}),
    ],
)  # fmt: skip
def test_a_facet_that_makes_no_sense_leaves_the_words(bad: Any) -> None:
    assert runs("👋 hello", bad) == [Segment(None, "👋 hello")]


def test_the_first_of_two_that_overlap_stays() -> None:
    assert runs("abcdef", at(2, 5), at(0, 3)) == [
        Segment(SpanKind.LINK, "abc", LINK["uri"]),
        Segment(None, "def"),
    ]


def test_one_without_sense_takes_no_place_from_another() -> None:
    assert runs("abc", at(0, 3, {"$type": "odd"}), at(1, 3))[1] == Segment(SpanKind.LINK, "bc", LINK["uri"])


def test_the_first_feature_that_makes_sense_counts() -> None:
    assert runs("abc", at(0, 3, {"$type": "odd"}, MENTION, LINK)) == [Segment(SpanKind.MENTION, "abc", "abc")]


def test_tags_are_named_wherever_they_stand() -> None:
    tag = {"$type": "app.bsky.richtext.facet#tag", "tag": "Pink11"}
    assert (
        list(facets.tags(map(Fields, [at(99, 3, LINK, tag), {"features": [tag]}, {"features": 7}]))) == ["Pink11"] * 2
    )


@settings(deadline=None)
@given(
    st.text(st.characters(codec=None), max_size=20),
    st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 60)), max_size=6),
)
def test_nothing_is_lost_and_every_run_is_its_slice_of_bytes(text: str, places: list[tuple[int, int]]) -> None:
    cut = runs(text, *(at(start, end, LINK | {"uri": f"https://a.example/{start}/{end}"}) for start, end in places))
    assert "".join(run.text for run in cut) == text
    raw = text.encode(errors="surrogatepass")
    for run in cut:
        if run.kind is not None:
            start, end = map(int, run.value.rsplit("/", 2)[1:])
            assert raw[start:end].decode(errors="surrogatepass") == run.text
