"""Foreign HTML, read once: what a browser would show of it, as text and spans."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from re import IGNORECASE
from re import compile as pattern
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

import nh3

from backchannel.text import ADDRESS_MAX, Segment, SpanKind, Text, clean, find, tame_line, weave, web_url

# A post of 5,000 code points with many links has about half of this; nested tags cost the cleaner their square.
HTML_MAX: Final = 32_768
DEPTH_MAX: Final = 60
SHOWN_MAX: Final = 30
LINK_MAX: Final = 1000

_PARAGRAPHS: Final = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "ul"})
_LINES: Final = frozenset({"div", "li"})
_TAGS: Final = _PARAGRAPHS | _LINES | {"a", "br", "img", "span"}
_ATTRIBUTES: Final = {"a": {"href"}, "span": {"class"}, "div": {"class"}, "img": {"alt"}}
# A browser shows nothing of what is in them, and the cleaner would write their markup out as words.
_UNSHOWN: Final = {"iframe", "noembed", "noframes", "noscript", "script", "style", "template", "title"}
_VOID: Final = frozenset({"br", "hr", "img"})
# Mastodon hides the ends of an address; GoToSocial adds words of its own that are meant for one reader.
_HIDDEN: Final = frozenset({"invisible", "gts-system-message"})
_TAG: Final = pattern(r"<(/?)([a-zA-Z][^\s/>]*)[^>]*>")
_OFTEN_OPEN: Final = _VOID | {"p", "li"}  # people leave these open, and the cleaner closes them itself
_SPACES: Final = pattern(r"[ \t\n\r\f]+")
_SCHEME: Final = pattern(r"https?://(?:www\.)?", IGNORECASE)
_HOST: Final = pattern(r"(?<![\w@.-])(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w@-])")
_PERSON: Final = pattern(r"/(?:@|users/|u/)([\w.-]+)/?$")


def from_html(html: str, *, mentions: Mapping[str, str] = MappingProxyType({}), emoji: Set[str] = frozenset()) -> Text:
    """What people would read of a post's HTML. `mentions` tells for each link whom it means. Takes any text."""
    walker = _Walker(mentions)
    html = html.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    walker.feed(
        nh3.clean(
            _shallow(html[:HTML_MAX]),
            tags=set(_TAGS),
            clean_content_tags=_UNSHOWN,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https"},
            url_relative="deny",
            link_rel=None,
        )
    )
    walker.close()
    if len(html) > HTML_MAX:
        walker.runs.append(Segment(None, "…"))
    return weave(walker.runs, emoji)


def _shallow(html: str) -> str:
    """The same HTML, without any tag where tags are nested beyond reason: the cleaner needs the square of the depth."""
    depth = 0
    for tag in _TAG.finditer(html):
        depth += 0 if tag[2].lower() in _OFTEN_OPEN else -1 if tag[1] else 1
        if depth > DEPTH_MAX:
            return _TAG.sub(" ", html)
    return html


@dataclass(slots=True)
class _Link:
    """An open link: where it truly leads, and its visible words so far."""

    href: str
    words: list[str] = field(default_factory=list)


