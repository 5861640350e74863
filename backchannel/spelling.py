"""Spelling: where the words of a text begin and end, also of those that are spelled out.

Words stand between blanks and whatever is no letter. A sign at the edge of one may belong to it ($hit) or not (free!),
so that one piece may be several words. Single letters in a row are a word too (f r e e, f.r.e.e), and so is a piece
that only dots, hyphens and the like part (fr-ee).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, groupby, pairwise, takewhile
from re import compile as pattern
from typing import Final

from backchannel.disguise import Letter, Word, letters
from backchannel.glyphs import Kind

SPELLED_MIN: Final = 3
SPELLED_MAX: Final = 60
EDGE_MAX: Final = 4
PARTS_MAX: Final = 6
HASH: Final = frozenset("#＃")
PIECE_MAX: Final = 100
_PIECE: Final = pattern(rf"\S{{1,{PIECE_MAX}}}")
_JOINING: Final = frozenset(".-_~·•*")  # what parts no words that stand without a blank
_LINKING: Final = frozenset(".-_+/")  # what may stand between two words instead of a blank
_ALONE: Final = frozenset("aiouryx24")  # what may be a word by itself before and after one that is spelled out


@dataclass(frozen=True, slots=True)
class Spelled:
    """A word as it is spelled in the piece `number` of a text.

    `then` is the piece that comes next, None where something stands between. `is_tag` says that it may be several words
    that a hashtag, or somebody who spells out, writes as one.
    """

    word: Word
    number: int
    then: int | None
    is_tag: bool = False


@lru_cache(maxsize=512)  # more would only keep the garbage collector busy
def words(token: str) -> tuple[tuple[Word, bool, bool], ...]:
    """The words that a piece without blanks may be: each, whether it ends the piece, and whether it may be several."""
    written = letters(token)
    found: list[tuple[Word, bool]] = []
    runs = [list(run) for is_word, run in groupby(written, _is_of_word) if is_word]
    for run in runs:
        found += _trimmed(run)
    if token[:1] in HASH and runs:
        found += [(part, True) for part in _humps(token, runs[0])]
    found += [(word, True) for word in _spelled_out(written, runs)]
    once = {(word[0].start, word[-1].end, len(word), is_tag): word for word, is_tag in found if word}
    return tuple((word, word[-1].end == written[-1].end, is_tag) for (*_, is_tag), word in once.items())


def is_single(token: str) -> bool:
    """Whether it is one letter, whatever stands around it."""
    if len(token) > 1 and token.isalnum():
        return False
    return sum(map(_is_of_word, letters(token))) == 1


def pieces(text: str) -> list[str]:
    """What stands between the blanks of a text; what is too long to be a word is cut."""
    found = text.split()
    return found if len(text) <= PIECE_MAX or max(map(len, found), default=0) <= PIECE_MAX else _PIECE.findall(text)


class Spelling:
    """The words of a text, by the number of the piece where they begin."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = [found.span() for found in _PIECE.finditer(text)]
        self._words: dict[int, dict[int, list[Spelled]]] = {}
        self._singles: dict[int, Letter | None] = {}
        self._runs: dict[int, tuple[Word, int]] = {}

    def at(self, number: int) -> Iterable[Spelled]:
        """The words that begin in a piece."""
        return chain.from_iterable(self._by_start(number).values())

    def after(self, spelled: Spelled) -> Iterator[Spelled]:
        """The words that follow a word with nothing but a blank between, or what is written for one."""
        at, then = spelled.word[-1].end, spelled.then
        if then is None:
            if at < len(self._text) and self._text[at] in _LINKING:
                yield from self._by_start(spelled.number).get(at + 1, ())
        elif then < len(self._places):
            yield from self._by_start(then).get(self._places[then][0], ())
            run, lead = self._run(then)
            if lead > 1:
                yield Spelled(run[:lead], then, then + lead)

    def spelled_out(self, number: int) -> Iterator[Spelled]:
        """The words that are spelled out in single letters from this piece on. Wide blanks part them, if any do."""
        run, lead = self._run(number)
        if len(run) < SPELLED_MIN:
            return
        if lead < len(run):
            yield Spelled(run[:lead], number, number + lead)
        for word, cut in _without_lone(run):
            yield Spelled(word, number, None if cut else number + len(run), is_tag=True)

    def _run(self, number: int) -> tuple[Word, int]:
        """The letters in a row from a piece on, and how many are before the first wide blank."""
        if number not in self._runs:
            singles = map(self._single, range(number, number + SPELLED_MAX))
            run = [letter for letter in takewhile(bool, singles) if letter]
            places = self._places[number : number + len(run)]
            gaps = [self._text[one[1] : other[0]] for one, other in pairwise(places)]
            wide = [at for at, gap in enumerate(gaps, 1) if len(gap) > 1 or gap == "\n"]
            self._runs[number] = run, wide[0] if 0 < len(wide) < len(gaps) else len(run)
        return self._runs[number]

    def _single(self, number: int) -> Letter | None:
        """The letter that a piece is, where it is one."""
        if number >= len(self._places):
            return None
        if number not in self._singles:
            start, end = self._places[number]
            piece = self._text[start:end]
            found = filter(_is_of_word, letters(piece, start) if is_single(piece) else ())
            self._singles[number] = next(found, None)
        return self._singles[number]

    def _by_start(self, number: int) -> dict[int, list[Spelled]]:
        if number not in self._words:
            start, end = self._places[number]
            found = self._words[number] = {}
            for word, closes, is_tag in words(self._text[start:end]):
                spelled = Spelled(_moved(word, start), number, number + 1 if closes else None, is_tag)
                found.setdefault(spelled.word[0].start, []).append(spelled)
        return self._words[number]


