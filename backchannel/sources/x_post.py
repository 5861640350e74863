"""A post of X, as its API v2 sends it, read into a sighting.

Shapes: https://docs.x.com/x-api/fundamentals/data-dictionary. What X shows with a post stands beside it in `includes`.
Offsets of entities count code points of the text before its HTML is unescaped (found so in recorded payloads).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import ASCII
from re import compile as pattern
from typing import Final
from urllib.parse import quote

from backchannel import hashtag
from backchannel.post import MEDIA_MAX, Author, Content, Media, ReplyTo, Sighting
from backchannel.sources import snowflake
from backchannel.sources.fields import Fields
from backchannel.sources.leaving import leaves
from backchannel.sources.status import ALT_MAX, NOTE_MAX, OPT_OUTS
from backchannel.text import ADDRESS_MAX, NAME_MAX, SPANS_MAX, Segment, SpanKind, Text, tame, tame_line, weave, web_url

NETWORK: Final = "x"
HOME: Final = "https://x.com"
ID_MAX: Final = 64
EDITS_MAX: Final = 20
RAW_MAX: Final = 30_000  # the longest posts have 25,000 characters
INCLUDED_MAX: Final = 500
KINDS: Final[Mapping[str, str]] = {"photo": "image", "animated_gif": "gifv", "video": "video"}
# What X says of posts in no language: https://docs.x.com/x-api/fundamentals/data-dictionary
NO_LANGUAGES: Final = frozenset({"und", "art", "qam", "qct", "qht", "qme", "qst", "zxx"})
OLD_LANGUAGES: Final[Mapping[str, str]] = {"in": "id", "iw": "he"}

PROTECTED: Final = "the author shows posts to followers only"
OUT_IN_PROFILE: Final = "the author opted out in the profile"
OUT_IN_POST: Final = "the author opted out in the post"

_NAME: Final = pattern(r"\w{1,50}", ASCII)


@dataclass(frozen=True, slots=True)
class Beside:
    """What an answer includes beside its posts, by X's own names for it."""

    authors: Mapping[str, Fields]
    media: Mapping[str, Fields]


@dataclass(frozen=True, slots=True)
class _Told:
    """An entity where it stands in the raw text."""

    start: int
    end: int
    kind: SpanKind
    value: str
    words: str | None = None  # what is shown in its place; None leaves what the author wrote


def beside(includes: Fields) -> Beside:
    """Read `includes`."""
    return Beside(
        {each.id("id"): each for each in includes.many("users", INCLUDED_MAX)},
        {each.id("media_key"): each for each in includes.many("media", INCLUDED_MAX)},
    )


def first_of(post: Fields) -> str:
    """The id that a post was born with: every edit gives it another one."""
    history = post.ids("edit_history_tweet_ids", EDITS_MAX)
    return history[0] if post.id("id") in history else post.id("id")


def newest_of(post: Fields) -> str:
    """The id of a post's last version, as far as this one knows."""
    history = post.ids("edit_history_tweet_ids", EDITS_MAX)
    return history[-1] if post.id("id") in history else post.id("id")


def read(post: Fields, included: Beside) -> Sighting | str:
    """The sighting of a post, or the reason why it is none for a wall."""
    author = included.authors.get(post.id("author_id"), Fields(None))
    if reason := _unfit(post, author):
        return reason
    media = _media(post, included)
    text = _text(post, has_media=bool(media))
    if hashtag.matches(OPT_OUTS, text.plain):
        if leaves(text.plain, is_thread=_is_thread(post), has_media=bool(media)):
            return Sighting(NETWORK, first_of(post), None, only_known=True, ref=first_of(post), leaver=author.id("id"))
        return OUT_IN_POST
    if not text.plain and not media:
        return "the post is empty"
    post_id, first = post.id("id"), first_of(post)
    content = Content(
        author=_author(author),
        text=text.plain,
        spans=text.spans,
        url=f"{_profile(author)}/status/{quote(post_id, safe='')}",
        language=_language(post),
        media=media,
        sensitive=post.flag("possibly_sensitive"),
        reply_to=_reply_to(post),
        posted_at=post.moment("created_at") if first == post_id else snowflake.made_at(first),
        edited_at=None if first == post_id else post.moment("created_at") or snowflake.made_at(post_id),
    )
    return Sighting(NETWORK, first, content, ref=first)


def _unfit(post: Fields, author: Fields) -> str:
    """Why a post is not looked at any further, or nothing. X wants the name of every author to be shown."""
    if not post:
        return "a post is no object"
    if not 0 < len(post.id("id")) <= ID_MAX or len(first_of(post)) > ID_MAX:
        return "a post has no id"
    if any(each.text("type") == "retweeted" for each in post.many("referenced_tweets", SPANS_MAX)):
        return "the post repeats another one"
    if not _NAME.fullmatch(author.text("username")):
        return "a post has no author"
    if author.flag("protected"):
        return PROTECTED
    return OUT_IN_PROFILE if hashtag.matches(OPT_OUTS, author.text("description")[:NOTE_MAX]) else ""


