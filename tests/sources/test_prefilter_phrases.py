"""The prefilter lets everything through that says a followed phrase, or is by a followed author, once it is decoded."""

import json
import sys
import unicodedata
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.errors import StartError
from backchannel.interest import Interest
from backchannel.phrase import Phrase, folded_char
from backchannel.post import Author
from backchannel.sources import event, record, traces
from backchannel.sources.event import Event
from backchannel.sources.prefilter import Prefilter
from tests.sources.jetstream_server import DID, NOON, V1, V2, Kept, made_up
from tests.sources.test_prefilter import CHANGES, FORMS, PLAIN, frame_of, spellings

PHRASES = (
    "help desk :(", "größe", "日本 語", "C#", "naïve café", "fi", "한국", "Q & A", 'say "hi"', "and so on...", "1½ l",
    "ﬁne print", "Ω", "a/b test", "🎉", "Straße", "İstanbul",
)  # fmt: skip
INTERESTS = {phrase: Interest(phrases=[phrase]) for phrase in PHRASES}
NASTY = "\u200b\u200c\u200d\u200e\u200f\u061c\ufe0e\ufe0f\u00ad\u0301\u0308\u202e\u2026\u3000\u00a0 \t\n\"\\/&<>'-#\0"


@cache  # not while it is imported: that takes seconds, of every worker
def filters() -> dict[str, Prefilter]:
    return {phrase: Prefilter([], [phrase]) for phrase in PHRASES}


@cache
def lookalikes() -> dict[str, list[str]]:
    """What becomes one of the pieces of the phrases, or begins or ends with it, by that piece."""
    pieces = {piece for phrase in PHRASES for char in phrase for piece in folded_char(char)}
    found: dict[str, list[str]] = {piece: [] for piece in pieces}
    for char in map(chr, range(0x20, 0x1FBFA)):
        folded = folded_char(char)
        for piece in {folded[:1], folded[-1:], folded} & pieces:
            found[piece].append(char)
    return found


@st.composite
def near_phrases(draw: st.DrawFn) -> str:
    """A text with something like one of the phrases in it, or that phrase as a hashtag."""
    phrase = draw(st.sampled_from(PHRASES))
    chars = list(unicodedata.normalize(draw(st.sampled_from(FORMS)), draw(st.sampled_from(CHANGES[:3]))(phrase)))
    for at in draw(st.lists(st.integers(0, len(chars) - 1), max_size=3)):
        if alike := lookalikes().get(folded_char(chars[at])[:1]):
            chars[at] = draw(st.sampled_from(alike))
    for nasty in draw(st.one_of(st.just(""), st.text(st.sampled_from(NASTY), max_size=3))):
        chars.insert(draw(st.integers(0, len(chars))), nasty)
    words = "".join(chars)
    around = st.one_of(st.just(""), st.text(st.characters(codec=None), max_size=3))
    written = draw(st.sampled_from([words, words, "#" + words.replace(" ", "")]))
    return f"{draw(around)}{draw(st.sampled_from([' ', '']))}{written}{draw(st.sampled_from([' ', '']))}{draw(around)}"


@st.composite
def frames(draw: st.DrawFn) -> bytes:
    """A frame that tells of a new post with words near a phrase, in either version of the wire."""
    return frame_of(draw(spellings(PLAIN | {"text": draw(near_phrases())})), draw(st.sampled_from([V1, V2])))


def holds(frame: bytes, interest: Interest) -> bool:
    found = event.read(frame)
    assert isinstance(found, Event), found
    said = found.body.one("record")
    author = Author("", address=found.did if found.did == DID else "", id=found.did)
    return bool(interest.matched(record.said(said, author), record.named(said)))


