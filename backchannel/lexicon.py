"""The words and phrases of all rules, looked for all at once: how many there are hardly matters to a text.

A phrase is found as it is written (phrase.py: in any script, with any sign in it, inside hashtags), and through its
disguises (disguise.py).
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from ahocorasick_rs import AhoCorasick

from backchannel.disguised import Disguised
from backchannel.phrase import Mark, Reading, folded, known, read


class Lexicon:
    """Phrases, ready to be looked for."""

    def __init__(self, phrases: Iterable[str]) -> None:
        phrases = tuple(phrases)
        self._disguised = Disguised(phrases)
        self._words: dict[str, set[str]] = {}  # by what stands in a text, folded
        self._joined: dict[str, set[str]] = {}  # by what a hashtag writes for it
        for phrase in map(known, phrases):
            parted, joined = phrase.spellings
            self._words.setdefault(parted, set()).add(phrase.words)
            if joined != parted:
                self._joined.setdefault(joined, set()).add(phrase.words)
        self._needles = [needle for needle in dict.fromkeys([*self._words, *self._joined]) if needle]
        self._automaton = AhoCorasick(self._needles, store_patterns=False)

    def find(self, text: str, hashtags: Iterable[Mark] = ()) -> Mapping[str, tuple[Mark, ...]]:
        """The phrases that a text says, each with its places there."""
        if not self._needles:
            return {}
        found: dict[str, dict[Mark, None]] = {}
        for said, mark in self._plain(text, hashtags):
            found.setdefault(said, {})[mark] = None
        for words, disguised in self._disguised.find(text).items():
            found.setdefault(words, {}).update(dict.fromkeys(disguised))
        return {words: tuple(marks) for words, marks in found.items()}

    def _plain(self, text: str, hashtags: Iterable[Mark]) -> Iterator[tuple[str, Mark]]:
        """The phrases that stand there as they are written."""
        if not self._automaton.find_matches_as_indexes(folded(text)):
            return
        reading = read(text, hashtags)
        for number, start, end in self._automaton.find_matches_as_indexes(reading.folded, overlapping=True):
            if not reading.is_joint(start) and not reading.is_joint(end):
                for words in self._said(self._needles[number], reading, start, end):
                    yield words, reading.mark(start, end)

    def _said(self, needle: str, reading: Reading, start: int, end: int) -> Iterable[str]:
        """The phrases that are said where this stands. Only a hashtag writes several words as one."""
        is_in_tag = needle in self._joined and any(first <= start and end <= last for first, last in reading.tags)
        return chain(self._words.get(needle, ()), self._joined[needle] if is_in_tag else ())
