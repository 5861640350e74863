"""What may take two people before it is shown: media, links, and the first post of somebody. Pure."""

from collections.abc import Collection
from enum import StrEnum

from backchannel.post import Content, Post
from backchannel.text import SpanKind


class Concern(StrEnum):
    """What of a post two people may have to look at."""

    MEDIA = "media"  # it has a picture, sound or film
    LINKS = "links"
    FIRST = "first"  # no post of its author was approved when it was judged


def concerns(content: Content, *, is_first: bool) -> frozenset[Concern]:
    """All that a post gives reason for."""
    has = {
        Concern.MEDIA: bool(content.media),
        Concern.LINKS: any(span.kind is SpanKind.LINK for span in content.spans),
        Concern.FIRST: is_first,
    }
    return frozenset(concern for concern, holds in has.items() if holds)


def concerns_of(post: Post, wanted: Collection[Concern]) -> frozenset[Concern]:
    """For which of the wanted reasons it takes two people to show a post; none where one is enough."""
    return concerns(post.content, is_first=post.is_first).intersection(wanted)


def waits_for_another(post: Post, by: str, wanted: Collection[Concern]) -> bool:
    """Whether an approval by somebody is not enough: nobody approved the post yet, or nobody else did."""
    return post.approver in {"", by} and bool(concerns_of(post, wanted))
