"""The gist of a post: what is left of it to compare with another once all that copying changes is put aside.

Put aside are case, width, punctuation and emoji; hashtags and mentions at the ends; whom a copy credits (`RT @ada`,
`“@ada: …”`, `via @ada`); and the ways of writing one address.
"""

import unicodedata
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from re import compile as pattern
from typing import Final
from urllib.parse import urlsplit

from backchannel.phrase import is_unspaced
from backchannel.post import Author, Content, Media
from backchannel.text import SpanKind, fold, segments
from backchannel.turning import SIGNS

CREDITS: Final = frozenset({"ht", "mt", "qt", "rt", "via"})  # before a mention, these say whose words it are
QUOTES: Final = "\"'“”„‟‘’«»‹›「『"
CUT: Final = ("…", "...")
# Each of these hosts hides where its addresses lead.
_SHORTENING: Final = """
    amzn.to bit.do bit.ly buff.ly cutt.ly dlvr.it dub.sh fb.me flip.it goo.gl ift.tt is.gd j.mp lnkd.in ow.ly rb.gy
    rebrand.ly s.id sco.lt shorturl.at t.co t.ly tiny.cc tinyurl.com trib.al wp.me youtu.be
"""
SHORTENERS: Final = frozenset(_SHORTENING.split())
# What is added to an address to see where its readers come from.
TRACKING: Final = pattern(r"(?:utm_\w*|mc_\w*|\w*clid|gclsrc|igsh\w*|si|ref|ref_\w*|cmpid|ncid)(?:=.*)?")

_MARKS: Final = "".join(char for char in map(chr, range(0x300, 0x10000)) if unicodedata.category(char)[0] == "M")
_WORD: Final = pattern(rf"[\w{_MARKS}]+|[{SIGNS}]")
_PLAIN_HOST: Final = pattern(r"^(?:www|m|mobile|amp)\.(?=[^.]+\.)")


@dataclass(frozen=True, slots=True)
class Gist:
    """What is compared of a post.

    `account` is one author of one network. `names` are those that one person has on several networks; `credited`, those
    whose words it says it repeats; `answers` is whom it answers. `words` are in order, one character each where a
    script has no spaces; `tags` are all hashtags, wherever they stand. `addresses` are where links lead, `shorts` the
    links that do not tell.
    """

    account: tuple[str, str]
    names: frozenset[str]
    credited: frozenset[str]
    answers: str
    words: tuple[str, ...]
    is_cut: bool
    tags: frozenset[str]
    mentions: frozenset[str]
    addresses: frozenset[str]
    shorts: frozenset[str]
    media: tuple[Media, ...]


def gist_of(network: str, content: Content) -> Gist:
    """The gist of a post. Takes whatever a network says."""
    walk = _Walk(content)
    links = {_plain_address(span.value) for span in content.spans if span.kind is SpanKind.LINK}
    shorts = {link for link in links if link.partition("/")[0] in SHORTENERS}
    reply = content.reply_to
    return Gist(
        account=(network, content.author.id),
        names=_names(content.author),
        credited=frozenset(walk.credited),
        answers=local_name(reply.address or reply.name) or "?" if reply else "",
        words=tuple(walk.words),
        is_cut=_is_cut(content),
        tags=frozenset(walk.tags),
        mentions=frozenset(walk.mentions),
        addresses=frozenset(links - shorts),
        shorts=frozenset(shorts),
        media=content.media,
    )


def saying_of(gist: Gist, secret: bytes) -> str:
    """The same for all posts that say the same words and lead to the same places; empty for one that says nothing."""
    if not gist.words and not gist.addresses:
        return ""
    said = (gist.words, sorted(gist.addresses | gist.shorts))
    return blake2b(repr(said).encode(errors="surrogatepass"), key=secret, digest_size=16).hexdigest()


def local_name(address: str) -> str:
    """The part of an address that somebody chose: of `@ada@social.example` and of `@ada.example` it is `ada`."""
    name, at, _ = fold(address).removeprefix("@").partition("@")
    return name if at else name.partition(".")[0]


def words_of(text: str) -> list[str]:
    """The words of a text, folded; where a script has no spaces, its characters."""
    folded = fold(text)
    words: list[str] = _WORD.findall(folded.replace("_", " "))
    if not is_unspaced(folded):
        return words
    return list(chain.from_iterable(word if is_unspaced(word) else (word,) for word in words))


class _Walk:
    """What one walk through a text finds. Hashtags and mentions are words where words follow and went before."""

    def __init__(self, content: Content) -> None:
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.mentions: set[str] = set()
        self.credited: set[str] = set()
        self._between: list[str] = []  # hashtags and mentions since the last word
        self._parted: list[str] = []  # those before it, where it stands alone: it may be a credit
        at = 0
        for run in segments(content.text, content.spans):
            start, at = at, at + len(run.text)
            if run.kind is None or (run.kind is SpanKind.LINK and not _is_address(run.text)):
                self._take_words(words_of(run.text))
            elif run.kind is SpanKind.HASHTAG:
                self._take_tag(run.value)
            elif run.kind is SpanKind.MENTION:
                self._take_mention(local_name(run.value), is_quoted=_is_quoted(content.text, start, at))

    def _take_words(self, words: list[str]) -> None:
        if not words:
            return
        self._parted = self._between[:] if self.words and len(words) == 1 else []
        if self.words:
            self.words += self._between
        self.words += words
        self._between.clear()

    def _take_tag(self, tag: str) -> None:
        self.tags.add(tag)
        if not any(map(str.isnumeric, tag)):  # with a number it is a name, and says nothing
            self._between.append(tag)

    def _take_mention(self, name: str, *, is_quoted: bool) -> None:
        is_told = not self._between and bool(self.words) and self.words[-1] in CREDITS
        if is_told:
            self.words.pop()
            del self.words[len(self.words) - len(self._parted) :]
            self._between, self._parted = self._parted, []
        if is_told or is_quoted:
            self.credited.add(name)
        else:
            self.mentions.add(name)
            self._between.append(name)


def _is_address(link: str) -> bool:
    """Whether a link's text is an address, and no words."""
    return any(char in link for char in "./…")


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether what stands there begins a quotation: “@ada: …”."""
    return start > 0 and text[start - 1] in QUOTES and text.startswith(":", end)


def _is_cut(content: Content) -> bool:
    """Whether the words end in …, whatever hashtags, mentions and links follow."""
    end = len(content.text)
    for span in reversed(content.spans):
        if content.text[span.end : end].strip():
            break
        end = span.start
    return content.text[:end].rstrip(" \n\"'”’»)").endswith(CUT)


def _names(author: Author) -> frozenset[str]:
    return frozenset({" ".join(fold(author.name).split()), local_name(author.address)} - {"", "?"})


def _plain_address(url: str) -> str:
    """One form for the ways of writing an address; without what only tells where its readers come from."""
    try:
        parts = urlsplit(url)
        host = _PLAIN_HOST.sub("", (parts.hostname or "").rstrip("."))
    except ValueError:
        return url
    query = "&".join(sorted(each for each in parts.query.split("&") if each and not TRACKING.fullmatch(each)))
    fragment = parts.fragment.partition(":~:")[0]
    return f"{host}{parts.path.rstrip('/')}{'?' * bool(query)}{query}{'#' * bool(fragment)}{fragment}"
