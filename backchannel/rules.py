"""Rules: what is decided about a post before a person looks. The first rule that matches decides; the rest is silent.

A rule matches where all the conditions that it names hold; of a list, one entry is enough. No rule looks at anything
but the post and whether its author was shown before, so the same post is judged the same way everywhere.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import chain
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from msgspec import Meta

from backchannel.phrase import Mark, Phrase, Reading, read
from backchannel.post import Content, Status, folded_address
from backchannel.text import SpanKind

Entry = Annotated[str, Meta(min_length=1, max_length=200)]
Network = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,19}$")]

QUOTED_MAX: Final = 5
STATUS: Final = {
    "approve": Status.APPROVED,
    "queue": Status.QUEUED,
    "hold": Status.HELD,
    "reject": Status.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it stands in the settings.

    `words` are looked for in everything that a screen shows. `authors` are addresses (@user@server) or addresses of
    profiles: names are anybody's to choose. `servers` and `link_hosts` mean their subdomains too, and `languages` their
    regions. `first_time` asks whether none of the author's posts is approved.
    """

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    verdict: Literal["approve", "queue", "hold", "reject"]
    reason: Annotated[str, Meta(max_length=200)] = ""
    words: tuple[Entry, ...] = ()
    authors: tuple[Entry, ...] = ()
    servers: tuple[Entry, ...] = ()
    networks: tuple[Network, ...] = ()
    languages: tuple[Entry, ...] = ()
    link_hosts: tuple[Entry, ...] = ()
    min_links: Annotated[int, Meta(ge=0, le=100)] = 0
    has_media: bool | None = None
    first_time: bool | None = None

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions it sets."""
        named = [each.name for each in fields(self) if each.name not in {"name", "verdict", "reason"}]
        return tuple(name for name in named if getattr(self, name) not in ((), 0, None) or getattr(self, name) is False)

    @property
    def trouble(self) -> str:
        """Why it cannot work, in words, or nothing."""
        empty = next((word for word in self.words if not Phrase(word)), None)
        if empty is not None:
            return f"words: nothing can be found of {empty!r}"
        return "" if self.conditions else "has no condition; name what it matches, such as words or link_hosts"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a post; `rule` is empty where none matched. `marks` are the places in its text to show."""

    status: Status = Status.QUEUED
    rule: str = ""
    reason: str = ""
    marks: tuple[Mark, ...] = ()


def short_form(
    blocked_words: Sequence[str], blocked_authors: Sequence[str], trusted_authors: Sequence[str], rules: Iterable[Rule]
) -> tuple[Rule, ...]:
    """All rules in their order: who is blocked, what is blocked, the conference's own, and trust last of all."""
    return (
        *([Rule("blocked authors", "reject", authors=tuple(blocked_authors))] if blocked_authors else ()),
        *([Rule("blocked words", "hold", words=tuple(blocked_words))] if blocked_words else ()),
        *rules,
        *([Rule("trusted authors", "approve", authors=tuple(trusted_authors))] if trusted_authors else ()),
    )


