"""What a crowd says in a burst: all of it made up, each saying named by its number."""

import random
from collections.abc import Callable, Mapping
from typing import Final

TAG: Final = "#pink11"
_SYLLABLES: Final = tuple(first + last for first in "bdklmnrt" for last in "aeio")
_SAID: Final = (
    "The speaker of this morning showed how a small team keeps an old service alive while moving every part of it to"
    " another building without anybody in the hall noticing"
)
_LONG: Final = tuple(_SAID.split())


def different(number: int) -> str:
    """From eight to thirty words that nobody else says."""
    chance = random.Random(number)  # noqa: S311 (no secret)
    return " ".join([*(_word(chance) for _ in range(chance.randint(8, 30))), TAG])


def nearly(number: int) -> str:
    """A long text in which one word is another for everybody: near to all others, and a copy of none."""
    words = [*_LONG]
    words[number % len(words)] = _word(random.Random(number))  # noqa: S311 (no secret)
    return " ".join([*words, TAG])


def copied(number: int) -> str:
    """A long text, which is the first post, with a word of one's own at its end: a copy of the first."""
    own = [_word(random.Random(number))] if number else []  # noqa: S311 (no secret)
    return " ".join([*_LONG, *own, TAG])


def short(number: int) -> str:
    """A few words, one of them one's own."""
    return f"What a talk by {_word(random.Random(number))}! {TAG}"  # noqa: S311 (no secret)


def chanted(_: int) -> str:
    """A few words, the same for everybody."""
    return f"What a talk that was! {TAG}"


SAYINGS: Final[Mapping[str, Callable[[int], str]]] = {
    each.__name__: each for each in (different, nearly, copied, short, chanted)
}


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(3, 5)))
