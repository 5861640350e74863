"""RSS and Atom in all their dialects, read by feedparser into the shape of JSON Feed 1.1.

Shapes: https://feedparser.readthedocs.io/en/latest/reference.html; a name with an underscore is ours.
"""

from calendar import timegm
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from re import IGNORECASE
from re import compile as pattern
from typing import Any, Final

import feedparser  # type: ignore[import-untyped]

from backchannel.sources.pieces import CONTENT_MAX, SUMMARY_MAX, WORDS_MAX, Json, address, inner, objects, text

_FEEDS: Final = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"})
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_IS_PAGE: Final = pattern(rb"<!doctype\s+html|<html[\s>]", IGNORECASE)
# RSS does not say whether a title is HTML; what holds one of these is.
_MARKUP: Final = pattern(
    r"<(?:a|b|br|div|em|embed|i|iframe|img|object|p|script|span|strong|style|svg)[\s/>]", IGNORECASE
)


def translated(body: bytes, content_type: str, url: str) -> Json:
    """What `url` answered, as a JSON Feed; without `items` where it is no feed.

    `_broken` says what is wrong with the XML of a feed, `_page` is true of a web page, and `_alternate` is the feed
    that the page names.
    """
    # A stream, since feedparser fetches or opens what looks like an address to it.
    parsed = feedparser.parse(
        BytesIO(body),
        response_headers={"content-type": content_type, "content-location": url},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if parsed.get("version") or parsed.entries:
        return _feed(parsed, url)
    return {"_page": True, "_alternate": _alternate(parsed.feed, url)} if _IS_PAGE.search(body) else {}


def _alternate(page: Any, url: str) -> str:
    """The first feed that a web page names, or nothing."""
    links = objects(page.get("links"))
    named = (each.get("href") for each in links if each.get("rel") == "alternate" and each.get("type") in _FEEDS)
    return address(url, next(named, ""))


def _feed(parsed: Any, url: str) -> Json:
    feed, is_rss = parsed.feed, not str(parsed.get("version", "")).startswith("atom")
    base = text(inner(feed.get("title_detail")).get("base"), WORDS_MAX) or url
    broken = parsed.get("bozo_exception")
    return {
        "_title_html": _html(feed.get("title_detail"), WORDS_MAX, is_rss=is_rss),
        "home_page_url": address(base, feed.get("link")),
        "language": text(feed.get("language"), WORDS_MAX) or _language(feed),
        "items": [_entry(entry, base, is_rss=is_rss) for entry in parsed.entries],
        "_broken": f"line {broken.getLineNumber()}" if hasattr(broken, "getLineNumber") else "",
    }


def _entry(entry: Any, base: str, *, is_rss: bool) -> Json:
    contents, alts = _contents(entry)
    summary = _html(entry.get("summary_detail"), CONTENT_MAX, is_rss=is_rss)
    content = next(filter(None, (_html(each, CONTENT_MAX, is_rss=is_rss) for each in contents)), "")
    return {
        "id": text(entry.get("id"), WORDS_MAX),
        "url": address(base, entry.get("link")),
        "_title_html": _html(entry.get("title_detail"), WORDS_MAX, is_rss=is_rss),
        "_summary_html": summary[:SUMMARY_MAX] if content else "",
        "content_html": content or summary,
        "image": address(base, inner(entry.get("image")).get("href")),
        "date_published": _moment(entry, "published_parsed"),
        "date_modified": _moment(entry, "updated_parsed"),
        "authors": [{"name": text(each.get("name"), WORDS_MAX)} for each in objects(entry.get("authors"))],
        "tags": list({text(each.get("term"), WORDS_MAX): None for each in objects(entry.get("tags"))}),
        "language": text(entry.get("language"), WORDS_MAX) or _language(entry),
        "attachments": [*_enclosures(entry, base), *_media(entry, base, alts)],
        "_explicit": entry.get("itunes_explicit") is True or inner(entry.get("media_rating")).get("content") == "adult",
    }


def _contents(entry: Any) -> tuple[list[Any], list[str]]:
    """The contents of an entry, and the descriptions of its media: feedparser takes one for the other."""
    contents, media = objects(entry.get("content")), objects(entry.get("media_content"))
    has_summary = inner(entry.get("summary_detail")).get("type") in _HTML
    if media and has_summary and all(each.get("type") == "text/plain" for each in contents):
        # With fewer descriptions than media nobody knows whose they are.
        return [], [text(each.get("value"), WORDS_MAX) for each in contents] if len(contents) == len(media) else []
    return contents, []


def _enclosures(entry: Any, base: str) -> Iterator[Json]:
    duration_s = _seconds(text(entry.get("itunes_duration"), 20))
    for each in objects(entry.get("enclosures")):
        kind = text(each.get("type"), WORDS_MAX)
        yield {"url": address(base, each.get("href")), "mime_type": kind, "duration_in_seconds": duration_s}


def _media(entry: Any, base: str, alts: Sequence[str]) -> Iterator[Json]:
    media = objects(entry.get("media_content"))
    for each, alt in zip(media, alts or [""] * len(media), strict=False):
        kind = text(each.get("type"), WORDS_MAX) or f"{text(each.get('medium'), 20)}/*"
        duration_s = _seconds(text(each.get("duration"), 20))
        url = address(base, each.get("url"))
        yield {"url": url, "mime_type": kind, "title": alt, "duration_in_seconds": duration_s}


def _html(detail: Any, limit: int, *, is_rss: bool) -> str:
    """A piece of text as HTML, whatever its dialect calls it; nothing where it is no text."""
    value, kind = text(inner(detail).get("value"), limit), text(inner(detail).get("type"), WORDS_MAX) or "text/plain"
    if kind in _HTML or (is_rss and _MARKUP.search(value)):
        return value
    return escape(value).replace("\n", "<br>") if kind.startswith("text/") else ""


def _language(thing: Any) -> str:
    details = (inner(thing.get(name)) for name in ("title_detail", "summary_detail"))
    return next(filter(None, (text(detail.get("language"), WORDS_MAX) for detail in details)), "")


def _moment(entry: Any, name: str) -> str:
    """A time in UTC, or nothing. Asked for by `in` first: feedparser puts one for the other, and warns."""
    at = entry.get(name) if name in entry else None
    with suppress(TypeError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(timegm(at), UTC).isoformat() if at else ""
    return ""


def _seconds(duration: str) -> int | None:
    """A duration as podcasts write it: 43:12, 1:02:03 or 2592."""
    parts = duration.partition(".")[0].split(":")
    if len(parts) > 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    return seconds
