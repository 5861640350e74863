"""The rulebook: the order of all rules, what a preset makes of them, and what changed between two versions."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from backchannel.rulebook import Clause, Kind, Origin, Preset, Rulebook, amendments, in_force, in_order, names_nothing
from backchannel.rules import Rule, short_form
from tests.made_up import MORNING

SETTINGS = short_form(("buy",), ("@never@x.example",), ("@speaker@x.example",), [Rule("written", "hold", words=("a",))])
MUTE = Clause(Rule("Mute Eve", "reject", authors=("@eve@x.example",)), Kind.MUTE)
OWN = Clause(Rule("own", "approve", words=("b",)))
STRICT = Clause(Rule("strict", "hold", words=("c",), hold_s=30))
TRUST = Clause(Rule("Trust Ada", "approve", authors=("@ada@x.example",)), Kind.TRUST)
BOOK = Rulebook(3, (TRUST, OWN, MUTE, STRICT))
ORDER = [
    "blocked authors",
    "Mute Eve",
    "blocked words",
    "own",
    "strict",
    "written",
    "trusted authors",
    "Trust Ada",
]


def judging(preset: Preset = Preset.SESSION, **changed: Any) -> dict[str, str]:
    """The rules by which posts are judged, in their order, with their verdicts."""
    rules = in_force(replace(BOOK, preset=preset, **changed), SETTINGS, MORNING)
    return {rule.name: rule.verdict for rule in rules}


def test_rules_are_asked_in_one_order_wherever_they_come_from() -> None:
    assert [each.rule.name for each in in_order(BOOK, SETTINGS)] == ORDER
    assert list(judging()) == ORDER
    assert {each.rule.name for each in in_order(BOOK, SETTINGS) if each.origin is Origin.DESK} == {
        each.rule.name for each in BOOK.clauses
    }


def test_a_rule_that_is_off_or_over_judges_nothing_and_keeps_its_place() -> None:
    off = replace(OWN, rule=replace(OWN.rule, on=False))
    over = replace(MUTE, rule=replace(MUTE.rule, until=MORNING))
    lasting = replace(STRICT, rule=replace(STRICT.rule, until=MORNING + timedelta(seconds=1)))
    book = Rulebook(3, (off, over, lasting, TRUST))
    assert [each.rule.name for each in in_order(book, SETTINGS)] == ORDER
    names = [rule.name for rule in in_force(book, SETTINGS, MORNING)]
    assert names == [name for name in ORDER if name not in {"own", "Mute Eve"}]


def test_during_a_keynote_no_rule_shows_anything() -> None:
    verdicts = judging(Preset.KEYNOTE)
    assert list(verdicts) == ORDER
    assert {verdicts[name] for name in ("own", "trusted authors", "Trust Ada")} == {"queue"}
    assert {verdicts[name] for name in ("Mute Eve", "blocked authors")} == {"reject"}
    assert {rule.hold_s for rule in in_force(replace(BOOK, preset=Preset.KEYNOTE), SETTINGS, MORNING)} == {0}


def test_in_a_break_what_no_rule_speaks_of_is_held_and_then_shown() -> None:
    assert list(judging(Preset.BREAK)) == [*ORDER, "break"]
    last = in_force(replace(BOOK, preset=Preset.BREAK), SETTINGS, MORNING)[-1]
    assert (last.verdict, last.hold_s, last.conditions) == ("hold", 15, ())


def test_in_a_lock_down_only_known_people_come_past_the_strict_rules() -> None:
    assert list(judging(Preset.LOCKDOWN)) == [
        "blocked authors",
        "Mute Eve",
        "blocked words",
        "strict",
        "written",
        "trusted authors",
        "Trust Ada",
        "lock-down",
        "own",
    ]


def test_a_clause_is_replaced_in_its_place_and_a_new_one_comes_last() -> None:
    changed = replace(OWN, by="Jo")
    assert BOOK.having(changed).clauses == (TRUST, changed, MUTE, STRICT)
    new = Clause(Rule("new", "queue", words=("d",)))
    assert BOOK.having(new).clauses == (*BOOK.clauses, new)
    assert BOOK.without("own").clauses == (TRUST, MUTE, STRICT)


def test_what_changed_between_two_versions_is_told_in_words() -> None:
    off = replace(OWN, rule=replace(OWN.rule, on=False))
    stricter = replace(STRICT, rule=replace(STRICT.rule, verdict="reject"))
    after = Rulebook(4, (off, TRUST, stricter), Preset.BREAK, 5)
    assert amendments(BOOK, after) == (
        "removed “Mute Eve”",
        "switched off “own”",
        "changed “strict”",
        "changed the order",
        "switched to Break",
        "trust after 5 posts",
    )
    assert amendments(Rulebook(), Rulebook(1, (OWN,))) == ("added “own”",)
    assert amendments(BOOK, replace(BOOK, clauses=tuple(replace(each, by="Jo") for each in BOOK.clauses))) == ()


def test_a_rule_of_yes_and_no_and_numbers_names_nothing() -> None:
    assert names_nothing(Rule("wide", "hold", first_time=False, min_links=1))
    assert not names_nothing(Rule("narrow", "hold", first_time=False, networks=("floor",)))
