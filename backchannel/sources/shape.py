"""Our own JSON shape of a post, in which recordings and webhooks bring them: DESIGN.md "The wire"."""

from dataclasses import replace
from datetime import datetime
from re import compile as pattern
from typing import Final

from backchannel.post import MEDIA_MAX, Author, Content, Media, ReplyTo, Sighting
from backchannel.sources.fields import Fields
from backchannel.sources.status import ALT_MAX, ID_MAX, LOOK_MAX, WARNING_MAX
from backchannel.text import ADDRESS_MAX, NAME_MAX, from_plain, tame

SEEN: Final = "seen"
EDITED: Final = "edited"
GONE: Final = "gone"
KINDS: Final = frozenset({SEEN, EDITED, GONE})
NETWORK: Final = pattern(r"[a-z][a-z0-9_]{0,19}")


def read(kind: str, post: Fields, network: str, *, unnamed: str, at: datetime) -> Sighting | str:
    """What a post in our shape reports, or the reason why it reports nothing.

    `unnamed` names a post that has no id; an edit that tells no time of its own was made `at`.
    """
    if reason := _unfit(kind, post, network):
        return reason
    post_id = post.id("id") or unnamed
    if kind == GONE:
        return Sighting(network, post_id, None)
    content = _content(post)
    if not content.text and not content.media:
        return "the post is empty"
    if kind == EDITED:
        content = replace(content, edited_at=post.moment("edited_at") or at)
    return Sighting(network, post_id, content)


def _unfit(kind: str, post: Fields, network: str) -> str:
    """Why this is no post, or nothing."""
    if kind not in KINDS:
        return "its kind is none of seen, edited, gone"
    if not NETWORK.fullmatch(network):
        return "the post names no network"
    if len(post.id("id")) > ID_MAX:
        return "the post's id is too long"
    if kind != SEEN and not post.id("id"):
        return f"a post that is {kind} needs its id"
    return "" if kind == GONE or post.one("author").line("name", NAME_MAX) else "the post has no author"


def _content(post: Fields) -> Content:
    text = from_plain(post.text("text"))
    return Content(
        author=_author(post.one("author")),
        text=text.plain,
        spans=text.spans,
        url=post.url("url"),
        language=post.language("language"),
        media=tuple(_media(part) for part in post.many("media", MEDIA_MAX)),
        warning=post.line("warning", WARNING_MAX),
        sensitive=post.flag("sensitive"),
        reply_to=_reply_to(post.one("reply_to")),
        posted_at=post.moment("posted_at"),
    )


def _author(author: Fields) -> Author:
    """Who wrote it; an `id` of the author, such as a telephone number, tells two of one name apart and is not shown."""
    name, address, url = author.line("name", NAME_MAX), author.line("address", ADDRESS_MAX), author.url("url")
    return Author(
        name, address, url, avatar=author.url("avatar"), id=author.id("id")[:ADDRESS_MAX] or address or url or name
    )


def _media(part: Fields) -> Media:
    kind = part.line("kind", 20) or "unknown"
    alt = tame(part.text("alt"), ALT_MAX)
    look = part.line("look", LOOK_MAX)
    return Media(kind, part.url("url"), alt, part.pixels("width"), part.pixels("height"), look, part.url("still"))


def _reply_to(reply_to: Fields) -> ReplyTo | None:
    name = reply_to.line("name", NAME_MAX)
    return ReplyTo(name, reply_to.line("address", ADDRESS_MAX)) if name else None
