"""Hashtags: folding, finding and matching, as the fediverse does it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from re import compile as pattern
from typing import Final

TAG_MAX: Final = 100

# Where a hashtag may begin: not inside a word, an address or an entity.
_SIGN: Final = pattern(r"(?<![\w/=)])[#＃]")
_JOINERS: Final = frozenset("_·・\u200c")
# Mastodon's own table (app/lib/ascii_folding.rb), lower case: other accents tell words apart and stay.
_ASCII: Final = str.maketrans(
    "àáâãäåāăąçćĉċčðďđèéêëēĕėęěĝğġģĥħìíîïĩīĭįıĵķĸĺļľŀłñńņňŉŋòóôõöøōŏőŕŗřśŝşšſţťŧùúûüũūŭůűųŵýÿŷźżž",
    "aaaaaaaaacccccdddeeeeeeeeegggghhiiiiiiiiijkklllllnnnnnnooooooooorrrssssstttuuuuuuuuuuwyyyzzz",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A hashtag in a text, its sign included, from `start` to before `end`; `tag` is folded."""

    start: int
    end: int
    tag: str


def fold(tag: str) -> str:
    """A hashtag as it is compared: without its sign, width, case and the accents that Mastodon folds."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", tag).lower() if _belongs(char))
    return unicodedata.normalize("NFC", plain).translate(_ASCII)


def find(text: str) -> list[Found]:
    """The hashtags of a text, in order; a number alone is none."""
    found = []
    for sign in _SIGN.finditer(text):
        start, end = sign.start(), _end_of_tag(text, sign.end())
        if any(char.isalpha() for char in text[start + 1 : end]):
            found.append(Found(start, end, fold(text[start + 1 : end])))
    return found


def matches(tags: Iterable[str], text: str, named: Iterable[str] = ()) -> bool:
    """Whether a text, or what its network `named` as its hashtags, carries one of `tags`."""
    wanted = {fold(tag) for tag in tags}
    carried = {fold(tag) for tag in named} | {found.tag for found in find(text)}
    return not wanted.isdisjoint(carried)


def _end_of_tag(text: str, at: int) -> int:
    end = at
    while end < len(text) and end - at < TAG_MAX and _belongs(text[end]):
        end += 1
    while end > at and text[end - 1] in _JOINERS - {"_"}:
        end -= 1
    return end


def _belongs(char: str) -> bool:
    return char.isalnum() or char in _JOINERS or unicodedata.category(char).startswith("M")
