"""Rules: what is decided about a post before a person looks. The first rule that matches decides; the rest is silent.

No rule looks at anything but the post and its circumstances, so the same post is judged the same way everywhere. How
many rules there are hardly matters: what a post has is looked up once, and only the rules that name it are asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Final

from backchannel.case import Case, Circumstances, folded_host
from backchannel.lexicon import Lexicon
from backchannel.pattern import Patterns
from backchannel.phrase import Mark
from backchannel.post import Content, Status, folded_address
from backchannel.rule import Entry as Entry
from backchannel.rule import Rule as Rule
from backchannel.rule import short_form as short_form

QUOTED_MAX: Final = 5
STATUS: Final = {
    "approve": Status.APPROVED,
    "queue": Status.QUEUED,
    "hold": Status.HELD,
    "reject": Status.REJECTED,
}
# The conditions that are lists, those that fewest posts meet first: one of each rule's is looked up, the others asked.
LISTS: Final = ("words", "patterns", "authors", "link_hosts", "servers", "languages", "networks")
FOLDED: Final[Mapping[str, Callable[[str], str]]] = {
    "authors": folded_address,
    "link_hosts": folded_host,
    "servers": folded_host,
    "languages": lambda language: language.casefold().replace("_", "-"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a post; `rule` is empty where none matched. `marks` are the places in its text to show.

    What is held for `hold_s` seconds is approved then, unless somebody decides otherwise; 0 is until somebody does.
    `is_first` says that no post of the author is approved, where anybody asks for that.
    """

    status: Status = Status.QUEUED
    rule: str = ""
    reason: str = ""
    marks: tuple[Mark, ...] = ()
    hold_s: int = 0
    is_first: bool = False

    @property
    def lets_go(self) -> bool:
        """Whether it shows a post, now or after a time."""
        return self.status is Status.APPROVED or (self.status is Status.HELD and self.hold_s > 0)


class Rules:
    """Ordered rules, ready to judge. Of those that are off nothing is left."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = [_Ready(rule) for rule in rules if rule.on]
        self._lexicon = Lexicon(chain.from_iterable(ready.rule.words for ready in self._rules))
        self._patterns = Patterns(chain.from_iterable(ready.rule.patterns for ready in self._rules))
        self._always = [number for number, ready in enumerate(self._rules) if not ready.lists]
        self._by_key: dict[str, dict[str, list[int]]] = {}
        for number, ready in enumerate(self._rules):
            for condition, keys in list(ready.lists.items())[:1]:
                for key in keys:
                    self._by_key.setdefault(condition, {}).setdefault(key, []).append(number)
        conditions = {name for ready in self._rules for name in ready.rule.conditions}
        self.asks_for_history = "first_time" in conditions
        self.asks_for_repeats = "repeat" in conditions

    def judge(
        self, network: str, content: Content, *, is_known: bool, is_repeat: bool = False, at: datetime | None = None
    ) -> Verdict:
        """The verdict on a post. Never raises.

        `is_known` says whether another post of its author is approved, `is_repeat` whether it says what an earlier one
        says. Without the time `at`, no rule is over, and nobody's account has an age.
        """
        case = Case(network, content, Circumstances(is_known, is_repeat, at), self._lexicon, self._patterns)
        matching = (ready for ready in self._concerned(case) if ready.matches(case))
        return next((ready.verdict(case) for ready in matching), Verdict())

    def _concerned(self, case: Case) -> Iterator["_Ready"]:
        """The rules that may match, in their order."""
        numbers = set(self._always)
        for condition, by_key in self._by_key.items():
            for key in case.keys(condition):
                numbers.update(by_key.get(key, ()))
        return (self._rules[number] for number in sorted(numbers))


class _Ready:
    """A rule whose lists are folded once."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        named = {name: getattr(rule, name) for name in LISTS if getattr(rule, name)}
        self.lists = {name: frozenset(map(FOLDED.get(name, str), wishes)) for name, wishes in named.items()}
        self._flags = [CONDITIONS[name] for name in rule.conditions if name not in self.lists]

    def matches(self, case: Case) -> bool:
        """Whether every condition holds."""
        at = case.circumstances.at
        if at is not None and not self.rule.stands(at):
            return False
        return all(holds(self.rule, case) for holds in self._flags) and all(
            not keys.isdisjoint(case.keys(condition)) for condition, keys in self.lists.items()
        )

    def verdict(self, case: Case) -> Verdict:
        """The verdict on a case that matches."""
        rule = self.rule
        reason = rule.reason or rule.name
        if said := [words for words in rule.words if words in case.words]:
            reason += ": " + ", ".join(f"“{words}”" for words in said[:QUOTED_MAX])
        marks = _without_overlaps(self._marks(case), len(case.content.text))
        return Verdict(STATUS[rule.verdict], rule.name, reason, marks, rule.hold_s)

    def _marks(self, case: Case) -> Iterator[Mark]:
        """Every place that the rule is about."""
        for words in self.rule.words:
            yield from case.words.get(words, ())
        for pattern in self.rule.patterns:
            yield from case.patterns.get(pattern, ())
        hosts = self.lists.get("link_hosts", frozenset())
        is_about_links = self.rule.min_links > 0 and not hosts
        for place, host in case.links:
            if is_about_links or any(host == each or host.endswith(f".{each}") for each in hosts):
                yield place


Condition = Callable[[Rule, Case], bool]
CONDITIONS: Final[Mapping[str, Condition]] = {
    "min_links": lambda rule, case: len(case.links) >= rule.min_links,
    "has_media": lambda rule, case: bool(case.content.media) is rule.has_media,
    "sensitive": lambda rule, case: bool(case.content.sensitive or case.content.warning) is rule.sensitive,
    "first_time": lambda rule, case: (not case.circumstances.is_known) is rule.first_time,
    "repeat": lambda rule, case: case.circumstances.is_repeat is rule.repeat,
    "min_account_days": lambda rule, case: _is_within(rule.min_account_days, case.account_days, None),
    "max_account_days": lambda rule, case: _is_within(None, case.account_days, rule.max_account_days),
    "min_followers": lambda rule, case: _is_within(rule.min_followers, case.content.author.followers, None),
    "max_followers": lambda rule, case: _is_within(None, case.content.author.followers, rule.max_followers),
}


def _is_within(least: int | None, number: int | None, most: int | None) -> bool:
    """Whether a number that is known lies in its bounds."""
    return number is not None and (least is None or least <= number) and (most is None or number <= most)


def _without_overlaps(marks: Iterable[Mark], length: int) -> tuple[Mark, ...]:
    """Marks in the order of a text, none reaching beyond it or into another."""
    kept: list[Mark] = []
    for start, end in sorted((start, min(end, length)) for start, end in marks if start < length):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)