class _Walker(HTMLParser):
    """Walks through clean HTML and gathers runs; paragraphs are parted by an empty line."""

    def __init__(self, mentions: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Segment] = []
        self._mentions = mentions
        self._open: list[tuple[str, frozenset[str]]] = []
        self._inside: Counter[str] = Counter()  # how many of each tag are open
        self._hidden = 0  # how many open elements hide what is in them
        self._link: _Link | None = None
        self._breaks = 0  # newlines that are due before the next words
        self._is_spaced = False  # the last run ends with a space
        self._bullet = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element; the parser's own name."""
        found = {name: value or "" for name, value in attrs}
        classes = frozenset(found.get("class", "").split())
        if tag not in _VOID:
            self._open.append((tag, classes))
            self._inside[tag] += 1
            self._hidden += bool(classes & _HIDDEN)
        self._break_before(tag)
        if tag == "br":
            self._breaks = min(self._breaks + 1, 2)
        elif tag == "li":
            self._bullet = "• "
        elif tag == "img":
            self.handle_data(found.get("alt", ""))
        elif tag == "a" and not self._hidden:
            self._link = _Link(web_url(found.get("href", "").strip()))

    def handle_endtag(self, tag: str) -> None:
        """Close an element; the parser's own name."""
        if tag in _VOID or not self._open:
            return
        tag, classes = self._open.pop()
        self._inside[tag] -= 1
        self._hidden -= bool(classes & _HIDDEN)
        self._break_before(tag)
        if tag == "span" and "ellipsis" in classes:
            self.handle_data("…")
        elif tag == "a" and self._link is not None:
            link, self._link = self._link, None
            self._write_link(link)

    def handle_data(self, data: str) -> None:
        """Words, wherever they stand; the parser's own name."""
        if self._hidden:
            return
        if self._link is not None:
            self._link.words.append(_SPACES.sub(" ", data))
        elif self._inside["pre"]:
            self._write_lines(data)
        else:
            self._write(Segment(None, _SPACES.sub(" ", data)))

    def _break_before(self, tag: str) -> None:
        if tag in _PARAGRAPHS and not (tag in {"ul", "ol"} and self._inside["li"]):
            self._breaks = 2
        elif tag in _PARAGRAPHS | _LINES:
            self._breaks = max(self._breaks, 1)

    def _write_lines(self, data: str) -> None:
        for number, line in enumerate(data.split("\n")):
            if number:
                self._breaks = min(self._breaks + 1, 2)
            self._write(Segment(None, line), keep_indent=True)

    def _write(self, run: Segment, *, keep_indent: bool = False) -> None:
        """Add a run, with the newlines that are due, so that taming has nothing left to move."""
        starts = self._breaks > 0 or not self.runs
        if (starts or self._is_spaced) and not keep_indent:
            run = Segment(run.kind, run.text.lstrip(" "), run.value)
        if not run.text:
            return
        if starts:
            self._start_line()
        self._is_spaced = run.text.endswith(" ")
        self.runs.append(run)

    def _start_line(self) -> None:
        while self.runs and self.runs[-1].kind is None and not self.runs[-1].text.strip():
            self.runs.pop()
        if self.runs:
            last = self.runs.pop()
            self.runs += [Segment(last.kind, last.text.rstrip(), last.value), Segment(None, "\n" * self._breaks)]
        opening = "> " * bool(self._inside["blockquote"]) + self._bullet
        if opening:
            self.runs.append(Segment(None, opening))
        self._breaks, self._bullet = 0, ""

    def _write_link(self, link: _Link) -> None:
        """What reads as one mention or hashtag is one, whatever class the server gives or takes from it."""
        words = tame_line("".join(link.words), LINK_MAX)
        kinds = {span.kind: span.value for span in find(words) if span.end - span.start == len(words)}
        if SpanKind.MENTION in kinds:
            self._write(Segment(SpanKind.MENTION, words, self._address(link.href, words)))
        elif SpanKind.HASHTAG in kinds:
            self._write(Segment(SpanKind.HASHTAG, words, kinds[SpanKind.HASHTAG]))
        elif link.href:
            for run in honest(words, link.href):
                self._write(run)
        else:
            self._write(Segment(None, words))

    def _address(self, href: str, words: str) -> str:
        """Whom a mention means: as the network says, else as the link's address tells, else as it reads."""
        if href in self._mentions:
            return self._mentions[href]
        person, host = _PERSON.search(urlsplit(href).path), urlsplit(href).netloc
        return tame_line(f"@{person[1]}@{host}" if person else words, ADDRESS_MAX)


def shown(url: str) -> str:
    """An address as Mastodon shows it: without scheme, shortened."""
    short = clean(_SCHEME.sub("", url, count=1))
    return short if len(short) <= SHOWN_MAX else f"{short[:SHOWN_MAX]}…"


def honest(words: str, href: str) -> Iterator[Segment]:
    """A link's words, and where it truly leads, if they name another host."""
    is_address = _SCHEME.match(words) is not None and " " not in words
    yield Segment(SpanKind.LINK, shown(words) if is_address else words or shown(href), href)
    named = {_plain_host(host) for host in _HOST.findall(words)}
    host = _plain_host(urlsplit(href).hostname or "")
    if named and named != {host}:
        yield Segment(None, f" [{host}]")


def _plain_host(host: str) -> str:
    with suppress(UnicodeError):
        host = host.encode("idna").decode()
    return host.lower().removeprefix("www.")
