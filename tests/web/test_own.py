"""Our own rules and reasons in other languages; what people wrote stays as it is."""

import pytest

from backchannel.rule import short_form
from backchannel.rulebook import BREAK_HOLD_S, BREAK_REASON, Preset, Rulebook, in_order
from backchannel.web.cards import reason_words
from backchannel.web.catalogues import tongue
from backchannel.web.own import OWN, own_table, own_words

GERMAN = tongue("de")


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("Muted", "Stummgeschaltet"),
        ("coarse words: “damn”", "grobe Wörter: “damn”"),
        ("Mute @ads@shop.example", "@ads@shop.example stumm"),
        ("Trust 100 % of them", "Vertrauen für 100 % of them"),
        ("spam", "Werbung oder Spam"),
        ("for the break", "for the break"),
        ("Coins: “crypto”", "Coins: “crypto”"),
    ],
)
def test_what_we_call_a_rule_or_its_reason_is_said_in_the_readers_language(kept: str, said: str) -> None:
    assert reason_words(kept, tongue=GERMAN) == said


def test_every_rule_that_nobody_wrote_has_a_name_of_ours() -> None:
    settings = short_form(["spam"], ["@a@b.example"], ["@c@d.example"], (), "hold")
    books = [Rulebook(preset=preset) for preset in Preset]
    rules = [standing.rule for book in books for standing in in_order(book, settings)]
    assert {each.name for each in rules} | {each.reason for each in rules} - {""} <= set(OWN)
    assert all(own_words(each.name, GERMAN) != each.name for each in rules)
    assert str(BREAK_HOLD_S) in BREAK_REASON


def test_scripts_are_told_the_same_words() -> None:
    assert own_table(GERMAN)["Muted"] == "Stummgeschaltet"
    assert own_table(GERMAN)["Mute %(who)s"] == "%(who)s stumm"
