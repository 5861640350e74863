"""Text from strangers, made safe once, at the edge: plain text plus spans, never foreign HTML."""

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain, islice, pairwise
from re import IGNORECASE
from re import compile as pattern
from typing import Final
from urllib.parse import urlsplit

from backchannel import hashtag
from backchannel.taming import BLANKS
from backchannel.taming import clean as clean
from backchannel.taming import tame as tame
from backchannel.taming import tame_line as tame_line

TEXT_MAX: Final = 5000
NAME_MAX: Final = 100
ADDRESS_MAX: Final = 200
URL_MAX: Final = 2000
SPANS_MAX: Final = 100
EMOJI_MAX: Final = 32
TITLE_MAX: Final = 200

# An address that runs into … was cut off and leads elsewhere.
_LINK: Final = pattern(r"(?<!\w)https?://[^\s<>\"“”…]++(?!…)", IGNORECASE)
_MENTION: Final = pattern(r"(?<![\w/@.=-])@\w+(?:[.-]+\w+)*(?:@[\w-]+(?:\.[\w-]+)+)?")
_EMOJI: Final = pattern(r":(\w{1,64}):")
_STOPS: Final = frozenset(".,;:!?'’*~|")
_UNSEEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u061c\ufe0e\ufe0f"))
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}


class SpanKind(StrEnum):
    """What a piece of text is, besides being text."""

    LINK = "link"  # value: the address it truly leads to
    HASHTAG = "hashtag"  # value: the folded tag without #
    MENTION = "mention"  # value: the address of who is mentioned
    EMOJI = "emoji"  # value: the shortcode of a custom emoji, without colons


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text from `start` to before `end`, counted in code points; spans are in order and never overlap.

    `beside` is what the network tells besides: of a link the title of the page that it leads to, of an emoji where its
    picture is. Networks learn that late, so no version of a post differs by it.
    """

    kind: SpanKind
    start: int
    end: int
    value: str
    beside: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Emoji:
    """A custom emoji of a line that does not name it: the picture at `url` stands before the character `at`.

    `code` is how its author typed it, between colons.
    """

    at: int
    code: str
    url: str


@dataclass(frozen=True, slots=True)
class Text:
    """A tame text with its spans."""

    plain: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text for a template: `kind` is None for plain words."""

    kind: SpanKind | None
    text: str
    value: str = ""
    beside: str = ""


def segments(text: str, spans: tuple[Span, ...]) -> list[Segment]:
    """A text cut at its spans, in order, nothing lost: what a template walks through."""
    runs: list[Segment] = []
    at = 0
    for span in spans:
        if span.start > at:
            runs.append(Segment(None, text[at : span.start]))
        runs.append(Segment(span.kind, text[span.start : span.end], span.value, span.beside))
        at = span.end
    if at < len(text):
        runs.append(Segment(None, text[at:]))
    return runs


def strung(line: str, emoji: Sequence[Emoji]) -> list[tuple[str, Emoji | None]]:
    """A line cut where its custom emoji stand: each piece with the emoji after it, the last one without."""
    starts = [0, *(each.at for each in emoji)]
    cut = [(line[start : each.at], each) for start, each in zip(starts, emoji, strict=False)]
    return [*cut, (line[starts[-1] :], None)]


