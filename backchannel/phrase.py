"""Words and phrases as people block them: found whole, whatever their case and width, and inside hashtags.

Folding goes character by character into NFKD, so that every folded character knows where it came from, and a find can
be marked in the text that people see.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from re import compile as pattern
from typing import Final

Mark = tuple[int, int]  # from where to before where, in code points

_UNSEEN: Final = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c\ufe0e\ufe0f")
# Where words stand without spaces: the inside of a pattern's brackets.
_SCRIPTS: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_UNSPACED: Final = pattern(f"[{_SCRIPTS}]")
# There, and where words grow endings without a space (Korean, taken apart), a phrase is found inside of others.
_GROWING: Final = pattern(f"[{_SCRIPTS}\u1100-\u11ff]")
_TRAILING_JAMO: Final = range(0x1160, 0x1200)  # vowels and ends of a Korean syllable that was taken apart


@dataclass(frozen=True, slots=True)
class Reading:
    """A text folded for looking up phrases.

    `origins` tells of each folded character which one of the text it came from; `joints` of each place in `folded`
    whether it lies inside a word, so that no phrase may begin or end there.
    """

    folded: str
    origins: tuple[int, ...]
    joints: bytes
    tags: tuple[Mark, ...]  # the hashtags, as places in `folded`


class Phrase:
    """One word or more that are looked for together."""

    __slots__ = ("_joined", "_parted", "words")

    def __init__(self, words: str) -> None:
        self.words = words
        self._parted = read(words).folded.strip()
        self._joined = self._parted.replace(" ", "")

    def __bool__(self) -> bool:
        """Whether anything is left of it to look for."""
        return bool(self._parted)

    @property
    def spellings(self) -> tuple[str, str]:
        """What is looked for, folded: with blanks between the words, and as a hashtag writes it."""
        return self._parted, self._joined

    def find(self, reading: Reading) -> list[Mark]:
        """Where it stands in a text. A hashtag writes a phrase without spaces."""
        # Most phrases are in hardly any text, and there may be hundreds of them.
        if self._parted not in reading.folded and not (reading.tags and self._joined in reading.folded):
            return []
        found = list(_places(self._parted, reading))
        if self._joined != self._parted:
            found += [
                (start, end)
                for start, end in _places(self._joined, reading)
                if any(first <= start and end <= last for first, last in reading.tags)
            ]
        return [(reading.origins[start], reading.origins[end - 1] + 1) for start, end in found]


def read(text: str, hashtags: Iterable[Mark] = ()) -> Reading:
    """A text ready for looking up phrases; `hashtags` are the places of its hashtags."""
    folded: list[str] = []
    origins: list[int] = []
    for at, char in enumerate(text):
        for piece in folded_char(char):
            if piece != " " or (folded and folded[-1] != " "):
                folded.append(piece)
                origins.append(at)
    tags = [(start, end) for start, end in hashtags if 0 <= start < end <= len(text)]
    humps = {at for start, end in tags for at in _humps(text, start, end)}
    joints = bytearray(len(folded) + 1)
    base = ""
    for place, char in enumerate(folded):
        is_hump = origins[place] in humps and origins[place] != origins[place - 1]
        joints[place] = bool(base) and (leans(char) or (_joins(base, char) and not is_hump))
        base = base if leans(char) else char
    return Reading("".join(folded), tuple(origins), bytes(joints), _in_folded(tags, origins))


def is_unspaced(text: str) -> bool:
    """Whether there is a character in it of a script without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def _places(needle: str, reading: Reading) -> Iterable[Mark]:
    at = reading.folded.find(needle) if needle else -1
    while at >= 0:
        end = at + len(needle)
        if not reading.joints[at] and not reading.joints[end]:
            yield at, end
        at = reading.folded.find(needle, at + 1)


@lru_cache(maxsize=4096)
def folded_char(char: str) -> str:
    """What is compared of a character: without width and case, taken apart; any blank is a space."""
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(piece for piece in plain if piece not in _UNSEEN)


def _joins(before: str, char: str) -> bool:
    """Whether no word ends between two characters."""
    return before.isalnum() and char.isalnum() and not _GROWING.match(before) and not _GROWING.match(char)


def leans(char: str) -> bool:
    """Whether a character belongs to the one before it: an accent, a voicing mark, the end of a syllable."""
    return not char.isascii() and (unicodedata.category(char)[0] == "M" or ord(char) in _TRAILING_JAMO)


def _humps(text: str, start: int, end: int) -> Iterable[int]:
    """Where a word begins inside a hashtag: BuyNow, NFTScam, crypto2026."""
    for at in range(start + 1, end):
        before, char, after = text[at - 1], text[at], text[at + 1 : min(at + 2, end)]
        is_capital = char.isupper() and (before.islower() or (before.isupper() and after.islower()))
        if is_capital or before.isdigit() != char.isdigit():
            yield at


def _in_folded(tags: Iterable[Mark], origins: list[int]) -> tuple[Mark, ...]:
    found = []
    for start, end in tags:
        places = [place for place, origin in enumerate(origins) if start <= origin < end]
        if places:
            found.append((places[0], places[-1] + 1))
    return tuple(found)
