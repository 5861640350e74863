"""Every dialect of feeds, read into the shape of JSON Feed 1.1: a program of its own, a feed in, JSON out.

It runs apart from the server: some feeds of a few kilobytes keep feedparser busy for minutes, and Python with it. So
it has a clock and a memory of its own to use up, and is ended from outside where it is slow. What cannot be read at
all ends it with an error. The shape: https://www.jsonfeed.org/version/1.1/
"""

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from backchannel.sources import syndication
from backchannel.sources.apart import be_bounded
from backchannel.sources.pieces import CONTENT_MAX, SUMMARY_MAX, WORDS_MAX, Json, address, listed, number, objects, text

ENTRIES_MAX: Final = 100
CONTENTS_MAX: Final = 400_000  # of all entries together: whoever reads them on does so beside other work

_VERSION: Final = "https://jsonfeed.org/version/1"
_CONTENTS: Final = frozenset({"content_html", "content_text"})
_TEXTS: Final = {
    "title": WORDS_MAX,
    "summary": SUMMARY_MAX,
    "content_html": CONTENT_MAX,
    "content_text": CONTENT_MAX,
    "date_published": WORDS_MAX,
    "date_modified": WORDS_MAX,
    "language": WORDS_MAX,
}


def translated(body: bytes, content_type: str, url: str) -> Json:
    """What `url` answered, as a JSON Feed with so many entries, newest first; without `items` where it is no feed."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        feed = _feed(json.loads(body.decode("utf-8-sig")), url)
    else:
        feed = syndication.translated(body, content_type, url)
    return feed | {"items": _newest(feed["items"])} if "items" in feed else feed


def _feed(feed: Any, url: str) -> Json:
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return {}
    if not str(feed.get("version", "")).startswith(_VERSION):
        return {}
    items = [_entry(each, url) if isinstance(each, dict) else {} for each in feed["items"]]
    return {
        "title": text(feed.get("title"), WORDS_MAX),
        "home_page_url": address(url, feed.get("home_page_url")),
        "language": text(feed.get("language"), WORDS_MAX),
        "items": items,
    }


def _entry(entry: Json, url: str) -> Json:
    authors = entry.get("authors") or [entry.get("author")]  # version 1.0 knew one
    post_id = entry.get("id")
    return {
        **{name: text(entry.get(name), limit) for name, limit in _TEXTS.items()},
        "id": str(post_id) if isinstance(post_id, int | float) else text(post_id, WORDS_MAX),
        "url": address(url, entry.get("url") or entry.get("external_url")),
        "image": address(url, entry.get("image") or entry.get("banner_image")),
        "authors": [{"name": text(each.get("name"), WORDS_MAX)} for each in objects(authors)],
        "tags": [text(tag, WORDS_MAX) for tag in listed(entry.get("tags"))],
        "attachments": [
            {
                "url": address(url, each.get("url")),
                "mime_type": text(each.get("mime_type"), WORDS_MAX),
                "title": text(each.get("title"), WORDS_MAX),
                "duration_in_seconds": number(each.get("duration_in_seconds")),
            }
            for each in objects(entry.get("attachments"))
        ],
    }


def _newest(entries: list[Json]) -> list[Json]:
    """So many entries, newest first; in the feed's own order where one of them tells no time."""
    dates = [entry.get("date_published") or entry.get("date_modified") for entry in entries]
    if all(dates):
        entries = sorted(entries, key=_instant, reverse=True)
    kept = entries[:ENTRIES_MAX]
    limit = CONTENTS_MAX // max(len(kept), 1)
    return [entry | {name: entry[name][:limit] for name in _CONTENTS & entry.keys()} for entry in kept]


def _instant(entry: Json) -> float:
    """When an entry was published, in seconds; what is no time is old."""
    with suppress(ValueError, OverflowError):
        at = datetime.fromisoformat(entry["date_published"] or entry["date_modified"])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    return 0.0


def main() -> None:
    """Read one line of JSON and the feed after it, and write the translation."""
    be_bounded()
    asked = json.loads(sys.stdin.buffer.readline())
    answer = translated(sys.stdin.buffer.read(), asked["content_type"], asked["url"])
    sys.stdout.buffer.write(json.dumps(answer).encode())
