"""What a moderator looks for in a list of posts: a line such as `from:@sam "one track" -#pink11 since:14:00`. Pure.

A line holds terms with blanks between them, and a post has to answer to all: words anywhere in it or in its author's
name, `"words together"`, `#hashtag`, `from:` a name or an address, `on:` a network, `reason:` why it was rejected or
held, `has:` media, link, reply or warning, `via:` what it was typed on here, `since:` and `before:` the time when it
came. A minus before a term asks for what does not answer to it. What names no such thing, as in `https://` or
`re:start`, is a word like others.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from re import ASCII
from re import compile as pattern
from typing import Final

from backchannel import hashtag
from backchannel.errors import Refusal
from backchannel.post import Content, Way
from backchannel.text import SpanKind
from backchannel.wording import spoken

LINE_MAX: Final = 300
TERMS_MAX: Final = 20

GOES_WITH_TIME: Final = spoken(
    "%(name)s: goes with a time such as 14:00, 2026-11-17, 2026-11-17T14:00, or 10m, 2h and 1d for “ago”."
)

_TERM: Final = pattern(r"(-?)(?:([a-z]+):)?(?:[\"“„]([^\"“”]*)[\"“”]?|(\S+))", ASCII)
_AGO: Final = pattern(r"(\d{1,4})(m|h|d)", ASCII)
_CLOCK: Final = pattern(r"(\d{1,2}):(\d{2})", ASCII)
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
# What people do not type, or type in another way.
_PLAINER: Final = str.maketrans(
    {
        **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u061c\ufe0e\ufe0f\u0640", None),
        **dict.fromkeys("‘’ʼ´`", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‐‑‒–—", "-"),
        **dict(zip("øłđıħŧ", "oldiht", strict=True)),
        "æ": "ae",
        "œ": "oe",
    }
)


class Sort(StrEnum):
    """What a term is about."""

    WORDS = "words"
    TAG = "tag"
    FROM = "from"
    ON = "on"
    REASON = "reason"
    HAS = "has"
    VIA = "via"


class Trait(StrEnum):
    """What a post can have besides words."""

    MEDIA = "media"
    LINK = "link"
    REPLY = "reply"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is asked of a post; `value` is as plain as what it is looked for in."""

    sort: Sort
    value: str
    is_unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Sieve:
    """What a post has to answer to. `since` is the first moment that counts, `before` the first that does not."""

    terms: tuple[Term, ...] = ()
    since: datetime | None = None
    before: datetime | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.terms) or self.since is not None or self.before is not None


EVERYTHING: Final = Sieve()


def read_sieve(line: str, now: datetime, zone: tzinfo, networks: Mapping[str, str] | None = None) -> Sieve:
    """What a line asks for. `networks` tells by which words people call them.

    A time without a day is the last one that was such a time on the venue's clock. Raises Refusal 400, in words for who
    typed the line.
    """
    if len(line) > LINE_MAX or "\0" in line:
        raise Refusal(400, "q", "A search has at most %(num)s letters.", num=LINE_MAX)
    named = {plain(word): network for network, word in (networks or {}).items()}
    terms: list[Term] = []
    times: dict[str, datetime] = {}
    for minus, name, quoted, bare in _TERM.findall(line):
        value = quoted or bare
        if name in _TIMES and not minus:
            times[name] = _moment(name, value, now, zone)
        elif term := _term(name, value, named, is_unwanted=bool(minus), is_quoted=bool(quoted)):
            terms.append(term)
    if len(terms) > TERMS_MAX:
        raise Refusal(400, "q", "A search has at most %(num)s terms.", num=TERMS_MAX)
    return Sieve(tuple(terms), times.get("since"), times.get("before"))


def sought(content: Content, matched: Sequence[str] = ()) -> str:
    """What is looked through: a line with all that a post says, its hashtags last, and a line with who says it.

    Every word of a line has a blank on both sides, and `plain` leaves no other line break.
    """
    tags = [f"#{span.value}" for span in content.spans if span.kind is SpanKind.HASHTAG]
    links = [words for span in content.spans if span.kind is SpanKind.LINK for words in (span.beside, span.value)]
    alts = [media.alt for media in content.media]
    said = plain(" ".join((content.text, content.warning, *alts, *links, *tags, *matched)))
    author = plain(f"{content.author.name} {content.author.address}")
    return f" {said} \n {author} " if said or author else ""


def plain(text: str) -> str:
    """A text as it is looked through: without case, width, accents and vowel points; any blanks are one space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).translate(_PLAINER)
        text = "".join(char for char in text if char.isascii() or not _is_point(char))
    return " ".join(text.lower().split())


def _is_point(char: str) -> bool:
    """Whether a character is a point of Hebrew or Arabic or an accent. What else leans, as in が and कु, tells apart."""
    weight = unicodedata.combining(char)
    return 10 <= weight <= 36 or weight >= 200


def _term(name: str, value: str, named: Mapping[str, str], *, is_unwanted: bool, is_quoted: bool) -> Term | None:
    word = plain(value)
    if not name and value[:1] in {"#", "＃"} and not is_quoted and (tag := hashtag.fold(value[1:])):
        return Term(Sort.TAG, plain(f"#{tag}"), is_unwanted)
    if not name and not is_quoted and value in _UNFINISHED:
        return None  # of which the rest is still to be typed
    if name == Sort.HAS and word not in set(Trait):
        raise Refusal(400, "q", "%(name)s: goes with %(known)s.", name=name, known=", ".join(Trait))
    if name == Sort.VIA and word not in set(Way):
        raise Refusal(400, "q", "%(name)s: goes with %(known)s.", name=name, known=", ".join(Way))
    if name == Sort.ON:
        return Term(Sort.ON, named.get(word, word), is_unwanted)
    if name in _NAMES and name not in _TIMES:
        return Term(Sort(name), word, is_unwanted) if word else None
    word = plain(f"{name}:{value}" if name else value)
    return Term(Sort.WORDS, word, is_unwanted) if word else None


def _moment(name: str, value: str, now: datetime, zone: tzinfo) -> datetime:
    """A time of day, a day, both, or how long ago."""
    here = now.astimezone(zone)
    if ago := _AGO.fullmatch(value):
        return now - int(ago[1]) * _UNITS[ago[2]]
    try:
        if clock := _CLOCK.fullmatch(value):
            at = datetime.combine(here.date(), time(int(clock[1]), int(clock[2])), zone)
            return at if at <= here else at - timedelta(days=1)
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise Refusal(400, "q", GOES_WITH_TIME, name=name) from error
    return at if at.tzinfo else at.replace(tzinfo=zone)


_TIMES: Final = ("since", "before")
_NAMES: Final = frozenset({*_TIMES, Sort.FROM, Sort.ON, Sort.REASON, Sort.HAS, Sort.VIA})
_UNFINISHED: Final = frozenset(f"{name}:" for name in _NAMES)
