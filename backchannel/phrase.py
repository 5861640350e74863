"""Words and phrases as people block them: found whole, whatever their case and width, and inside hashtags.

Folding goes character by character into NFKD, so that every folded character knows where it came from, and a find can
be marked in the text that people see.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
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
_BLANKS: Final = pattern(r"[^\S ]|  ")  # more than a space between two words
_RUNS: Final = pattern(r"\s+")
FOLDS_MAX: Final = 8192
JOINT_MAX: Final = 64  # marks on one letter, at most
REMEMBERED: Final = 16_384
_TRAILING_JAMO: Final = range(0x1160, 0x1200)  # vowels and ends of a Korean syllable that was taken apart


@dataclass(frozen=True, slots=True)
class Reading:
    """A text folded for looking up phrases.

    `origins` tells of each folded character which one of the text it came from; `humps` are the places of the text
    where a word begins inside a hashtag.
    """

    folded: str
    origins: Sequence[int]
    humps: frozenset[int]
    tags: tuple[Mark, ...]  # the hashtags, as places in `folded`

    def is_joint(self, place: int) -> bool:
        """Whether a place in `folded` lies inside a word, so that no phrase may begin or end there."""
        before = next((char for char in reversed(self.folded[:place][-JOINT_MAX:]) if not leans(char)), "")
        if not before or place == len(self.folded):
            return False
        char, origin = self.folded[place], self.origins[place]
        is_hump = origin in self.humps and origin != self.origins[place - 1]
        return leans(char) or (_joins(before, char) and not is_hump)

    def mark(self, start: int, end: int) -> Mark:
        """What a piece of `folded` is in the text."""
        return self.origins[start], self.origins[end - 1] + 1


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
        return [reading.mark(start, end) for start, end in found]


# A rulebook's next version looks for nearly the same ones, and so does every trial of a rule.
known = lru_cache(REMEMBERED)(Phrase)


def read(text: str, hashtags: Iterable[Mark] = ()) -> Reading:
    """A text ready for looking up phrases; `hashtags` are the places of its hashtags."""
    folded, origins = _folded(text)
    tags = [(start, end) for start, end in hashtags if 0 <= start < end <= len(text)]
    humps = frozenset(at for start, end in tags for at in _humps(text, start, end))
    return Reading(folded, origins, humps, _in_folded(tags, origins))


def folded(text: str) -> str:
    """A text as `read` folds it, without the places: enough to tell that hardly any phrase is in it, and sooner."""
    return _RUNS.sub(" ", text.lower() if text.isascii() else text.translate(_FOLDS))


def _folded(text: str) -> tuple[str, Sequence[int]]:
    if text.isascii() and not _BLANKS.search(text):
        return text.lower(), range(len(text))
    folded: list[str] = []
    origins: list[int] = []
    for at, char in enumerate(text):
        for piece in folded_char(char):
            if piece != " " or not folded or folded[-1] != " ":
                folded.append(piece)
                origins.append(at)
    return "".join(folded), origins


def is_unspaced(text: str) -> bool:
    """Whether there is a character in it of a script without spaces."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def _places(needle: str, reading: Reading) -> Iterable[Mark]:
    at = reading.folded.find(needle) if needle else -1
    while at >= 0:
        end = at + len(needle)
        if not reading.is_joint(at) and not reading.is_joint(end):
            yield at, end
        at = reading.folded.find(needle, at + 1)


@lru_cache(maxsize=4096)
def folded_char(char: str) -> str:
    """What is compared of a character: without width and case, taken apart; any blank is a space."""
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(piece for piece in plain if piece not in _UNSEEN)


class _Folds(dict[int, str]):
    """What each character is folded to, worked out when it is met first; forgotten when there are too many."""

    def __missing__(self, code: int) -> str:
        if len(self) >= FOLDS_MAX:
            self.clear()
        self[code] = folded_char(chr(code))
        return self[code]


_FOLDS: Final = _Folds()


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


def _in_folded(tags: Iterable[Mark], origins: Sequence[int]) -> tuple[Mark, ...]:
    places = ((bisect_left(origins, start), bisect_left(origins, end)) for start, end in tags)
    return tuple((first, last) for first, last in places if first < last)
