"""Words that people really block, in twenty-eight languages: each is found where it is said."""

import json
from collections.abc import Iterator

from backchannel.disguised import Disguised
from backchannel.phrase import Phrase, read
from tests.shared import fixtures

# The small letter of Turkish whose capital is an I: in capitals it cannot be told from an i.
DOTLESS = "ı"
# Fonts of which enough letters look like no letter of ours: small capitals raised, upside down, mirrored, and by shape.
UNREADABLE_MAX = 6


def lists() -> Iterator[tuple[str, list[str]]]:
    for path in sorted(fixtures("profanity", "LDNOOBW").glob("*.txt")):
        yield path.stem, [line for line in path.read_text().split("\n") if line.strip()]
    for name in ("dsojevic-en", "dsojevic-emoji"):
        entries = json.loads(fixtures("profanity", f"{name}.json").read_text())
        yield name, [words for entry in entries for words in entry["match"].split("|")]


def is_found(words: str, text: str) -> bool:
    return bool(Phrase(words).find(read(text)))


def test_every_word_of_every_list_is_found_where_it_is_said() -> None:
    count = 0
    for language, blocked in lists():
        for words in blocked:
            assert is_found(words, f"well, {words} it is"), (language, words)
            assert is_found(words, f"well, {words.upper()} it is") or DOTLESS in words, (language, words)
            count += 1
    assert count > 3000


def test_a_word_in_most_fonts_is_seen_through() -> None:
    disguised = Disguised(["nonsense"])
    fonts = [row.partition(",")[2] for row in fixtures("profanity", "rustrict-unicode_fonts.csv").read_text().split()]
    written = ["".join(font[ord(letter) - ord("a")] for letter in "nonsense") for font in fonts if len(font) == 26]
    unread = [word for word in written if not disguised.find(f"well, {word} it is")]
    assert len(written) > 30
    assert len(unread) <= UNREADABLE_MAX, unread
