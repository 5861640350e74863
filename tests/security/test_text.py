"""Nothing foreign is ever markup: every vector in every field of every card, read as a browser reads it."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from backchannel.config import Conference
from backchannel.feed import View
from backchannel.html import from_html
from backchannel.post import Author, Content, Decision, Description, Media, Post, ReplyTo, Status, Verb
from backchannel.text import Span, SpanKind, from_plain
from backchannel.web.cards import Cards
from backchannel.web.catalogues import ENGLISH
from tests.made_up import MORNING
from tests.security.vectors import WRITTEN, all_of_them

CARDS: Final = Cards(Path(__file__).parents[2] / "templates", ZoneInfo("Europe/Helsinki"))
VIEWS: Final = ((View.SCREEN, "x"), (View.PHONE, "mastodon"), (View.PHONE, "x"), (View.CONSOLE, "mastodon"))


class Outline(HTMLParser):
    """The tags of a card with the names of their attributes, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = tuple(name for name, _ in attrs if name not in {"lang", "href", "rel", "target"})
        self.tags.append((tag, named))
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    @property
    def kinds(self) -> set[tuple[str, tuple[str, ...]]]:
        return set(self.tags)


def made(words: str, network: str = "mastodon") -> Post:
    """A post that says these words in every field a stranger fills; raw, as if no adapter had made it tame."""
    words = words[:400]
    said = [None, *SpanKind]  # once as plain text, and once as each kind of span
    spans = tuple(
        Span(kind, at * len(words), (at + 1) * len(words), words) for at, kind in enumerate(said) if kind and words
    )
    content = Content(
        Author(words, words, words, words, words),
        words * len(said),
        spans,
        url=words,
        language=words,
        media=(Media("image", words, words), Media(words, words, words)),
        warning=words,
        reply_to=ReplyTo(words, words),
    )
    return Post(
        f"{network}:1",
        network,
        Status.APPROVED,
        1,
        content,
        MORNING,
        arrived=1,
        moved=1,
        reasons=(words,),
        matched=(words,),
        decision=Decision(words, Verb.APPROVE, words, MORNING),
        descriptions=(Description(0, words, words, words),),
    )


def outlines(words: str) -> list[Outline]:
    """What every view makes of it, on X as well, whose cards are other ones."""
    return [Outline(CARDS.card(view, made(words, network))) for view, network in VIEWS]


ALLOWED: Final = [each.kinds for each in outlines("https://harmless.example/")]


def test_no_vector_in_any_field_adds_a_tag_or_an_attribute() -> None:
    for words in all_of_them():
        for outline, allowed in zip(outlines(words), ALLOWED, strict=True):
            assert outline.kinds <= allowed, words
            assert all(link.startswith(("http://", "https://", "/console/")) for link in outline.links), words


def test_there_are_three_hundred_of_them_and_more() -> None:
    assert len(WRITTEN) >= 200
    assert len(all_of_them()) >= 600


@pytest.mark.parametrize("read", [from_plain, from_html])
def test_what_adapters_make_of_them_is_plain_and_its_links_lead_to_the_web(read: Callable[[str], Any]) -> None:
    for words in all_of_them():
        text = read(words)
        for span in text.spans:
            assert text.plain[span.start : span.end].strip(), words
            assert span.kind is not SpanKind.LINK or span.value.startswith(("http://", "https://")), words


def test_words_of_a_page_are_escaped_too() -> None:
    def outline(words: str) -> Outline:
        conference = Conference(words, (words,))
        return Outline(CARDS.page("error", ENGLISH, conference=conference, status=404, title=words, message=words))

    for words in WRITTEN:
        assert outline(words).tags == outline("harmless").tags, words
