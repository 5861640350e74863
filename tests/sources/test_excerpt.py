"""The beginning of a text that is too long for a wall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.sources.excerpt import excerpt
from backchannel.text import from_plain, weave
from tests.test_text import check

SENTENCES = "One sentence. Another one, which is longer! A third that nobody will read?"


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        ("short", 20, "short"),
        (SENTENCES, len(SENTENCES), SENTENCES),
        (SENTENCES, 50, "One sentence. Another one, which is longer! …"),
        (SENTENCES, 20, "One sentence. …"),
        (SENTENCES, 12, "One sentenc…"),
        (SENTENCES, 14, "One sentence. …"),
        ("version 1.2.3 of it is out now", 16, "version 1.2.3 of…"),
        ("He said “Stop.” And then he went on", 24, "He said “Stop.” …"),
        ("一つ目の文です。二つ目の文はもっと長いです。三つ目。", 14, "一つ目の文です。 …"),
        ("一つ目の文はとても長いのでどこかで切ります", 10, "一つ目の文はとても…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("first line\nsecond line\nthird", 15, "first line…"),
        ("a map: https://pink11.example/a/long/way/to/go", 20, "a map:…"),
        ("words and more words #pink11", 25, "words and more words…"),
    ],
)
def test_it_ends_where_a_reader_would_pause(text: str, limit: int, said: str) -> None:
    assert weave(excerpt(from_plain(text), limit)).plain == said


def test_spans_before_the_end_stay_and_none_is_cut() -> None:
    text = from_plain("Ask #pink11 at https://pink11.example/desk or @ines@social.example about all of it.")
    cut = weave(excerpt(text, 50))
    assert cut.plain == "Ask #pink11 at https://pink11.example/desk or…"
    assert [span.value for span in cut.spans] == ["pink11", "https://pink11.example/desk"]


@given(st.text(max_size=120), st.integers(2, 60))
def test_any_text_stays_about_within_its_limit(text: str, limit: int) -> None:
    cut = weave(excerpt(from_plain(text), limit))
    check(cut)
    assert len(cut.plain) <= limit + 2