def pieces(text: str, start: int, marks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """A text that begins at `start` of a longer one, cut at the marks of that one; and whether each piece is marked."""
    ends = {0, len(text), *(min(max(place - start, 0), len(text)) for mark in marks for place in mark)}
    return [
        (text[one:other], any(first <= start + one and start + other <= last for first, last in marks))
        for one, other in pairwise(sorted(ends))
    ]


def weave(runs: Sequence[Segment], emoji: Set[str] = frozenset(), limit: int = TEXT_MAX) -> Text:
    """Runs joined to one tame text: the inverse of `segments`.

    Told spans go along with their words, up to where taming changed more than blanks. Bare links, mentions, hashtags
    and the custom `emoji` are found where no told span lies.
    """
    runs = [Segment(run.kind, clean(run.text), run.value) for run in runs]
    raw = "".join(run.text for run in runs)
    plain = tame(raw, limit)
    told = _moved(_spans(runs), raw, plain)
    return Text(plain, _without_overlaps(chain(told, find(plain, emoji)), len(plain)))


def annotated(text: Text, told: Mapping[tuple[SpanKind, str], str]) -> Text:
    """The same text, whose spans say what is told beside their values."""
    spans = (replace(span, beside=told.get((span.kind, span.value), span.beside)) for span in text.spans)
    return replace(text, spans=tuple(spans))


def from_plain(text: str, emoji: Set[str] = frozenset()) -> Text:
    """Somebody's bare words, tame, with the links, mentions, hashtags and known emoji in them."""
    plain = tame(text, TEXT_MAX)
    return Text(plain, _without_overlaps(find(plain, emoji), len(plain)))


def find(text: str, emoji: Set[str] = frozenset()) -> Iterator[Span]:
    """What a text holds besides words, the kinds one after another; spans of different kinds may overlap."""
    for link in _LINK.finditer(text):
        if url := web_url(_without_stops(link[0])):
            yield Span(SpanKind.LINK, link.start(), link.start() + len(url), url)
    for mention in _MENTION.finditer(text):
        if len(mention[0]) <= ADDRESS_MAX:
            yield Span(SpanKind.MENTION, mention.start(), mention.end(), mention[0])
    for found in hashtag.find(text):
        yield Span(SpanKind.HASHTAG, found.start, found.end, found.tag)
    for code in _EMOJI.finditer(text):
        if code[1] in emoji:
            yield Span(SpanKind.EMOJI, code.start(), code.end(), code[1])


def web_url(url: str) -> str:
    """The address where it is one that people may be led to, else nothing: http or https, a host, no user's name."""
    try:
        parts = urlsplit(url)
        leads_somewhere = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    is_plain = len(url) <= URL_MAX and url.isprintable() and " " not in url and "@" not in parts.netloc
    return url if leads_somewhere and is_plain else ""


def fold(text: str) -> str:
    """A text as it is compared with others: without width, case and joiners. Hashtags have their own fold."""
    if text.isascii():  # which most names and words are; the rest of the way takes five times as long
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_UNSEEN)


def folded_address(address: str) -> str:
    """An author's address as it is compared: exactly, but for case, the first @ and the last slash."""
    return address.strip().removeprefix("@").removesuffix("/").casefold()


def _spans(runs: Iterable[Segment]) -> Iterator[Span]:
    at = 0
    for run in runs:
        if run.kind is not None:
            yield Span(run.kind, at, at + len(run.text), run.value)
        at += len(run.text)


def _moved(spans: Iterable[Span], raw: str, plain: str) -> Iterator[Span]:
    """Spans of a raw text where their words stand in the tame one, which has other blanks and may be cut."""
    before, after = _inked(raw), _inked(plain)
    pairs = enumerate(zip(before, after, strict=False))
    same = next((count for count, (one, other) in pairs if raw[one] != plain[other]), min(len(before), len(after)))
    for span in spans:
        first, last = bisect_left(before, span.start), bisect_left(before, span.end) - 1
        if first <= last < same:
            yield Span(span.kind, after[first], after[last] + 1, span.value)


def _inked(text: str) -> list[int]:
    """Where a text has other things than blanks."""
    return [at for at, char in enumerate(text) if char not in BLANKS]


def _without_overlaps(spans: Iterable[Span], length: int) -> tuple[Span, ...]:
    """The first of `spans` to lay claim to its piece of a text keeps it; the rest falls. In the order of the text."""
    claimed = bytearray(length)
    kept: list[Span] = []
    for span in spans:
        if not any(claimed[span.start : span.end]):
            claimed[span.start : span.end] = b"1" * (span.end - span.start)
            kept.append(span)
    return tuple(islice(sorted(kept, key=lambda span: span.start), SPANS_MAX))


def _without_stops(url: str) -> str:
    """An address without the punctuation of the sentence around it."""
    while url and (url[-1] in _STOPS or url.count(url[-1]) > url.count(_CLOSING.get(url[-1], url[-1]))):
        url = url[:-1]
    return url
