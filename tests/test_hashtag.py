"""Hashtags: folding, finding, matching."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.hashtag import find, fold, matches


@pytest.mark.parametrize(
    ("tag", "folded"),
    [
        ("Pink11", "pink11"),
        ("#Pink11", "pink11"),
        ("＃Ｐｉｎｋ１１", "pink11"),
        ("MÜNCHEN", "munchen"),
        ("mu\u0308nchen", "munchen"),
        ("Łódź", "lodz"),
        ("Straße", "straße"),
        ("Đà_Nẵng", "da_nẵng"),
        ("col·lecció", "col·leccio"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("हिन्दी", "हिन्दी"),
        ("ﾊﾟﾝ", "パン"),
        ("pink-11!", "pink11"),
    ],
)
def test_a_tag_is_folded_as_mastodon_folds_it(tag: str, folded: str) -> None:
    assert fold(tag) == folded


@given(st.text(st.one_of(st.characters(categories=["L", "N"]), st.sampled_from("#_·ÄäŁÿ"))))
def test_folding_twice_changes_nothing(tag: str) -> None:
    assert fold(fold(tag)) == fold(tag)


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("at #Pink11!", ["#Pink11"]),
        ("#a#b", ["#a"]),
        ("#11 #2nd #_ #·", ["#2nd"]),
        ("(#one) “#two”, #three.", ["#one", "#two", "#three"]),
        ("https://a.example/#no a=#no x#no /#no", []),
        ("&#39; #", []),
        ("#हिन्दी #ภาษาไทย #שָׁלוֹם", ["#हिन्दी", "#ภาษาไทย", "#שָׁלוֹם"]),
        ("＃全角", ["＃全角"]),
        ("#l·l·", ["#l·l"]),
        ("#under_score_", ["#under_score_"]),
    ],
)
def test_hashtags_are_found_where_mastodon_finds_them(text: str, tags: list[str]) -> None:
    assert [text[found.start : found.end] for found in find(text)] == tags


@given(st.text(st.sampled_from("#＃aé1_·\u200c /=ह\u093f\u0301 "), max_size=40))
def test_found_tags_are_apart_and_folded(text: str) -> None:
    at = 0
    for found in find(text):
        assert at <= found.start < found.end <= len(text)
        assert found.tag == fold(text[found.start : found.end]) != ""
        at = found.end


def test_a_text_matches_by_what_it_says_or_what_its_network_names() -> None:
    assert matches(["Pink11"], "see you at #PINK11")
    assert matches(["#pink11", "other"], "no sign here", named=["Pink11"])
    assert not matches(["pink11"], "pink11 without a sign, #pink112 with another")
