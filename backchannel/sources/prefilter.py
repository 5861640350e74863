"""Tells most of a network's posts apart from those with the wanted hashtags, without decoding them.

Invariant, tested: what holds a wanted hashtag once it is decoded always passes; what passes need not hold one. Why it
holds: a hashtag is an unbroken run of characters, and a run folds to a wanted tag in two ways only. Either all of it is
ASCII; then it stands in the raw bytes as it is, but for its case, unless an escape hides a letter of it. Or it has a
character beyond ASCII that leaves one of the tag's own characters behind, vanishes, or is a mark that melts into the
letter before it; those characters are known beforehand (`_traces`). Every other character leaves something in the
folded run that the tag does not have.
"""

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from re import compile as pattern
from typing import Final

from backchannel import hashtag

# The head of a frame that tells of a new post, up to where it says so; strangers' words come only after that.
_CREATION: Final = pattern(
    rb'\{(?:"(?:\$type|payload|did|seq|time|time_us|witnessedAt|cursor|kind|commit|rev|collection|rkey|cid)"'
    rb':(?:"[^"\\]*",|\d+,|\{))*"operation":"create"'
)
# Escapes that hide no part of a hashtag: & < > and controls, as Go's encoder writes them into every other post.
_HIDING: Final = pattern(rb"\\u(?!0026|003[CEce]|202[89]|00[01])")
_ASCII: Final = bytes(range(0x80))


class Prefilter:
    """Looks for hashtags in raw frames of JSON."""

    def __init__(self, tags: Iterable[str]) -> None:
        wanted = {hashtag.fold(tag) for tag in tags} - {""}
        self._needles = tuple(tag.encode() for tag in wanted if tag.isascii())
        self._traces = frozenset(_traces(wanted))

    def passes(self, frame: bytes) -> bool:
        """Whether a frame has to be decoded: it may hold a hashtag, or tells of anything but a new post."""
        if not _CREATION.match(frame):
            return True
        lower = frame.lower()
        if any(needle in lower for needle in self._needles):
            return True
        if b"\\" in frame and _HIDING.search(frame):
            return True
        return not frame.isascii() and self._has_traces(frame)

    def _has_traces(self, frame: bytes) -> bool:
        try:
            beyond = frame.translate(None, _ASCII).decode()
        except UnicodeDecodeError:
            return True
        return not self._traces.isdisjoint(beyond)


def _traces(tags: Iterable[str]) -> Iterator[str]:
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
    for char in map(chr, range(0x80, sys.maxunicode + 1)):
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
