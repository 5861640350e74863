"""A status read into a sighting, or refused with a reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.interest import Interest
from backchannel.post import MEDIA_MAX, Author, Content, Media, ReplyTo, Sighting
from backchannel.sources import status
from backchannel.sources.emoji import LINE_MAX
from backchannel.text import ADDRESS_MAX, NAME_MAX, TEXT_MAX, Emoji, SpanKind
from tests.sources.mangling import mangled
from tests.sources.mastodon_shapes import account, made_up

HOST = "social.example"
PINK = Interest(["pink11"])


def read(**more: Any) -> Content:
    sighting = status.read(made_up(**more), HOST)
    assert isinstance(sighting, Sighting), sighting
    assert sighting.content is not None
    return sighting.content


def test_a_status_is_read_into_a_sighting() -> None:
    made = made_up("Hello.")
    sighting = status.read(made, HOST)
    assert isinstance(sighting, Sighting)
    assert (sighting.network, sighting.id) == ("mastodon", made["uri"])
    assert sighting.content is not None
    content = sighting.content
    assert content.author == Author(
        "Ines Kowalczyk",
        "@ines@social.example",
        "https://social.example/@ines",
        "https://files.social.example/ines.png",
        "https://social.example/users/ines",
        datetime(2024, 3, 1, tzinfo=UTC),
        120,
    )
    assert (content.text, content.url, content.language) == ("Hello. #pink11", made["url"], "en")
    assert [(span.kind, span.value) for span in content.spans] == [(SpanKind.HASHTAG, "pink11")]
    assert content.posted_at == datetime(2026, 11, 17, 9, tzinfo=UTC)
    assert (content.edited_at, content.reply_to, content.media, content.warning, content.sensitive) == (
        None,
        None,
        (),
        "",
        False,
    )


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"visibility": "unlisted"}, "the post is not public"),
        ({"visibility": "direct"}, "the post is not public"),
        ({"visibility": "local"}, "the post is not public"),
        ({"visibility": None}, "the post is not public"),
        ({"reblog": {"id": "1"}}, "it is a boost: a post has no id"),
        ({"reblog": made_up(visibility="private")}, "it is a boost: the post is not public"),
        ({"reblog": made_up(account=account(noindex=True))}, "it is a boost: the author does not want to be indexed"),
        ({"reblog": made_up(tags=("other",))}, "it is a boost of a post without the hashtag"),
        ({"reblog": made_up(reblog=made_up())}, "it is a boost: it boosts a boost"),
        ({"reblog": made_up(), "visibility": "private"}, "it is a boost: the post is not public"),
        (
            {"reblog": made_up(), "account": account(noindex=True)},
            "it is a boost: the author does not want to be indexed",
        ),
        ({"uri": None, "url": None}, "a post has no id"),
        ({"uri": "x" * 3000}, "a post has no id"),
        ({"account": None}, "a post has no author"),
        ({"content": "<p> </p>"}, "the post is empty"),
        ({"content": "<p>a thought #NoWall</p>"}, "the author opted out in the post"),
        (
            {"account": account(note="<p>I am a gardener. #<span>NoBot</span></p>")},
            "the author opted out in the profile",
        ),
        ({"account": account(noindex=True)}, "the author does not want to be indexed"),
    ],
)
def test_what_is_not_for_a_wall_is_refused_with_a_reason(more: dict[str, Any], reason: str) -> None:
    assert status.read(made_up(**more), HOST, PINK) == reason


@pytest.mark.parametrize(
    "more",
    [
        {"content": "<p>#pink11 #NoWall</p>"},
        {"content": "<p>@desk #nobot</p>"},
        {"content": "<p>Not me #nowall</p>", "in_reply_to_account_id": account()["id"]},
    ],
)
def test_who_opts_out_by_the_word_alone_or_beneath_a_post_of_their_own_leaves(more: dict[str, Any]) -> None:
    found = status.read_new(made_up(**{"media_attachments": []} | more), HOST, PINK)
    assert isinstance(found, Sighting)
    assert (found.content, found.only_known, found.leaver) == (None, True, "https://social.example/users/ines")


def test_who_opts_out_beneath_somebody_elses_post_or_with_a_picture_speaks_of_that_post() -> None:
    beneath = made_up(content="<p>Not this #nowall</p>", in_reply_to_account_id="another")
    picture = made_up(content="<p>#nowall</p>", media_attachments=[{"type": "image"}])
    assert {status.read_new(each, HOST, PINK) for each in (beneath, picture)} == {"the author opted out in the post"}


@pytest.mark.parametrize("tag", ["pink11", "Pink11"])
def test_a_boost_is_read_as_the_post_that_it_carries(tag: str) -> None:
    original = made_up("Words of somebody else.")
    boost = made_up(tags=(), uri="https://other.example/boost/1", reblog=original)
    interest = Interest([tag])
    carried = status.read(original, HOST, interest)
    assert isinstance(carried, Sighting)
    assert carried.matched == (f"#{tag}",)
    booster = "https://social.example/users/ines"
    assert status.read(boost, HOST, interest) == replace(carried, boost=boost["uri"], booster=booster)


URI = "https://other.example/posts/7"


@pytest.mark.parametrize(
    ("quote", "quoted"),
    [
        ({"quote": {"state": "accepted", "quoted_status": {"uri": URI}}}, URI),
        ({"quote": {"uri": URI}}, URI),
        ({"pleroma": {"quote": {"uri": URI}}}, URI),
        ({"quote": {"state": "revoked", "quoted_status": {"uri": URI}}}, ""),
        ({"quote": {"state": "pending", "quoted_status": None}}, ""),
        ({"quote": {"state": "accepted", "quoted_status_id": "7"}}, ""),
        ({"quote": None}, ""),
        ({"quote": "7"}, ""),
        ({}, ""),
    ],
)
def test_a_quote_names_the_post_that_it_shows_and_no_other(quote: dict[str, Any], quoted: str) -> None:
    sighting = status.read(made_up(**quote), HOST)
    assert isinstance(sighting, Sighting)
    assert sighting.quotes == quoted


@pytest.mark.parametrize("thing", [None, 7, "text", [], {}, [{"id": "1"}]])
def test_what_is_no_status_is_refused(thing: object) -> None:
    assert status.read(thing, HOST) == "a post is no object"


def test_where_there_is_no_uri_the_url_names_the_post() -> None:
    made = made_up(uri=None)
    sighting = status.read(made, HOST)
    assert isinstance(sighting, Sighting)
    assert sighting.id == made["url"]


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-11-17T09:00:00.839Z", datetime(2026, 11, 17, 9, 0, 0, 839_000, UTC)),
        ("2026-11-17T09:00:00Z", datetime(2026, 11, 17, 9, tzinfo=UTC)),
        ("2026-11-17T10:00:00+01:00", datetime(2026, 11, 17, 10, tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-17T09:00:00", datetime(2026, 11, 17, 9, tzinfo=UTC)),
        ("2026-11-17", datetime(2026, 11, 17, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (1794906000, None),
        (None, None),
    ],
)
def test_dates_come_in_several_forms_or_none(said: object, moment: datetime | None) -> None:
    content = read(created_at=said, edited_at=said)
    assert content.posted_at == content.edited_at == moment


def test_names_and_warnings_lose_their_shortcodes_and_stay_one_line() -> None:
    emojis = [{"shortcode": "blob"}, {"shortcode": None}, "odd"]
    content = read(
        account=account(display_name="\u202eInes :blob:\n:none:", emojis=emojis),
        spoiler_text=" :blob: about\nqueues ",
        emojis=emojis,
        content="<p>:blob: :none:</p>",
    )
    assert (content.author.name, content.author.emoji) == ("Ines :none:", ())
    assert (content.warning, content.warning_emoji) == ("about queues", ())
    assert [(span.kind, span.value) for span in content.spans] == [(SpanKind.EMOJI, "blob")]


def test_an_emoji_says_where_its_picture_is_and_a_link_what_its_page_is_called() -> None:
    emojis = [{"shortcode": "blob", "url": "https://files.example/b.gif", "static_url": "https://files.example/b.png"}]
    said = '<p>:blob: <a href="https://www.talk.example/slides?from=me">talk.example/slides</a></p>'
    card = {"url": "https://talk.example/slides", "title": "Slides\nof \u202ethe talk"}
    emoji, link = read(content=said, emojis=emojis, card=card).spans
    assert (emoji.beside, link.beside) == ("https://files.example/b.png", "Slides of the talk")
    other = read(content=said, emojis=[{"shortcode": "blob"}], card=card | {"url": "https://evil.example/"}).spans
    assert [span.beside for span in other] == ["", ""]
    assert other == (emoji, link)  # what a network learns late makes no new version of a post


def test_names_and_warnings_say_where_pictures_of_emoji_stand_in_them() -> None:
    blob = {"shortcode": "blob", "url": "https://files.example/b.gif", "static_url": "https://files.example/b.png"}
    cat = {"shortcode": "cat-1", "url": "https://files.example/c.png"}
    picture = "https://files.example/b.png"
    told = read(
        account=account(display_name=":blob: Ines  :blob::cat-1: K. :blob:", emojis=[blob, cat]),
        spoiler_text=f"{'x' * 600} :blob:",
        emojis=[blob],
    )
    assert told.author.name == "Ines K."
    assert [(each.at, each.code) for each in told.author.emoji] == [
        (0, ":blob:"), (4, ":blob:"), (4, ":cat-1:"), (7, ":blob:")
    ]  # fmt: skip
    assert {each.url for each in told.author.emoji} == {picture, "https://files.example/c.png"}
    parted = read(spoiler_text="outage :blob:, blame :blob:you :blob: :blob:.", emojis=[blob])
    assert (parted.warning, [each.at for each in parted.warning_emoji]) == ("outage, blame you.", [6, 13, 17, 17])
    assert told.warning_emoji == ()  # what is cut away has no pictures
    assert read(account=account(display_name=":blob: " * 20 + "I", emojis=[blob])).author.emoji == (
        (Emoji(0, ":blob:", picture),) * LINE_MAX
    )
    assert told.author == replace(told.author, emoji=())  # no version of a post differs by them


def test_an_empty_name_is_replaced_by_the_username() -> None:
    assert read(account=account(display_name=" \u3164 ")).author.name == "ines"
    blob = {"shortcode": "blob", "url": "https://files.example/b.png"}
    only = read(account=account(display_name=":blob:", emojis=[blob])).author
    assert (only.name, only.emoji) == ("ines", ())
    assert read(account={"id": "1"}).author == Author("?")


def test_an_address_always_names_its_server() -> None:
    assert read(account=account(acct="ines")).author.address == "@ines@social.example"


def test_attachments_survive_without_address_or_size() -> None:
    original = {"width": 1200, "height": 675.0}
    attachments = [
        {
            "type": "image",
            "url": "https://files.example/a.png",
            "description": "A cat\n asleep",
            "meta": {"original": original},
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
        },
        {"type": "unknown", "url": None, "remote_url": "https://far.example/x", "meta": None, "description": None},
        {"type": "video", "url": "javascript:alert(1)", "meta": {"original": {"width": "big", "height": -1}}},
        {},
        {"type": "image"},
    ]
    content = read(media_attachments=attachments, content="")
    assert content.media == (
        Media("image", "https://files.example/a.png", "A cat\n asleep", 1200, 675),
        Media("unknown"),
        Media("video"),
        Media("unknown"),
    )
    assert len(content.media) == MEDIA_MAX
    assert [each.look for each in content.media] == ["LEHV6nWB2yk8pyo0adR*.7kCMdnj", "", "", ""]


def test_a_reply_names_whom_it_answers_where_the_server_tells() -> None:
    mentions = [{"id": "9", "username": "noah", "acct": "noah", "url": "https://social.example/@noah"}]
    assert read(in_reply_to_account_id="9", mentions=mentions).reply_to == ReplyTo("noah", "@noah@social.example")
    assert read(in_reply_to_account_id=9, mentions=mentions).reply_to == ReplyTo("noah", "@noah@social.example")
    assert read(in_reply_to_account_id="8", mentions=mentions).reply_to is None
    assert read(in_reply_to_account_id="7", mentions=[*mentions, {"id": "7", "username": "ines"}]).reply_to is None


def test_a_mention_in_the_text_carries_the_address_the_server_tells() -> None:
    mentions = [{"id": "9", "username": "noah", "acct": "noah@far.example", "url": "https://web.far.example/@noah"}]
    html = '<p><a href="https://web.far.example/@noah" class="u-url mention">@<span>noah</span></a></p>'
    content = read(content=html, mentions=mentions)
    assert [(span.kind, span.value) for span in content.spans] == [(SpanKind.MENTION, "@noah@far.example")]


def test_the_options_of_a_poll_are_lines() -> None:
    content = read(content="<p>Lunch?</p>", poll={"options": [{"title": "Soup"}, {"title": "#bread"}, {"title": None}]})
    assert content.text == "Lunch?\n○ Soup\n○ #bread"
    assert [span.value for span in content.spans] == ["bread"]


@pytest.mark.parametrize("quote", [{"state": "accepted", "quoted_status": {}}, {"state": "pending"}, made_up(), [], 7])
def test_quotes_of_any_shape_do_no_harm(quote: object) -> None:
    assert read(quote=quote).text == "See you at the runbook talk. #pink11"


def test_everything_is_bounded() -> None:
    huge = "x" * 100_000
    content = read(
        content=huge,
        account=account(display_name=huge, acct=huge, url=f"https://a.example/{huge}", uri=huge),
        spoiler_text=huge,
        language=huge,
        media_attachments=[{"type": huge, "description": huge, "url": f"https://a.example/{huge}"}] * 50,
    )
    assert (len(content.text), len(content.author.name), len(content.author.address)) == (
        TEXT_MAX,
        NAME_MAX,
        ADDRESS_MAX,
    )
    assert (content.author.url, content.language, len(content.warning)) == ("", "", status.WARNING_MAX)
    assert len(content.author.id) <= status.ID_MAX
    assert {len(media.alt) for media in content.media} == {status.ALT_MAX}


WHOLE = made_up(
    in_reply_to_account_id="9",
    mentions=[{"id": "9", "username": "noah", "acct": "noah", "url": "https://social.example/@noah"}],
    media_attachments=[{"type": "image", "url": "https://a.example/", "meta": {"original": {"width": 1, "height": 1}}}],
    emojis=[{"shortcode": "blob"}],
    poll={"options": [{"title": "Soup"}]},
)


@given(mangled(st.just(WHOLE)))
def test_a_mangled_status_is_read_or_refused_and_never_raises(said: Any) -> None:
    for found in (status.read(said, HOST), status.read_new(said, HOST, PINK), status.read_again(said, HOST, PINK)):
        assert isinstance(found, Sighting | str)
        assert found
