"""A message in a Matrix room, read into a sighting.

Shapes: https://spec.matrix.org/latest/client-server-api/#room-messages, #event-replacements and #rich-replies
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from re import DOTALL, IGNORECASE
from re import compile as pattern
from typing import Final
from urllib.parse import quote

from backchannel import hashtag
from backchannel.html import from_html
from backchannel.post import Author, Content, Media, ReplyTo, Sighting
from backchannel.sources.conversation import Conversation, Spoken
from backchannel.sources.fields import YEARS, Fields
from backchannel.sources.leaving import leaves
from backchannel.sources.status import ALT_MAX, OPT_OUTS, WARNING_MAX
from backchannel.text import ADDRESS_MAX, Text, from_plain, tame, tame_line

NETWORK: Final = "matrix"
ID_MAX: Final = 255
OUT_IN_POST: Final = "the author opted out in the post"
TEXTS: Final = frozenset({"m.text", "m.emote"})
MEDIA: Final = {"m.image": "image", "m.video": "video", "m.audio": "audio"}

# Until version 1.13 a reply began with a copy of what it answers.
# One that is never closed is looked through once, not once for each that is opened after it.
_REPLY_HTML: Final = pattern(r"<mx-reply>(?:(?!<mx-reply>).)*?</mx-reply>", DOTALL | IGNORECASE)
_REPLY_LINES: Final = pattern(r"(?:> [^\n]*(?:\n|\Z))+\n?")
_SPOILER: Final = pattern(r"data-mx-spoiler(?:=\"([^\"]*)\")?", IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Version:
    """What a message says now: `original` is the message that it is a version of, itself where it is the first."""

    original: str
    said: Fields
    edited_at: datetime | None = None


def read(event: Fields, room: Conversation, now: datetime) -> Sighting | str:
    """The post of a message or of an edit, or the reason why it is none for a wall.

    A post is named by its author too: who edits somebody else's message names a post that nobody knows. An edit that
    leaves nothing for a wall takes the post away.
    """
    event_id, user = event.text("event_id"), event.text("sender")
    if not 0 < len(event_id) <= ID_MAX or not 0 < len(user) <= ID_MAX:
        return "a message has no id or no author"
    version = _version(event, now)
    if not 0 < len(version.original) <= ID_MAX or not version.said:
        return "the message was deleted" if version.original == event_id else "an edit names no message, or no words"
    post_id, is_edit = f"{version.original} {user}", version.original != event_id
    content = _content(event, version, room)
    if isinstance(content, str):
        leaver = user if content == OUT_IN_POST and leaves(version.said.text("body")) else ""
        gone = Sighting(NETWORK, post_id, None, only_known=True, leaver=leaver)
        return gone if is_edit or leaver else content
    return Sighting(NETWORK, post_id, content, only_known=is_edit, ref=version.original)


def redacted(event: Fields) -> str:
    """The message that a redaction takes away; rooms of different versions write it in different places.

    Where a room writes it beside the content, its server checked only that; in the content anybody writes anything.
    """
    return (event.text("redacts") or event.one("content").text("redacts"))[:ID_MAX]


def _version(event: Fields, now: datetime) -> _Version:
    content, event_id = event.one("content"), event.text("event_id")
    relation = content.one("m.relates_to")
    if relation.text("rel_type") == "m.replace":
        return _Version(relation.text("event_id"), content.one("m.new_content"), moment(event, now) or now)
    latest = event.one("unsigned").one("m.relations").one("m.replace")
    new = latest.one("content").one("m.new_content")
    if new and latest.text("sender") == event.text("sender"):
        return _Version(event_id, new, moment(latest, now) or now)
    return _Version(event_id, content)


def _content(event: Fields, version: _Version, room: Conversation) -> Content | str:
    said, kind, user = version.said, version.said.text("msgtype"), event.text("sender")
    if kind == "m.notice":
        return "it is a notice of a program"
    if kind not in TEXTS and kind not in MEDIA:
        return "it is neither words nor a picture, sound or film"
    is_reply = bool(_answered(event))
    media = () if kind in TEXTS else (_media(said, MEDIA[kind]),)
    text = _text(said, is_reply=is_reply) if kind in TEXTS or _is_caption(said) else Text("")
    if hashtag.matches(OPT_OUTS, text.plain):
        return OUT_IN_POST
    if not text.plain and not media:
        return "the post is empty"
    spoken = _spoken(event, version, room)
    return Content(
        author=author(user, room),
        text=text.plain,
        spans=text.spans,
        url=f"https://matrix.to/#/{_part(room.room_id)}/{_part(version.original)}?via={_part(room.via)}",
        media=media,
        warning=_warning(said),
        reply_to=spoken.reply_to,
        posted_at=spoken.at,
        edited_at=version.edited_at,
    )


def _spoken(event: Fields, version: _Version, room: Conversation) -> Spoken:
    """Of an edit, what is remembered of its author's own message."""
    user = event.text("sender")
    if version.original == event.text("event_id"):
        return Spoken(user, moment(event, None), _reply_to(event, room))
    spoken = room.spoken(version.original)
    return spoken if spoken.user == user else Spoken(user)


def author(user: str, room: Conversation) -> Author:
    """Who wrote something in a room. Pictures of people are shown to members only, and so not to us."""
    address = tame_line(user, ADDRESS_MAX)
    return Author(room.name_of(user), address, f"https://matrix.to/#/{_part(user)}", id=user)


def _text(said: Fields, *, is_reply: bool) -> Text:
    body, html = said.text("body"), said.text("formatted_body")
    if html and said.text("format") == "org.matrix.custom.html":
        return from_html(_REPLY_HTML.sub("", html))
    return from_plain(_REPLY_LINES.sub("", body, count=1) if is_reply and body.startswith("> <") else body)


def _is_caption(said: Fields) -> bool:
    """Whether what stands beside a picture are words and not only the name of its file."""
    return bool(said.text("filename")) and said.text("filename") != said.text("body")


def _media(said: Fields, kind: str) -> Media:
    """A picture, sound or film without its address: the server shows it to members only."""
    shape = said.one("info")
    alt = "" if _is_caption(said) else tame(said.text("body"), ALT_MAX)
    return Media(kind, alt=alt, width=shape.pixels("w"), height=shape.pixels("h"))


def _warning(said: Fields) -> str:
    """What its author hides behind a click is not for a wall without a word."""
    spoiler = _SPOILER.search(said.text("formatted_body"))
    return tame_line(unescape(spoiler[1] or ""), WARNING_MAX) or "Spoiler" if spoiler else ""


def _answered(event: Fields) -> str:
    """The message that one answers; a thread only seems to, for those who know no threads."""
    relation = event.one("content").one("m.relates_to")
    return "" if relation.flag("is_falling_back") else relation.one("m.in_reply_to").text("event_id")


def _reply_to(event: Fields, room: Conversation) -> ReplyTo | None:
    answered = room.spoken(_answered(event)).user
    if not answered or answered == event.text("sender"):
        return None
    return ReplyTo(room.name_of(answered), tame_line(answered, ADDRESS_MAX))


def moment(event: Fields, now: datetime | None) -> datetime | None:
    """When a server says that it took a message in; no edit comes from the time to come."""
    try:
        at = datetime.fromtimestamp((event.whole("origin_server_ts") or 0) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None if at.year not in YEARS else at if now is None else min(at, now)


def _part(name: str) -> str:
    return quote(name, safe="")
