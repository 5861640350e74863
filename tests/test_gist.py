"""What is left of a post to compare: made-up posts, as people copy them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.gist import Gist, gist_of, local_name, words_of
from backchannel.post import Author, Content, ReplyTo
from backchannel.text import Span, SpanKind, from_plain


def gist(text: str, name: str = "Ines Kowalczyk", address: str = "@ines@social.example", **more: Any) -> Gist:
    said = from_plain(text)
    return gist_of("mastodon", Content(Author(name, address, id=address), said.plain, said.spans, **more))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ask WHO wrote\n\nthe runbook!", "ask who wrote the runbook"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("#pink11 @jo Hello 🎉 there #talks #pink11 @eve", "hello there"),
        ("The #keynote was great #pink11", "the keynote was great"),
        ("Back at #pink11 for another year", "back at for another year"),
        ("Ask @jo@social.example about it", "ask jo about it"),
        ("RT @jo: Ask who wrote it", "ask who wrote it"),
        ("Yes! RT @jo: Ask who wrote it", "yes ask who wrote it"),
        ("“@jo: Ask who wrote it” indeed", "ask who wrote it indeed"),
        ("Ask who wrote it via @jo", "ask who wrote it"),
        ("Read https://a.example/x and be well", "read and be well"),
        ("No 👎 thanks", "no 👎 thanks"),
        ("スライドは公開 中", "ス ラ イ ド は 公 開 中"),
        ("नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("…", ""),
    ],
)
def test_words_are_what_copying_leaves_as_it_is(text: str, words: str) -> None:
    assert list(gist(text).words) == words.split()


def test_who_is_repeated_is_credited_and_not_mentioned() -> None:
    told = gist("Yes RT @jo: ask @eve")
    assert told.credited == {"jo"}
    assert told.mentions == {"eve"}
    assert gist("“@jo@social.example: Ask who wrote it”").credited == {"jo"}
    assert gist("'@jo thinks so").credited == frozenset()


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("@ada@social.example", "ada"),
        ("@ada.lovelace@social.example", "ada.lovelace"),
        ("@ada.example", "ada"),
        ("@Ada", "ada"),
        ("", ""),
    ],
)
def test_people_keep_their_own_part_of_an_address_on_every_network(address: str, name: str) -> None:
    assert local_name(address) == name


def test_a_person_goes_by_a_name_and_an_address_and_nobody_by_none() -> None:
    assert gist("x").names == {"ines kowalczyk", "ines"}
    assert gist("x", name="?", address="").names == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/talk", "http://www.A.example/talk/"),
        ("https://a.example/talk?id=7&utm_source=feed", "https://m.a.example/talk?fbclid=x&id=7"),
        ("https://a.example/talk?b=2&a=1", "https://a.example/talk?a=1&b=2"),
        ("https://a.example/talk#:~:text=hello", "https://a.example/talk"),
    ],
)
def test_one_address_has_many_ways_of_writing_it(one: str, other: str) -> None:
    assert gist(one).addresses == gist(other).addresses


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/one", "https://a.example/two"),
        ("https://a.example/?v=1", "https://a.example/?v=2"),
        ("https://a.example/talk#one", "https://a.example/talk#two"),
        ("https://a.example/Talk", "https://a.example/talk"),
    ],
)
def test_two_pages_of_one_host_are_two_addresses(one: str, other: str) -> None:
    assert gist(one).addresses != gist(other).addresses


def test_a_short_link_tells_no_address() -> None:
    told = gist("See https://bit.ly/x and https://a.example/y")
    assert told.shorts == {"bit.ly/x"}
    assert told.addresses == {"a.example/y"}


@pytest.mark.parametrize(("link", "words"), [("our slides", 4), ("a.example/slides", 2), ("a.example…", 2)])
def test_words_that_are_a_link_are_words_and_an_address_is_none(link: str, words: int) -> None:
    text = f"See {link} now"
    span = Span(SpanKind.LINK, 4, 4 + len(link), "https://a.example/slides")
    assert len(gist_of("bluesky", Content(Author("Jo"), text, (span,))).words) == words


@pytest.mark.parametrize("text", ["So it goes…", "So it goes... #pink11", "So it goes…” https://a.example/x @jo"])
def test_what_was_cut_off_ends_in_dots_whatever_follows(text: str) -> None:
    assert gist(text).is_cut


@pytest.mark.parametrize("text", ["So… it goes", "So it goes", ""])
def test_what_was_not_cut_off_does_not(text: str) -> None:
    assert not gist(text).is_cut


def test_whom_a_post_answers_is_told_by_address_or_else_by_name() -> None:
    assert gist("x", reply_to=ReplyTo("Jo Bo", "@jo@social.example")).answers == "jo"
    assert gist("x", reply_to=ReplyTo("Jo Bo")).answers == "jo bo"
    assert gist("x", reply_to=ReplyTo("")).answers == "?"
    assert gist("x").answers == ""


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_there_is_a_gist_of_whatever_networks_send(text: str, name: str, address: str) -> None:
    spans = (Span(SpanKind.LINK, 0, len(text), address), Span(SpanKind.MENTION, len(text), len(text), name))
    reply = ReplyTo(name, address)
    found = gist_of("webhook", Content(Author(name, address, id=name), text, spans, reply_to=reply))
    assert isinstance(found, Gist)
    assert all(found.words)


@given(st.text(max_size=40))
def test_words_of_words_are_the_same_words(text: str) -> None:
    assert words_of(" ".join(words_of(text))) == words_of(text)