def _is_of_word(letter: Letter) -> bool:
    return letter.kind is not Kind.OTHER


def _is_of_edge(letter: Letter) -> bool:
    return letter.kind in {Kind.SIGN, Kind.MASK}


def _trimmed(run: Sequence[Letter]) -> Iterator[tuple[Word, bool]]:
    """A piece of letters with and without the signs at its edges."""
    before = next((at for at, letter in enumerate(run) if not _is_of_edge(letter)), len(run))
    after = next((at for at, letter in enumerate(reversed(run)) if not _is_of_edge(letter)), 0)
    for first in {before if before < len(run) else 0, max(before - 1, 0) if before < len(run) else 0, 0}:
        for cut in range(min(after, EDGE_MAX) + 1):
            yield run[first : len(run) - cut], False
        if after > EDGE_MAX:
            yield run[first : len(run) - after], False


def _humps(token: str, run: Sequence[Letter]) -> Iterator[Word]:
    """The words that a hashtag writes as one, alone and several together: capitals say where they begin."""
    run = [letter for letter in run if letter.kind is not Kind.MASK]
    starts = [at for at, letter in enumerate(run) if at == 0 or _is_hump(token, letter.start)][:PARTS_MAX]
    ends = [*starts[1:], len(run)]
    return (run[start:end] for start in starts for end in ends if start < end)


def _is_hump(token: str, at: int) -> bool:
    return token[at].isupper() and not token[at - 1].isupper()


def _spelled_out(written: Sequence[Letter], runs: Sequence[Sequence[Letter]]) -> Iterator[Word]:
    """What signs part letter by letter, and what only dots and the like part."""
    for are_single, some in groupby(runs, lambda run: len(run) == 1):
        alone = [run[0] for run in some]
        if are_single and (len(alone) >= SPELLED_MIN or 1 < len(alone) == len(runs)):
            yield alone
    between = {letter.char for letter in written if not _is_of_word(letter) or letter.kind is Kind.MASK}
    if 1 < len(runs) <= 2 * PARTS_MAX and between <= _JOINING:
        yield [letter for run in runs for letter in run]
    core = [letter for run in runs for letter in run]
    while len(core) >= SPELLED_MIN and _is_of_edge(core[-1]):
        if _is_parted(core):
            break
        core.pop()
    if _is_parted(core):
        yield core[::2]


def _is_parted(core: Sequence[Letter]) -> bool:
    """Whether one sign stands after every letter but the last."""
    return len(core) % 2 == 1 and len({letter.char for letter in core[1::2]}) == 1 and _is_of_edge(core[1])


def _without_lone(run: Sequence[Letter]) -> Iterator[tuple[Word, int]]:
    """Letters in a row, with and without those at the edges that are words by themselves, and how many are cut."""
    for first in range(3):
        for cut in range(3):
            edges = (*run[:first], *run[len(run) - cut :])
            if len(run) - first - cut >= SPELLED_MIN and all(
                letter.char in _ALONE or _is_of_edge(letter) for letter in edges
            ):
                yield run[first : len(run) - cut], cut


def _moved(word: Word, by: int) -> Word:
    return [Letter(letter.char, letter.kind, letter.start + by, letter.end + by) for letter in word]
