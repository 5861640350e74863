"""Entries of every dialect, read into posts or refused with a reason."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.interest import Interest
from backchannel.post import Author, Content, Media, Sighting
from backchannel.sources import dialect, entry
from backchannel.sources.entry import Entry
from backchannel.sources.fields import Fields
from backchannel.sources.reading import Reading
from backchannel.text import TEXT_MAX, SpanKind, Text
from tests.made_up import MORNING
from tests.sources.feed_server import RECORDINGS
from tests.sources.mangling import mangled_document, odd
from tests.test_text import check

URL = "https://pink11.example/feed.xml"


def recorded(name: str, number: int = 0) -> Entry:
    """An entry of a recording, newest first."""
    feed = dialect.translated((RECORDINGS / name).read_bytes(), "", URL)
    found = entry.read(Fields(feed["items"][number]), Fields(feed), URL)
    assert isinstance(found, Entry), found
    return found


def read(feed: dict[str, Any] | None = None, **item: Any) -> Entry:
    found = entry.read(Fields({"id": "1", "title": "A title"} | item), Fields(feed or {}), URL)
    assert isinstance(found, Entry), found
    return found


def test_an_atom_entry_is_read() -> None:
    found = recorded("feed.xml")
    assert (found.id, found.tags) == (f"{URL} tag:pink11.example,2026:lunch", ("pink11",))
    assert found.updated == datetime(2026, 11, 17, 11, 40, tzinfo=UTC)
    content = found.content
    assert content.author == Author("Ines Kowalczyk", url="https://pink11.example/blog/", id=f"{URL} Ines Kowalczyk")
    assert content.text == "Lunch is moved to the Foyer\n\nThe soup is where it always was: on the map."
    assert [(span.kind, span.value) for span in content.spans] == [(SpanKind.LINK, "https://pink11.example/map")]
    assert (content.url, content.language) == ("https://pink11.example/blog/lunch", "en")
    assert (content.posted_at, content.edited_at) == (datetime(2026, 11, 17, 11, 30, tzinfo=UTC), None)


def test_markup_is_what_the_feed_says_it_is() -> None:
    assert recorded("feed.xml", 1).content.text.startswith("Runbooks nobody reads\n\nA runbook is a letter")
    assert recorded("feed.xml", 2).content.text.startswith("What <blink> taught us\n\n")
    rss = b"<rss version='2.0'><channel><item><guid>1</guid><title>%s</title></item></channel></rss>"
    for title, said in (
        (b"&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
        (b"&lt;script&gt;alert(1)&lt;/script&gt;words", "words"),
        (b"1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        (b"Vec&lt;T&gt; explained", "Vec<T> explained"),
    ):
        feed = dialect.translated(rss % title, "", URL)
        found = entry.read(Fields(feed["items"][0]), Fields(feed), URL)
        assert isinstance(found, Entry)
        assert found.content.text == said


def test_an_episode_carries_its_sound_its_length_and_its_picture() -> None:
    content = recorded("podcast.xml").content
    assert content.media == (
        Media("image", "https://hour.example/43.png"),
        Media("audio", "https://hour.example/43.mp3", "Podcast, 43 min"),
    )
    assert (content.author.name, content.author.url) == ("The Eleventh Hour", "https://hour.example/")
    assert (content.sensitive, content.language) == (True, "en-GB")
    assert content.posted_at == datetime(2026, 11, 17, 7, tzinfo=UTC)
    assert content.text.endswith("Priya explains what happens after the third page. Recorded in the Foyer.")
    other = recorded("podcast.xml", 1).content
    assert (other.media[0].alt, other.sensitive) == ("Podcast, 62 min", False)


def test_a_mastodon_servers_feed_of_a_hashtag_has_posts_without_a_title() -> None:
    found = recorded("mastodon-tag.rss")
    assert found.content.text == "The badge queue is faster than our service desk. #pink11"
    assert found.content.author.name == "@misaki@social.example"
    assert found.content.media == (
        Media("image", "https://files.social.example/queue.png", "Eleven people and one table"),
    )
    assert (found.tags, found.content.sensitive) == (("pink11",), False)


def test_a_json_entry_is_read() -> None:
    one, two = recorded("feed.json"), recorded("feed.json", 1)
    assert one.content.text == "Kaffee\n\nDer Kaffee steht rechts von der Treppe. Welche Treppe?"
    assert (one.content.author.name, one.content.language) == ("Jonas Feldmann", "de")
    assert (one.tags, one.content.media) == (("#pink11", "kaffee"), (Media("image", "https://foyer.example/3.png"),))
    assert one.updated == datetime(2026, 11, 17, 8, 45, tzinfo=UTC)
    assert (two.id, two.content.author.name) == (f"{URL} 2", "Jonas Feldmann")
    assert two.content.media == (Media("audio", "https://foyer.example/2.mp3", "Hall, leer, 1 min"),)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({}, "an entry has neither an id nor an address"),
        ({"id": "", "url": ""}, "an entry has neither an id nor an address"),
        ({"id": "x" * 1500, "title": "A title"}, "an entry has neither an id nor an address"),
        ({"id": "1", "title": " ", "content_html": "<p> </p>"}, "the entry is empty"),
    ],
)
def test_what_is_no_post_is_refused_with_a_reason(item: dict[str, Any], reason: str) -> None:
    assert entry.read(Fields(item), Fields({}), URL) == reason


def test_a_long_entry_is_shown_by_its_beginning_and_looked_through_to_its_end() -> None:
    found = read(content_html=f"<p>{'It goes on and on. ' * 100}</p><p>#pink11</p>")
    assert found.content.text.startswith("A title\n\nIt goes on and on. It goes")
    assert found.content.text.endswith("on and on. …")
    assert len(found.content.text) < len("A title\n\n") + entry.SUMMARY_MAX + 2
    assert Interest(("pink11",)).matched(found.whole) == ("#pink11",)
    assert Interest(("pink11",)).matched(found.content) == ()


def test_a_title_that_repeats_the_beginning_is_left_out() -> None:
    assert read(title="It goes on…", content_text="It goes on and on.").content.text == "It goes on and on."
    assert read(title="It goes on", content_text="").content.text == "It goes on"


def test_the_summary_is_shown_where_there_is_a_longer_content() -> None:
    found = read(summary="In short.", content_html="<p>At length, #pink11</p>")
    assert (found.content.text, found.whole.text) == (
        "A title\n\nIn short.",
        "A title\n\nIn short.\n\nAt length, #pink11",
    )


@pytest.mark.parametrize(
    ("item", "feed", "name"),
    [
        ({"authors": [{"name": ""}, {"name": "Ines"}]}, {"title": "Blog"}, "Ines"),
        ({}, {"title": "Blog"}, "Blog"),
        ({}, {"_title_html": "<b>Blog</b>"}, "Blog"),
        ({"url": "https://social.example/@ines/11"}, {"title": "#pink11"}, "@ines@social.example"),
        ({"url": "https://social.example/@ines/about"}, {"title": "#pink11"}, "#pink11"),
        ({}, {}, "pink11.example"),
    ],
)
def test_an_author_is_who_the_entry_names_or_else_the_feed(
    item: dict[str, Any], feed: dict[str, Any], name: str
) -> None:
    assert read(feed, **item).content.author.name == name


def test_an_edit_is_later_than_what_was_published() -> None:
    early, late = "2026-11-17T08:00:00Z", "2026-11-17T09:00:00Z"
    assert read(date_published=early, date_modified=early).updated is None
    assert read(date_published=late, date_modified=early).updated is None
    assert read(date_published=early, date_modified=late).updated == MORNING
    only = read(date_modified=late)
    assert (only.updated, only.content.posted_at) == (MORNING, MORNING)
    assert read(date_published="0001-01-01T00:00:00+14:00").content.posted_at is None


def test_only_pictures_sounds_and_films_are_media_each_once() -> None:
    attached = [
        {"url": "https://a.example/1.pdf", "mime_type": "application/pdf"},
        {"url": "javascript:alert(1)", "mime_type": "image/png"},
        {"url": "https://a.example/1.png", "mime_type": "IMAGE/png", "duration_in_seconds": 60},
        {"url": "https://a.example/1.png", "mime_type": "image/png"},
        {"url": "https://a.example/1.mp4", "mime_type": "video/mp4", "duration_in_seconds": 20},
        {"url": "https://a.example/1.mp3", "mime_type": "audio/mpeg", "duration_in_seconds": -1},
    ]
    assert read(attachments=attached).content.media == (
        Media("image", "https://a.example/1.png"),
        Media("video", "https://a.example/1.mp4", "Film, 1 min"),
        Media("audio", "https://a.example/1.mp3", "Podcast"),
    )


def test_everything_is_bounded() -> None:
    found = read(
        {"title": "x " * 5000},
        title="x " * 5000,
        content_html="<b>y</b> " * 5000,
        tags=["t"] * 500,
        authors=[{"name": "n" * 5000}],
    )
    assert len(found.content.text) < entry.TITLE_MAX + entry.SUMMARY_MAX + 10
    assert len(found.whole.text) <= TEXT_MAX
    assert (len(found.tags), len(found.content.author.name)) == (entry.TAGS_MAX, 100)


def test_the_digest_tells_what_is_shown_apart() -> None:
    one = read(content_text="words", date_modified="2026-11-17T09:00:00Z")
    assert one.digest == read(content_text="words").digest
    assert one.digest != read(content_text="other").digest
    assert one.digest != read(content_text="words", image="https://a.example/1.png").digest
    assert one.digest != read(content_text="words", url="https://a.example/").digest


RECORDED = [(RECORDINGS / name).read_bytes() for name in ("feed.xml", "podcast.xml", "mastodon-tag.rss", "feed.json")]


@given(mangled_document(st.sampled_from(RECORDED)))
def test_a_mangled_feed_is_read_or_refused_and_never_raises(document: bytes) -> None:
    try:
        feed = dialect.translated(document, "text/xml", URL)
    except Exception:  # noqa: BLE001 (the program ends with it, and test_feed.py says what becomes of that)
        return
    taken(feed)


NAMES = (
    "id",
    "url",
    "title",
    "_title_html",
    "summary",
    "content_html",
    "date_published",
    "authors",
    "tags",
    "attachments",
)


@given(
    st.dictionaries(st.sampled_from(NAMES), odd, max_size=6), st.dictionaries(st.sampled_from(NAMES), odd, max_size=3)
)
def test_a_mangled_entry_is_read_or_refused_and_never_raises(item: dict[str, Any], feed: dict[str, Any]) -> None:
    taken({"items": [{"id": "1"} | item]} | feed)


def taken(feed: dict[str, Any]) -> None:
    reading = Reading(URL, Interest(("pink11",)), None, MORNING, takes_all=True)
    reading.read(Fields(feed))
    for sighting in reading.sightings:
        assert isinstance(sighting, Sighting)
        assert isinstance(sighting.content, Content)
        check(Text(sighting.content.text, sighting.content.spans))
        assert sighting.content.author.name