class Rules:
    """Ordered rules, ready to judge."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = [_Ready(rule) for rule in rules]
        self.asks_for_history = any(ready.rule.first_time is not None for ready in self._rules)

    def judge(self, network: str, content: Content, *, is_known: bool) -> Verdict:
        """The verdict on a post; `is_known` says whether another post of its author is approved. Never raises."""
        case = _Case(network, content, is_known)
        return next((ready.verdict(case) for ready in self._rules if ready.matches(case)), Verdict())


class _Case:
    """A post before the rules: what several of them ask for is worked out once."""

    def __init__(self, network: str, content: Content, is_known: bool) -> None:
        self.network = network
        self.content = content
        self.is_known = is_known

    @cached_property
    def server(self) -> str:
        """Where the author's account is: @user@server, @user:server on Matrix, or the server is all of the address."""
        address = self.content.author.address.removeprefix("@")
        _, is_parted, server = address.rpartition("@")
        server = server if is_parted else address.partition(":")[2] or address
        return _host(server.partition(":")[0])  # without a port

    @cached_property
    def language(self) -> str:
        return self.content.language.casefold().replace("_", "-")

    @cached_property
    def links(self) -> list[tuple[Mark, str]]:
        """Where each link stands, and the host that it truly leads to."""
        links = [span for span in self.content.spans if span.kind is SpanKind.LINK]
        return [((span.start, span.end), _host_of(span.value)) for span in links]

    @cached_property
    def text(self) -> Reading:
        spans = self.content.spans
        return read(self.content.text, [(span.start, span.end) for span in spans if span.kind is SpanKind.HASHTAG])

    @cached_property
    def beside(self) -> Reading:
        """What else is shown of a post, parted so that no phrase reaches from one thing into the next."""
        content = self.content
        reply = content.reply_to.name if content.reply_to else ""
        return read("\0".join((content.author.name, content.warning, reply, *(media.alt for media in content.media))))


class _Ready:
    """A rule whose words and hosts are folded once."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.phrases = [Phrase(word) for word in rule.words]
        self.authors = {folded_address(author) for author in rule.authors}
        self.servers = tuple(map(_host, rule.servers))
        self.hosts = tuple(map(_host, rule.link_hosts))
        self.languages = tuple(language.casefold() for language in rule.languages)
        self._conditions = [CONDITIONS[name] for name in rule.conditions]

    def matches(self, case: _Case) -> bool:
        """Whether every condition holds."""
        return all(holds(self, case) for holds in self._conditions)

    def verdict(self, case: _Case) -> Verdict:
        """The verdict on a case that matches."""
        reason = self.rule.reason or self.rule.name
        if said := [phrase.words for phrase in self.phrases if _is_said(phrase, case)]:
            reason += ": " + ", ".join(f"“{words}”" for words in said[:QUOTED_MAX])
        words = chain.from_iterable(phrase.find(case.text) for phrase in self.phrases)
        links = (place for place, host in case.links if self._concerns(host))
        return Verdict(STATUS[self.rule.verdict], self.rule.name, reason, _without_overlaps((*words, *links)))

    def _concerns(self, host: str) -> bool:
        return _is_under(host, self.hosts) or (self.rule.min_links > 0 and not self.hosts)


Condition = Callable[[_Ready, _Case], bool]
CONDITIONS: Final[dict[str, Condition]] = {
    "words": lambda ready, case: any(_is_said(phrase, case) for phrase in ready.phrases),
    "authors": lambda ready, case: not ready.authors.isdisjoint(case.content.author.addresses),
    "servers": lambda ready, case: _is_under(case.server, ready.servers),
    "networks": lambda ready, case: case.network in ready.rule.networks,
    "languages": lambda ready, case: any(f"{case.language}-".startswith(f"{each}-") for each in ready.languages),
    "link_hosts": lambda ready, case: any(_is_under(host, ready.hosts) for _, host in case.links),
    "min_links": lambda ready, case: len(case.links) >= ready.rule.min_links,
    "has_media": lambda ready, case: bool(case.content.media) is ready.rule.has_media,
    "first_time": lambda ready, case: (not case.is_known) is ready.rule.first_time,
}


def _is_said(phrase: Phrase, case: _Case) -> bool:
    return bool(phrase.find(case.text) or phrase.find(case.beside))


def _host(host: str) -> str:
    """A host as it is compared: as the network's own tables spell it, without the last dot."""
    plain = host.strip().removeprefix("@").rstrip(".").casefold()
    try:
        return plain.encode("idna").decode()
    except UnicodeError:
        return plain


def _host_of(url: str) -> str:
    try:
        return _host(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _is_under(host: str, hosts: Iterable[str]) -> bool:
    """Whether a host is one of `hosts`, or lies under one."""
    return any(each and (host == each or host.endswith(f".{each}")) for each in hosts)


def _without_overlaps(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    kept: list[Mark] = []
    for start, end in sorted(marks):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)
