"""The words and phrases of all rules, looked for all at once: how many there are hardly matters to a text."""

from collections.abc import Iterable, Mapping
from itertools import chain

from ahocorasick_rs import AhoCorasick

from backchannel.phrase import Mark, Phrase, Reading, read


class Lexicon:
    """Phrases, ready to be looked for."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._words: dict[str, set[str]] = {}  # by what stands in a text, folded
        self._joined: dict[str, set[str]] = {}  # by what a hashtag writes for it
        for phrase in map(Phrase, phrases):
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
        reading = read(text, hashtags)
        found: dict[str, dict[Mark, None]] = {}
        for number, start, end in self._automaton.find_matches_as_indexes(reading.folded, overlapping=True):
            if reading.joints[start] or reading.joints[end]:
                continue
            mark = reading.origins[start], reading.origins[end - 1] + 1
            for words in self._said(self._needles[number], reading, start, end):
                found.setdefault(words, {})[mark] = None
        return {words: tuple(marks) for words, marks in found.items()}

    def _said(self, needle: str, reading: Reading, start: int, end: int) -> Iterable[str]:
        """The phrases that are said where this stands. Only a hashtag writes several words as one."""
        is_in_tag = needle in self._joined and any(first <= start and end <= last for first, last in reading.tags)
        return chain(self._words.get(needle, ()), self._joined[needle] if is_in_tag else ())
