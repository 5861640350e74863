"""Taming: a text from strangers keeps every script and emoji, and loses what hides, overturns or overflows.

Invariant, tested: taming what is tame changes nothing.
"""

import unicodedata
from re import Match
from re import compile as pattern
from typing import Final

NEWLINES_MAX: Final = 40
# A bound on the work: so many raw code points are looked at for each one that may be kept.
RAW_FACTOR: Final = 20

_BREAK: Final = pattern("\r\n?|[\u0085\u2028\u2029]")
# A region's flag is spelled in tag characters after a black flag; anywhere else they are hidden writing.
_REGION: Final = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"
_UNSEEN: Final = pattern(
    f"({_REGION})|["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u2060-\u2065\u3164\ufeff\uffa0\ufff0-\ufffc"  # fillers
    "\u202a-\u202e\u2066-\u206f"  # orders to turn the writing round
    "\ufdd0-\ufdef\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    "]"
)
_JOINERS: Final = pattern("[\u200b-\u200d]+")
# Where words stand without spaces, U+200B says where a line may break; elsewhere it only hides words from a rule.
_UNSPACED: Final = pattern("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_VIRAMA: Final = 9  # the combining class of marks that join two consonants

# Marks that pile up on a letter of any script, and the Thai and Lao ones, which fonts stack without end; real words
# have two. Other scripts need up to six: Burmese medials, Tibetan stacks, Hebrew with its accents.
_PILING: Final = pattern(
    "[\u0300-\u036f\u0483-\u0489\u0e00-\u0eff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_PILING_MAX: Final = 3
_FIRST_MARK: Final = "\u0300"
_MARKS_MAX: Final = 6

BLANKS: Final = (
    " \n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u2800\u3000"
)
_TAIL: Final = BLANKS + "\u200b\u200c\u200d"
_CLUSTER_MAX: Final = 32
_INSIDE: Final = pattern("[\u200b-\u200d\u1160-\u11ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
# Signs that Arabic and others write around the number behind them, and consonants that begin a syllable of Korean.
_LEADING: Final = pattern("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u1100-\u115f\U000110bd\U000110cd]")
_FLAG_LETTERS: Final = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # a flag is a pair of them


def tame(text: str, limit: int) -> str:
    """A text fit to be shown, stripped, in bounded lines, at most `limit` code points long."""
    return cut(_in_bounded_lines(clean(text[: limit * RAW_FACTOR])), limit)


def tame_line(text: str, limit: int) -> str:
    """The same in one line: names, addresses."""
    return cut(" ".join(tame(text, limit * 2).split()), limit)


def clean(text: str) -> str:
    """The same text in NFC without controls, hidden characters and towers of marks."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _BREAK.sub("\n", text).replace("\t", " ")
    text = _without_idle_joiners(_UNSEEN.sub(lambda found: found[1] or "", text))
    # Once more at the end: a joiner may have leaned on a mark that was one too many.
    return _without_idle_joiners(_with_bounded_marks(unicodedata.normalize("NFC", text)))


def cut(text: str, limit: int) -> str:
    """At most `limit` code points of a text, ending in … where something is missing, never inside a character."""
    if len(text) <= limit:
        return text
    ends = range(limit - 1, max(limit - _CLUSTER_MAX, 0), -1)
    end = next((end for end in ends if not _is_inside(text, end)), limit - 1)
    return text[:end].rstrip(_TAIL) + "…"


def _without_idle_joiners(text: str) -> str:
    def kept(run: Match[str]) -> str:
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        return next((joiner for joiner in run[0] if _joins(joiner, before, after)), "")

    return _JOINERS.sub(kept, text)


def _joins(joiner: str, before: str, after: str) -> bool:
    if joiner == "\u200b":
        return bool(_UNSPACED.match(before) and _UNSPACED.match(after))
    return (before != "" and unicodedata.combining(before) == _VIRAMA) or (_is_joinable(before) and _is_joinable(after))


def _is_joinable(char: str) -> bool:
    """Letters, marks, digits and symbols; and what this Python does not know yet, since new emoji are among it."""
    return (
        char != ""
        and char not in BLANKS
        and (unicodedata.category(char)[0] in "LMNS" or unicodedata.category(char) == "Cn")
    )


def _with_bounded_marks(text: str) -> str:
    """Every tower of marks from the first one too many on is gone: what stays is still in canonical order."""
    if max(text, default="") < _FIRST_MARK:
        return text
    kept: list[str] = []
    marks, is_full = 0, False
    for char in text:
        if unicodedata.category(char) in {"Mn", "Me"}:
            marks += 1
            is_full = is_full or marks > (_PILING_MAX if _PILING.match(char) else _MARKS_MAX)
            if is_full:
                continue
        elif not _JOINERS.match(char):
            marks, is_full = 0, False
        kept.append(char)
    return "".join(kept)


def _in_bounded_lines(text: str) -> str:
    lines = [line.rstrip(BLANKS) for line in text.strip(BLANKS).split("\n")]
    lines = [line for at, line in enumerate(lines) if line or lines[at - 1]]
    rest = " ".join(line for line in lines[NEWLINES_MAX:] if line)
    return "\n".join([*lines[:NEWLINES_MAX], rest] if rest else lines[:NEWLINES_MAX])


def _is_inside(text: str, at: int) -> bool:
    """Whether a cut at `at` would part what readers see as one character."""
    char, before = text[at], text[at - 1]
    if unicodedata.category(char)[0] == "M" or _INSIDE.match(char):
        return True
    if before == "\u200d" or unicodedata.combining(before) == _VIRAMA or _LEADING.match(before):
        return True
    letters = at - len(text[:at].rstrip(_FLAG_LETTERS))
    return char in _FLAG_LETTERS and letters % 2 == 1
