"""How many disguised words are seen through, by kind, and how many good ones are flagged by the list that ships.

    python -m tests.bench disguises [--each N] [--seed N]

Every coarse word in Latin letters is written N times in each way, put into a sentence, and taken in as a post is. Good
words are those of rustrict's lists of what must not be flagged (shared/fixtures/profanity).
"""

import argparse
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Final

from backchannel.coarse import COARSE
from backchannel.post import Author, Content
from backchannel.rules import Rule, Rules
from backchannel.text import from_plain
from tests.disguising import WAYS, Way, look_alikes, mixed
from tests.shared import BESIDE

GOOD: Final = ("rustrict-false_positives.txt", "rustrict-safe.txt", "rustrict-test_negative.txt")
WORDS: Final = [words for words in COARSE if words.isascii() and words.replace(" ", "").isalpha()]
FIXTURES: Final = Path(os.environ.get("BACKCHANNEL_FIXTURES", BESIDE)) / "profanity"
SENTENCE: Final = "What I heard today: {} and nothing else"


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench disguises", description="Disguised words that are seen through.")
    parser.add_argument("--each", type=int, default=10)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args(arguments)
    print(f"{len(WORDS)} words and phrases, {options.each} times each\n\n{'written in':<40}{'caught':>9}")
    for name, share in caught(WORDS, options.each, options.seed).items():
        print(f"{name:<40}{share:>9.1%}")
    if not FIXTURES.exists():
        print("\n!!! SKIPPED: good words. BACKCHANNEL_FIXTURES may name the folder of the recorded payloads")
        return 0
    print(f"\n{'good words and phrases':<40}{'flagged':>9}")
    for name in GOOD:
        lines = good(name)
        print(f"{f'{name} ({len(lines)})':<40}{len(flagged(lines)) / len(lines):>9.3%}")
    return 0


def ways() -> Mapping[str, Way]:
    """All ways, with the look-alikes of rustrict's table where it is here."""
    table = FIXTURES / "rustrict-replacements.csv"
    alike = {"look-alikes, any (rustrict's table)": _of_table(table)} if table.exists() else {}
    return {**WAYS, **alike, "two ways at once": mixed}


def caught(words: Iterable[str], each: int, seed: int) -> Mapping[str, float]:
    """The share that a rule with these words finds, by the way of writing."""
    words = tuple(words)
    rules = Rules([Rule("coarse", "hold", words=words)])
    found: dict[str, float] = {}
    for name, way in ways().items():
        chance = Random(seed)  # noqa: S311 (no secret)
        said = [SENTENCE.format(way(chance, word)) for word in words for _ in range(each)]
        found[name] = sum(_is_held(rules, text) for text in said) / len(said)
    return found


def good(name: str) -> list[str]:
    """The lines of a list that must not be flagged."""
    return [line for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def flagged(lines: Iterable[str]) -> list[str]:
    """Those that the list that ships flags."""
    rules = Rules([Rule("coarse", "hold", words=COARSE)])
    return [line for line in lines if _is_held(rules, line)]


def _is_held(rules: Rules, said: str) -> bool:
    text = from_plain(said)
    return bool(rules.judge("test", Content(Author("Ines"), text.plain, text.spans), is_known=True).rule)


def _of_table(path: Path) -> Way:
    def write(chance: Random, said: str) -> str:
        table = look_alikes(path)
        return "".join(chance.choice(table.get(char, char)) if chance.random() < 0.5 else char for char in said)

    return write
