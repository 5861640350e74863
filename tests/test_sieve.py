from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.errors import Refusal
from backchannel.post import Media
from backchannel.sieve import LINE_MAX, TERMS_MAX, Sieve, Sort, Term, plain, read_sieve, sought
from backchannel.text import from_plain
from tests.made_up import content

NOW = datetime(2026, 11, 17, 13, 30, tzinfo=UTC)
ROME = ZoneInfo("Europe/Rome")  # where it is 14:30
WORDS = {"feed": "Blog", "mastodon": "Mastodon"}


def read(line: str) -> Sieve:
    return read_sieve(line, NOW, ROME, WORDS)


def terms(line: str) -> list[tuple[str, str]]:
    return [(f"{'-' if term.is_unwanted else ''}{term.sort}", term.value) for term in read(line).terms]


def test_a_line_is_cut_into_its_terms() -> None:
    assert terms('runbook "One  Track" from:@Sam #Pink11 on:mastodon reason:spam has:media via:Kiosk') == [
        ("words", "runbook"),
        ("words", "one track"),
        ("from", "@sam"),
        ("tag", "#pink11"),
        ("on", "mastodon"),
        ("reason", "spam"),
        ("has", "media"),
        ("via", "kiosk"),
    ]


def test_a_minus_asks_for_what_does_not_answer() -> None:
    assert terms('-word -"two words" -from:sam -#tag') == [
        ("-words", "word"),
        ("-words", "two words"),
        ("-from", "sam"),
        ("-tag", "#tag"),
    ]


def test_names_may_stand_in_quotes_of_any_make() -> None:
    assert terms('from:"Sam Bell"') == terms("from:“Sam Bell”") == [("from", "sam bell")]
    assert terms('"not closed yet') == [("words", "not closed yet")]


def test_a_network_goes_by_the_word_that_people_read() -> None:
    assert terms("on:Blog") == [("on", "feed")]
    assert terms("on:elsewhere") == [("on", "elsewhere")]


@pytest.mark.parametrize("line", ["", "   ", "from:", "since:", "has: ", "via:", '""', "\u0301"])
def test_what_is_not_typed_yet_asks_for_nothing(line: str) -> None:
    assert not read(line)


@pytest.mark.parametrize(
    "word", ["https://example.org/a", "re:start", "14:00", "-", "#", "a@b.example", "12#3", "from", "before"]
)
def test_what_names_nothing_is_a_word(word: str) -> None:
    assert terms(word) == [("words", word)]


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("since:14:00", datetime(2026, 11, 17, 14, 0, tzinfo=ROME)),
        ("since:15:00", datetime(2026, 11, 16, 15, 0, tzinfo=ROME)),  # it was no such time yet today
        ("since:2026-11-17", datetime(2026, 11, 17, tzinfo=ROME)),
        ("since:2026-11-17T09:05", datetime(2026, 11, 17, 9, 5, tzinfo=ROME)),
        ("since:2026-11-17T09:05Z", datetime(2026, 11, 17, 9, 5, tzinfo=UTC)),
        ("since:10m", NOW - timedelta(minutes=10)),
        ("since:2h", NOW - timedelta(hours=2)),
    ],
)
def test_a_time_is_one_of_the_venues_clock(line: str, at: datetime) -> None:
    assert read(line) == Sieve(since=at)
    assert read(line.replace("since", "before")) == Sieve(before=at)


@pytest.mark.parametrize(
    "line", ["since:noon", "before:25:00", "since:9999999999d", "has:teeth", "via:pigeon", "a" * (LINE_MAX + 1)]
)
def test_what_cannot_be_meant_is_refused_in_words(line: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(line)
    assert (refused.value.status, refused.value.code) == (400, "q")


def test_a_line_has_so_many_terms() -> None:
    assert len(read("a " * TERMS_MAX).terms) == TERMS_MAX
    with pytest.raises(Refusal):
        read("a " * (TERMS_MAX + 1))


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("Tomás BERGSTRÖM", "tomas bergstrom"),
        ("ＰＩＮＫ１１", "pink11"),
        ("Straße", "STRASSE"),
        ("Øre, Łódź", "ore, lodz"),
        ("don’t — stop", "don't - stop"),
        ("مُحَمَّد", "محمد"),
        ("مـحمد", "محمد"),
        ("שָׁלוֹם", "שלום"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("two\n\nlines", "two lines"),
    ],
)
def test_a_text_is_looked_through_as_people_type(said: str, typed: str) -> None:
    assert plain(said) == plain(typed)


@pytest.mark.parametrize(("one", "other"), [("が", "か"), ("कु", "क")])
def test_marks_that_make_another_letter_stay(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_everything_that_a_post_says_is_looked_through_and_who_says_it_apart() -> None:
    said = from_plain("Slides: https://a.example/1 #Pink11 #もくもく会")
    post = content(said.plain, spans=said.spans, media=(Media("image", alt="A Cat"),), warning="Spoilers")
    words, author = sought(post, ("#devops",)).split("\n")
    for each in ("slides:", "https://a.example/1", "a cat", "spoilers", " #pink11 ", " #もくもく会 ", " #devops "):
        assert each in words
    assert author == " ines kowalczyk @ines@social.example "


def test_nothing_is_looked_through_of_a_post_that_says_nothing() -> None:
    assert sought(content("", "", author=content().author.__class__(""))) == ""


@given(st.text(max_size=60))
def test_every_line_is_read_or_refused_and_its_terms_are_plain(line: str) -> None:
    try:
        found = read(line)
    except Refusal:
        return
    assert all(term == Term(term.sort, plain(term.value), term.is_unwanted) and term.value for term in found.terms)
    assert all("\n" not in term.value for term in found.terms if term.sort is not Sort.ON)


@given(st.text(max_size=60))
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert plain(plain(text)) == plain(text)