@given(frames())
def test_what_says_a_phrase_passes(frame: bytes) -> None:
    for phrase in PHRASES:
        assert filters()[phrase].passes(frame) or not holds(frame, INTERESTS[phrase]), phrase


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("help desk :(", "HELP\u3000ｄｅｓｋ :("),
        ("help desk :(", "#HelpDesk:( help desk :("),
        ("help desk", "see #HelpDesk"),
        ("help desk", "he\u200blp de\ufe0fsk"),
        ("help desk", "he\0lp desk"),
        ("größe", "GRÖSSE"),
        ("größe", "gro\u0308ße"),
        ("fi", "ﬁ"),
        ("wait...", "wait…"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
        ("日本", "㈰本"),
        ("Q & A", "the q & a session"),
        ('say "hi"', 'Say "Hi"!'),
    ],
)
@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_phrase_is_found_however_it_is_written(phrase: str, text: str, ascii_only: bool) -> None:
    spelled = json.dumps(made_up(text), ensure_ascii=ascii_only).replace("&", "\\u0026")
    assert Prefilter([], [phrase]).passes(frame_of(spelled))
    assert holds(frame_of(spelled), Interest(phrases=[phrase])) or text == "㈰本"  # parted by brackets


@pytest.mark.parametrize("text", ["Hello", "le café est fermé ❤️", "日本語の投稿 👩🏽‍🚀", "C'est l'été", "кино"])
def test_most_posts_are_not_decoded_for_a_phrase(text: str) -> None:
    for phrase in ("help desk :(", "opening keynote", "größe"):
        assert not Prefilter([], [phrase]).passes(frame_of(json.dumps(made_up(text), ensure_ascii=False)))


@pytest.mark.parametrize("phrase", [":(", "!!!", '"', "\\ /", " "])
def test_a_phrase_of_signs_alone_stops_the_start(phrase: str) -> None:
    with pytest.raises(StartError, match=r"\(bluesky\) phrases: .* has neither a letter nor a digit; add a word to it"):
        Prefilter([], [phrase])


def test_every_character_that_folding_changes_is_known() -> None:
    changing = dict(traces._changing_chars())
    for char in map(chr, range(0x80, sys.maxunicode + 1, 7)):
        assert changing.get(char, char) == folded_char(char), hex(ord(char))
    assert traces.vanishing()


def test_a_character_that_holds_a_phrase_s_end_is_a_trace_unless_it_carries_an_accent() -> None:
    found = set(traces.of_phrase(Phrase("cafe")))
    assert {"ｆ", "𝐞"} <= found
    assert "é" not in found


@given(st.sampled_from([DID, DID.upper(), "did:web:desk.example"]), st.sampled_from([V1, V2]), spellings({"x": DID}))
def test_what_is_by_a_followed_author_passes(did: str, path: str, spelled: str) -> None:
    frame = Kept(7, NOON, did, "commit", {"operation": "create", "record": "@"}).frame(path)
    assert isinstance(frame, str)
    raw = frame.replace('"@"', spelled).encode()
    assert Prefilter([], dids=["did:plc:other", did]).passes(raw)
    found = event.read(raw)
    assert isinstance(found, Event)
    assert Prefilter([], dids=[found.did]).passes(raw)


def test_an_author_is_found_behind_an_escape_and_in_a_second_field_of_the_name() -> None:
    head = '{"did":"did:plc:odd","time_us":1794916800000000,"kind":"commit","commit":{"operation":"create","record":{}}'
    hidden = DID.replace("i", "\\u0069")
    for late in (DID, hidden):
        raw = f'{head},"did":"{late}"}}'.encode()
        found = event.read(raw)
        assert isinstance(found, Event)
        assert found.did == DID
        assert Prefilter([], dids=[DID]).passes(raw)


def test_many_authors_are_looked_for_at_once() -> None:
    dids = [f"did:plc:{number:024}" for number in range(100)]
    prefilter = Prefilter(["pink11"], dids=dids)
    body: dict[str, Any] = {"operation": "create", "record": {}}
    passed = [
        each for each in (*dids, DID) if prefilter.passes(str(Kept(7, NOON, each, "commit", body).frame(V2)).encode())
    ]
    assert passed == dids
