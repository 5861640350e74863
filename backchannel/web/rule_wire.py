"""Rules as JSON: what the console reads and writes, and what a form may ask of one, told by the rules' own fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

import msgspec
from msgspec import inspect

from backchannel.court import Caught, Court, Trial
from backchannel.errors import Refusal
from backchannel.rule import TERMS, Rule
from backchannel.rulebook import Clause, Rulebook, Standing, amendments
from backchannel.web.catalogues import Tongue
from backchannel.web.own import own_words
from backchannel.wording import spoken

SHORT: Final = 280
NO_SETTING: Final = spoken("%(where)s: %(name)s is no setting of a rule; known are %(known)s.")
NO_SETTING_BUT: Final = spoken("%(where)s: %(name)s is no setting of a rule; did you mean %(near)s?")
CAUGHT_MAX: Final = 50
# What a value may not be, by what msgspec says of it.
WRONG: Final[Mapping[str, str]] = {
    r"of length >= 1": spoken("there is nothing in it"),
    r"of length <= (?P<num>\d+)": spoken("it has more than %(num)s characters"),
    r"`int` >= (?P<num>\d+)": spoken("it is less than %(num)s"),
    r"`int` <= (?P<num>\d+)": spoken("it is more than %(num)s"),
    r"matching regex": spoken("a network is written in small letters, such as mastodon"),
}
FIELDS: Final = {each.name: each for each in fields(Rule)}
# How a form goes on after “If a post …”.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "words": (spoken("says"), spoken("words or phrases, one a line; whole words, whatever their case")),
    "patterns": (spoken("matches"), spoken("regular expressions (RE2), one a line")),
    "authors": (spoken("is by"), spoken("addresses, one a line: @user@server.example")),
    "servers": (spoken("is from"), spoken("servers, one a line; everything under them too")),
    "networks": (spoken("is on"), spoken("networks, one a line: mastodon, bluesky, floor")),
    "languages": (spoken("is in"), spoken("languages, one a line: en, de, ja")),
    "link_hosts": (spoken("links to"), spoken("hosts, one a line: spam.example")),
    "min_links": (spoken("has links, at least"), ""),
    "has_media": (spoken("has pictures or films"), ""),
    "sensitive": (spoken("is marked as sensitive"), spoken("by its author")),
    "first_time": (spoken("is its author’s first here"), spoken("nothing of theirs was shown yet")),
    "repeat": (spoken("says what was said before"), ""),
    "min_account_days": (spoken("is of an account at least so many days old"), spoken("where the network tells")),
    "max_account_days": (spoken("is of an account at most so many days old"), spoken("where the network tells")),
    "min_followers": (spoken("has an author with followers, at least"), spoken("where the network tells")),
    "max_followers": (spoken("has an author with followers, at most"), spoken("where the network tells")),
}


def rule_of(row: Mapping[str, Any], where: str, zone: ZoneInfo, tongue: Tongue) -> Rule:
    """A rule as it came; a time that does not say its zone is one of the venue's clock.

    Raises Refusal 422 that names the place of what is wrong in it, in one sentence.
    """
    name = row.get("name")
    where = f"{where} “{name}”" if isinstance(name, str) and name else where
    for key in row:
        if key not in FIELDS:
            near = get_close_matches(str(key), FIELDS, n=1, cutoff=0.5)
            said = {"where": where, "name": str(key)[:40]}
            if near:
                raise Refusal(422, "rule", NO_SETTING_BUT, **said, near=near[0])
            raise Refusal(422, "rule", NO_SETTING, **said, known=", ".join(FIELDS))
    try:
        rule = msgspec.convert({**row, "until": _zoned(row["until"], zone)} if "until" in row else row, Rule)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$.")
        where += _placed(path.rstrip("`"), tongue)
        raise Refusal(422, "rule", "%(where)s: %(why)s.", where=where, why=_wrong(reason, tongue)) from error
    if trouble := rule.troubled(tongue.say):
        raise Refusal(422, "rule", "%(where)s: %(why)s.", where=where, why=trouble)
    return rule


def book_json(court: Court, at: datetime, tongue: Tongue) -> dict[str, Any]:
    """The rulebook with every rule beside it, in the order in which they are asked."""
    book = court.book
    return {
        **version_json(book),
        "trust_after": book.trust_after,
        "rules": [_standing_json(each, at, tongue) for each in court.in_order],
    }


def version_json(book: Rulebook) -> dict[str, Any]:
    """What a version is told by."""
    return {"version": book.version, "by": book.by, "at": book.at, "preset": book.preset}


def whole_json(book: Rulebook) -> dict[str, Any]:
    """A version as it can be sent back."""
    return {
        **version_json(book),
        "trust_after": book.trust_after,
        "clauses": [{"kind": each.kind, "rule": rule_json(each.rule)} for each in book.clauses],
    }


def versions_json(books: Sequence[Rulebook], tongue: Tongue) -> list[dict[str, Any]]:
    """Versions, newest first, each with what it changed."""

    def say(words: str, **values: object) -> str:
        called = {"name": own_words(str(values["name"]), tongue)} if "name" in values else {}
        return tongue.say(words, **{**values, **called})

    told = [*books, Rulebook()]
    return [
        version_json(book) | {"changes": amendments(before, book, say)}
        for before, book in zip(told[1:], told, strict=False)
    ]


def in_force_json(book: Rulebook) -> dict[str, Any]:
    """What every console is told of the rules at once."""
    return {
        "version": book.version,
        "preset": book.preset,
        "by": book.by,
        "is_floor_paused": book.is_floor_paused,
    }


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule with what it sets, and nothing of what it leaves open."""
    told: dict[str, Any] = msgspec.to_builtins(rule)
    asked = {"name", "verdict", *rule.conditions}
    return {name: value for name, value in told.items() if name in asked or getattr(rule, name) != FIELDS[name].default}


