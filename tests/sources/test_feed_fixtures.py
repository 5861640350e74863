"""Every recorded feed is read into posts, or refused with a reason; no markup is left in any of them."""

from collections import Counter
from pathlib import Path
from re import IGNORECASE, search

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.sources import dialect, entry
from backchannel.sources.entry import Entry
from backchannel.sources.fields import Fields
from backchannel.text import Text
from tests.shared import fixtures
from tests.sources.mangling import mangled_document
from tests.test_text import check

URL = "https://pink11.example/feed.xml"
REASONS = {"an entry has neither an id nor an address", "the entry is empty"}
NO_FEEDS = {"unrecognized.rss", "illformed-rss_empty_document.xml"}
BROKEN = {"allthis-partial.json"}
MARKUP = r"<\s*/?\s*(script|iframe|object|embed|applet|meta|blink|img|body|b|a)\b|onclick|location\.href|javascript:"


def files(*names: str) -> list[Path]:
    return [path for path in sorted(fixtures("feeds", *names).rglob("*")) if path.is_file()]


def entries(path: Path, *, named: bool = False) -> list[Entry | str]:
    """What a file holds; most of them are about one thing only, and their entries nameless, unless they are `named`."""
    feed = dialect.translated(path.read_bytes(), "application/xml", URL)
    items = [item | {"id": item["id"] or ("made up" if named else "")} for item in feed.get("items", [])]
    return [entry.read(Fields(item), Fields(feed), URL) for item in items]


def test_every_recorded_feed_is_read_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    feeds: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    no_feeds, broken = set(), set()
    for path in files():
        try:
            feed = dialect.translated(path.read_bytes(), "application/xml", URL)
        except ValueError:
            broken.add(path.name)
            continue
        if "items" not in feed:
            no_feeds.add(path.name)
            continue
        feeds[path.parent.name] += 1
        for each in entries(path):
            outcomes["read" if isinstance(each, Entry) else each] += 1
            if isinstance(each, Entry):
                check(Text(each.content.text, each.content.spans))
    count = (
        f"{feeds.total()} recorded feeds {dict(feeds)}, entries {dict(outcomes)}, no feeds {no_feeds}, broken {broken}"
    )
    with capsys.disabled():
        print(f"\n{count}")  # noqa: T201 (the count is the result)
    assert (no_feeds, broken) == (NO_FEEDS, BROKEN)
    assert (feeds.total() + len(no_feeds) + len(broken), outcomes["read"] >= 100) == (len(files()), True)
    assert set(outcomes) - {"read"} <= REASONS


def test_a_recorded_feed_that_is_mangled_is_read_or_refused() -> None:
    small = [path.read_bytes() for path in files() if path.stat().st_size < 10_000]

    @settings(max_examples=60)
    @given(mangled_document(st.sampled_from(small)))
    def read(document: bytes) -> None:
        try:
            feed = dialect.translated(document, "application/xml", URL)
        except Exception:  # noqa: BLE001 (the program ends with it, and test_feed.py says what becomes of that)
            return
        for item in feed.get("items", []):
            found = entry.read(Fields(item), Fields(feed), URL)
            assert isinstance(found, Entry) or found

    read()


def test_no_markup_and_no_script_is_left_of_what_would_run_in_a_browser() -> None:
    said: Counter[str] = Counter()
    for path in files("feedparser-sanitize"):
        [found] = entries(path, named=True)
        text = "" if isinstance(found, str) else found.content.text
        said[text] += 1
        assert not search(MARKUP, text, IGNORECASE), path.name
    assert said["safe description"] >= 18


def test_an_address_of_a_feeds_entry_leads_to_the_web_or_nowhere() -> None:
    for path in files():
        try:
            found = entries(path, named=True)
        except ValueError:
            continue
        for each in found:
            if isinstance(each, Entry):
                urls = [each.content.url, each.content.author.url, *(media.url for media in each.content.media)]
                assert all(not url or url.startswith(("https://", "http://")) for url in urls), path.name