def _author(author: Fields) -> Author:
    name = author.text("username")
    return Author(
        name=author.line("name", NAME_MAX) or name,
        address=f"@{name}",
        url=_profile(author),
        avatar=author.url("profile_image_url"),
        id=author.id("id"),
        created_at=author.moment("created_at"),
        followers=author.one("public_metrics").whole("followers_count"),
    )


def _profile(author: Fields) -> str:
    return f"{HOME}/{author.text('username')}"


def _language(post: Fields) -> str:
    tag = post.language("lang")
    return "" if tag in NO_LANGUAGES else OLD_LANGUAGES.get(tag, tag)


def _is_thread(post: Fields) -> bool:
    """Whether it stands beneath a post by the same author."""
    asked = post.id("in_reply_to_user_id")
    return bool(asked) and asked == post.id("author_id")


def _reply_to(post: Fields) -> ReplyTo | None:
    """Whom a post answers, where it says so itself; answers to oneself are a thread and name nobody."""
    asked = post.id("in_reply_to_user_id")
    if not asked or _is_thread(post):
        return None
    for mention in post.one("entities").many("mentions", SPANS_MAX):
        if mention.id("id") == asked and _NAME.fullmatch(mention.text("username")):
            name = f"@{mention.text('username')}"
            return ReplyTo(name, name)
    return None


def _media(post: Fields, included: Beside) -> tuple[Media, ...]:
    keys = post.one("attachments").ids("media_keys", MEDIA_MAX)
    return tuple(_medium(included.media[key]) for key in keys if key in included.media)


def _medium(medium: Fields) -> Media:
    return Media(
        kind=KINDS.get(medium.text("type"), "unknown"),
        url=medium.url("url") or medium.url("preview_image_url"),
        still=medium.url("preview_image_url"),
        alt=tame(medium.text("alt_text"), ALT_MAX),
        width=medium.pixels("width"),
        height=medium.pixels("height"),
    )


def _text(post: Fields, *, has_media: bool) -> Text:
    """The words of a post. A long one has only its beginning in the usual place, and all of it in a note."""
    note = post.one("note_tweet")
    whole = note if note.text("text") else post
    return weave(list(_runs(whole.text("text")[:RAW_MAX], whole.one("entities"), has_media=has_media)))


def _runs(raw: str, entities: Fields, *, has_media: bool) -> Iterator[Segment]:
    at = 0
    for told in sorted(_told(raw, entities, has_media=has_media), key=lambda each: each.start):
        if told.start < at:
            continue
        yield Segment(None, _unescaped(raw[at : told.start]))
        yield Segment(told.kind, raw[told.start : told.end] if told.words is None else told.words, told.value)
        at = told.end
    yield Segment(None, _unescaped(raw[at:]))


def _told(raw: str, entities: Fields, *, has_media: bool) -> Iterator[_Told]:
    """The entities that are where they say. A link reads as X shows it; one to the post's own media is not shown."""
    for link in entities.many("urls", SPANS_MAX):
        start, end = _place(link)
        if link.text("url") and raw[start:end] == link.text("url"):
            target = web_url(link.text("unwound_url")) or web_url(link.text("expanded_url")) or web_url(raw[start:end])
            words = tame_line(link.text("display_url"), ADDRESS_MAX) or _bare(target)
            yield _Told(start, end, SpanKind.LINK, target, "" if has_media and _is_media(link) else words)
    for tag in entities.many("hashtags", SPANS_MAX):
        start, end = _place(tag)
        if raw[start : start + 1] in {"#", "＃"} and (folded := hashtag.fold(raw[start:end])):
            yield _Told(start, end, SpanKind.HASHTAG, folded)
    for mention in entities.many("mentions", SPANS_MAX):
        start, end = _place(mention)
        if raw[start : start + 1] in {"@", "＠"} and _is_named(raw[start + 1 : end], mention):
            yield _Told(start, end, SpanKind.MENTION, f"@{mention.text('username')}")


def _place(entity: Fields) -> tuple[int, int]:
    """From where to before where; an entity that does not tell stands nowhere."""
    start, end = entity.whole("start"), entity.whole("end")
    return (start, end) if start is not None and end is not None and start < end <= RAW_MAX else (0, 0)


def _is_named(word: str, mention: Fields) -> bool:
    """Whether a word is an account's name, which people write in any case."""
    return bool(word) and word.lower() == mention.text("username").lower()


def _is_media(link: Fields) -> bool:
    return bool(link.id("media_key")) or link.text("display_url").startswith(("pic.x.com/", "pic.twitter.com/"))


def _bare(url: str) -> str:
    return url.partition("://")[2]


def _unescaped(raw: str) -> str:
    """Words as they were written: X escapes these three, once each, and nothing else."""
    return raw.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
