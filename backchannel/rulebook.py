"""The rulebook: the rules that moderators keep at the desk, and their order beside those of the settings. Pure.

| asked | rules | why there |
|---|---|---|
| 1st | authors that the settings block | who runs the conference said never, and no rule made in haste undoes it |
| 2nd | mutes | nobody shall be asked about what somebody muted, whatever other rule it breaks |
| 3rd | words that the settings block, coarse ones too | held: a rule made in haste cannot show them |
| 4th | the desk's own rules, in their order | made with the posts in view: they overrule what was written before |
| 5th | the rules of the settings | |
| 6th | trust: of the settings, then of the desk | last, so that a rule holds what trust would let through |
| 7th | what the preset says of the rest | |

A preset changes none of them; it changes what they do while it is on.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta

from backchannel.rule import COARSE_WORDS, Rule
from backchannel.wording import Say, plainly, spoken

BREAK_HOLD_S: Final = 15
# The names that the short form of the settings gives its rules.
BLOCKED_AUTHORS: Final = spoken("blocked authors")
BLOCKED_WORDS: Final = spoken("blocked words")
TRUSTED_AUTHORS: Final = spoken("trusted authors")
# The rules that presets add.
BREAK: Final = spoken("break")
BREAK_REASON: Final = spoken("Break: shown after 15 s")
LOCKDOWN: Final = spoken("lock-down")
LOCKDOWN_REASON: Final = spoken("Lock-down: only known people")


class Kind(StrEnum):
    """What a rule of the desk is for."""

    MUTE = "mute"  # somebody, or something, is not heard for a while
    RULE = "rule"
    TRUST = "trust"  # somebody's posts need no person


class Preset(StrEnum):
    """What the rules do at this time of the conference."""

    KEYNOTE = "keynote"  # people decide all: no rule shows anything
    SESSION = "session"  # the rules as they are written: whoever is trusted passes
    BREAK = "break"  # what no rule speaks of is held for some seconds, and then shown
    LOCKDOWN = "lockdown"  # only known people: everybody else is held


PRESET_NAMES: Final = {
    Preset.KEYNOTE: spoken("Keynote"),
    Preset.SESSION: spoken("Session"),
    Preset.BREAK: spoken("Break"),
    Preset.LOCKDOWN: spoken("Lock-down"),
}


class Origin(StrEnum):
    """Where a rule comes from."""

    SETTINGS = "settings"  # config.toml: changed there
    DESK = "desk"
    PRESET = "preset"


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule of the desk, and who wrote it or changed it last."""

    rule: Rule
    kind: Kind = Kind.RULE
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A version of the rulebook, whole; `by` made it at `at`. Version 0 is the empty one that nobody wrote.

    After `trust_after` posts that were shown somebody may be trusted. While the floor is paused, nothing that phones
    post is taken in.
    """

    version: int = 0
    clauses: tuple[Clause, ...] = ()
    preset: Preset = Preset.SESSION
    trust_after: Annotated[int, Meta(ge=1, le=1000)] = 3
    by: str = ""
    at: datetime | None = None
    is_floor_paused: bool = False

    def clause(self, name: str) -> Clause | None:
        """The clause whose rule has this name, or None."""
        return next((each for each in self.clauses if each.rule.name == name), None)

    def of(self, kind: Kind) -> tuple[Clause, ...]:
        """The clauses of one kind, in their order."""
        return tuple(each for each in self.clauses if each.kind is kind)

    def having(self, clause: Clause) -> "Rulebook":
        """The rulebook with a clause; one of the same name is replaced in its place."""
        if self.clause(clause.rule.name) is None:
            return replace(self, clauses=(*self.clauses, clause))
        kept = (clause if each.rule.name == clause.rule.name else each for each in self.clauses)
        return replace(self, clauses=tuple(kept))

    def without(self, name: str) -> "Rulebook":
        """The rulebook without the clause of this name."""
        return replace(self, clauses=tuple(each for each in self.clauses if each.rule.name != name))


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule in its place among all, with where it comes from; `clause` is the desk's, None for any other."""

    rule: Rule
    origin: Origin
    clause: Clause | None = None


def in_order(book: Rulebook, settings: Sequence[Rule]) -> tuple[Standing, ...]:
    """Every rule, those that are off or over too, in the order of the table above."""
    return tuple(each for part in _parts(book, settings) for each in part)


