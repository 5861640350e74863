"""Rules: the first that matches decides, every condition counts, and no post makes them raise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.post import Author, Content, Media, ReplyTo, Status
from backchannel.rules import Rule, Rules, Verdict, short_form
from backchannel.text import Span, SpanKind, from_plain

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)
NOBODY = Author("Ines", id="device-1")
INES = Author("Ines", "@ines@mail.social.example", "https://social.example/@ines", id="https://social.example/users/7")
PICTURE = Media("image", "https://files.example/1.png", "A cat asleep")


def said(text: str = "Hello", author: Author = INES, **more: Any) -> Content:
    words = from_plain(text)
    return Content(author, words.plain, words.spans, **more)


def made_ago(days: int) -> Author:
    return replace(INES, created_at=NOW - timedelta(days=days, hours=1))


def judge(*rules: Rule, content: Content | None = None, network: str = "mastodon", **more: Any) -> Verdict:
    circumstances: dict[str, Any] = {"is_known": True, "at": NOW} | more
    return Rules(rules).judge(network, content or said(), **circumstances)


def hold(**conditions: Any) -> Rule:
    return Rule("a rule", "hold", **conditions)


def is_held(content: Content, **conditions: Any) -> bool:
    return judge(hold(**conditions), content=content).status is Status.HELD


def test_without_a_rule_that_matches_a_post_waits_for_a_person() -> None:
    assert judge() == judge(hold(words=("absent",))) == Verdict(Status.QUEUED)


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        ("approve", Status.APPROVED),
        ("queue", Status.QUEUED),
        ("hold", Status.HELD),
        ("reject", Status.REJECTED),
    ],
)
def test_a_verdict_names_its_rule_and_its_reason(verdict: Any, status: Status) -> None:
    rule = Rule("greetings", verdict, "no time for greetings", words=("hello", "hi", "absent"))
    expected = Verdict(status, "greetings", "no time for greetings: “hello”, “hi”", ((0, 5), (7, 9)))
    assert judge(rule, content=said("HELLO, hi")) == expected


def test_a_rule_without_words_or_reason_is_told_by_its_name() -> None:
    assert judge(hold(has_media=False)).reason == "a rule"


def test_the_first_rule_that_matches_decides() -> None:
    calm, strict = Rule("calm", "queue", words=("hello",)), Rule("strict", "reject", words=("hello",))
    assert judge(calm, strict).rule == "calm"
    assert judge(strict, calm).rule == "strict"


@pytest.mark.parametrize(
    ("condition", "matching", "other"),
    [
        ({"words": ("hello",)}, said("hello"), said("bye")),
        ({"authors": ("@Ines@mail.social.example",)}, said(), said(author=NOBODY)),
        ({"authors": ("ines@mail.social.example",)}, said(), said(author=replace(INES, address="@ines@other"))),
        ({"authors": ("https://social.example/@ines/",)}, said(), said(author=replace(INES, url=""))),
        ({"servers": ("social.example",)}, said(), said(author=replace(INES, address="@a@unsocial.example"))),
        (
            {"servers": ("matrix.example",)},
            said(author=replace(INES, address="@ines:chat.matrix.example:8448")),
            said(author=replace(INES, address="@ines:unmatrix.example")),
        ),
        ({"servers": ("mail.social.example.",)}, said(), said(author=replace(INES, address="@a@social.example"))),
        ({"servers": ("bsky.social",)}, said(author=replace(INES, address="@ines.bsky.social")), said(author=NOBODY)),
        ({"languages": ("de",)}, said(language="DE-at"), said(language="den")),
        ({"languages": ("en-GB", "de")}, said(language="en-gb"), said(language="en")),
        ({"link_hosts": ("deals.example",)}, said("https://a.Deals.example./x"), said("https://nodeals.example")),
        ({"link_hosts": ("bücher.example",)}, said("https://xn--bcher-kva.example/"), said("deals.example")),
        ({"min_links": 2}, said("https://a.example https://b.example"), said("https://a.example")),
        ({"patterns": (r"free .*tickets",)}, said("Free concert tickets"), said("free as in beer")),
        ({"sensitive": True}, said(sensitive=True), said()),
        ({"sensitive": True}, said(warning="Eye contact"), said()),
        ({"sensitive": False}, said(), said(sensitive=True)),
        ({"max_account_days": 7}, said(author=made_ago(7)), said(author=made_ago(8))),
        ({"max_account_days": 7}, said(author=made_ago(0)), said()),
        ({"min_account_days": 30}, said(author=made_ago(30)), said(author=made_ago(29))),
        ({"min_account_days": 0}, said(author=made_ago(0)), said()),
        ({"max_followers": 0}, said(author=replace(INES, followers=0)), said()),
        ({"min_followers": 100}, said(author=replace(INES, followers=100)), said(author=replace(INES, followers=99))),
        ({"has_media": True}, said(media=(PICTURE,)), said()),
        ({"has_media": False}, said(), said(media=(PICTURE,))),
    ],
)
def test_each_condition_holds_for_its_own_and_for_no_other(
    condition: dict[str, Any], matching: Content, other: Content
) -> None:
    assert is_held(matching, **condition)
    assert not is_held(other, **condition)


def test_networks_and_history_are_conditions_too() -> None:
    assert judge(hold(networks=("floor",)), network="floor").status is Status.HELD
    assert judge(hold(networks=("floor",)), network="mastodon").status is Status.QUEUED
    for first_time in (True, False):
        for is_known in (True, False):
            held = judge(hold(first_time=first_time), is_known=is_known).status is Status.HELD
            assert held is (first_time is not is_known)


def test_a_repeat_is_a_condition_too() -> None:
    for repeat in (True, False):
        for is_repeat in (True, False):
            held = judge(hold(repeat=repeat), is_repeat=is_repeat).status is Status.HELD
            assert held is (repeat is is_repeat)


def test_a_rule_that_is_off_or_over_is_not_asked() -> None:
    rule = hold(words=("hello",))
    assert judge(rule).rule
    assert not judge(replace(rule, on=False)).rule
    assert not judge(replace(rule, until=NOW)).rule
    assert judge(replace(rule, until=NOW + timedelta(seconds=1))).rule
    assert judge(replace(rule, until=NOW), at=None).rule  # nobody said what time it is


def test_a_verdict_says_for_how_long_it_holds() -> None:
    assert judge(hold(words=("hello",), hold_s=15)).hold_s == 15
    assert judge(hold(words=("hello",))).hold_s == 0


@pytest.mark.parametrize(
    ("rule", "trouble"),
    [
        (hold(), "has no condition"),
        (hold(words=("\u200d",)), "words: nothing can be found of"),
        (hold(patterns=("a", "b(")), "patterns: 'b(' cannot be read at character 2: a ( is never closed"),
        (Rule("a", "queue", hold_s=5, words=("a",)), "hold_s: only what is held can be shown later"),
    ],
)
def test_a_rule_that_cannot_work_says_why(rule: Rule, trouble: str) -> None:
    assert rule.trouble.startswith(trouble)


def test_what_a_pattern_found_is_marked_in_the_text_alone() -> None:
    content = said("Win now, win later", author=Author("Win"))
    verdict = judge(hold(patterns=("win \\w+",)), content=content)
    assert [content.text[start:end] for start, end in verdict.marks] == ["Win now", "win later"]
    assert judge(hold(patterns=("win",)), content=said("x", author=Author("Win"))).marks == ()


def test_all_conditions_of_a_rule_must_hold() -> None:
    conditions = {"words": ("hello",), "has_media": True, "languages": ("en",)}
    assert is_held(said(media=(PICTURE,), language="en"), **conditions)
    assert not is_held(said(language="en"), **conditions)
    assert not is_held(said(media=(PICTURE,)), **conditions)


@pytest.mark.parametrize(
    "content",
    [
        said("x", author=Author("Bad Word")),
        said("x", warning="a bad word"),
        said("x", media=(replace(PICTURE, alt="bad word"),)),
        replace(said("x"), spans=(Span(SpanKind.LINK, 0, 1, "https://a.example", "bad word"),)),
        said("x", reply_to=ReplyTo("Bad Word")),
        said("#BadWord"),
    ],
)
def test_words_are_looked_for_in_all_that_a_screen_shows(content: Content) -> None:
    assert is_held(content, words=("bad word",))


def test_a_name_is_anybodys_to_choose_so_no_rule_about_authors_believes_it() -> None:
    for author in (NOBODY, Author("@ines@mail.social.example", id="@ines@mail.social.example"), Author("", id="")):
        assert not is_held(said(author=author), authors=("@ines@mail.social.example", "Ines", "device-1", "@"))


def test_a_link_is_marked_where_its_host_matched_and_a_mark_overlaps_no_other() -> None:
    content = said("free https://deals.example/free free ok https://other.example")
    verdict = judge(hold(words=("free", "free ok"), link_hosts=("deals.example",)), content=content)
    assert [content.text[start:end] for start, end in verdict.marks] == [
        "free",
        "https://deals.example/free",
        "free ok",
    ]
    assert verdict.reason == "a rule: “free”, “free ok”"


def test_a_link_is_known_by_where_it_leads_and_not_by_its_words() -> None:
    span = Span(SpanKind.LINK, 0, 5, "https://deals.example")
    assert is_held(Content(INES, "Hello", (span,)), link_hosts=("deals.example",))


def test_trust_overrides_nothing_that_is_blocked() -> None:
    own = [Rule("pictures", "hold", has_media=True)]
    rules = short_form(["bad"], ["@eve@x.example"], ["@ines@mail.social.example", "@eve@x.example"], own)
    eve = replace(INES, address="@eve@x.example")
    verdicts = {
        "approved": judge(*rules),
        "bad word": judge(*rules, content=said("bad")),
        "picture": judge(*rules, content=said(media=(PICTURE,))),
        "blocked": judge(*rules, content=said("bad", author=eve)),
    }
    assert {name: verdict.rule for name, verdict in verdicts.items()} == {
        "approved": "trusted authors",
        "bad word": "blocked words",
        "picture": "pictures",
        "blocked": "blocked authors",
    }
    assert [verdict.status.value for verdict in verdicts.values()] == ["approved", "held", "held", "rejected"]


def test_history_is_asked_for_only_where_a_rule_wants_it() -> None:
    assert Rules([hold(repeat=True)]).asks_for_repeats
    assert not Rules([hold(first_time=False), replace(hold(repeat=True), on=False)]).asks_for_repeats
    assert Rules([hold(first_time=False)]).asks_for_history
    assert not Rules([hold(words=("a",))]).asks_for_history


WORDS = st.text(max_size=12)
SPANS = st.builds(
    Span, st.sampled_from(SpanKind), st.integers(-2, 50), st.integers(-2, 50), WORDS | st.just("http://[x")
)
CONTENTS = st.builds(
    Content,
    st.builds(Author, *[WORDS] * 5),
    st.text(max_size=40),
    st.lists(SPANS, max_size=4).map(tuple),
    language=WORDS,
    media=st.lists(st.builds(Media, WORDS, WORDS, WORDS), max_size=2).map(tuple),
    warning=WORDS,
    reply_to=st.none() | st.builds(ReplyTo, WORDS, WORDS),
)
LISTS = st.lists(st.text(min_size=1, max_size=6), max_size=2).map(tuple)
FLAGS = st.sampled_from([None, True, False])
RULES = st.builds(
    Rule,
    name=st.text(min_size=1, max_size=4),
    verdict=st.sampled_from(["approve", "queue", "hold", "reject"]),
    on=st.sampled_from([True, True, False]),
    until=st.sampled_from([None, NOW, NOW + timedelta(1)]),
    words=LISTS,
    patterns=LISTS,
    authors=LISTS,
    servers=LISTS,
    networks=LISTS,
    languages=LISTS,
    link_hosts=LISTS,
    min_links=st.integers(0, 2),
    has_media=FLAGS,
    sensitive=FLAGS,
    first_time=FLAGS,
    repeat=FLAGS,
    max_followers=st.sampled_from([None, 0, 7]),
).filter(lambda rule: not rule.trouble)


@given(st.lists(RULES, max_size=4), CONTENTS, st.booleans())
def test_whatever_comes_the_verdict_is_the_first_matching_rules_and_nothing_raises(
    rules: list[Rule], content: Content, is_known: bool
) -> None:
    verdict = Rules(rules).judge("test", content, is_known=is_known, at=NOW)
    alone = [Rules([rule]).judge("test", content, is_known=is_known, at=NOW) for rule in rules]
    assert verdict == next((each for each in alone if each.rule), Verdict())


@given(st.lists(RULES, max_size=3), CONTENTS)
def test_a_rule_that_comes_later_changes_no_verdict_that_one_before_gave(rules: list[Rule], content: Content) -> None:
    verdict = Rules(rules).judge("test", content, is_known=True)
    if verdict.rule:
        last = Rule("last", "reject", has_media=bool(content.media))
        assert Rules([*rules, last]).judge("test", content, is_known=True) == verdict
