"""Writes words as people write them who want them read and not found: made by chance, the same for the same seed."""

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

Way = Callable[[Random, str], str]

LEET: Final = {"a": "4@", "b": "8", "e": "3", "g": "9", "i": "1!", "l": "1|", "o": "0", "s": "5$", "t": "7+", "z": "2"}
SIGNS: Final = ".-_~·•*|/"
HIDDEN: Final = "\u200b\u200c\u200d\u2060\u00ad\ufeff"
MARKS: Final = "".join(map(chr, [*range(0x300, 0x315), *range(0x323, 0x334), *range(0x335, 0x339)]))
ACCENTS: Final = "\u0300\u0301\u0302\u0303\u0308\u030a\u030c\u0327"
FONTS: Final = tuple(range(0x1D400, 0x1D6A4, 52))  # bold, italic, script, double-struck and other alphabets
BOXES: Final = (0x24B6, 0x1F130, 0x1F150, 0x1F170)  # letters in circles and squares
SMALL: Final = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))


def _each(change: Callable[[Random, str], str]) -> Way:
    """Every letter, written otherwise."""
    return lambda chance, said: "".join(change(chance, char) if char.isalpha() else char for char in said)


def _some(letters: Mapping[str, str], share: float) -> Way:
    """A share of the letters that can be written otherwise, one at least."""

    def write(chance: Random, said: str) -> str:
        places = [at for at, char in enumerate(said) if char in letters]
        chosen = {at for at in places if chance.random() < share} or set(places and [chance.choice(places)])
        return "".join(chance.choice(letters[char]) if at in chosen else char for at, char in enumerate(said))

    return write


def _between(chance: Random, said: str, signs: str) -> str:
    return "".join(char + (chance.choice(signs) if chance.random() < 0.6 else "") for char in said)


def _font(chance: Random, said: str) -> str:
    font = chance.choice([*FONTS, *BOXES, 0xFEE0, 0])
    if font == 0:
        return "".join(SMALL.get(char, char) for char in said)
    if font == 0xFEE0:
        return "".join(chr(ord(char) + font) if char.isalpha() else char for char in said)
    width = 26 if font in FONTS else 0
    styled = (chr(font + width + ord(char) - 97) if char.isalpha() else char for char in said)
    return "".join(one if unicodedata.name(one, "") else char for one, char in zip(styled, said, strict=True))


def _apart(chance: Random, said: str, signs: str) -> str:
    """Letter by letter, words with a wider gap, or none."""
    sign = chance.choice(signs)
    gap = chance.choice(["  ", "   ", " "]) if sign == " " else " "
    return gap.join(sign.join(re.findall(r"\S[\u0300-\u036f]*", word)) for word in said.split(" "))


def _repeated(chance: Random, said: str) -> str:
    letters = [at for at, char in enumerate(said) if char.isalpha()]
    chosen = set(chance.sample(letters, min(len(letters), chance.choice([1, 1, 2]))))
    return "".join(char * chance.randint(3, 6) if at in chosen else char for at, char in enumerate(said))


def _masked(chance: Random, said: str) -> str:
    """A letter inside every longer word is starred out."""

    def hide(word: str) -> str:
        at = chance.randrange(1, max(len(word) - 1, 2))
        return word[:at] + "*" + word[at + 1 :] if len(word) > 3 else word

    return " ".join(map(hide, said.split(" ")))


@cache
def look_alikes(path: Path) -> Mapping[str, str]:
    """The characters that rustrict takes for each letter, other than ASCII and other than marked letters."""
    found: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for char, letters in (row[:2] for row in csv.reader(file) if len(row) > 1):
            is_plain = len(char) == 1 and not char.isascii() and not unicodedata.decomposition(char)
            if is_plain and unicodedata.category(char) in {"Ll", "Lu"}:
                meant = set(letters.lower())
                for letter in meant if len(meant) == 1 and meant < set("abcdefghijklmnopqrstuvwxyz") else ():
                    found[letter] = found.get(letter, "") + char
    return found


CYRILLIC: Final = dict(zip("aceopxyisjkmthb", "асеорхуіѕјкмтнь", strict=True))
GREEK: Final = dict(zip("aopvkntiu", "αορνκητιυ", strict=True))
WAYS: Final[Mapping[str, Way]] = {
    "case": _each(lambda chance, char: chance.choice([char.upper(), char])),
    "accents": _each(lambda chance, char: unicodedata.normalize("NFC", char + chance.choice(ACCENTS))),
    "full width": _each(lambda _, char: chr(ord(char) + 0xFEE0)),
    "fonts, circles, boxes, small capitals": _font,
    "zero width": lambda chance, said: _between(chance, said, HIDDEN),
    "zalgo": _each(lambda chance, char: char + "".join(chance.choices(MARKS, k=chance.randint(1, 12)))),
    "look-alikes, some (Cyrillic)": _some(CYRILLIC, 0.5),
    "look-alikes, some (Greek)": _some(GREEK, 0.5),
    "leet, some": _some(LEET, 0.5),
    "leet, all that can be": _some(LEET, 1.1),
    "spaced out": lambda chance, said: _apart(chance, said, " "),
    "parted by signs": lambda chance, said: _apart(chance, said, SIGNS),
    "repeated letters": _repeated,
    "starred out": _masked,
}


def mixed(chance: Random, said: str) -> str:
    """Two ways at once: letters first, then how they stand."""
    first = chance.choice(["leet, some", "look-alikes, some (Cyrillic)", "accents", "full width", "case"])
    second = chance.choice(["spaced out", "parted by signs", "zero width", "zalgo", "repeated letters"])
    return WAYS[second](chance, WAYS[first](chance, said))
