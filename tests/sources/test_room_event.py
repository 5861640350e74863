"""Messages of a Matrix room, read into posts or refused with a reason."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.post import Author, Content, Media, ReplyTo, Sighting
from backchannel.sources import room_event
from backchannel.sources.conversation import Conversation, Spoken
from backchannel.sources.fields import Fields
from backchannel.text import SpanKind, Text
from tests.sources.feed_server import RECORDINGS
from tests.sources.matrix_server import INES, NOON_MS, ROOM, TOMAS, text
from tests.test_text import check

NOW: Final = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)
NOON: Final = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
RECORDED: Final = json.loads((RECORDINGS / "matrix-sync.json").read_text())["rooms"]["join"][ROOM]
EVENTS: Final = {event["event_id"]: event for event in RECORDED["timeline"]["events"]}


def conversation() -> Conversation:
    """The recorded room, with the people in it."""
    room = Conversation(ROOM, "#foyer:matrix.example", via="matrix.example")
    for member in RECORDED["state"]["events"]:
        room.introduce(Fields(member))
    return room


def message(content: object, **more: Any) -> dict[str, Any]:
    return {"event_id": "$1", "sender": INES, "origin_server_ts": NOON_MS, "content": content} | more


def read(event: dict[str, Any], room: Conversation | None = None) -> Sighting | str:
    return room_event.read(Fields(event), room or conversation(), NOW)


def content_of(event: dict[str, Any], room: Conversation | None = None) -> Content:
    found = read(event, room)
    assert isinstance(found, Sighting), found
    assert found.content
    return found.content


def html(formatted: str, body: str = "plain") -> dict[str, Any]:
    return message(text(body, format="org.matrix.custom.html", formatted_body=formatted))


def test_a_message_is_read() -> None:
    found = read(EVENTS["$soup"])
    assert isinstance(found, Sighting)
    assert (found.id, found.ref, found.only_known) == (f"$soup {INES}", "$soup", False)
    content = found.content
    assert content
    ines = "https://matrix.to/#/%40ines%3Amatrix.example"
    assert content.author == Author("Ines Kowalczyk", INES, ines, id=INES)
    assert content.text == "The soup is hot, see the map"
    assert [(span.kind, span.value) for span in content.spans] == [(SpanKind.LINK, "https://pink11.example/map")]
    assert content.url == "https://matrix.to/#/%21foyer%3Amatrix.example/%24soup?via=matrix.example"
    assert (content.posted_at, content.edited_at) == (datetime(2026, 11, 17, 9, 0, tzinfo=UTC), None)


def test_a_reply_says_whom_it_answers_and_does_not_repeat_it() -> None:
    room = conversation()
    room.note("$soup", Spoken(INES))
    content = content_of(EVENTS["$reply"], room)
    assert (content.text, content.reply_to) == ("Which soup?", ReplyTo("Ines Kowalczyk", INES))
    plain = copy.deepcopy(EVENTS["$reply"])
    del plain["content"]["formatted_body"]
    assert content_of(plain).text == "Which soup?"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("> <@a:b> one\n> two\n\nWords\n> kept", "Words\n> kept"),
        ("> * <@a:b> waves\n\nWords", "> * <@a:b> waves\n\nWords"),
        ("> quoted by hand\n\nWords", "> quoted by hand\n\nWords"),
        ("Words", "Words"),
    ],
)
def test_only_what_is_a_copy_is_left_out_of_a_reply(body: str, said: str) -> None:
    relation = {"m.in_reply_to": {"event_id": "$soup"}}
    assert content_of(message(text(body, **{"m.relates_to": relation}))).text == said


def test_who_only_quotes_answers_nobody() -> None:
    assert content_of(message(text("> <@a:b> one\n\nWords"))).text.startswith("> <@a:b> one")


@pytest.mark.parametrize(
    "relation",
    [
        {"rel_type": "m.thread", "event_id": "$soup", "is_falling_back": True, "m.in_reply_to": {"event_id": "$soup"}},
        {"m.in_reply_to": {"event_id": "$own"}},
        {"m.in_reply_to": {"event_id": "$unknown"}},
        {"m.in_reply_to": "$soup"},
    ],
)
def test_what_only_seems_to_answer_somebody_does_not(relation: dict[str, Any]) -> None:
    room = conversation()
    room.note("$soup", Spoken(TOMAS))
    room.note("$own", Spoken(INES))
    assert content_of(message(text("Words", **{"m.relates_to": relation})), room).reply_to is None


def test_a_copy_in_html_is_left_out_wherever_it_stands_and_however_often_it_is_opened() -> None:
    assert content_of(html("<mx-reply>one</mx-reply>Words<MX-reply>\ntwo</mx-Reply> here")).text == "Words here"
    assert content_of(html("<mx-reply>" * 3000 + "Words")).text == "Words"


def test_foreign_html_is_made_text() -> None:
    said = "<script>alert(1)</script><b onclick='x'>Words</b> <img src='mxc://a/b' alt='bowl'>"
    assert content_of(html(said)).text == "Words bowl"
    other = message(text("plain", format="text/markdown", formatted_body="<b>Words</b>"))
    assert content_of(other).text == "plain"


def test_what_its_author_hides_has_a_warning() -> None:
    assert content_of(html('It is <span data-mx-spoiler="the &quot;end&quot;">over</span>')).warning == 'the "end"'
    assert content_of(html("It is <span data-mx-spoiler>over</span>")).warning == "Spoiler"
    assert content_of(html("It is over")).warning == ""


def test_a_picture_is_told_by_its_words() -> None:
    content = content_of(EVENTS["$picture"])
    assert content.media == (Media("image", alt="Eleven bowls", width=1600, height=1200),)
    assert content.text == ""
    with_caption = message({"msgtype": "m.video", "body": "Eleven bowls", "filename": "bowls.mp4", "info": {"w": -1}})
    content = content_of(with_caption)
    assert (content.text, content.media) == ("Eleven bowls", (Media("video"),))


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (EVENTS["$bot"], "it is a notice of a program"),
        (EVENTS["$gone"], "the message was deleted"),
        (message(text("Words"), event_id=""), "a message has no id or no author"),
        (message(text("Words"), event_id="$" * 256), "a message has no id or no author"),
        (message(text("Words"), sender=7), "a message has no id or no author"),
        (message({"msgtype": "m.location", "body": "Here"}), "it is neither words nor a picture, sound or film"),
        (message(text(" \u200b")), "the post is empty"),
        (message(text("Words #NoWall")), "the author opted out in the post"),
        (message({"m.relates_to": {"rel_type": "m.replace"}}), "an edit names no message, or no words"),
        (
            message(text("* a", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$2"}})),
            "an edit names no message, or no words",
        ),
    ],
)
def test_what_is_no_post_is_refused_with_a_reason(event: dict[str, Any], reason: str) -> None:
    assert read(event) == reason


def test_who_opts_out_by_the_word_alone_leaves() -> None:
    found = read(message(text("#NoWall")))
    assert isinstance(found, Sighting)
    assert (found.content, found.only_known, found.leaver) == (None, True, INES)


def test_an_edit_is_a_later_version_of_its_authors_message() -> None:
    found = read(EVENTS["$mended"])
    assert isinstance(found, Sighting)
    assert (found.id, found.ref, found.only_known) == (f"$soup {INES}", "$soup", True)
    assert found.content
    assert (found.content.text, found.content.posted_at) == ("The soup is warm", None)
    assert found.content.edited_at == datetime(2026, 11, 17, 9, 0, 40, tzinfo=UTC)


def test_an_edit_of_somebody_elses_message_is_of_another_post() -> None:
    room = conversation()
    room.note("$soup", Spoken(INES, NOON, ReplyTo("Jo")))
    found = read(EVENTS["$mended"] | {"sender": TOMAS}, room)
    assert isinstance(found, Sighting)
    assert (found.id, found.only_known) == (f"$soup {TOMAS}", True)
    assert found.content
    assert (found.content.author.address, found.content.posted_at, found.content.reply_to) == (TOMAS, None, None)


def test_an_edit_that_a_server_bundles_is_taken_from_the_author_only() -> None:
    for sender, said, edited_at in ((INES, "New", NOON), (TOMAS, "Old", None)):
        latest = message({"m.new_content": text("New")}, event_id="$2", sender=sender)
        content = content_of(message(text("Old"), unsigned={"m.relations": {"m.replace": latest}}))
        assert (content.text, content.edited_at) == (said, edited_at)


def test_no_edit_comes_from_the_time_to_come() -> None:
    for at, told in ((NOON_MS + 86_400_000, NOW), ("soon", NOW), (-1, NOW), (2**62, NOW), (NOON_MS, NOON)):
        assert content_of(EVENTS["$mended"] | {"origin_server_ts": at}).edited_at == told
    content = content_of(message(text("Words"), origin_server_ts=NOON_MS + 86_400_000))
    assert content.posted_at == NOON + timedelta(days=1)


def test_an_edit_that_leaves_nothing_for_a_wall_takes_the_post_away() -> None:
    edit = copy.deepcopy(EVENTS["$mended"])
    edit["content"]["m.new_content"] = text("Soup #nobot")
    assert read(edit) == Sighting("matrix", f"$soup {INES}", None, only_known=True)


def test_a_redaction_names_its_message_beside_its_content_or_in_it() -> None:
    assert room_event.redacted(Fields({"redacts": "$1", "content": {"redacts": "$2"}})) == "$1"
    assert room_event.redacted(Fields({"content": {"redacts": "$2"}})) == "$2"
    assert room_event.redacted(Fields({"redacts": 7, "content": []})) == ""


def test_people_without_a_name_are_called_by_their_account() -> None:
    room = conversation()
    for user, name in ((INES, "Ines Kowalczyk"), ("@jo:x", "jo"), ("@:x", "?"), ("\u202e", "?")):
        assert room.name_of(user) == name


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backchannel.sources.conversation.MESSAGES_MAX", 2)
    room = conversation()
    for number in range(3):
        room.note(f"${number}", Spoken(INES))
    assert [room.spoken(f"${number}").user for number in range(3)] == ["", INES, INES]


odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(codec=None), max_size=20),
    st.sampled_from(["m.replace", "m.image", "$soup", INES, "<mx-reply>", "> <@a:b>\n\n", "<div>" * 9000]),
    st.lists(st.none() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.sampled_from(["event_id", "m.in_reply_to", "body", "msgtype"]), st.text(max_size=5)),
)


@st.composite
def mangled(draw: st.DrawFn) -> dict[str, Any]:
    """A recorded event of which some fields are something else, or away."""
    event: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(list(EVENTS.values()))))
    for _ in range(draw(st.integers(1, 4))):
        place = event
        while inner := [name for name, value in place.items() if isinstance(value, dict)]:
            if not draw(st.booleans()):
                break
            place = place[draw(st.sampled_from(inner))]
        name = draw(st.sampled_from([*place, "m.relates_to", "m.new_content", "formatted_body", "filename", "info"]))
        if draw(st.booleans()):
            place[name] = draw(odd)
        else:
            place.pop(name, None)
    return event


@given(st.lists(mangled(), min_size=1, max_size=3))
def test_a_mangled_event_is_read_or_refused_and_never_raises(events: list[dict[str, Any]]) -> None:
    room = conversation()
    for event in events:
        fields = Fields(event)
        room.introduce(fields)
        room_event.redacted(fields)
        found = room_event.read(fields, room, NOW)
        if isinstance(found, str):
            assert found
        elif found.content:
            check(Text(found.content.text, found.content.spans))
            assert found.content.author.name
            assert found.content.edited_at is None or found.content.edited_at <= NOW
            room.note(event["event_id"], Spoken(fields.text("sender")))
