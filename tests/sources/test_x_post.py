"""A post of X read into a sighting, or refused with a reason."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.post import MEDIA_MAX, Author, Content, Media, ReplyTo, Sighting
from backchannel.sources import x_post, x_told
from backchannel.sources.fields import Fields
from backchannel.sources.x_post import NETWORK
from backchannel.text import NAME_MAX, TEXT_MAX, SpanKind, Text
from tests.sources.mangling import mangled
from tests.sources.x_server import author, link, made_up
from tests.test_text import check

PHOTO = {"media_key": "3_1", "type": "photo", "url": "https://pbs.twimg.example/1.jpg", "alt_text": "Five boxes"}
FILM = {"media_key": "13_2", "type": "video", "preview_image_url": "https://pbs.twimg.example/2.jpg", "width": 1920}


def sighting(post: object, *users: Any, media: Any = ()) -> Sighting | str:
    includes = {"users": list(users or [author()]), "media": list(media)}
    return x_post.read(Fields(post), x_post.beside(Fields(includes)))


def read(text: str = "See you at the runbook talk. #pink11", *users: Any, media: Any = (), **more: Any) -> Content:
    found = sighting(made_up(text, **more), *users, media=media)
    assert isinstance(found, Sighting), found
    assert found.content is not None
    return found.content


def test_a_post_is_read_into_a_sighting() -> None:
    found = sighting(made_up("Hello. #Pink11"))
    assert isinstance(found, Sighting)
    assert (found.network, found.id, found.ref) == (NETWORK, "1989000000000000001", "1989000000000000001")
    content = found.content
    assert content is not None
    avatar = "https://pbs.twimg.example/ines_normal.jpg"
    made_at = datetime(2013, 12, 14, 4, 35, 55, tzinfo=UTC)
    assert content.author == Author(
        "Ines Kowalczyk", "@ines_pm", "https://x.com/ines_pm", avatar, "2244994945", made_at, 513
    )
    assert (content.text, content.language) == ("Hello. #Pink11", "en")
    assert content.url == "https://x.com/ines_pm/status/1989000000000000001"
    assert [(span.kind, span.value) for span in content.spans] == [(SpanKind.HASHTAG, "pink11")]
    assert content.posted_at == datetime(2026, 11, 17, 9, tzinfo=UTC)
    assert (content.edited_at, content.reply_to, content.media, content.sensitive) == (None, None, (), False)


@pytest.mark.parametrize(
    ("more", "user", "reason"),
    [
        ({"id": None}, {}, "a post has no id"),
        ({"id": "x" * 65}, {}, "a post has no id"),
        ({"referenced_tweets": [{"type": "retweeted", "id": "1"}]}, {}, "the post repeats another one"),
        ({"author_id": "1"}, {}, "a post has no author"),
        ({}, {"username": None}, "a post has no author"),
        ({}, {"username": "a b"}, "a post has no author"),
        ({}, {"protected": True}, "the author shows posts to followers only"),
        ({}, {"description": "Hi. #NoBot please"}, "the author opted out in the profile"),
        ({"text": "Not for walls #nowall #pink11"}, {}, "the author opted out in the post"),
        ({"text": " \u200b "}, {}, "the post is empty"),
        ({"text": None}, {}, "the post is empty"),
    ],
)
def test_what_is_not_for_a_wall_is_refused_with_its_reason(more: Any, user: Any, reason: str) -> None:
    assert sighting(made_up() | more, author(**user)) == reason


@pytest.mark.parametrize(
    "more",
    [{"text": "#nowall #pink11"}, {"text": "Not me #nowall #pink11", "in_reply_to_user_id": made_up()["author_id"]}],
)
def test_who_opts_out_by_the_word_alone_or_beneath_a_post_of_their_own_leaves(more: Any) -> None:
    found = sighting(made_up() | more, author())
    assert isinstance(found, Sighting)
    assert (found.content, found.only_known, found.leaver) == (None, True, made_up()["author_id"])


def test_what_is_no_object_is_refused() -> None:
    assert sighting("a post") == "a post is no object"


@pytest.mark.parametrize("post_id", [1989000000000000001, "1989000000000000001"])
def test_ids_may_be_numbers(post_id: object) -> None:
    found = sighting(made_up(id=post_id, author_id=7, edit_history_tweet_ids=[post_id]), author(id=7))
    assert isinstance(found, Sighting)
    assert found.id == "1989000000000000001"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("R&amp;D &lt;b&gt; #pink11", "R&D <b> #pink11"),
        ("&amp;lt; is how &lt; is written", "&lt; is how < is written"),
        ("&amp;amp;amp;", "&amp;amp;"),
        ("&copy; &nbsp; &#60;", "&copy; &nbsp; &#60;"),
    ],
)
def test_text_is_unescaped_exactly_once(raw: str, text: str) -> None:
    assert read(raw).text == text


def test_places_count_code_points_of_the_escaped_text() -> None:
    raw = "😀😀 R&amp;D &lt;3 @Noah_W at https://t.co/abc #pink11"
    entities = made_up(raw)["entities"] | {
        "urls": [link(raw, "https://t.co/abc", "https://a.example/b/c", "a.example/b/…")]
    }
    content = read(raw, entities=entities)
    assert content.text == "😀😀 R&D <3 @Noah_W at a.example/b/… #pink11"
    assert [(span.kind, content.text[span.start : span.end], span.value) for span in content.spans] == [
        (SpanKind.MENTION, "@Noah_W", "@Noah_W"),
        (SpanKind.LINK, "a.example/b/…", "https://a.example/b/c"),
        (SpanKind.HASHTAG, "#pink11", "pink11"),
    ]


def test_a_link_leads_to_where_it_ends_in_the_end() -> None:
    raw = "https://t.co/abc"
    entity = link(raw, raw, "https://short.example/1", "short.example/1", unwound_url="https://a.example/long")
    assert [span.value for span in read(raw, entities={"urls": [entity]}).spans] == ["https://a.example/long"]


@pytest.mark.parametrize("odd", [{"start": 3, "end": 9}, {"start": 9, "end": 2}, {"start": None}, {"end": 10**9}, {}])
def test_an_entity_that_is_not_where_it_says_is_left_alone(odd: dict[str, Any]) -> None:
    raw = "https://t.co/abc"
    entity = {"url": raw, "expanded_url": "https://a.example/", "display_url": "a.example", **odd}
    content = read(raw, entities={"urls": [entity], "hashtags": [odd], "mentions": [{**odd, "username": "noah"}]})
    assert content.text == raw


def test_pictures_come_from_beside_and_the_link_to_them_is_not_shown() -> None:
    raw = "Look. #pink11 https://t.co/pic"
    entities = {"urls": [link(raw, "https://t.co/pic", "https://x.com/ines_pm/status/1/photo/1", "pic.x.com/pic")]}
    more = {"entities": entities, "attachments": {"media_keys": ["3_1", "13_2", "missing"]}}
    content = read(raw, media=[PHOTO, FILM], **more)
    assert content.text == "Look. #pink11"
    assert content.media == (
        Media("image", "https://pbs.twimg.example/1.jpg", "Five boxes"),
        Media("video", "https://pbs.twimg.example/2.jpg", width=1920),
    )
    assert read(raw, **more).text == "Look. #pink11 pic.x.com/pic"  # nothing beside: the link is all there is


def test_a_post_of_pictures_alone_is_one() -> None:
    raw = "https://t.co/pic"
    entities = {"urls": [link(raw, raw, "https://x.com/i/photo/1", "pic.x.com/pic", media_key="3_1")]}
    content = read(raw, media=[PHOTO], entities=entities, attachments={"media_keys": ["3_1"]})
    assert (content.text, len(content.media)) == ("", 1)


def test_a_long_post_is_read_from_its_note() -> None:
    whole = "A long story &amp; more. " * 30 + "#pink11 @noah"
    note = {"text": whole, "entities": made_up(whole)["entities"]}
    content = read(whole[:270] + "… https://t.co/more", note_tweet=note, entities={})
    assert content.text == whole.replace("&amp;", "&")
    assert [span.value for span in content.spans] == ["pink11", "@noah"]


def test_an_edit_has_the_id_of_the_first_version_and_the_time_of_its_own() -> None:
    first, second = "1989000000000000001", "1989000123456000002"
    found = sighting(made_up("In other words. #pink11", id=second, edit_history_tweet_ids=[first, second]))
    assert isinstance(found, Sighting)
    assert (found.id, found.ref) == (first, first)
    assert found.content is not None
    assert found.content.edited_at == datetime(2026, 11, 17, 9, tzinfo=UTC)
    assert found.content.posted_at == datetime(2025, 11, 13, 15, 58, 48, 490000, tzinfo=UTC)
    assert found.content.url.endswith(second)
    assert x_post.newest_of(Fields(made_up(id=first, edit_history_tweet_ids=[first, second]))) == second


def test_the_first_version_of_an_edited_post_is_no_edit() -> None:
    first, second = "1989000000000000001", "1989000123456000002"
    assert read(id=first, edit_history_tweet_ids=[first, second]).edited_at is None


def test_a_history_that_does_not_name_the_post_is_not_believed() -> None:
    found = sighting(made_up(id="7", edit_history_tweet_ids=["1", "2"]))
    assert isinstance(found, Sighting)
    assert (found.id, x_post.newest_of(Fields(made_up(id="7", edit_history_tweet_ids=["1"])))) == ("7", "7")


@pytest.mark.parametrize(
    ("lang", "language"), [("de", "de"), ("und", ""), ("qme", ""), ("iw", "he"), ("zh-TW", "zh-TW")]
)
def test_a_language_is_one_that_browsers_know(lang: str, language: str) -> None:
    assert read(lang=lang).language == language


def test_who_is_answered_is_named() -> None:
    raw = "@noah Agreed. #pink11"
    mention = {"start": 0, "end": 5, "username": "noah", "id": "9"}
    more = {"entities": {"mentions": [mention]}, "in_reply_to_user_id": "9"}
    assert read(raw, **more).reply_to == ReplyTo("@noah", "@noah")
    assert read(raw, **(more | {"in_reply_to_user_id": "2244994945"})).reply_to is None  # a thread
    assert read(raw, **(more | {"in_reply_to_user_id": "8"})).reply_to is None
    assert read(possibly_sensitive=True).sensitive


def test_everything_is_bounded() -> None:
    huge = "x" * 100_000
    media = [PHOTO | {"media_key": str(number), "alt_text": huge} for number in range(50)]
    content = read(
        huge,
        author(name=huge, profile_image_url=f"https://a.example/{huge}"),
        media=media,
        attachments={"media_keys": [str(number) for number in range(50)]},
        lang=huge,
        entities={"urls": [{"start": 0, "end": 3, "url": "xxx", "display_url": huge, "expanded_url": huge}] * 5000},
    )
    assert (len(content.text), len(content.author.name), content.author.avatar) == (TEXT_MAX, NAME_MAX, "")
    assert (len(content.media), content.language) == (MEDIA_MAX, "")


RAW = "😀 R&amp;D with @noah at https://t.co/abc and https://t.co/pic #pink11"
LINKS = [
    link(RAW, "https://t.co/abc", "https://a.example/b/c", "a.example/b/…", unwound_url="https://a.example/"),
    link(RAW, "https://t.co/pic", "https://x.com/i/photo/1", "pic.x.com/pic", media_key="3_1"),
]
WHOLE = {
    "data": made_up(
        RAW,
        entities=made_up(RAW)["entities"] | {"urls": LINKS},
        attachments={"media_keys": ["3_1"]},
        referenced_tweets=[{"type": "quoted", "id": "1"}],
        in_reply_to_user_id="9",
        note_tweet={"text": RAW, "entities": made_up(RAW)["entities"]},
    ),
    "includes": {"users": [author()], "media": [PHOTO]},
    "errors": [{"title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found", "value": "1"}],
    "matching_rules": [{"id": "1", "tag": "backchannel"}],
}


@given(mangled(st.just(WHOLE)))
def test_a_mangled_line_is_read_or_refused_and_never_raises(said: Any) -> None:
    told = x_told.line(json.dumps(said).encode())
    if isinstance(told, str):
        assert told
        return
    for post in told.posts:
        found = x_post.read(post, told.beside)
        assert isinstance(found, Sighting | str)
        if isinstance(found, Sighting) and found.content:
            check(Text(found.content.text, found.content.spans))
    assert told.trouble or told.posts or told.ending


@given(st.binary(max_size=200) | st.text().map(lambda text: json.dumps({"data": text}).encode()))
def test_any_line_is_told_or_refused(raw: bytes) -> None:
    told = x_told.line(raw)
    assert isinstance(told, str) or told.posts or told.errors
