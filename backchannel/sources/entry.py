"""An entry of a feed, in the shape of JSON Feed that `dialect` gives it, read into a post."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from re import compile as pattern
from typing import Final
from urllib.parse import urlsplit

from backchannel import hashtag
from backchannel.html import from_html
from backchannel.post import MEDIA_MAX, Author, Content, Media
from backchannel.sources.excerpt import excerpt
from backchannel.sources.fields import Fields
from backchannel.sources.status import ALT_MAX, ID_MAX, OPT_OUTS
from backchannel.text import NAME_MAX, Segment, Text, from_plain, segments, tame, tame_line, weave

NETWORK: Final = "feed"
# A wall shows a title and a sentence or two; what has no title (a Mastodon server's feed of a hashtag) is a post.
TITLE_MAX: Final = 200
SUMMARY_MAX: Final = 280
UNTITLED_MAX: Final = 600
TAGS_MAX: Final = 30
ATTACHMENTS_MAX: Final = 30
BREAK: Final = Segment(None, "\n\n")
KINDS: Final = frozenset({"image", "audio", "video"})
UNNAMED: Final = {"audio": "Podcast", "video": "Film"}

_PERSON: Final = pattern(r"/@([\w.-]+)/\d+")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. `content` is what is shown; `whole` has all its words: what it is followed for may stand further on.

    `tags` are the categories beside the text, `updated` is when the feed says that it changed.
    """

    id: str
    content: Content
    whole: Content
    tags: tuple[str, ...] = ()
    updated: datetime | None = None

    @property
    def opts_out(self) -> bool:
        """Whether its author does not want to see it on a wall."""
        return hashtag.matches(OPT_OUTS, self.whole.text, self.tags)

    @property
    def digest(self) -> str:
        """The same for two readings of an entry that show the same."""
        shown = self.content
        said = (shown.author, shown.text, shown.spans, shown.url, shown.media, shown.sensitive)
        return blake2b(repr(said).encode(), digest_size=6).hexdigest()


def name_of(entry: Fields) -> str:
    """What a feed calls an entry, empty where it calls it nothing that can be kept."""
    name = entry.id("id") or entry.text("url")
    return name if len(name) <= ID_MAX // 2 else ""


def read(entry: Fields, feed: Fields, url: str) -> Entry | str:
    """The post of an entry of the feed at `url`, or the reason why it is none for a wall."""
    if not name_of(entry):
        return "an entry has neither an id nor an address"
    title, summary, said = _title(entry), _summary(entry), _said(entry)
    media = tuple(_media(entry))[:MEDIA_MAX]
    if not title.plain and not said.plain and not media:
        return "the entry is empty"
    published, updated = entry.moment("date_published"), entry.moment("date_modified")
    content = Content(
        author=_author(entry, feed, url),
        text="",
        url=entry.url("url") or feed.url("home_page_url"),
        language=entry.language("language") or feed.language("language"),
        media=media,
        sensitive=entry.flag("_explicit"),
        posted_at=published or updated,
    )
    return Entry(
        id=f"{url} {name_of(entry)}",
        content=_saying(content, [*_heading(title, said), *_excerpt(title, summary if summary.plain else said)]),
        whole=_saying(content, [run for each in (title, summary, said) for run in (*_as_runs(each), BREAK)]),
        tags=entry.texts("tags", TAGS_MAX),
        updated=updated if published is None or updated is None or updated > published else None,
    )


def _saying(content: Content, runs: Sequence[Segment]) -> Content:
    text = weave(runs)
    return replace(content, text=text.plain, spans=text.spans)


def _title(entry: Fields) -> Text:
    return from_html(entry.text("_title_html")) if entry.text("_title_html") else from_plain(entry.text("title"))


def _summary(entry: Fields) -> Text:
    return from_html(entry.text("_summary_html")) if entry.text("_summary_html") else from_plain(entry.text("summary"))


def _said(entry: Fields) -> Text:
    """All that an entry says; its summary, where that is all."""
    html = entry.text("content_html")
    said = from_html(html) if html else from_plain(entry.text("content_text"))
    return said if said.plain else _summary(entry)


def _heading(title: Text, said: Text) -> list[Segment]:
    """The title with a blank line after it; nothing where it only repeats how the entry begins."""
    words = " ".join(title.plain.rstrip("….").split())
    if not words or " ".join(said.plain.split()).startswith(words):
        return []
    return [*excerpt(title, TITLE_MAX), BREAK]


def _excerpt(title: Text, summary: Text) -> list[Segment]:
    return excerpt(summary, SUMMARY_MAX if title.plain else UNTITLED_MAX)


def _as_runs(text: Text) -> list[Segment]:
    return segments(text.plain, text.spans)


def _author(entry: Fields, feed: Fields, url: str) -> Author:
    """Who wrote an entry: as it says, as its address tells on a server of the fediverse, or else the feed itself."""
    named = next(filter(None, (author.line("name", NAME_MAX) for author in entry.many("authors", 3))), "")
    title = feed.line("title", NAME_MAX) or from_html(feed.text("_title_html")).plain
    name = named or _person(entry.url("url")) or tame_line(title, NAME_MAX) or urlsplit(url).netloc
    return Author(name=name, url=feed.url("home_page_url"), id=f"{url} {name}")


def _person(page: str) -> str:
    """@user@server, where a page is a post there: such a server's feed of a hashtag names nobody."""
    parts = urlsplit(page)
    person = _PERSON.fullmatch(parts.path)
    return tame_line(f"@{person[1]}@{parts.netloc}", NAME_MAX) if person else ""


def _media(entry: Fields) -> Iterator[Media]:
    """The pictures, sounds and films of an entry, each address once."""
    known: set[str] = set()
    if image := entry.url("image"):
        known.add(image)
        yield Media("image", image)
    for attachment in entry.many("attachments", ATTACHMENTS_MAX):
        kind, url = attachment.text("mime_type").partition("/")[0].strip().lower(), attachment.url("url")
        if kind in KINDS and url and url not in known:
            known.add(url)
            yield Media(kind, url, _alt(kind, attachment))


def _alt(kind: str, attachment: Fields) -> str:
    """What stands in the place of a picture, sound or film: "Podcast, 43 min"."""
    words = tame(attachment.text("title"), ALT_MAX) or UNNAMED.get(kind, "")
    seconds = attachment.number("duration_in_seconds") or 0
    return words if seconds <= 0 or kind == "image" else f"{words}, {max(1, round(seconds / 60))} min"