def in_force(book: Rulebook, settings: Sequence[Rule], at: datetime) -> tuple[Rule, ...]:
    """The rules by which a post is judged at a moment, as the preset has them."""
    authors, mutes, words, own, written, trust, rest = (
        [each.rule for each in part if each.rule.stands(at)] for part in _parts(book, settings)
    )
    if book.preset is Preset.LOCKDOWN:
        # The strict ones first, so that whoever is trusted is still held for what a rule holds, and known people pass.
        strict = [rule for rule in (*own, *written) if rule.verdict in {"hold", "reject"}]
        lenient = [rule for rule in (*own, *written) if rule.verdict not in {"hold", "reject"}]
        return (*authors, *mutes, *words, *strict, *trust, *rest, *lenient)
    rules = (*authors, *mutes, *words, *own, *written, *trust, *rest)
    return tuple(map(_for_people, rules)) if book.preset is Preset.KEYNOTE else rules


def names_nothing(rule: Rule) -> bool:
    """Whether all that it asks for is a yes, a no or a number, so that nearly any post may meet it."""
    return not any(isinstance(getattr(rule, name), str | tuple) for name in rule.conditions)


def amendments(before: Rulebook, after: Rulebook, say: Say = plainly) -> tuple[str, ...]:
    """What changed from one version to another, each as a few words."""
    was = {each.rule.name: each for each in before.clauses}
    now = {each.rule.name: each for each in after.clauses}
    told = [say("removed “%(name)s”", name=name) for name in was if name not in now]
    told += [_change(was.get(name), clause, say) for name, clause in now.items() if was.get(name) != clause]
    stayed = [name for name in was if name in now]
    if stayed != [name for name in now if name in was]:
        told.append(say("changed the order"))
    if before.preset is not after.preset:
        told.append(say("switched to %(preset)s", preset=say(PRESET_NAMES[after.preset])))
    if before.is_floor_paused != after.is_floor_paused:
        told.append(say("paused the floor") if after.is_floor_paused else say("opened the floor again"))
    if before.trust_after != after.trust_after:
        told.append(say("trust after %(num)s posts", num=after.trust_after))
    return tuple(filter(None, told))


def _change(was: Clause | None, now: Clause, say: Say) -> str:
    name = now.rule.name
    if was is None:
        return say("added “%(name)s”", name=name)
    if was.rule == now.rule:
        return ""
    if replace(was.rule, on=now.rule.on) == now.rule:
        return say("switched on “%(name)s”", name=name) if now.rule.on else say("switched off “%(name)s”", name=name)
    return say("changed “%(name)s”", name=name)


def _parts(book: Rulebook, settings: Sequence[Rule]) -> Iterator[list[Standing]]:
    """The seven parts of the table above."""

    def of_desk(kind: Kind) -> list[Standing]:
        return [Standing(each.rule, Origin.DESK, each) for each in book.of(kind)]

    def of_settings(rules: Iterable[Rule]) -> list[Standing]:
        return [Standing(rule, Origin.SETTINGS) for rule in rules]

    named = {rule.name: [rule] for rule in settings}
    special = {BLOCKED_AUTHORS, BLOCKED_WORDS, COARSE_WORDS, TRUSTED_AUTHORS}
    yield of_settings(named.get(BLOCKED_AUTHORS, []))
    yield of_desk(Kind.MUTE)
    yield of_settings(named.get(BLOCKED_WORDS, []) + named.get(COARSE_WORDS, []))
    yield of_desk(Kind.RULE)
    yield of_settings(rule for rule in settings if rule.name not in special)
    yield of_settings(named.get(TRUSTED_AUTHORS, [])) + of_desk(Kind.TRUST)
    yield [Standing(rule, Origin.PRESET) for rule in _of_preset(book.preset)]


def _of_preset(preset: Preset) -> list[Rule]:
    if preset is Preset.LOCKDOWN:
        return [Rule(LOCKDOWN, "hold", LOCKDOWN_REASON, first_time=True)]
    if preset is Preset.BREAK:
        # It has no condition, which nobody may write.
        return [Rule(BREAK, "hold", BREAK_REASON, hold_s=BREAK_HOLD_S)]
    return []


def _for_people(rule: Rule) -> Rule:
    """A rule that shows nothing by itself, neither at once nor later."""
    return replace(rule, verdict="queue") if rule.verdict == "approve" else replace(rule, hold_s=0)
