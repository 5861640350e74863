"""Phrases, looked for through every disguise and all at once: a word of a text is looked up, and no phrase is tried."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from backchannel.disguise import Word, is_homograph, letters, plain_shape, says, shape
from backchannel.glyphs import Kind, glyph
from backchannel.phrase import REMEMBERED, Mark
from backchannel.spelling import SPELLED_MIN, Spelled, Spelling, is_single, pieces, words

LETTERS_MIN: Final = 3  # shorter ones are too often something else
MASKED_MIN: Final = 4
LOOKED_AT_MAX: Final = 500  # words of one text that may begin a phrase; a text of the usual length has fewer

EDGES: Final = ".,;:?\"'"

_BEGINS: Final = 1
_SINGLE: Final = 2


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase with its words, and as one word; and the shapes of the first of them, and of that."""

    said: str
    words: tuple[Word, ...]
    joined: Word
    first_shape: str
    joined_shape: str


class Disguised:
    """Phrases of letters, ready to be looked for. Those with other signs in them have no disguise that we know."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._first: dict[str, list[_Phrase]] = {}
        self._joined: dict[str, list[_Phrase]] = {}
        self._masked: dict[tuple[str, int], list[_Phrase]] = {}
        for phrase in filter(None, map(_phrase, dict.fromkeys(phrases))):
            self._first.setdefault(phrase.first_shape, []).append(phrase)
            if len(phrase.words) > 1:
                self._joined.setdefault(phrase.joined_shape, []).append(phrase)
            if (length := len(phrase.words[0])) >= MASKED_MIN:
                self._masked.setdefault((phrase.first_shape[0], length), []).append(phrase)
        # Most words come again and again, and hardly any of them begins a phrase.
        self._sign = lru_cache(REMEMBERED)(self._sign_of)

    def find(self, text: str) -> Mapping[str, Sequence[Mark]]:
        """The phrases that a text says, each with its places there."""
        if not self._first:
            return {}
        signs = [self._sign(piece) for piece in pieces(text)]
        starts = [number for number, sign in enumerate(signs) if sign & _BEGINS][:LOOKED_AT_MAX]
        runs = [number for number, sign in enumerate(signs) if sign & _SINGLE and _begins_run(signs, number)]
        if not starts and not runs:
            return {}
        spelling = Spelling(text)
        found: dict[str, list[Mark]] = {}
        for spelled in _beginnings(spelling, starts, runs):
            for said, mark in self._read(spelled, spelling, text):
                found.setdefault(said, []).append(mark)
        return found

    def _sign_of(self, token: str) -> int:
        """What a piece of a text has to be looked at for."""
        core = token.strip(EDGES)
        if core.isascii() and core.isalpha():  # as most are: the same, sooner
            begins = plain_shape(core) in self._first
            return begins * _BEGINS + (len(core) == 1) * _SINGLE
        begins = any(self._may_begin(word, is_tag=is_tag) for word, _, is_tag in words(token))
        return begins * _BEGINS + is_single(token) * _SINGLE

    def _may_begin(self, word: Word, *, is_tag: bool) -> bool:
        look = shape(word)
        return (
            look in self._first
            or (is_tag and look in self._joined)
            or (_has_mask(word) and (look[0], len(word)) in self._masked)
        )

    def _read(self, spelled: Spelled, spelling: Spelling, text: str) -> Iterator[tuple[str, Mark]]:
        """The phrases that begin with a word."""
        word, look = spelled.word, shape(spelled.word)
        masked = self._masked.get((look[0], len(word)), ()) if _has_mask(word) else ()
        for phrase in (*self._first.get(look, ()), *masked):
            if _is_meant(word, phrase.words[0], text, is_alone=len(phrase.words) == 1):
                for end in _ends(spelled, phrase.words[1:], spelling, text):
                    yield phrase.said, (word[0].start, end)
        for phrase in self._joined.get(look, ()) if spelled.is_tag else ():
            if _is_meant(word, phrase.joined, text):
                yield phrase.said, (word[0].start, word[-1].end)


@lru_cache(REMEMBERED)
def _phrase(said: str) -> _Phrase | None:
    """A phrase, if it is one of letters."""
    parts = tuple(letters(part) for part in said.split())
    joined = [letter for part in parts for letter in part]
    return _Phrase(said, parts, joined, shape(parts[0]), shape(joined)) if _is_of_letters(joined) else None


def _beginnings(spelling: Spelling, starts: Iterable[int], runs: Iterable[int]) -> Iterator[Spelled]:
    for number in starts:
        yield from spelling.at(number)
    for number in runs:
        yield from spelling.spelled_out(number)


def _begins_run(signs: Sequence[int], number: int) -> bool:
    """Whether letters in a row begin here, enough of them to be a word."""
    if number and signs[number - 1] & _SINGLE:
        return False
    run = signs[number : number + SPELLED_MIN]
    return len(run) == SPELLED_MIN and all(sign & _SINGLE for sign in run)


def _ends(spelled: Spelled, rest: Sequence[Word], spelling: Spelling, text: str) -> Iterable[int]:
    """Where a phrase ends whose other words follow."""
    last = [spelled]
    for meant in rest:
        followers = (follower for each in last for follower in spelling.after(each))
        found = [
            each
            for each in followers
            if _has_shape(each.word, meant) and _is_meant(each.word, meant, text, is_alone=False)
        ]
        last = list({(each.word[-1].end, each.then): each for each in found}.values())
    return [each.word[-1].end for each in last]


def _has_shape(written: Word, meant: Word) -> bool:
    return _has_mask(written) or shape(written) == shape(meant)


def _is_meant(written: Word, meant: Word, text: str, *, is_alone: bool = True) -> bool:
    return says(written, meant, is_alone=is_alone) and not (is_homograph(written, meant) and _is_native(written, text))


def _is_native(word: Word, text: str) -> bool:
    """Whether a text is written in the script of a word: it has letters of it that pass for no others."""
    scripts = {_script(text[letter.start]) for letter in word if letter.is_foreign}
    return any(glyph(char)[1] is Kind.LETTER and _script(char) in scripts for char in text if not char.isascii())


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _has_mask(word: Word) -> bool:
    return any(letter.kind is Kind.MASK for letter in word)


def _is_of_letters(word: Word) -> bool:
    kinds = [letter.kind for letter in word]
    return set(kinds) <= {Kind.LETTER, Kind.FOREIGN, Kind.DIGIT} and len(kinds) - kinds.count(Kind.DIGIT) >= LETTERS_MIN
