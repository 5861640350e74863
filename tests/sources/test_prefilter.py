"""The prefilter lets everything through that holds a hashtag once it is decoded."""

import json
import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backchannel import hashtag
from backchannel.sources import event, record, traces
from backchannel.sources.event import Event
from backchannel.sources.prefilter import Prefilter
from tests.shared import fixtures
from tests.sources.jetstream_server import DID, NOON, V1, V2, Kept, made_up, tag_facet

TAGS = ("pink11", "München", "größe", "日本", "한국", "ガイド", "ΛΟΓΟΣ", "số", "кино", "a_b", "ñandú", "n·n")
NASTY = "#＃·・\u200b\u200c\u200d\u00ad\u0301\u0308\u0303\u0323\u0327\u0344\u0345\ufe0f\u3099ﾞﾟ\u11ab\u1161_'\"\\/\n&<>"
PLAIN = made_up("Nothing to see here, and nothing to wait for.")


@cache  # not while it is imported: that takes seconds, of every worker
def filters() -> dict[str, Prefilter]:
    return {tag: Prefilter([tag]) for tag in TAGS}


@cache
def lookalikes() -> dict[str, list[str]]:
    """What folds to one character of the hashtags, by that character; mostly itself."""
    found: dict[str, list[str]] = {char: [] for tag in TAGS for char in hashtag.fold(tag)}
    for char in map(chr, range(0x20, 0x1FBFA)):
        if (folded := hashtag.fold(char)) in found:
            found[folded] += [char, folded]
    return found


FORMS: list[Literal["NFC", "NFD"]] = ["NFC", "NFC", "NFD"]
CHANGES: list[Callable[[str], str]] = [str, str.upper, str.title, hashtag.fold]


@st.composite
def near_hashtags(draw: st.DrawFn) -> str:
    """A text with something like one of the hashtags in it."""
    tag = draw(st.sampled_from(TAGS))
    chars = list(unicodedata.normalize(draw(st.sampled_from(FORMS)), draw(st.sampled_from(CHANGES))(tag)))
    for at in draw(st.lists(st.integers(0, len(chars) - 1), max_size=3)):
        if alike := lookalikes().get(hashtag.fold(chars[at])):
            chars[at] = draw(st.sampled_from(alike))
    for nasty in draw(st.one_of(st.just(""), st.text(st.sampled_from(NASTY), max_size=2))):
        chars.insert(draw(st.integers(0, len(chars))), nasty)
    around = st.one_of(st.just(""), st.text(st.characters(codec=None), max_size=3))
    return f"{draw(around)} {draw(st.sampled_from('#＃'))}{''.join(chars)} {draw(around)}"


@st.composite
def spellings(draw: st.DrawFn, value: Any) -> str:
    """A value as JSON, its strings with escapes here and there, in either case."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{draw(spellings(inner))}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(draw(spellings(inner)) for inner in value) + "]"
    if not isinstance(value, str) or value in PLAIN.values():
        return json.dumps(value)
    every = draw(st.sampled_from([0, 0, 0, 1, 2, 3, 5]))
    upper = draw(st.booleans())
    return '"' + "".join(_escape(char, every and at % every == 0, upper) for at, char in enumerate(value)) + '"'


def _escape(char: str, is_due: object, upper: bool) -> str:
    is_due = is_due or 0xD800 <= ord(char) < 0xE000 or char in "<>&"
    escape = json.dumps(char) if ord(char) > 0x7F else f'"\\u{ord(char):04x}"'
    return (
        (escape.upper().replace("\\U", "\\u") if upper else escape)[1:-1]
        if is_due
        else json.dumps(char, ensure_ascii=False)[1:-1]
    )


def frame_of(spelled: str, path: str = V2, **more: Any) -> bytes:
    """A frame with a record that is spelled already."""
    body = {
        "rev": "3l",
        "operation": "create",
        "collection": record.COLLECTION,
        "rkey": "3l",
        "record": "@",
        "cid": "b",
    }
    frame = Kept(7, NOON, DID, "commit", body | more).frame(path)
    assert isinstance(frame, str)
    return frame.replace('"@"', spelled).encode()


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A frame that tells of a new post, in either version, with words near a hashtag in one of three places."""
    words = draw(near_hashtags())
    facet = {"features": [{"$type": "app.bsky.richtext.facet#tag", "tag": words}]}
    places: list[dict[str, Any]] = [{"text": words}, {"tags": ["x", words]}, {"facets": [facet]}]
    return frame_of(draw(spellings(PLAIN | draw(st.sampled_from(places)))), draw(st.sampled_from([V1, V2])))


