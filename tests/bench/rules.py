"""How many posts are judged in a second on one core, by a thousand rules, beside loops over them.

    python -m tests.bench rules [--rules N] [--posts N] [--runs N]

Of ten rules eight have three words or phrases each, one a pattern, one an author. Posts are those of a recorded
conference (shared/fixtures), or made up where it is missing. The contestants take turns; what is told is the median of
the runs, by seconds of the processor. The loops see through no disguise: the first looks for the phrases of one rule
after another in a text that was folded once, as this server did before; the second asks one regular expression of
Python's a rule.
"""

import argparse
import json
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Final

from backchannel.phrase import Phrase, read
from backchannel.post import Author, Content
from backchannel.rules import Rule, Rules
from backchannel.text import from_plain
from tests.bench.sayings import different
from tests.shared import BESIDE

RECORDED: Final = Path(os.environ.get("BACKCHANNEL_FIXTURES", BESIDE)) / "conference" / "useR2018-busiest-day.jsonl"
OURS: Final = "Backchannel"
Contestant = Callable[[Sequence[Content]], int]


def main(arguments: list[str]) -> int:
    """Measures, prints, asserts nothing."""
    parser = argparse.ArgumentParser("tests.bench rules", description="Posts judged in a second.")
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--posts", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args(arguments)
    rules, posts = made_up_rules(options.rules), said(options.posts)
    length = sum(len(post.text) for post in posts) // len(posts)
    whose = "a recorded conference" if RECORDED.exists() else "nobody"
    print(f"{len(rules)} rules, {len(posts)} posts of {whose}, {length} characters each; median of {options.runs}\n")
    contestants = {
        OURS: _ours(rules),
        "a loop over phrases": _phrase_by_phrase(rules),
        "a loop over regular expressions": _expression_by_expression(rules),
    }
    took: dict[str, list[float]] = {name: [] for name in contestants}
    caught: dict[str, int] = {}
    for _ in range(options.runs):
        for name, judge in contestants.items():
            before = time.process_time()
            caught[name] = judge(posts)
            took[name].append(time.process_time() - before)
    best = median(took[OURS])
    print(f"{'':<34}{'posts/s of CPU':>15}{'times slower than ours':>24}{'caught':>9}")
    for name, runs in took.items():
        print(f"{name:<34}{len(posts) / median(runs):>15,.0f}{median(runs) / best:>24.1f}{caught[name]:>9}")
    return 0


def made_up_rules(count: int) -> list[Rule]:
    """Rules about words that nobody says, but for a few that somebody does."""
    chance = random.Random(11)  # noqa: S311 (no secret)

    def word() -> str:
        return "".join(chance.choices("abcdefghiklmnoprstuvw", k=chance.randint(4, 9)))

    def rule(number: int) -> Rule:
        one, other = word(), word()
        if number % 10 == 0:
            return Rule(f"pattern {number}", "hold", patterns=(rf"\b{one}(s|ing)?\b",))
        if number % 10 == 1:
            return Rule(f"author {number}", "hold", authors=(f"@{one}@{other}.example",))
        return Rule(f"words {number}", "hold", words=(one, f"{other} {word()}", word()))

    return [*map(rule, range(count - 1)), Rule("said", "hold", words=("shiny", "help desk"))]


def said(count: int) -> list[Content]:
    """Posts, repeated where there are too few, each with an author of its own."""
    lines = RECORDED.read_text(encoding="utf-8").splitlines() if RECORDED.exists() else ()
    texts = [json.loads(line)["text"] for line in lines] or [different(number) for number in range(count)]
    posts = []
    for number, text in enumerate(islice(cycle(texts), count)):
        plain = from_plain(text)
        posts.append(Content(Author(f"Ada {number}", f"@ada{number}@social.example"), plain.plain, plain.spans))
    return posts


def _ours(rules: Sequence[Rule]) -> Contestant:
    ready = Rules(rules)
    return lambda posts: sum(bool(ready.judge("mastodon", post, is_known=True).rule) for post in posts)


def _phrase_by_phrase(rules: Sequence[Rule]) -> Contestant:
    phrases = [[Phrase(words) for words in rule.words] for rule in rules]

    def is_caught(post: Content) -> bool:
        text, name = read(post.text), read(post.author.name)
        return any(any(phrase.find(text) or phrase.find(name) for phrase in some) for some in phrases)

    return lambda posts: sum(map(is_caught, posts))


def _expression_by_expression(rules: Sequence[Rule]) -> Contestant:
    said = ["|".join(map(re.escape, rule.words)) for rule in rules if rule.words]
    expressions = [re.compile(rf"\b(?:{some})\b", re.IGNORECASE) for some in said]
    return lambda posts: sum(any(each.search(post.text) for each in expressions) for post in posts)
