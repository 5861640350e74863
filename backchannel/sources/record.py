"""A record of app.bsky.feed.post, read into a sighting.

Shapes: https://docs.bsky.app/docs/advanced-guides/posts and the lexicons app.bsky.feed.post and app.bsky.embed.*.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from re import compile as pattern
from typing import Final
from urllib.parse import quote

from backchannel import hashtag
from backchannel.html import honest, shown
from backchannel.post import MEDIA_MAX, Author, Content, Media, ReplyTo, Sighting
from backchannel.sources import facets, labels
from backchannel.sources.fields import Fields, language
from backchannel.sources.leaving import leaves
from backchannel.sources.profile import DID, Profile, short
from backchannel.sources.status import ALT_MAX, OPT_OUTS
from backchannel.text import SPANS_MAX, TITLE_MAX, Segment, Span, SpanKind, Text, annotated, tame, weave

NETWORK: Final = "bluesky"
COLLECTION: Final = "app.bsky.feed.post"
TAGS_MAX: Final = 50

_RKEY: Final = pattern(r"[A-Za-z0-9._:~-]{1,512}")
_CID: Final = pattern(r"[A-Za-z0-9]{1,200}")


def post_id(did: str, rkey: str) -> str:
    """The name that a post has at its network; empty where the parts cannot be those of one."""
    return f"at://{did}/{COLLECTION}/{rkey}" if DID.fullmatch(did) and _RKEY.fullmatch(rkey) else ""


def carries(tags: Sequence[str], record: Fields) -> bool:
    """Whether a record has one of the hashtags: in its text, as a facet, or beside the text."""
    return hashtag.matches(tags, record.text("text"), named(record))


def named(record: Fields) -> list[str]:
    """The hashtags that a record names, as facets or beside the text, folded."""
    told = [*facets.tags(record.many("facets", SPANS_MAX)), *record.texts("tags", TAGS_MAX)]
    return [found.tag for found in hashtag.find("\n".join("#" + tag.strip().lstrip("#＃") for tag in told))]


def said(record: Fields, author: Author) -> Content:
    """What a record itself says, for finding out whether it is wanted: nothing is made tame, and nothing is added.

    Only so is whatever is found in it in the raw frame too, where the prefilter looks.
    """
    text = record.text("text")
    tags = tuple(Span(SpanKind.HASHTAG, found.start, found.end, found.tag) for found in hashtag.find(text))
    return Content(author, text, tags)


def read(did: str, rkey: str, record: Fields, edited_at: datetime | None = None) -> Sighting | str:
    """The post of a record, or the reason why it is none for a wall. Its author is known by DID only."""
    if record.text("$type") != COLLECTION:
        return "a record is no post"
    if not post_id(did, rkey):
        return "a post has no id"
    if carries(OPT_OUTS, record):
        if leaves(record.text("text"), is_thread=_asked(record) == did, has_media=bool(record.one("embed"))):
            return Sighting(NETWORK, post_id(did, rkey), None, only_known=True, leaver=did)
        return "the author opted out in the post"
    labelled = list(record.one("labels").many("values", labels.LABELS_MAX))
    if refusal := labels.refusal(labelled):
        return refusal
    text, media = _text(record), tuple(_media(did, record.one("embed")))
    if not text.plain and not media:
        return "the post is empty"
    content = Content(
        author=Profile(did).author,
        text=text.plain,
        spans=text.spans,
        url=f"https://bsky.app/profile/{did}/post/{rkey}",
        language=next(filter(None, map(language, record.texts("langs", 3))), ""),
        media=media,
        sensitive=labels.is_sensitive(labelled),
        reply_to=_reply_to(did, record),
        posted_at=record.moment("createdAt"),
        edited_at=edited_at,
    )
    return Sighting(NETWORK, post_id(did, rkey), content, quotes=_quoted(record.one("embed")))


def _text(record: Fields) -> Text:
    """The words, with where their links truly lead; a link's card is a line of its own unless the words have it."""
    told = facets.runs(record.text("text"), record.many("facets", SPANS_MAX))
    runs: list[Segment] = []
    for run in told:
        runs += honest(run.text, run.value) if run.kind is SpanKind.LINK else [run]
    external = _attached(record.one("embed")).one("external")
    card = external.url("uri")
    if card and card not in record.text("text") and all(run.value != card for run in told):
        runs += [Segment(None, "\n"), Segment(SpanKind.LINK, shown(card), card)]
    return annotated(weave(runs), {(SpanKind.LINK, card): external.line("title", TITLE_MAX)})


def _attached(embed: Fields) -> Fields:
    """What is attached besides a quote."""
    return embed.one("media") if embed.text("$type") == "app.bsky.embed.recordWithMedia" else embed


def _quoted(embed: Fields) -> str:
    """The name of the post that is shown beneath; a list or a feed may be there instead."""
    quote = embed.one("record")
    uri = (quote.one("record") or quote).text("uri")
    return uri if f"/{COLLECTION}/" in uri else ""


def _media(did: str, embed: Fields) -> Iterator[Media]:
    attached = _attached(embed)
    kind = attached.text("$type")
    if kind in {"app.bsky.embed.images", "app.bsky.embed.gallery"}:
        for picture in attached.many("images" if kind.endswith("images") else "items", MEDIA_MAX):
            blob = picture.one("image")
            yield _medium("image", _picture_url(did, blob), picture, _cid(blob))
    elif kind == "app.bsky.embed.video":
        is_loop = attached.text("presentation") == "gif"
        cid = _cid(attached.one("video"))
        yield replace(_medium("gifv" if is_loop else "video", "", attached, cid), still=_still_url(did, cid))


def _medium(kind: str, url: str, part: Fields, cid: str) -> Media:
    size = part.one("aspectRatio")
    return Media(kind, url, tame(part.text("alt"), ALT_MAX), size.pixels("width"), size.pixels("height"), cid)


def _picture_url(did: str, blob: Fields) -> str:
    """Where the network shows a picture."""
    cid = _cid(blob)
    return f"https://cdn.bsky.app/img/feed_fullsize/plain/{did}/{cid}" if cid else ""


def _still_url(did: str, cid: str) -> str:
    """Where the network shows the first frame of a film."""
    return f"https://video.bsky.app/watch/{quote(did, safe='')}/{cid}/thumbnail.jpg" if cid else ""


def _cid(blob: Fields) -> str:
    """The hash of its bytes; the oldest records name it without a reference."""
    cid = blob.one("ref").text("$link") or blob.text("cid")
    return cid if _CID.fullmatch(cid) else ""


def _asked(record: Fields) -> str:
    """Whose post a post answers."""
    return record.one("reply").one("parent").text("uri").removeprefix("at://").partition("/")[0]


def _reply_to(did: str, record: Fields) -> ReplyTo | None:
    """Whom a post answers; answers to oneself are a thread and name nobody."""
    asked = _asked(record)
    return ReplyTo(short(asked)) if DID.fullmatch(asked) and asked != did else None
