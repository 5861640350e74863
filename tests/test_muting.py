"""What a moderator makes of a post in hand without writing a rule."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from backchannel.muting import Lasting, What, muting, server_of, trusting, until
from backchannel.post import Author, Post, Status
from backchannel.rules import Rule, Rules
from tests.made_up import MORNING, post

EVE = Author("Eve", "@eve@spam.example", "https://spam.example/@eve", id="https://spam.example/users/1")
SKY = Author("Ada", "@ada.bsky.social", id="did:plc:1")
PHONE = Author("Somebody in the hall", id="0123456789abcdef")


def by(author: Author, text: str = "Hello") -> Post:
    made = post(text=text)
    return replace(made, content=replace(made.content, author=author))


def is_caught(rule: Rule | None, said: Post) -> bool:
    assert rule is not None
    return Rules([rule]).judge(said.network, said.content, is_known=False).status is not Status.QUEUED


@pytest.mark.parametrize("author", [EVE, SKY, PHONE])
def test_muting_an_author_catches_their_posts_and_nobody_elses(author: Author) -> None:
    rule = muting(What.AUTHOR, by(author), "", None)
    assert is_caught(rule, by(author, "anything else"))
    assert not any(is_caught(rule, by(other)) for other in (EVE, SKY, PHONE) if other is not author)
    assert not is_caught(rule, by(replace(PHONE, id="fedcba9876543210")))


def test_muting_a_server_catches_everybody_there() -> None:
    rule = muting(What.SERVER, by(EVE), "", None)
    assert is_caught(rule, by(Author("Bob", "@bob@spam.example", id="2")))
    assert not is_caught(rule, by(SKY))


def test_an_address_that_is_a_name_of_ones_own_is_no_server() -> None:
    assert server_of(EVE) == "spam.example"
    assert server_of(Author("Kim", "@kim:matrix.example")) == "matrix.example"
    assert server_of(SKY) == server_of(PHONE) == server_of(Author("Blog", "https://blog.example/")) == ""
    assert muting(What.SERVER, by(SKY), "", None) is None


def test_a_phrase_is_muted_as_it_was_typed_and_an_empty_one_is_none() -> None:
    rule = muting(What.PHRASE, by(EVE), "  free \n followers ", None)
    assert rule is not None
    assert (rule.name, rule.words, rule.verdict) == ("Mute free followers", ("free followers",), "reject")
    assert muting(What.PHRASE, by(EVE), " ", None) is None


def test_whoever_has_neither_address_nor_number_cannot_be_muted_nor_trusted() -> None:
    nobody = by(Author("Ada"))
    assert muting(What.AUTHOR, nobody, "", None) is trusting(nobody) is None


def test_trust_shows_what_the_author_writes() -> None:
    rule = trusting(by(EVE))
    assert rule is not None
    assert Rules([rule]).judge("mastodon", by(EVE).content, is_known=False).status is Status.APPROVED


def test_names_that_are_too_long_stay_apart() -> None:
    long = "a" * 80
    rules = [muting(What.PHRASE, by(EVE), f"{long}{end}", None) for end in "bc"]
    names = {rule.name for rule in rules if rule}
    assert len(names) == 2
    assert {len(name) for name in names} == {60}


def test_today_ends_at_midnight_by_the_venues_clock() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert until(Lasting.TODAY, datetime(2026, 11, 17, 16, 30, tzinfo=UTC), tokyo) == datetime(
        2026, 11, 18, 15, 0, tzinfo=UTC
    )
    assert until(Lasting.HOUR, MORNING, tokyo) == MORNING.replace(hour=10)
    assert until(Lasting.WEEK, MORNING, tokyo) == MORNING.replace(day=24)
    assert until(Lasting.GOOD, MORNING, tokyo) is None
