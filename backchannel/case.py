"""A case: a post before the rules. What several of them ask for is worked out once, and only where one asks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from re import compile as pattern
from typing import Final
from urllib.parse import urlsplit

from backchannel.lexicon import Lexicon
from backchannel.pattern import Patterns
from backchannel.phrase import Mark
from backchannel.post import Content
from backchannel.text import SpanKind

Finds = Mapping[str, tuple[Mark, ...]]

# What else a screen shows follows the text, parted so that no phrase reaches from one thing into the next.
APART: Final = " \0 "
HALVES: Final = pattern("[\ud800-\udfff]")  # no character, and nothing that other programs could read


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is asked of a post beside what it says.

    `is_known` says whether another post of its author is approved, `is_repeat` whether it says what an earlier one
    says; `at` is now.
    """

    is_known: bool = False
    is_repeat: bool = False
    at: datetime | None = None


class Case:
    """A post of a network with its circumstances; `lexicon` and `patterns` are those of all rules."""

    def __init__(
        self, network: str, content: Content, circumstances: Circumstances, lexicon: Lexicon, patterns: Patterns
    ) -> None:
        self.network = network
        self.content = content
        self.circumstances = circumstances
        self._lexicon = lexicon
        self._patterns = patterns

    @cached_property
    def server(self) -> str:
        """Where the author's account is: @user@server, @user:server on Matrix, or the server is all of the address."""
        address = self.content.author.address.removeprefix("@")
        _, is_parted, server = address.rpartition("@")
        server = server if is_parted else address.partition(":")[2] or address
        return folded_host(server.partition(":")[0])  # without a port

    @cached_property
    def language(self) -> str:
        """Its language, folded, or nothing."""
        return self.content.language.casefold().replace("_", "-")

    @cached_property
    def links(self) -> list[tuple[Mark, str]]:
        """Where each link stands, and the host that it truly leads to."""
        links = [span for span in self.content.spans if span.kind is SpanKind.LINK]
        return [((span.start, span.end), _host_of(span.value)) for span in links]

    @cached_property
    def words(self) -> Finds:
        """The words and phrases that it says."""
        spans = self.content.spans
        return self._lexicon.find(
            self._shown, [(span.start, span.end) for span in spans if span.kind is SpanKind.HASHTAG]
        )

    @cached_property
    def patterns(self) -> Finds:
        """The patterns that it matches."""
        return self._patterns.find(self._shown)

    @cached_property
    def account_days(self) -> int | None:
        """How old the author's account is; None where the network does not tell."""
        made_at, at = self.content.author.created_at, self.circumstances.at
        return (at - made_at) // timedelta(days=1) if made_at and at else None

    def keys(self, condition: str) -> Iterable[str]:
        """What it has of what a condition's list names."""
        return KEYS[condition](self)

    @cached_property
    def _shown(self) -> str:
        """All that a screen shows of it; the text comes first, so that places in it stay what they are."""
        content = self.content
        reply = content.reply_to.name if content.reply_to else ""
        alts = (media.alt for media in content.media)
        titles = (span.beside for span in content.spans if span.kind is SpanKind.LINK)
        others = (content.author.name, content.warning, reply, *alts, *titles)
        shown = APART.join((content.text, *filter(None, others)))
        return shown if shown.isascii() else HALVES.sub("\ufffd", shown)


KEYS: Final[Mapping[str, Callable[[Case], Iterable[str]]]] = {
    "words": lambda case: case.words,
    "patterns": lambda case: case.patterns,
    "authors": lambda case: case.content.author.addresses,
    "link_hosts": lambda case: chain.from_iterable(_upwards(host) for _, host in case.links),
    "servers": lambda case: _upwards(case.server),
    "languages": lambda case: _prefixes(case.language),
    "networks": lambda case: (case.network,),
}


def folded_host(host: str) -> str:
    """A host as it is compared: as the network's own tables spell it, without the last dot."""
    plain = host.strip().removeprefix("@").rstrip(".").casefold()
    try:
        return plain.encode("idna").decode()
    except UnicodeError:
        return plain


def _host_of(url: str) -> str:
    try:
        return folded_host(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _upwards(host: str) -> Iterator[str]:
    """A host, and all that it lies under."""
    while host:
        yield host
        host = host.partition(".")[2]


def _prefixes(tag: str) -> Iterator[str]:
    """A language with its region, and without."""
    while tag:
        yield tag
        tag = tag.rpartition("-")[0]
