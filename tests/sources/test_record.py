"""A record of Bluesky read into a sighting, or refused with a reason."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.post import MEDIA_MAX, Author, Content, Media, ReplyTo, Sighting
from backchannel.sources import event, record
from backchannel.sources.event import Event
from backchannel.sources.fields import Fields
from backchannel.text import Span, SpanKind, Text
from tests.sources.jetstream_server import DID, NOON, V1, V2, Kept, facet, made_up, tag_facet
from tests.sources.mangling import mangled
from tests.test_text import check

LINK = {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/long/path"}
CID = "bafyreimadeup"
BLOB = {"$type": "blob", "ref": {"$link": CID}, "mimeType": "image/jpeg", "size": 7}
PICTURE = {"alt": "A lake", "image": BLOB, "aspectRatio": {"width": 640, "height": 480}}
CARD = {"$type": "app.bsky.embed.external", "external": {"uri": "https://talk.example/slides", "title": "Slides"}}
QUOTE = {"$type": "app.bsky.embed.record", "record": {"uri": "at://did:plc:otto/app.bsky.feed.post/3l", "cid": CID}}


def read(text: str = "Hello #pink11", did: str = DID, **more: Any) -> Content:
    found = record.read(did, "3made", Fields(made_up(text, **more)))
    assert isinstance(found, Sighting), found
    assert found.content is not None
    check(Text(found.content.text, found.content.spans))
    return found.content


def test_a_record_is_read_into_a_sighting() -> None:
    text = "Grüße aus #Pink11: a.example/lo..."
    facets = [tag_facet(text, "#Pink11"), facet(text, "a.example/lo...", LINK)]
    found = record.read(DID, "3made", Fields(made_up(text, facets=facets, langs=["de", "en"])))
    assert found == Sighting(
        "bluesky",
        f"at://{DID}/app.bsky.feed.post/3made",
        Content(
            author=Author("ines0000…", "", f"https://bsky.app/profile/{DID}", "", DID),
            text=text,
            spans=(
                Span(SpanKind.HASHTAG, 10, 17, "pink11"),
                Span(SpanKind.LINK, 19, 34, "https://a.example/long/path"),
            ),
            url=f"https://bsky.app/profile/{DID}/post/3made",
            language="de",
            posted_at=datetime(2026, 11, 17, 9, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize(
    ("did", "rkey", "more", "reason"),
    [
        (DID, "3l", {"$type": "app.bsky.feed.like"}, "a record is no post"),
        (DID, "3l", {"$type": None}, "a record is no post"),
        ("", "3l", {}, "a post has no id"),
        ("did:plc:a/b", "3l", {}, "a post has no id"),
        (DID, "", {}, "a post has no id"),
        (DID, "a/../b", {}, "a post has no id"),
        (DID, "x" * 513, {}, "a post has no id"),
        (DID, "3l", {"text": "A thought #pink11 #NoWall"}, "the author opted out in the post"),
        (DID, "3l", {"tags": ["nobot"]}, "the author opted out in the post"),
        (DID, "3l", {"text": " \n"}, "the post is empty"),
        (DID, "3l", {"text": None, "embed": QUOTE}, "the post is empty"),
    ],
)
def test_what_is_no_post_for_a_wall_is_refused(did: str, rkey: str, more: dict[str, Any], reason: str) -> None:
    assert record.read(did, rkey, Fields(made_up() | more)) == reason


@pytest.mark.parametrize(
    "more",
    [
        {"text": "#pink11 #NoWall"},
        {"text": "@desk.example #nobot"},
        {"text": "Not me #nowall", "reply": {"parent": {"uri": f"at://{DID}/app.bsky.feed.post/3k"}}},
    ],
)
def test_who_opts_out_by_the_word_alone_or_beneath_a_post_of_their_own_leaves(more: dict[str, Any]) -> None:
    found = record.read(DID, "3l", Fields(made_up() | more))
    assert found == Sighting("bluesky", f"at://{DID}/app.bsky.feed.post/3l", None, only_known=True, leaver=DID)


@pytest.mark.parametrize(
    ("made", "carried"),
    [
        (made_up("#Pink11"), True),
        (made_up("see＃ＰＩＮＫ１１"), False),
        (made_up("see ＃ＰＩＮＫ１１"), True),
        (made_up("pink11"), False),
        (made_up("#pink112"), False),
        (made_up("", tags=["Pink11"]), True),
        (made_up("", tags=[" #pink11"]), True),
        (made_up("", tags=["pink", "11", 7, None]), False),
        (
            made_up("here", facets=[facet("here", "here", {"$type": "app.bsky.richtext.facet#tag", "tag": "pink11"})]),
            True,
        ),
        (made_up("here", facets=[{"features": [{"$type": "app.bsky.richtext.facet#link", "tag": "pink11"}]}]), False),
        ({}, False),
    ],
)
def test_a_hashtag_counts_in_the_text_in_a_facet_and_beside(made: dict[str, Any], carried: bool) -> None:
    assert record.carries(["pink11"], Fields(made)) is carried


def test_spans_stand_where_their_words_stand_although_blanks_went() -> None:
    text = "\n First line  \n\n\n\nsee a.example/lo... \n#pink11"
    content = read(text, facets=[facet(text, "a.example/lo...", LINK), tag_facet(text, "#pink11")])
    assert content.text == "First line\n\nsee a.example/lo...\n#pink11"
    found = [(span.kind, content.text[span.start : span.end]) for span in content.spans]
    assert found == [(SpanKind.LINK, "a.example/lo..."), (SpanKind.HASHTAG, "#pink11")]


def test_a_link_that_reads_like_another_host_says_where_it_leads() -> None:
    content = read("my.bank.example", facets=[facet("my.bank.example", "my.bank.example", LINK)])
    assert content.text == "my.bank.example [a.example]"


def test_a_card_is_a_line_of_its_own_unless_the_words_lead_there() -> None:
    assert read("Slides", embed=CARD).text == "Slides\ntalk.example/slides"
    assert read("Slides", embed=CARD).spans[0].value == "https://talk.example/slides"
    assert read("Slides", embed=CARD).spans[0].beside == "Slides"
    assert read("", embed=CARD).text == "talk.example/slides"
    assert read("See https://talk.example/slides", embed=CARD).text == "See https://talk.example/slides"
    link = LINK | {"uri": "https://talk.example/slides"}
    assert read("talk...", embed=CARD, facets=[facet("talk...", "talk...", link)]).text == "talk..."
    assert read("Quoting", embed={"$type": "app.bsky.embed.recordWithMedia", "media": CARD, "record": QUOTE}).text == (
        "Quoting\ntalk.example/slides"
    )


FEED = {"$type": "app.bsky.embed.record", "record": {"uri": "at://did:plc:otto/app.bsky.feed.generator/x", "cid": CID}}


@pytest.mark.parametrize(
    ("embed", "quoted"),
    [
        (QUOTE, "at://did:plc:otto/app.bsky.feed.post/3l"),
        (
            {"$type": "app.bsky.embed.recordWithMedia", "media": CARD, "record": QUOTE},
            "at://did:plc:otto/app.bsky.feed.post/3l",
        ),
        (FEED, ""),
        (CARD, ""),
        ("app.bsky.embed.record", ""),
    ],
)
def test_a_quote_names_the_post_that_it_shows_and_nothing_else(embed: Any, quoted: str) -> None:
    found = record.read(DID, "3made", Fields(made_up("This!", embed=embed)))
    assert isinstance(found, Sighting)
    assert found.quotes == quoted


def test_pictures_come_with_their_descriptions() -> None:
    url = f"https://cdn.bsky.app/img/feed_fullsize/plain/{DID}/{CID}"
    lake = Media("image", url, "A lake", 640, 480)
    old = {"image": {"cid": CID, "mimeType": "image/jpeg"}}
    broken = {"alt": "No picture", "image": {"ref": {"$link": "../../x"}}}
    images = {"$type": "app.bsky.embed.images", "images": [PICTURE, old, broken]}
    assert read(embed=images).media == (lake, Media("image", url), Media("image", "", "No picture"))
    assert read(embed={"$type": "app.bsky.embed.gallery", "items": [PICTURE] * 20}).media == (lake,) * MEDIA_MAX
    both = {"$type": "app.bsky.embed.recordWithMedia", "media": images, "record": QUOTE}
    assert read("", embed=both).media[0] == lake
    assert [each.look for each in read(embed=images).media] == [CID, CID, ""]
    film = {"$type": "app.bsky.embed.video", "video": BLOB, "alt": "A talk"}
    assert read("", embed=film).media == (Media("video", "", "A talk"),)
    assert read("", embed=film).media[0].look == CID
    assert read("", embed=film | {"presentation": "gif"}).media == (Media("gifv", "", "A talk"),)


@pytest.mark.parametrize("label", ["porn", "sexual", "nudity", "graphic-media"])
def test_a_label_that_the_author_set_covers_the_post(label: str) -> None:
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "odd"}, {"val": label}]}
    assert read(labels=labels).sensitive


def test_other_labels_cover_nothing() -> None:
    assert not read(labels={"values": [{"val": "spam"}, 7]}).sensitive
    assert not read(labels=["porn"]).sensitive


def test_an_answer_names_whom_it_answers_unless_oneself() -> None:
    def parent(uri: object) -> dict[str, Any]:
        return {"parent": {"uri": uri, "cid": CID}, "root": {"uri": uri, "cid": CID}}

    assert read(reply=parent("at://did:plc:otto5678901/app.bsky.feed.post/3l")).reply_to == ReplyTo("otto5678…")
    assert read(reply=parent(f"at://{DID}/app.bsky.feed.post/3l")).reply_to is None
    assert read(reply=parent("https://a.example")).reply_to is None
    assert read(reply=parent(7)).reply_to is None


TEXT = "Grüße 👋 @otto.example a.example/lo... #pink11"
FULL = made_up(
    TEXT,
    facets=[tag_facet(TEXT, "#pink11"), facet(TEXT, "a.example/lo...", LINK)],
    embed={"$type": "app.bsky.embed.recordWithMedia", "media": {"$type": "app.bsky.embed.images", "images": [PICTURE]}},
    labels={"values": [{"val": "porn"}]},
    reply={"parent": {"uri": "at://did:plc:otto/app.bsky.feed.post/3l"}},
    tags=["pink11"],
)


@given(mangled(st.just(FULL)))
def test_a_record_that_was_meddled_with_is_read_or_refused(said: Any) -> None:
    found = record.read(DID, "3l", Fields(said))
    assert isinstance(record.carries(["pink11"], Fields(said)), bool)
    if isinstance(found, Sighting):
        assert found.content is not None
        check(Text(found.content.text, found.content.spans))


V1_FRAME = json.loads(str(Kept(7, NOON, DID, "commit", {"operation": "create", "record": FULL}).frame(V1)))
V2_FRAME = json.loads(str(Kept(7, NOON, DID, "commit", {"operation": "create", "record": FULL}).frame(V2)))


@given(mangled(st.sampled_from([V1_FRAME, V2_FRAME])))
def test_a_frame_that_was_meddled_with_is_read_or_refused(said: Any) -> None:
    found = event.read(json.dumps(said).encode())
    assert isinstance(found, Event | str)
    if isinstance(found, Event) and found.place is not None:
        assert event.place_of(found.place.stored()) == found.place
