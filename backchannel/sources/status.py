"""A status, as servers with Mastodon's API send it, read into a sighting.

Shapes: https://docs.joinmastodon.org/entities/Status/ and what GoToSocial, Pleroma, Akkoma and Pixelfed make of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from backchannel import hashtag
from backchannel.html import from_html
from backchannel.interest import Interest
from backchannel.post import MEDIA_MAX, Author, Content, Media, ReplyTo, Sighting
from backchannel.sources import emoji
from backchannel.sources.fields import Fields
from backchannel.sources.leaving import leaves
from backchannel.text import (
    ADDRESS_MAX,
    NAME_MAX,
    SPANS_MAX,
    TITLE_MAX,
    Segment,
    SpanKind,
    Text,
    annotated,
    segments,
    tame,
    tame_line,
    weave,
)

NETWORK: Final = "mastodon"
OPT_OUTS: Final = ("nowall", "nobot")
ID_MAX: Final = 2000
REF_MAX: Final = 200
NOTE_MAX: Final = 4000
ALT_MAX: Final = 1500
LOOK_MAX: Final = 200  # a blurhash has 30 characters, or a few more
WARNING_MAX: Final = 500
OPTIONS_MAX: Final = 20

EXCLUDED: Final = "the post is excluded by the settings"
_NOT_PUBLIC: Final = "the post is not public"
_NO_INDEX: Final = "the author does not want to be indexed"
_OUT_IN_PROFILE: Final = "the author opted out in the profile"
_OUT_IN_POST: Final = "the author opted out in the post"
# What an author does to a post that we may have: it is to leave the wall, as if it were deleted.
TAKEN_BACK: Final = frozenset({_NOT_PUBLIC, _NO_INDEX, _OUT_IN_PROFILE, _OUT_IN_POST})
NOTHING: Final = Interest()


def read_new(status: object, host: str, interest: Interest, believed: tuple[str, ...] = ()) -> Sighting | str:
    """The post of a status that is told of for the first time, or the reason why it is none for a wall."""
    found = read(status, host, interest, believed)
    return found if isinstance(found, str) or found.matched or found.leaver else EXCLUDED


def read_again(status: object, host: str, interest: Interest, believed: tuple[str, ...] = ()) -> Sighting | str:
    """What an edited status means for a post that we may have: what it matches no longer still changes what it says."""
    found = read(status, host, interest, believed)
    if isinstance(found, Sighting):
        return found if found.matched else replace(found, only_known=True)
    fields = Fields(status)
    # To be gone is for ever: one that only forgot to say who may see it is passed over.
    is_taken_back = found in TAKEN_BACK and bool(_ref(fields) and fields.text("visibility"))
    return Sighting(NETWORK, "", None, ref=_ref(fields)) if is_taken_back else found


def read(status: object, host: str, interest: Interest = NOTHING, believed: tuple[str, ...] = ()) -> Sighting | str:
    """The post of a status that `host` showed, or the reason why it is none for a wall.

    `matched` is what of the `interest` is in it; where we see nothing of it, it is what the server is `believed` in,
    unless the post is excluded. A boost is read as the post that it carries, where that one has one of the hashtags: a
    timeline that shows a boost says nothing of what was boosted. What a post quotes is no part of it: those are words
    of somebody else, who may take them back.
    """
    fields = Fields(status)
    return _boost(fields, host, interest) if fields.one("reblog") else _post(fields, host, interest, believed)


def _boost(fields: Fields, host: str, interest: Interest) -> Sighting | str:
    reason = _unfit(fields) or _opted_out(fields.one("account"), Text(""))
    if reason:
        return f"it is a boost: {reason}"
    original = fields.one("reblog")
    sighting = "it boosts a boost" if original.one("reblog") else _post(original, host, interest, ())
    if isinstance(sighting, str):
        return f"it is a boost: {sighting}"
    if sighting.content is None or not hashtag.matches(interest.hashtags, sighting.content.text, _tags(original)):
        return "it is a boost of a post without the hashtag"
    return replace(sighting, boost=_id(fields), booster=_author(fields.one("account"), host).id)


def _post(fields: Fields, host: str, interest: Interest, believed: tuple[str, ...]) -> Sighting | str:
    if reason := _unfit(fields):
        return reason
    account, text = fields.one("account"), _text(fields, host)
    if reason := _opted_out(account, text):
        has_media = any(fields.many("media_attachments", MEDIA_MAX))
        is_for_all = leaves(text.plain, is_thread=_is_thread(fields), has_media=has_media)
        return _leaving(fields, host) if reason == _OUT_IN_POST and is_for_all else reason
    warning, warning_emoji = emoji.line(fields.text("spoiler_text"), fields, WARNING_MAX)
    media = tuple(_media(part) for part in fields.many("media_attachments", MEDIA_MAX))
    if not text.plain and not media:
        return "the post is empty"
    content = Content(
        author=_author(account, host),
        text=text.plain,
        spans=text.spans,
        url=fields.url("url") or fields.url("uri"),
        language=fields.language("language"),
        media=media,
        warning=warning,
        warning_emoji=warning_emoji,
        sensitive=fields.flag("sensitive"),
        reply_to=_reply_to(fields, host),
        posted_at=fields.moment("created_at"),
        edited_at=fields.moment("edited_at"),
    )
    matched = _matched(content, _tags(fields), interest, believed)
    return Sighting(NETWORK, _id(fields), content, ref=_ref(fields), matched=matched, quotes=_quoted(fields))


def _matched(content: Content, tags: Sequence[str], interest: Interest, believed: tuple[str, ...]) -> tuple[str, ...]:
    matched = interest.matched(content, tags)
    return matched if matched or interest.is_excluded(content, tags) else believed


def _tags(status: Fields) -> Sequence[str]:
    """The hashtags that the server names beside the text."""
    return [tag.text("name") for tag in status.many("tags", SPANS_MAX)]


def _unfit(status: Fields) -> str:
    """Why a status is not looked at any further, or nothing."""
    if not status:
        return "a post is no object"
    if not 0 < len(_id(status)) <= ID_MAX:
        return "a post has no id"
    if not status.one("account"):
        return "a post has no author"
    return "" if status.text("visibility") == "public" else _NOT_PUBLIC


def _opted_out(account: Fields, text: Text) -> str:
    if account.flag("noindex"):
        return _NO_INDEX
    if hashtag.matches(OPT_OUTS, from_html(account.text("note")[:NOTE_MAX]).plain):
        return _OUT_IN_PROFILE
    return _OUT_IN_POST if hashtag.matches(OPT_OUTS, text.plain) else ""


def _leaving(status: Fields, host: str) -> Sighting:
    leaver = _author(status.one("account"), host).id
    return Sighting(NETWORK, _id(status), None, only_known=True, ref=_ref(status), leaver=leaver)


def _is_thread(status: Fields) -> bool:
    """Whether it stands beneath a post by the same author."""
    asked = status.id("in_reply_to_account_id")
    return bool(asked) and asked == status.one("account").id("id")


def _id(status: Fields) -> str:
    """The name that a post has on every server alike."""
    return status.text("uri") or status.text("url")


def _ref(status: Fields) -> str:
    """The name that a post has on the server that was asked: an opaque string."""
    ref = status.id("id")
    return ref if len(ref) <= REF_MAX else ""


def _quoted(status: Fields) -> str:
    """The name of the post that is shown beneath, if its author lets it; some servers have a state around it."""
    quote = status.one("quote") or status.one("pleroma").one("quote")
    shown = quote.one("quoted_status") if quote.text("state") == "accepted" else quote
    return _id(shown)[:ID_MAX]


def _text(status: Fields, host: str) -> Text:
    told = [(mention.url("url"), _address(mention, host)) for mention in status.many("mentions", SPANS_MAX)]
    mentions = {url: address for url, address in told if url and address}
    known = emoji.told(status)
    text = from_html(status.text("content"), mentions=mentions, emoji=known.keys())
    options = [Segment(None, f"\n○ {option}") for option in _options(status.one("poll")) if option]
    whole = weave([*segments(text.plain, text.spans), *options], known.keys()) if options else text
    return annotated(whole, _beside(status, whole, known))


def _beside(status: Fields, text: Text, pictures: Mapping[str, str]) -> dict[tuple[SpanKind, str], str]:
    """Where the pictures of custom emoji are, and the title of the page that a link leads to: one on the same host."""
    told = {(SpanKind.EMOJI, shortcode): url for shortcode, url in pictures.items()}
    card = status.one("card")
    links = (span for span in text.spans if span.kind is SpanKind.LINK)
    if link := next((each for each in links if _host(each.value) == _host(card.url("url"))), None):
        told[link.kind, link.value] = card.line("title", TITLE_MAX)
    return told


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _options(poll: Fields) -> list[str]:
    return [option.line("title", NAME_MAX) for option in poll.many("options", OPTIONS_MAX)]


def _author(account: Fields, host: str) -> Author:
    address, url = _address(account, host), account.url("url")
    name, name_emoji = emoji.line(account.text("display_name"), account, NAME_MAX)
    return Author(
        name=name or account.line("username", NAME_MAX) or "?",
        emoji=name_emoji if name else (),
        address=address,
        url=url,
        avatar=account.url("avatar_static") or account.url("avatar"),
        id=(account.text("uri") or url or address)[:ID_MAX],
        created_at=account.moment("created_at"),
        followers=account.whole("followers_count"),
    )


def _address(account: Fields, host: str) -> str:
    """@user@host; a server names its own people without a host."""
    acct = account.text("acct") or account.text("username")
    whole = acct if "@" in acct or not acct else f"{acct}@{host}"
    return tame_line(f"@{whole}", ADDRESS_MAX) if whole else ""


def _media(attachment: Fields) -> Media:
    size = attachment.one("meta").one("original")
    return Media(
        kind=attachment.line("type", 20) or "unknown",
        url=attachment.url("url"),
        alt=tame(attachment.text("description"), ALT_MAX),
        width=size.pixels("width"),
        height=size.pixels("height"),
        look=attachment.line("blurhash", LOOK_MAX),
        still=attachment.url("preview_url") if attachment.text("type") in {"gifv", "video"} else "",
    )


def _reply_to(status: Fields, host: str) -> ReplyTo | None:
    """Whom a post answers, where the server tells; answers to oneself are a thread and name nobody."""
    asked = status.id("in_reply_to_account_id")
    if not asked or _is_thread(status):
        return None
    for mention in status.many("mentions", SPANS_MAX):
        if mention.id("id") == asked:
            return ReplyTo(mention.line("username", NAME_MAX), _address(mention, host))
    return None
