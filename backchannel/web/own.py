"""What we call our own rules and their reasons, in the reader's language; what a person wrote stays as it is.

They are kept in English: they are names, by which a rule is found again, and stand in the record as they were.
"""

from collections.abc import Mapping
from typing import Final

from backchannel.muting import MUTE, MUTED, TRUST, TRUSTED
from backchannel.rule import COARSE_WORDS
from backchannel.rulebook import (
    BLOCKED_AUTHORS,
    BLOCKED_WORDS,
    BREAK,
    BREAK_REASON,
    LOCKDOWN,
    LOCKDOWN_REASON,
    TRUSTED_AUTHORS,
)
from backchannel.web.catalogues import Tongue

OWN: Final = (
    *(BLOCKED_AUTHORS, BLOCKED_WORDS, COARSE_WORDS, TRUSTED_AUTHORS, BREAK, BREAK_REASON, LOCKDOWN, LOCKDOWN_REASON),
    *(MUTED, TRUSTED),
)
OF_SOMEBODY: Final = (MUTE, TRUST)
FOUND: Final = ": “"  # what a reason ends with: the words that a rule found


def own_words(words: str, tongue: Tongue) -> str:
    """The name or the reason of a rule."""
    reason, found, rest = words.partition(FOUND)
    if reason in OWN:
        return tongue.say(reason) + found + rest
    for template in OF_SOMEBODY:
        begins = template.partition("%")[0]
        if words.startswith(begins):
            return tongue.say(template, who=words.removeprefix(begins))
    return words


def own_table(tongue: Tongue) -> Mapping[str, str]:
    """Our words by what they are in English, for scripts; the templates too, their places open."""
    return {words: tongue.say(words) for words in (*OWN, *OF_SOMEBODY)}
