"""The console's card: what a moderator needs to decide, and no more than the status allows."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backchannel.concern import Concern
from backchannel.feed import View
from backchannel.post import MOVES, ORDERED, TARGET, Author, Content, Decision, Media, Post, Status, Verb
from backchannel.text import Span, SpanKind
from backchannel.web.cards import Cards
from backchannel.web.catalogues import tongue

AT = datetime(2026, 5, 4, 9, 41, tzinfo=UTC)
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TEXT = "Look at https://good.example/talk #pink11"
LINK = Span(SpanKind.LINK, 8, 33, "https://bad.example/buy")


@pytest.fixture(scope="module")
def cards() -> Cards:
    return Cards(TEMPLATES, ZoneInfo("Europe/London"))


def a_post(
    status: Status = Status.QUEUED,
    content: Content | None = None,
    reasons: tuple[str, ...] = (),
    decision: Decision | None = None,
) -> Post:
    words = content or Content(Author("Priya Raman", "@priya@social.example"), TEXT, (LINK,))
    return Post("mastodon:0a", "mastodon", status, 3, words, AT, 7, 9, reasons=reasons, decision=decision)


def test_a_card_speaks_the_language_of_its_reader(cards: Cards) -> None:
    held = a_post(Status.HELD, decision=Decision("Sam", Verb.HOLD, "", AT))
    card = cards.card(View.CONSOLE, held, tongue("de"))
    assert "<b>Zurückgestellt</b> von <bdi>Sam</bdi> um 10:41." in card
    assert "Zurück in die Warteschlange" in card


@pytest.mark.parametrize("status", list(Status))
def test_a_card_offers_exactly_the_verbs_that_its_status_allows(cards: Cards, status: Status) -> None:
    card = cards.card(View.CONSOLE, a_post(status))
    assert set(re.findall(r'data-verb="(\w+)"', card)) == {verb for verb in ORDERED if TARGET[verb] in MOVES[status]}


def test_what_is_held_for_a_time_says_when_it_goes_up_and_can_be_stopped(cards: Cards) -> None:
    post = replace(a_post(Status.HELD), release_at=AT + timedelta(seconds=15))
    card = cards.card(View.CONSOLE, post)
    assert (
        '<time datetime="2026-05-04T09:41:15+00:00" data-counts>at 10:41:15</time>, unless somebody stops it.' in card
    )
    assert set(re.findall(r'data-verb="(\w+)"', card)) == {"approve", "reject", "restore", "hold"}
    assert "data-counts" not in cards.card(View.CONSOLE, a_post(Status.HELD))


def test_what_takes_two_people_says_so_and_who_approved_it(cards: Cards) -> None:
    careful = Cards(TEMPLATES, ZoneInfo("Europe/London"), two_people=(Concern.LINKS, Concern.FIRST))
    approved = Decision("Jo", Verb.APPROVE, "", AT)
    waits, approved_once = (replace(a_post(decision=each), is_first=True) for each in (None, approved))
    assert "<b>Takes two people:</b> a link · the author&#39;s first post" in careful.card(View.CONSOLE, waits)
    card = careful.card(View.CONSOLE, approved_once)
    assert "Approved by <bdi>Jo</bdi>, one more person needed:</b> a link" in card
    assert 'data-approver="Jo"' in card
    assert "<b>Approved</b> by" not in card
    assert "two people" not in careful.card(View.CONSOLE, a_post(Status.APPROVED, decision=approved))
    assert "person needed" not in cards.card(View.CONSOLE, approved_once)  # the setting was switched off since


@pytest.mark.parametrize("status", list(Status))
def test_only_what_is_shown_can_be_put_into_the_spotlight(cards: Cards, status: Status) -> None:
    card = cards.card(View.CONSOLE, a_post(status))
    assert ('data-stage="spotlight"' in card) is (status is Status.APPROVED)


def test_a_card_carries_what_the_page_sorts_and_decides_by(cards: Cards) -> None:
    card = cards.card(View.CONSOLE, a_post(Status.HELD))
    for mark in ('key="mastodon:0a"', 'status="held"', 'version="3"', 'arrived="7"', 'moved="9"'):
        assert f"data-{mark}" in card


def test_a_link_shows_the_host_that_it_truly_leads_to(cards: Cards) -> None:
    card = cards.card(View.CONSOLE, a_post())
    assert 'href="https://bad.example/buy"' in card
    assert 'link to <bdi class="host">bad.example</bdi>' in card


def test_a_link_of_another_scheme_is_text(cards: Cards) -> None:
    span = Span(SpanKind.LINK, 0, 5, "javascript:alert(1)")
    card = cards.card(View.CONSOLE, a_post(content=Content(Author("Jo"), "click", (span,))))
    assert "javascript:" not in card
    assert "<bdi>click</bdi>" in card


def test_what_was_decided_on_leads_to_its_history_in_the_record(cards: Cards) -> None:
    decision = Decision("Jo", Verb.REJECT, "opt_out", AT)
    card = cards.card(View.CONSOLE, a_post(Status.REJECTED, decision=decision))
    assert 'href="/console/record?post=mastodon%3A0a"' in card
    assert "/console/record" not in cards.card(View.CONSOLE, a_post())


def test_a_stranger_cannot_write_markup(cards: Cards) -> None:
    content = Content(
        Author('<b>"Jo', "<i>@jo"), "<script>", media=(Media("image", alt="<u>"),), warning="<s>", url='http://x/"'
    )
    card = cards.card(View.CONSOLE, a_post(content=content, reasons=("<em>",)))
    assert not re.search(r"<(script|i|u|s|em)>", card)
    assert "&lt;script&gt;" in card


def test_what_waits_ages_and_what_was_decided_keeps_its_time(cards: Cards) -> None:
    decision = Decision("Jo", Verb.REJECT, "opt_out", AT)
    waiting, decided = a_post(), a_post(Status.REJECTED, decision=decision)
    assert "data-ages" in cards.card(View.CONSOLE, waiting)
    assert "data-ages" not in cards.card(View.CONSOLE, decided)


def test_a_decided_post_says_who_what_when_and_why(cards: Cards) -> None:
    card = cards.card(View.CONSOLE, a_post(Status.REJECTED, decision=Decision("Jo", Verb.REJECT, "opt_out", AT)))
    assert "<b>Rejected</b> by <bdi>Jo</bdi> at 10:41: <bdi>Asked to be left out</bdi>." in card


def test_a_post_edited_after_its_approval_says_so(cards: Cards) -> None:
    decision = Decision("rule", Verb.RESTORE, "Edited after it was approved", AT)
    card = cards.card(View.CONSOLE, a_post(reasons=("Edited after it was approved",), decision=decision))
    assert "<b>Look again:</b> Edited after it was approved" in card


@pytest.mark.parametrize(
    ("status", "verb", "words"),
    [
        (Status.HELD, Verb.HOLD, "Held by a rule:"),
        (Status.REJECTED, Verb.REJECT, "Rejected by a rule:"),
        (Status.APPROVED, Verb.APPROVE, "Approved by a rule:"),
    ],
)
def test_what_a_rule_decided_is_told_with_its_reason(cards: Cards, status: Status, verb: Verb, words: str) -> None:
    decision = Decision("rule: links", verb, "", AT)
    card = cards.card(View.CONSOLE, a_post(status, reasons=("a stranger with a link",), decision=decision))
    assert f"<b>{words}</b> a stranger with a link</p>" in card
    assert card.count('class="verdict"') == 1


def test_what_a_rule_decided_without_a_reason_is_told_with_its_name(cards: Cards) -> None:
    card = cards.card(View.CONSOLE, a_post(Status.HELD, decision=Decision("rule: same words", Verb.HOLD, "", AT)))
    assert "<b>Held</b> by <bdi>rule: same words</bdi> at 10:41." in card


def test_a_person_who_overrules_a_rule_is_named_and_its_reason_stays_noted(cards: Cards) -> None:
    decision = Decision("Jo", Verb.APPROVE, "", AT)
    card = cards.card(View.CONSOLE, a_post(Status.APPROVED, reasons=("a link",), decision=decision))
    assert "<b>Approved</b> by <bdi>Jo</bdi>" in card
    assert "<b>Noted:</b> a link" in card


def test_the_words_that_a_rule_matched_are_marked_for_the_desk_alone(cards: Cards) -> None:
    post = replace(a_post(Status.APPROVED), marks=((0, 4), (8, 33), (36, 99)))
    card = cards.card(View.CONSOLE, post)
    assert "<mark>Look</mark> at <a " in card
    assert "<bdi><mark>https://good.example/talk</mark></bdi>" in card
    assert " #p<mark>ink11</mark></p>" in card
    for view in (View.SCREEN, View.PHONE):
        assert "<mark>" not in cards.card(view, post)


def test_marks_lose_no_letter_wherever_they_lie(cards: Cards) -> None:
    for start in range(len(TEXT)):
        card = cards.card(View.CONSOLE, replace(a_post(), marks=((start, start + 3),)))
        text = re.search(r'<p class="post-text"[^>]*>(.*?)</p>', card)
        assert text
        assert re.sub("<[^>]*>", "", text[1]) == TEXT


def test_a_card_and_a_screen_say_how_many_copies_it_stands_for(cards: Cards) -> None:
    post = replace(a_post(Status.APPROVED), similar=14)
    card = cards.card(View.CONSOLE, post)
    assert '<details class="copies" data-similar="14"><summary><b class="claim">+14 similar</b></summary>' in card
    assert '<p class="similar">+14 similar</p>' in cards.card(View.SCREEN, post)
    for view in (View.CONSOLE, View.SCREEN):
        assert "similar" not in cards.card(view, a_post(Status.APPROVED))


def test_a_picture_is_told_by_its_description_and_never_fetched(cards: Cards) -> None:
    media = (Media("image", "https://elsewhere.example/a.png", alt="Five boxes"), Media("video"))
    card = cards.card(View.CONSOLE, a_post(content=Content(Author("Jo"), "", media=media)))
    assert "Five boxes" in card
    assert "without a description" in card
    assert "elsewhere.example" not in card


@pytest.mark.parametrize(
    ("network", "author", "words"),
    [
        ("floor", "device", "Phone"),
        ("floor", "kiosk/1", "Kiosk"),
        ("desk", "line/1", "Runner"),
        ("desk", "card/7", "Card"),
        ("mastodon", "card/7", None),
    ],
)
def test_what_was_typed_here_says_on_what(cards: Cards, network: str, author: str, words: str | None) -> None:
    post = replace(a_post(content=Content(Author("Priya Raman", id=author), TEXT)), network=network)
    way = re.search(r'<span class="way">(\w+)</span></header>', cards.card(View.CONSOLE, post))
    assert (way and way[1]) == words
