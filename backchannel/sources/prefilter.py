"""Tells most of a network's posts apart from those that are wanted, without decoding them.

Invariant, tested: what is wanted once it is decoded always passes; what passes need not be. Why it holds:

A hashtag is an unbroken run of characters, and a run folds to a wanted tag in two ways only. Either all of it is ASCII;
then it stands in the raw bytes as it is, but for its case, unless an escape hides a letter of it. Or it has a character
beyond ASCII that leaves one of the tag's own characters behind, vanishes, or is a mark that melts into the letter
before it; those characters are known beforehand (`traces`). Every other character leaves something in the folded run
that the tag does not have.

A phrase is found the same way by the longest piece of it that neither blanks nor escapes can part: all ASCII, perhaps
with vanishing characters in between, or with a character that becomes a part of the phrase. An author stands in the
frame by DID, which is ASCII.
"""

from collections.abc import Iterable
from re import Pattern, escape
from re import compile as pattern
from typing import Final

from backchannel import hashtag
from backchannel.errors import StartError
from backchannel.phrase import Phrase
from backchannel.sources import traces

# How a frame says that it tells of a new post. Unescaped quotes make it a name and a value, wherever it stands; before
# the record, which is all that strangers write into a frame, and before any other such name, it is the event's own.
_CREATION: Final = b'"operation":"create"'
_NAME: Final = b'"operation"'
_RECORD: Final = b'"record"'
# Escapes that hide nothing: & < > and controls, as Go's encoder writes them into every other post; but a zero is taken
# out of every text, and joins what stood around it.
_HIDING: Final = pattern(rb"\\u(?!0026|003[CEce]|202[89]|00(?:0[1-9A-Fa-f]|1))")
_ASCII: Final = bytes(range(0x80))
_PIECE: Final = pattern(r"[!#-%'-.0-;=?-\[\]-~]+")  # ASCII that is written without escape wherever it stands


class Prefilter:
    """Looks for hashtags, phrases and authors (by DID) in raw frames of JSON. Raises StartError for a mute phrase."""

    def __init__(self, tags: Iterable[str], phrases: Iterable[str] = (), dids: Iterable[str] = ()) -> None:
        wanted = {hashtag.fold(tag) for tag in tags} - {""}
        said = [Phrase(words) for words in phrases]
        self._pieces = tuple({piece.encode() for phrase in said if (piece := _piece(phrase))})
        self._needles = (*(tag.encode() for tag in wanted if tag.isascii()), *self._pieces)
        self._authors = _one_of(dids)
        self._traces = frozenset(traces.of_hashtags(wanted)).union(*map(traces.of_phrase, said))
        self._vanishing = _one_of(traces.vanishing()) if self._pieces else None

    def passes(self, frame: bytes) -> bool:
        """Whether a frame has to be decoded: it may hold what is wanted, or tells of anything but a new post."""
        at = frame.find(_CREATION)
        if at < 0 or _RECORD in (head := frame[:at]) or _NAME in head or b"\\" in head:
            return True
        lower = frame.lower()
        for needle in self._needles:
            if needle in lower:
                return True
        if self._authors is not None and self._authors.search(lower):
            return True
        if b"\\" in frame and _HIDING.search(frame):
            return True
        return not frame.isascii() and self._passes_beyond_ascii(frame, lower)

    def _passes_beyond_ascii(self, frame: bytes, lower: bytes) -> bool:
        try:
            beyond = frame.translate(None, _ASCII).decode()
        except UnicodeDecodeError:
            return True
        if not self._traces.isdisjoint(beyond):
            return True
        if self._vanishing is None:
            return False
        joined = self._vanishing.sub(b"", lower)
        return any(piece in joined for piece in self._pieces)


def _piece(phrase: Phrase) -> str:
    """The longest piece of a phrase that stands in the raw bytes; none where its own characters beyond ASCII tell it.

    Raises StartError where nothing but signs is left: they are in every frame, or nobody can say how they are written.
    """
    spelling = phrase.spellings[0]
    if spelling.isascii() and not any(map(str.isalnum, spelling)):
        msg = f"[[sources]] (bluesky) phrases: {phrase.words!r} has neither a letter nor a digit; add a word to it"
        raise StartError(msg)
    return max(_PIECE.findall(spelling), key=len, default="") if spelling.isascii() else ""


def _one_of(words: Iterable[str]) -> Pattern[bytes] | None:
    """What finds one of many in lower case; None where there are none."""
    spelled = [escape(word.lower().encode()) for word in words]
    return pattern(b"|".join(spelled)) if spelled else None
