"""Regular expressions as people write them into rules, in linear time: no pattern and no text stalls the server.

RE2 reads them (its syntax: https://github.com/google/re2/wiki/Syntax), which knows no looking round and no repeating of
what a group found, since both may take time without end. Letters match whatever their case; `(?-i)` says otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final

import re2  # type: ignore[import-untyped]

from backchannel.phrase import Mark
from backchannel.wording import Say, plainly, spoken

PATTERN_MAX: Final = 500
PROGRAM_MAX: Final = 2_000  # steps for each character of a text, at worst
FINDS_MAX: Final = 20

UNREADABLE: Final = spoken("cannot be read at character %(num)s: %(why)s")
_TROUBLES: Final[Mapping[str, str]] = {
    "missing )": spoken("a ( is never closed"),
    "unexpected )": spoken("this ) closes nothing"),
    "missing ]": spoken("this [ is never closed"),
    "invalid escape sequence": spoken("there is no such escape here, and no \\1 for what a group found"),
    "invalid perl operator": spoken("there is no such group here, and no looking ahead or back"),
    "invalid character class range": spoken("there is no such range or class"),
    "bad repetition operator": spoken("there is nothing to repeat"),
    "no argument for repetition operator": spoken("there is nothing to repeat"),
    "invalid repetition size": spoken("it may repeat 1000 times at most"),
    "invalid named capture group": spoken("this is no name of a group"),
    "trailing \\": spoken("a \\ at the end escapes nothing"),
    "pattern too large - compile failed": spoken("it is too large"),
}


def trouble(pattern: str, say: Say = plainly) -> str:
    """Why a pattern cannot be used, with its place, or nothing."""
    if len(pattern) > PATTERN_MAX:
        return say("it has %(num)s characters, and %(most)s are the most", num=len(pattern), most=PATTERN_MAX)
    try:
        compiled = _compiled(pattern)
    except re2.error as error:
        what, _, piece = error.args[0].decode(errors="replace").partition(": ")
        why = say(_TROUBLES[what]) if what in _TROUBLES else what
        return say(UNREADABLE, num=_place(pattern, what, piece) + 1, why=why)
    except UnicodeEncodeError as error:
        return say(UNREADABLE, num=error.start + 1, why=say("there is half a character"))
    if compiled.programsize > PROGRAM_MAX:
        return say("it is too large; what it repeats is repeated too often")
    return say("it matches every text") if compiled.search("") and compiled.search("\x01") else ""


class Patterns:
    """Patterns that are looked for all at once. Raises re2.error for one that is in `trouble`."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._patterns: Sequence[str] = list(dict.fromkeys(patterns))
        self._filter = re2.Filter()
        for pattern in self._patterns:
            self._filter.Add(pattern, _options())
        if self._patterns:
            self._filter.Compile()

    def find(self, text: str) -> Mapping[str, tuple[Mark, ...]]:
        """The patterns that match somewhere in a text, each with its first places there."""
        if not self._patterns:
            return {}
        return {self._patterns[number]: self._places(number, text) for number in self._filter.Match(text) or ()}

    def _places(self, number: int, text: str) -> tuple[Mark, ...]:
        found = self._filter.re(number).finditer(text)
        return tuple(each.span() for each in islice(found, FINDS_MAX) if each.end() > each.start())


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return options


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re2._Regexp:
    return re2.compile(pattern, _options())


def _place(pattern: str, what: str, piece: str) -> int:
    """Where the trouble begins: RE2 tells the piece, but of brackets that do not pair the whole pattern."""
    if what in {"missing )", "unexpected )"}:
        return _unpaired(pattern)
    if what.startswith("trailing"):
        return len(pattern) - 1
    return max(pattern.find(piece), 0)


def _unpaired(pattern: str) -> int:
    opened: list[int] = []
    is_escaped = is_in_class = False
    for at, char in enumerate(pattern):
        if is_escaped or char == "\\":
            is_escaped = not is_escaped
        elif is_in_class or char == "[":
            is_in_class = char != "]"
        elif char == "(":
            opened.append(at)
        elif char == ")":
            if not opened:
                return at
            opened.pop()
    return opened[-1] if opened else 0
