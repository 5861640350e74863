"""A host as people may read it: in its own letters, unless those could be taken for others. Pure.

As UTS 39 has it ("highly restrictive"): a label is read in its own script where all its letters are of one, or of those
that Japanese, Chinese and Korean mix. One whose letters are all look-alikes of Latin ones is not where it stands under
a Latin name: аррӏе.com is five Cyrillic letters, and пример.рф means what it says.
"""

import unicodedata
from typing import Final

from backchannel.glyphs import Kind, glyph

TOGETHER: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)


def readable(host: str) -> str:
    """The host with the labels in punycode that could be taken for others."""
    if host.isascii():
        return host
    labels = host.split(".")
    return ".".join(_label(label, is_foreign=labels[-1].isascii()) for label in labels)


def is_odd(host: str) -> bool:
    """Whether a host could be taken for another one."""
    return readable(host) != host


def _label(label: str, *, is_foreign: bool) -> str:
    """`is_foreign` says that it stands under a name in Latin letters, where those of others are not expected."""
    if label.isascii() or not _misleads(label, is_foreign=is_foreign):
        return label
    plain = unicodedata.normalize("NFKC", label).casefold()
    return plain if plain.isascii() else f"xn--{plain.encode('punycode').decode('ascii')}"


def _misleads(label: str, *, is_foreign: bool) -> bool:
    scripts = {_script(char) for char in label if unicodedata.category(char)[0] in "LM"} - {""}
    if len(scripts) > 1 and not any(scripts <= group for group in TOGETHER):
        return True
    letters = [char for char in label if unicodedata.category(char)[0] == "L"]
    if is_foreign and all(glyph(char)[1] is Kind.FOREIGN for char in letters):
        return True
    return any(unicodedata.category(char)[0] in "CZ" for char in label)  # what is not seen


def _script(char: str) -> str:
    """The script of a letter, by the first word of its name; marks belong to any."""
    if unicodedata.category(char)[0] == "M":
        return ""
    first = unicodedata.name(char, "?").split(" ", 1)[0]
    return "LATIN" if first in {"FULLWIDTH", "MODIFIER"} else first
