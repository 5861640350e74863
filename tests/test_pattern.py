"""Patterns: what cannot be read names its place, and no pattern takes long over any text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.pattern import PATTERN_MAX, Patterns, trouble


def found(pattern: str, text: str) -> list[str]:
    """What of a text a pattern matches."""
    return [text[start:end] for start, end in Patterns([pattern]).find(text).get(pattern, ())]


@pytest.mark.parametrize(
    ("pattern", "text", "finds"),
    [
        (r"free .{0,20}tickets?", "Free concert tickets!", ["Free concert tickets"]),
        (r"(?-i)free", "Free free", ["free"]),
        (r"\b\d{3}-\d{4}\b", "日本 555-0199, 555-01", ["555-0199"]),
        (r"é+", "Été ÉÉ", ["É", "é", "ÉÉ"]),
        (r"^(?:a|b)+$", "ab!", []),
    ],
)
def test_a_pattern_is_found_where_it_stands_whatever_the_case(pattern: str, text: str, finds: list[str]) -> None:
    assert trouble(pattern) == ""
    assert found(pattern, text) == finds


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("win (a|b", "cannot be read at character 5: a ( is never closed"),
        (r"\([)]a(b", "cannot be read at character 7: a ( is never closed"),
        ("win) now", "cannot be read at character 4: this ) closes nothing"),
        ("free [a-z", "cannot be read at character 6: this [ is never closed"),
        ("free (?=now)", "cannot be read at character 6: there is no such group here, and no looking ahead or back"),
        (r"(a)\1", "cannot be read at character 4: there is no such escape here, and no \\1 for what a group found"),
        ("wi[z-a]n", "cannot be read at character 4: there is no such range or class"),
        ("*win", "cannot be read at character 1: there is nothing to repeat"),
        ("win**", "cannot be read at character 4: there is nothing to repeat"),
        ("win{2000}", "cannot be read at character 4: it may repeat 1000 times at most"),
        ("win\\", "cannot be read at character 4: a \\ at the end escapes nothing"),
        ("wi\ud800n", "cannot be read at character 3: there is half a character"),
        ("[a-z]{900}[0-9]{900}.{900}", "it is too large; what it repeats is repeated too often"),
        ("x" * (PATTERN_MAX + 1), "it has 501 characters, and 500 are the most"),
        ("(win)*", "it matches every text"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(pattern: str, why: str) -> None:
    assert trouble(pattern) == why


@pytest.mark.parametrize("pattern", ["(x+x+)+y", "(a|a)*b", "(.*)(.*)(.*)(.*)(.*)z{300}", "(a?){300}a{300}", ".{100}y"])
def test_no_pattern_stalls_over_a_text_made_for_it(pattern: str) -> None:
    assert not trouble(pattern)
    patterns = Patterns([pattern])
    before = time.perf_counter()
    for text in ("x" * 5000, "a" * 5000, "ab1" * 1666):
        patterns.find(text)
    assert time.perf_counter() - before < 2


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_written_as_a_pattern_it_is_refused_or_can_be_looked_for(pattern: str, text: str) -> None:
    if not trouble(pattern):
        for start, end in Patterns([pattern, "b"]).find(text).get(pattern, ()):
            assert 0 <= start < end <= len(text)


def test_many_patterns_tell_each_its_own() -> None:
    patterns = Patterns(["a+", "b", "[cd]", "zz"])
    assert patterns.find("xaab d") == {"a+": ((1, 3),), "b": ((3, 4),), "[cd]": ((5, 6),)}
    assert Patterns([]).find("a") == {}
