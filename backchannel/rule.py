"""A rule as people write it, into the settings or at the desk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Final, Literal

from msgspec import Meta

from backchannel import pattern
from backchannel.coarse import COARSE
from backchannel.phrase import known
from backchannel.wording import Say, plainly, spoken

NO_CONDITION: Final = spoken("has no condition; name what it matches, such as words or link_hosts")

Entry = Annotated[str, Meta(min_length=1, max_length=200)]
Pattern = Annotated[str, Meta(min_length=1, max_length=pattern.PATTERN_MAX)]
Network = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
Days = Annotated[int, Meta(ge=0, le=36_500)]
Followers = Annotated[int, Meta(ge=0, le=10**9)]

Coarse = Literal["off", "queue", "hold", "reject"]

COARSE_WORDS: Final = spoken("coarse words")
HOLD_MAX_S: Final = 3600
# What is no condition: what becomes of a post, and whether the rule is asked at all.
TERMS: Final = frozenset({"name", "verdict", "reason", "hold_s", "on", "until"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule matches where all the conditions that it names hold; of a list, one entry is enough.

    What it holds for `hold_s` seconds is approved then, unless somebody decides otherwise; 0 is until somebody decides.
    It is asked while it is `on`, and before `until`. `words` and `patterns` are looked for in everything that a screen
    shows. `authors` are addresses (@user@server) or addresses of profiles: names are anybody's to choose. `servers` and
    `link_hosts` mean their subdomains too, and `languages` their regions. `first_time` asks whether none of the
    author's posts is approved, `repeat` whether a post says what one said that came before. Of what a network does not
    tell, such as how old an account is, no condition holds.
    """

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    verdict: Literal["approve", "queue", "hold", "reject"]
    reason: Annotated[str, Meta(max_length=200)] = ""
    hold_s: Annotated[int, Meta(ge=0, le=HOLD_MAX_S)] = 0
    on: bool = True
    until: Annotated[datetime, Meta(tz=True)] | None = None
    words: tuple[Entry, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    authors: tuple[Entry, ...] = ()
    servers: tuple[Entry, ...] = ()
    networks: tuple[Network, ...] = ()
    languages: tuple[Entry, ...] = ()
    link_hosts: tuple[Entry, ...] = ()
    min_links: Annotated[int, Meta(ge=0, le=100)] = 0
    has_media: bool | None = None
    sensitive: bool | None = None
    first_time: bool | None = None
    repeat: bool | None = None
    min_account_days: Days | None = None
    max_account_days: Days | None = None
    min_followers: Followers | None = None
    max_followers: Followers | None = None

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions it sets."""
        named = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in TERMS}
        return tuple(
            name for name, wish in named.items() if wish not in ((), None) and (name, wish) != ("min_links", 0)
        )

    @property
    def trouble(self) -> str:
        """Why it cannot work, in English, or nothing."""
        return self.troubled(plainly)

    def troubled(self, say: Say) -> str:
        """Why it cannot work, as `say` says it, or nothing."""
        empty = next((word for word in self.words if not known(word)), None)
        if empty is not None:
            return say("words: nothing can be found of %(phrase)s", phrase=repr(empty))
        for each in self.patterns:
            if why := pattern.trouble(each, say):
                return say("patterns: %(pattern)s %(why)s", pattern=repr(each), why=why)
        if self.hold_s and self.verdict != "hold":
            return say("hold_s: only what is held can be shown later, and the verdict is %(name)s", name=self.verdict)
        return "" if self.conditions else say(NO_CONDITION)

    def stands(self, at: datetime) -> bool:
        """Whether it is asked at a moment."""
        return self.on and (self.until is None or at < self.until)


def short_form(
    blocked_words: Sequence[str],
    blocked_authors: Sequence[str],
    trusted_authors: Sequence[str],
    rules: Iterable[Rule],
    coarse: Coarse = "off",
) -> tuple[Rule, ...]:
    """All rules in their order: who is blocked, what is blocked, the conference's own, and trust last of all."""
    return (
        *([Rule("blocked authors", "reject", authors=tuple(blocked_authors))] if blocked_authors else ()),
        *([Rule("blocked words", "hold", words=tuple(blocked_words))] if blocked_words else ()),
        *([Rule(COARSE_WORDS, coarse, words=COARSE)] if coarse != "off" else ()),
        *rules,
        *([Rule("trusted authors", "approve", authors=tuple(trusted_authors))] if trusted_authors else ()),
    )
