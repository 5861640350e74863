"""Facets: what Bluesky says of pieces of a text, counted in bytes of UTF-8, turned into runs of the text.

https://atproto.com/lexicons/app-bsky-richtext: a facet has features; start is inclusive, end exclusive.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from backchannel import hashtag
from backchannel.sources.fields import Fields
from backchannel.text import ADDRESS_MAX, Segment, SpanKind, tame_line, web_url

FEATURES_MAX: Final = 8

_KINDS: Final = {
    "app.bsky.richtext.facet#link": SpanKind.LINK,
    "app.bsky.richtext.facet#mention": SpanKind.MENTION,
    "app.bsky.richtext.facet#tag": SpanKind.HASHTAG,
}


def runs(text: str, facets: Iterable[Fields]) -> list[Segment]:
    """A text cut at its facets, nothing lost.

    A facet that begins before the last one ended, or parts a character, or makes no sense, is only words.
    """
    cut: list[Segment] = []
    at = 0
    for start, end, facet in sorted(_pieces(text, facets), key=lambda piece: piece[0]):
        found = _feature(facet, text[start:end]) if start >= at else None
        if found is None:
            continue
        if start > at:
            cut.append(Segment(None, text[at:start]))
        cut.append(found)
        at = end
    return [*cut, Segment(None, text[at:])] if at < len(text) else cut


def tags(facets: Iterable[Fields]) -> Iterator[str]:
    """The hashtags that facets name, wherever they stand."""
    for facet in facets:
        for feature in facet.many("features", FEATURES_MAX):
            if _KINDS.get(feature.text("$type")) is SpanKind.HASHTAG:
                yield feature.text("tag")


def _pieces(text: str, facets: Iterable[Fields]) -> Iterator[tuple[int, int, Fields]]:
    """Where facets stand, in code points; those that stand nowhere are left out."""
    places = _places(text)
    for facet in facets:
        index = facet.one("index")
        start, end = places.get(index.whole("byteStart")), places.get(index.whole("byteEnd"))
        if start is not None and end is not None and start < end:
            yield start, end, facet


def _places(text: str) -> dict[int | None, int]:
    """For the bytes at which a character begins, and the end: how many code points stand before."""
    places: dict[int | None, int] = {}
    byte = 0
    for at, char in enumerate(text):
        places[byte] = at
        byte += len(char.encode(errors="surrogatepass"))
    places[byte] = len(text)
    return places


def _feature(facet: Fields, words: str) -> Segment | None:
    """What the first feature that makes sense says of some words."""
    for feature in facet.many("features", FEATURES_MAX):
        kind = _KINDS.get(feature.text("$type"))
        if kind is not None and (value := _value(kind, feature, words)):
            return Segment(kind, words, value)
    return None


def _value(kind: SpanKind, feature: Fields, words: str) -> str:
    if kind is SpanKind.LINK:
        return web_url(feature.text("uri"))
    if kind is SpanKind.HASHTAG:
        return hashtag.fold(feature.text("tag"))
    return tame_line(words, ADDRESS_MAX) if feature.text("did").startswith("did:") else ""