def trial_json(tried: Trial) -> dict[str, Any]:
    """What a rule would have caught, with some of it in short."""
    return {
        "looked_at": tried.looked_at,
        "caught": len(tried.caught),
        "posts": [_caught_json(each) for each in tried.caught[:CAUGHT_MAX]],
        "waiting": len(tried.waiting),
    }


def conditions_json(tongue: Tongue) -> list[dict[str, Any]]:
    """The conditions that a rule can have, as a form asks for them."""
    told = inspect.type_info(Rule)
    assert isinstance(told, inspect.DataclassType)  # noqa: S101 (for the type checker)
    return [_condition_json(each.name, each.type, tongue) for each in told.fields if each.name not in TERMS]


def verdicts() -> tuple[str, ...]:
    """What a rule can say."""
    found: tuple[str, ...] = get_args(FIELDS["verdict"].type)
    return found


def _standing_json(standing: Standing, at: datetime, tongue: Tongue) -> dict[str, Any]:
    clause: Clause | None = standing.clause
    return {
        "origin": standing.origin,
        "kind": clause.kind if clause else "rule",
        "by": clause.by if clause else "",
        "at": clause.at if clause else None,
        "stands": standing.rule.stands(at),
        "trouble": clause.rule.troubled(tongue.say) if clause else "",
        "called": own_words(standing.rule.name, tongue),
        "rule": rule_json(standing.rule),
    }


def _caught_json(caught: Caught) -> dict[str, Any]:
    content = caught.post.content
    return {
        "key": caught.post.key,
        "network": caught.post.network,
        "status": caught.post.status,
        "name": content.author.name,
        "text": content.text[:SHORT],
        "marks": [mark for mark in caught.verdict.marks if mark[1] <= SHORT],
        "reason": caught.verdict.reason,
    }


def _condition_json(name: str, kind: inspect.Type, tongue: Tongue) -> dict[str, Any]:
    words, hint = WORDS.get(name, (name.replace("_", " "), ""))
    return {"name": name, "words": tongue.say(words), "hint": tongue.say(hint), **_form(kind)}


def _form(kind: inspect.Type) -> dict[str, Any]:
    """How a value is asked for: `list`, `number`, `yes_no`, `choice`, `time` or `text`."""
    if isinstance(kind, inspect.Metadata):
        return _form(kind.type)
    if isinstance(kind, inspect.UnionType):
        return _form(next(each for each in kind.types if not isinstance(each, inspect.NoneType)))
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        inner = _form(kind.item_type)
        return inner | {"form": "choices"} if inner["form"] == "choice" else {"form": "list"}
    if isinstance(kind, inspect.BoolType):
        return {"form": "yes_no"}
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        return {"form": "number", "min": kind.ge, "max": kind.le}
    if isinstance(kind, inspect.LiteralType):
        return {"form": "choice", "choices": kind.values}
    return {"form": "time"} if isinstance(kind, inspect.DateTimeType) else {"form": "text"}


def _zoned(until: Any, zone: ZoneInfo) -> Any:
    try:
        moment = datetime.fromisoformat(until)
    except (TypeError, ValueError):
        return until
    return moment.replace(tzinfo=moment.tzinfo or zone)


def _placed(path: str, tongue: Tongue) -> str:
    """`words[2]` in words."""
    name, is_one, rest = path.partition("[")
    if not name:
        return ""
    number = rest.partition("]")[0]
    if is_one and number.isdigit():
        return tongue.say(", %(name)s, entry %(num)s", name=name, num=int(number) + 1)
    return f", {name}"


def _wrong(reason: str, tongue: Tongue) -> str:
    """What msgspec finds wrong with a value, as far as a person at the form can bring it about."""
    for pattern, words in WRONG.items():
        if found := re.search(pattern, reason):
            return tongue.say(words, **found.groupdict())
    return reason
