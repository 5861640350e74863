"""Traces: the characters beyond ASCII by which something wanted can show in a text that does not spell it in ASCII.

A hashtag folds character by character, but for marks, which melt into the letter before them. A phrase folds character
by character without exception (`phrase.folded_char`), so what a character becomes either overlaps the phrase or not.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import Final

from backchannel import hashtag
from backchannel.phrase import Phrase, folded_char, leans

# What Unicode has characters in, beyond ASCII; all else is empty, or for private use, and folds to itself.
INHABITED: Final = (range(0x80, 0x3_2400), range(0xE_0000, 0xE_0200))


def of_hashtags(tags: Iterable[str]) -> Iterator[str]:
    """The characters beyond ASCII that a run may have which folds to one of the tags."""
    parts = frozenset().union(*map(_parts, tags))
    for char in parts:
        yield char
    for char, folded, marks in _folding_chars():
        if not folded or not parts.isdisjoint(folded) or not (parts | _melting()).isdisjoint(marks):
            yield char


@cache
def _folding_chars() -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    """The characters that folding changes, or that are marks: each with what it leaves, and the marks that lead that.

    All other characters leave themselves.
    """
    found = []
    for char in map(chr, chain(*INHABITED)):
        if not (char.isalnum() or unicodedata.category(char)[0] == "M"):
            continue
        folded = hashtag.fold(char)
        if folded != char or unicodedata.category(char)[0] == "M" or unicodedata.decomposition(char):
            found.append((char, _parts(folded), _leading_marks(folded)))
    return tuple(found)


@cache
def _melting() -> frozenset[str]:
    """The marks that disappear, because folding takes them off the letter that they stand on."""
    bare = (char for char in map(chr, range(0x80, 0x250)) if hashtag.fold(char).isascii())
    parts = frozenset(part for char in bare for part in unicodedata.normalize("NFD", char))
    return frozenset(part for part in parts if unicodedata.category(part)[0] == "M")


def _parts(text: str) -> frozenset[str]:
    """What a text is made of, composed and decomposed. Greek has a small sigma of its own for the end of a word."""
    found = {*text, *unicodedata.normalize("NFD", text)}
    return frozenset(found | {"σ", "ς"} if found & {"σ", "ς"} else found)


def _leading_marks(text: str) -> frozenset[str]:
    marks = set()
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.category(char)[0] != "M":
            break
        marks.add(char)
    return frozenset(marks)


def of_phrase(phrase: Phrase) -> Iterator[str]:
    """The characters beyond ASCII that can be part of a phrase: nothing else can be, but for what vanishes."""
    for spelling in phrase.spellings:
        yield from (char for char in spelling if not char.isascii())
        yield from (char for char, folded in _changing_chars() if _overlaps(folded, spelling))


@cache
def vanishing() -> tuple[str, ...]:
    """The characters of which nothing is left where phrases are looked for."""
    return tuple(char for char, folded in _changing_chars() if not folded)


def _overlaps(folded: str, spelling: str) -> bool:
    """Whether what a character becomes can be part of a phrase, or hold its beginning, its end or all of it."""
    if not folded:
        return False
    if folded in spelling or spelling in folded:
        return True
    return any(
        spelling.startswith(folded[at:]) or (spelling.endswith(folded[:at]) and not leans(folded[at]))
        for at in range(1, len(folded))
    )


@cache
def _changing_chars() -> tuple[tuple[str, str], ...]:
    """The characters that phrases fold into something else, each with what it becomes."""
    suspects = (char for char in map(chr, chain(*INHABITED)) if _may_change(char))
    return tuple((char, folded) for char in suspects if (folded := folded_char(char)) != char)


def _may_change(char: str) -> bool:
    """Cheap to ask of every character there is; Hangul syllables come apart although no table says so."""
    is_syllable = 0xAC00 <= ord(char) <= 0xD7A3
    is_other = is_syllable or char != char.casefold() or unicodedata.decomposition(char) != ""
    return is_other or unicodedata.category(char) in {"Cc", "Cf", "Mn", "Zs", "Zl", "Zp"}
