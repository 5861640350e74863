"""What the makers of Unicode and of X test their own code with, put to ours."""

from collections.abc import Iterator
from json import loads
from re import compile as pattern
from typing import Any, Final

from backchannel import hashtag
from backchannel.taming import cut
from backchannel.text import from_plain
from tests.shared import fixtures
from tests.test_text import check

PART: Final = pattern(r"\n  (\w+):\n")
EXAMPLE: Final = pattern(r'- description: "(.*)"\n +text: (".*")\n +expected: (.+)\n')
ASTRAL: Final = pattern(r"\\U([0-9a-f]{8})")
BEFORE: Final = "a\n"  # a text is never cut to nothing

# We find hashtags as Mastodon does; X draws the line elsewhere, and tells by itself where they stand in its posts.
FOUND_OTHERWISE: Final = {
    "Extract hashtag after bracket",
    "Hashtag with ideographic iteration mark",
    "Extract hashtag with fullwidth tilde",
    "Extract hashtag with wave dash",
    "DO NOT extract hashtag when # is followed by URL",
    "Extract Hebrew hashtags",
    "Extract Sinhala hashtag with Zero-Width Joiner (U+200D)",
    "Extract Tibetan hashtags",
}


def characters() -> Iterator[tuple[str, set[int]]]:
    """Texts, each with the places where it may be parted."""
    for row in fixtures("text", "GraphemeBreakTest.txt").read_text().split("\n"):
        text, places = "", set[int]()
        for word in row.partition("#")[0].split():
            if word == "÷":
                places.add(len(text))
            elif word != "×":
                text += chr(int(word, 16))
        if text and "\r\n" not in text:  # ends of lines are one character before anything is cut
            yield text, places


def test_a_cut_parts_no_character_of_unicodes_own_test() -> None:
    count = 0
    for text, places in characters():
        for limit in range(len(BEFORE) + 2, len(BEFORE) + len(text) + 1):
            kept = len(cut(f"{BEFORE}{text}!!", limit)) - 1 - len(BEFORE)  # without the … behind it
            assert kept <= 0 or kept in places or text[kept].isspace(), ascii(text)
            count += 1
    assert count > 900


def conformance(name: str, part: str = "") -> Iterator[tuple[str, str, Any]]:
    """The tests of a file or of a part: description, text, what is expected; but for those that span lines."""
    _, *rows = PART.split(fixtures("text", name).read_text())
    for headline, tests in zip(rows[::2], rows[1::2], strict=True):
        for description, *values in EXAMPLE.findall(tests) if part in {"", headline} else ():
            text, expected = (loads(ASTRAL.sub(lambda found: chr(int(found[1], 16)), value)) for value in values)
            yield description, text, expected


def test_hashtags_are_found_where_x_finds_them_but_for_what_mastodon_draws_otherwise() -> None:
    otherwise = {
        description
        for description, text, expected in conformance("twitter-text-extract.yml", "hashtags")
        if [text[found.start + 1 : found.end] for found in hashtag.find(text)] != expected
    }
    assert otherwise == FOUND_OTHERWISE


def test_every_text_that_x_tests_with_is_tamed() -> None:
    tests = [*conformance("twitter-text-extract.yml"), *conformance("twitter-text-validate.yml")]
    for _, text, _ in tests:
        check(from_plain(text))
    assert len(tests) > 250
