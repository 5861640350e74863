"""Disguises: a word that is written so that people still read it and a search does not find it.

| disguise | such as | seen through where |
|---|---|---|
| look-alikes | fгее | it is not a word all in another script, in a post that is written in it |
| accents, fonts, towers of marks | fréé, ⓕⓡⓔⓔ, f̷r̷e̷e̷ | everywhere |
| digits and signs for letters | fr33, $h1t | it has letters, and is no number with its unit, room or time (5h17) |
| letters repeated | freeeee | a letter stands three times or more, or several are repeated |
| letters hidden | f**k | two letters are shown |

A word is looked up by its shape: what is left of it when letters that are written for each other are made one, and
repeated ones too. What has the shape is then compared letter by letter, since many a good word has it as well.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from re import compile as pattern
from typing import Final

from backchannel.glyphs import EITHER, LEET, Kind, glyph, passes

STRETCHED: Final = 3
REPEATED_MAX: Final = 40  # a bound on the work
SHOWN_MIN: Final = 2
DIGITS_MAX: Final = 4  # for each other letter
_KINDS: Final = {Kind.DIGIT: "D", Kind.SIGN: "S"}
_TIME: Final = pattern("D{1,2}LDD")  # 5h17
_UNIT_OR_ROOM: Final = pattern("D+L+|L+D+")  # 45s, B12
_CLASSES: Final = {char: letters[0] for char, letters in LEET.items()} | {"l": "i", "v": "u"}
_PLAIN_CLASSES: Final = str.maketrans({char: one for char, one in _CLASSES.items() if char.isalpha()})
_REPEATED: Final = pattern(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of a word as it is written, from `start` to before `end` of what it stands in."""

    char: str
    kind: Kind
    start: int
    end: int

    @property
    def is_latin(self) -> bool:
        """Whether it is a Latin letter, and no other that passes for one."""
        return self.kind is Kind.LETTER and self.char.isascii()

    @property
    def is_foreign(self) -> bool:
        """Whether it is a letter of another script."""
        return self.kind is Kind.FOREIGN or (self.kind is Kind.LETTER and not self.char.isascii())


Word = Sequence[Letter]


def letters(written: str, start: int = 0) -> list[Letter]:
    """All that is written, character by character; what is not seen belongs to the letter before."""
    found: list[Letter] = []
    for at, char in enumerate(written):
        seen, kind = glyph(char)
        if kind is Kind.NOTHING:
            if found:
                found[-1] = Letter(found[-1].char, found[-1].kind, found[-1].start, start + at + 1)
            continue
        if char in "Il" and _is_odd(written, at):
            seen = EITHER
        found += [Letter(piece, kind, start + at, start + at + 1) for piece in seen]
    return found


def shape(word: Iterable[Letter]) -> str:
    """What disguises leave of a word."""
    return "".join(each for each, _ in groupby(_class(letter) for letter in word))


def plain_shape(word: str) -> str:
    """The same of ASCII letters alone."""
    return _REPEATED.sub(r"\1", word.lower().translate(_PLAIN_CLASSES))


def says(written: Word, meant: Word, *, is_alone: bool = True) -> bool:
    """Whether a word that has the shape of another one is meant for it.

    One that is not alone, but among others that are meant as well, is no number.
    """
    if len(written) > len(meant) + REPEATED_MAX:
        return False
    if any(letter.kind is Kind.MASK for letter in written):
        return _is_masked(written, meant)
    stretched = longest = 0
    for run, wish in zip(_runs(written), _runs(meant), strict=False):
        for some, letter, many in _dealt(run, wish):
            if len(some) < many or not all(passes(each.char, letter.char) for each in some):
                return False
            if len(some) > many:
                if letter.kind is Kind.DIGIT:
                    return False
                stretched, longest = stretched + 1, max(longest, len(some))
    return (
        (stretched != 1 or longest >= STRETCHED)
        and (not is_alone or _is_leet(written, meant))
        and _is_of_script(written, meant)
    )


def is_homograph(written: Word, meant: Word) -> bool:
    """Whether it is a disguise only if nobody writes in the script that all its letters are from."""
    return not any(letter.is_latin for letter in written) and not any(letter.is_foreign for letter in meant)


def _class(letter: Letter) -> str:
    return _CLASSES.get(letter.char, letter.char)


def _runs(word: Word) -> Iterator[list[Letter]]:
    return (list(run) for _, run in groupby(word, _class))


def _dealt(run: Word, wish: Word) -> Iterator[tuple[Word, Letter, int]]:
    """The letters of a run that each letter of a wish gets, as many as pass for it and the others leave."""
    wishes = [list(same) for _, same in groupby(wish, lambda letter: letter.char)]
    at, left = 0, len(wish)
    for same in wishes:
        left -= len(same)
        most = len(run) - left if same is not wishes[-1] else len(run)
        end = min(at + len(same), most)
        while end < most and (same is wishes[-1] or passes(run[end].char, same[0].char)):
            end += 1
        yield run[at:end], same[0], len(same)
        at = end


def _is_odd(written: str, at: int) -> bool:
    """Whether an I stands among small letters, or an l among capitals: it is meant for the other one."""
    before, after = written[at - 1 : at], written[at + 1 : at + 2]
    if written[at] == "I":
        return before.islower()
    return before.isupper() and not after.islower()


def _is_masked(written: Word, meant: Word) -> bool:
    shown = sum(letter.kind is not Kind.MASK for letter in written)
    return (
        len(written) == len(meant)
        and shown >= SHOWN_MIN
        and all(a.kind is Kind.MASK or passes(a.char, b.char) for a, b in zip(written, meant, strict=True))
    )


def _is_leet(written: Word, meant: Word) -> bool:
    """Whether its digits are meant for letters."""
    kinds = "".join(_KINDS.get(letter.kind, "L") for letter in written)
    digits = kinds.count("D") - sum(letter.kind is Kind.DIGIT for letter in meant)
    if digits <= 0:
        return True
    others = len(written) - kinds.count("D")
    is_number = digits > others + (others > 1) and _UNIT_OR_ROOM.fullmatch(kinds)
    is_time = _TIME.fullmatch(kinds) and any(letter.char == "h" for letter in written)
    return digits <= DIGITS_MAX * others and not is_number and not is_time


def _is_of_script(written: Word, meant: Word) -> bool:
    """A Latin word is no disguise of a foreign one, however alike they look."""
    is_meant_foreign = any(letter.is_foreign for letter in meant) and not any(letter.is_latin for letter in meant)
    return not is_meant_foreign or any(letter.is_foreign for letter in written)
