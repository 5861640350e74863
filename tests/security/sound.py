"""What is true of everything that an adapter makes of a stranger's bytes, whatever they are."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Final

from backchannel.post import MEDIA_MAX, Content, Sighting, fold_of, key_of
from backchannel.sources.status import ALT_MAX, ID_MAX, REF_MAX, WARNING_MAX
from backchannel.text import (
    ADDRESS_MAX,
    EMOJI_MAX,
    NAME_MAX,
    SPANS_MAX,
    TEXT_MAX,
    SpanKind,
    Text,
    segments,
    tame,
    tame_line,
    web_url,
)

KEY: Final = b"k" * 32
IDS_MAX: Final = 2 * ID_MAX + 1  # some are made of two
CALLED_MAX: Final = 100_000  # what a network calls somebody is hashed, and kept as it is


def check_text(text: Text) -> None:
    """It is tame; its spans are in order, inside and apart; links lead to the web."""
    assert tame(text.plain, TEXT_MAX) == text.plain
    assert "".join(run.text for run in segments(text.plain, text.spans)) == text.plain
    assert len(text.spans) <= SPANS_MAX
    at = 0
    for span in text.spans:
        assert at <= span.start < span.end <= len(text.plain)
        at = span.end
        if span.kind is SpanKind.LINK:
            assert web_url(span.value)
        if span.kind is SpanKind.EMOJI:
            assert web_url(span.beside) == span.beside
    _check_storable(text)


def check(found: Sighting | str | None) -> None:
    """A reason is one in words; a sighting is storable, tame and bounded."""
    if not isinstance(found, Sighting):
        return
    _check_storable(found)
    assert len(found.id) <= IDS_MAX
    assert len(found.ref) <= max(REF_MAX, ID_MAX)
    assert found.id or found.ref
    assert all(len(each) <= ADDRESS_MAX + 1 for each in found.matched)
    key_of(found.network, found.id, KEY)
    if found.content is not None:
        _check_content(found.content)
        fold_of(found.network, found.content, KEY)


def check_all(found: Iterable[Sighting | str | None]) -> None:
    """The same of many."""
    for each in found:
        check(each)


def _check_content(content: Content) -> None:
    author = content.author
    check_text(Text(content.text, content.spans))
    assert content.text or content.media
    for line, limit in ((author.name, NAME_MAX), (author.address, ADDRESS_MAX), (content.warning, WARNING_MAX)):
        assert tame_line(line, limit) == line
    assert author.name
    assert len(author.id) <= CALLED_MAX
    assert len(content.media) <= MEDIA_MAX
    assert sum(span.kind is SpanKind.EMOJI for span in content.spans) <= max(SPANS_MAX, EMOJI_MAX)
    urls = [content.url, author.url, author.avatar]
    for media in content.media:
        assert tame(media.alt, ALT_MAX) == media.alt
        assert media.width >= 0 <= media.height
        urls += [media.url, media.still]
    for url in urls:
        assert not url or web_url(url), url
    assert content.language.isascii()


def _check_storable(made: object) -> None:
    """No database refuses it: no half of a character, no NUL; times are in a zone."""
    for leaf in _leaves(made):
        if isinstance(leaf, str):
            leaf.encode()
            assert "\0" not in leaf
        elif isinstance(leaf, datetime):
            assert leaf.tzinfo is not None
            leaf.timestamp()


def _leaves(value: Any) -> Iterator[object]:
    if is_dataclass(value):
        for each in fields(value):
            yield from _leaves(getattr(value, each.name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value