def holds(frame: bytes, tag: str) -> bool:
    found = event.read(frame)
    assert isinstance(found, Event), found
    return record.carries([tag], found.body.one("record"))


@settings(deadline=None)
@given(frames())
def test_what_holds_a_hashtag_passes(frame: bytes) -> None:
    for tag in TAGS:
        assert filters()[tag].passes(frame) or not holds(frame, tag), tag


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("munchen", "#München"),
        ("munchen", "#Mu\u0308nchen"),
        ("münchen", "#munchen"),
        ("pink11", "#PINK11"),
        ("pink11", "＃ｐｉｎｋ１１"),
        ("pink11", "#𝐩𝐢𝐧𝐤⑪"),
        ("pink11", "#pİnk11"),
        ("pink11", "#p\u0131nk11"),
        ("office", "#oﬃce"),
        ("ガイド", "#ｶﾞｲﾄﾞ"),
        ("한국", "#\u1112\u1161\u11ab\u1100\u116e\u11a8"),
        ("λογος", "#ΛΟΓΟΣ"),
    ],
)
@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_hashtag_is_found_however_it_is_written(tag: str, text: str, ascii_only: bool) -> None:
    frame = frame_of(json.dumps(made_up(text), ensure_ascii=ascii_only))
    assert not holds(frame, tag) or Prefilter([tag]).passes(frame)
    assert holds(frame, tag) or text == "#pİnk11"  # a dot that folding leaves


@pytest.mark.parametrize("zeros", [r"#pink\u000011", r"#pi\u0000nk11"])
def test_a_zero_that_no_database_takes_hides_no_hashtag(zeros: str) -> None:
    frame = frame_of(json.dumps(made_up("@")).replace('"@"', f'"{zeros}"'))
    assert holds(frame, "pink11")
    assert Prefilter(["pink11"]).passes(frame)


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "pink 11",
        "Tom & Jerry <3",
        "日本語の投稿 ❤️ 👩🏽‍🚀",
        "кино",
        "C'est l'été à Zürich",
        "quotes “so” — and “so”\u2028…",
    ],
)
def test_most_posts_are_not_decoded(text: str) -> None:
    record_json = json.dumps(made_up(text), ensure_ascii=False)
    for char in "&<>\u2028":
        record_json = record_json.replace(char, f"\\u{ord(char):04x}")
    for path in (V1, V2):
        assert not Prefilter(["pink11"]).passes(frame_of(record_json, path))


@pytest.mark.parametrize("path", [V1, V2])
def test_whatever_is_no_new_post_is_decoded(path: str) -> None:
    prefilter = Prefilter(["pink11"])
    for operation in ("update", "delete", "odd"):
        assert prefilter.passes(frame_of(json.dumps(PLAIN), path, operation=operation))
    # Nobody hides an edit by writing of a creation inside a record, or in a record's name.
    hidden = json.dumps({"commit": {"operation": "create"}})
    assert prefilter.passes(frame_of(hidden, path, operation="update"))
    assert prefilter.passes(frame_of(hidden, path, operation="delete", rkey='","operation":"create"'))
    assert prefilter.passes(json.dumps({"record": {"operation": "create"}, "operation": "update"}).encode())
    account = Kept(7, NOON, DID, "account", {"active": False, "did": DID}).frame(path)
    assert isinstance(account, str)
    assert prefilter.passes(account.encode())


@given(st.binary(max_size=40))
@example(b'{"operation":"create"\xff')
def test_any_bytes_are_taken(frame: bytes) -> None:
    assert isinstance(filters()["pink11"].passes(frame), bool)


def test_every_recorded_post_with_a_hashtag_passes_for_it() -> None:
    lines = fixtures("bluesky", "jetstream-from-postviews.DERIVED.jsonl").read_bytes().split(b"\n")
    tested = 0
    for line in filter(None, lines):
        found = event.read(line)
        assert isinstance(found, Event)
        made = found.body.one("record")
        for tag in {hashtag.fold(each.tag) for each in hashtag.find(made.text("text"))} - {""}:
            assert Prefilter([tag]).passes(line)
            tested += 1
    assert tested >= 20


def test_a_facet_counts_in_bytes() -> None:
    assert tag_facet("Grüße #x", "#x")["index"] == {"byteStart": 8, "byteEnd": 10}


def test_what_is_not_looked_at_has_no_character_that_folds() -> None:
    first, last = traces.INHABITED
    desert = (range(first.stop, last.start), range(last.stop, sys.maxunicode + 1))
    categories = {unicodedata.category(chr(code)) for codes in desert for code in codes}
    assert categories <= {"Cn", "Co"}  # not assigned, or private: no letter, no mark, nothing that comes apart
