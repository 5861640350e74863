"""Phrases are found whole, whatever was done to them, and every find lies where people see it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel import hashtag
from backchannel.phrase import Phrase, read
from backchannel.text import tame

WORDS = st.text(st.sampled_from("abcäßİſﬁéа日が한글 -_#'1ǅ\u0301\u200d"), max_size=12)


def found(phrase: str, text: str) -> list[str]:
    """What of a text a phrase finds, hashtags found as everywhere."""
    reading = read(text, [(tag.start, tag.end) for tag in hashtag.find(text)])
    return [text[start:end] for start, end in Phrase(phrase).find(reading)]


@pytest.mark.parametrize(
    ("phrase", "text", "finds"),
    [
        ("spam", "Spam, SPAM and spam!", ["Spam", "SPAM", "spam"]),
        ("spam", "spammer spam1 antispam", []),
        ("spam", "spam's spam-free (spam) _spam_", ["spam"] * 4),
        ("ｓｐａｍ", "spam", ["spam"]),
        ("spam", "ｓｐａｍ", ["ｓｐａｍ"]),
        ("spam", "sp\u200dam", ["sp\u200dam"]),
        ("straße", "STRASSE", ["STRASSE"]),
        ("fit", "ﬁt", ["ﬁt"]),
        ("schon", "schön", []),
        ("schön", "scho\u0308n SCHÖN", ["scho\u0308n", "SCHÖN"]),
        ("resume", "resumé", []),
        ("free tickets", "Free\n  tickets here", ["Free\n  tickets"]),
        ("free tickets", "freetickets", []),
        ("free tickets", "free, tickets", []),
        ("don't", "I don't", ["don't"]),
        ("🖕", "ok🖕🏽ok", ["🖕"]),
        ("c++", "C++ and c", ["C++"]),
    ],
)
def test_a_phrase_is_found_whole(phrase: str, text: str, finds: list[str]) -> None:
    assert found(phrase, text) == finds


@pytest.mark.parametrize(
    ("phrase", "text", "finds"),
    [
        ("crypto", "#crypto", ["crypto"]),
        ("#crypto", "crypto #Crypto", ["#Crypto"]),
        ("crypto", "#BuyCryptoNow #buy_crypto #crypto2026", ["Crypto", "crypto", "crypto"]),
        ("ass", "#classroom #ClassRoom", []),
        ("crypto", "BuyCryptoNow", []),
        ("scam", "#NFTScam", ["Scam"]),
        ("free tickets", "#freetickets #FreeTickets #WinFreeTicketsNow", ["freetickets", "FreeTickets", "FreeTickets"]),
        ("free tickets", "#carefreetickets", []),
    ],
)
def test_a_phrase_is_found_inside_a_hashtag_where_a_word_begins(phrase: str, text: str, finds: list[str]) -> None:
    assert found(phrase, text) == finds


@pytest.mark.parametrize(
    ("phrase", "text", "finds"),
    [
        ("投資", "今すぐ投資しよう", ["投資"]),
        ("詐欺", "#投資詐欺だ", ["詐欺"]),
        ("スパム", "ｽﾊﾟﾑです", ["ｽﾊﾟﾑ"]),
        ("か", "が", []),
        ("광고", "광고입니다", ["광고"]),
        ("가", "각", []),
        ("โฆษณา", "นี่คือโฆษณาครับ", ["โฆษณา"]),
        ("crypto", "今crypto投資", ["crypto"]),
    ],
)
def test_where_words_stand_without_spaces_a_phrase_is_found_inside(phrase: str, text: str, finds: list[str]) -> None:
    assert found(phrase, text) == finds


@pytest.mark.parametrize("nothing", ["", "  ", "\u200d"])
def test_a_phrase_of_nothing_is_none_and_finds_nothing(nothing: str) -> None:
    assert not Phrase(nothing)
    assert found(nothing, "a b") == []


@given(WORDS, WORDS, WORDS)
def test_a_phrase_is_found_between_blanks_in_any_case(before: str, phrase: str, after: str) -> None:
    said = " ".join(tame(phrase, 100).split())
    if Phrase(said) and not said.startswith("\u0301"):
        for way in (said, said.upper(), said.title()):
            if Phrase(way).find(read(said)):  # a few capitals fold to something else
                assert found(said, f"{before} {way} {after}")


@given(st.text(max_size=80), st.text(max_size=8))
def test_whatever_is_looked_for_every_find_lies_in_the_text(text: str, phrase: str) -> None:
    reading = read(text, [(0, len(text))])
    for start, end in Phrase(phrase).find(reading):
        assert 0 <= start < end <= len(text)


@given(st.text(st.sampled_from("abé日. "), max_size=30), st.text(st.sampled_from("abé"), min_size=1, max_size=2))
def test_in_plain_words_it_finds_what_a_plain_search_for_whole_words_finds(text: str, word: str) -> None:
    plain = [piece for piece in text.replace("日", " ").replace(".", " ").split() if piece == word]
    assert found(word, text) == plain
