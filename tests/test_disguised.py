"""Disguised words are seen through, good words are not flagged, and every find lies where people see it."""

import json
import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.coarse import COARSE
from backchannel.disguised import Disguised
from backchannel.text import tame
from tests.disguising import WAYS, mixed
from tests.shared import fixtures

STALLED_S = 10  # far more than it takes on any machine, far less than what is tried again and again takes

PHRASES = ("free tickets", "shit", "ass", "fuck", "bitch", "idiot", "сука", "crypto", "fall", "good")
DISGUISED = Disguised(PHRASES)


def found(text: str) -> list[str]:
    """What of a text is a phrase in disguise."""
    return list(dict.fromkeys(text[start:end] for marks in DISGUISED.find(text).values() for start, end in marks))


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("Get fr33 t1ck3ts!", ["fr33 t1ck3ts"]),
        ("Get f r e e  t i c k e t s now", ["f r e e  t i c k e t s"]),
        ("f r e e t i c k e t s", ["f r e e t i c k e t s"]),
        ("a f r e e tickets", ["f r e e tickets"]),
        ("f.r.e.e t.i.c.k.e.t.s", ["f.r.e.e t.i.c.k.e.t.s"]),
        ("free_tickets free-tickets", ["free_tickets", "free-tickets"]),
        ("freeeee tickets", ["freeeee tickets"]),
        ("ⓕⓡⓔⓔ 𝐭𝐢𝐜𝐤𝐞𝐭𝐬, ꜰʀᴇᴇ ᴛɪᴄᴋᴇᴛꜱ", ["ⓕⓡⓔⓔ 𝐭𝐢𝐜𝐤𝐞𝐭𝐬", "ꜰʀᴇᴇ ᴛɪᴄᴋᴇᴛꜱ"]),
        ("f̷̢r̷̛e̷e̷ t̷i̷c̷k̷e̷t̷s̷", ["f̷̢r̷̛e̷e̷ t̷i̷c̷k̷e̷t̷s̷"]),
        ("frее tісkеts", ["frее tісkеts"]),
        ("free tick\u200dets", ["free tick\u200dets"]),
        ("#Fr33Tickets #WinFr33TicketsNow #freetickets", ["Fr33Tickets", "freetickets"]),
        ("($h1t!) sh!t!!! SHlT shIt s-h-i-t", ["$h1t", "sh!t", "SHlT", "shIt", "s-h-i-t"]),
        ("@$$ A$$!", ["@$$", "A$$"]),
        ("f**k f*ck fu-ck f*u*c*k fvck", ["f**k", "f*ck", "fu-ck", "f*u*c*k", "fvck"]),
        ("1d10t b1tch", ["1d10t", "b1tch"]),
        ("сyка", ["сyка"]),
        ("résumé: ïdíot", ["ïdíot"]),
    ],
)
def test_a_disguise_is_seen_through_and_marked_where_it_stands(text: str, finds: list[str]) -> None:
    assert found(text) == finds


@pytest.mark.parametrize(
    "text",
    [
        "C L A S S I C",
        "class asshole glass",
        "A55 room 455 a55",
        "RDV à 5h17",
        "push it, as soon as she can",
        "but treason, as s",
        "he'll",
        "fail",
        "free, tickets",
        "carefree tickets",
        "f k",
        "s***",
        "cyka",
        "он сказал: асс",
        "20 000 5s",
    ],
)
def test_what_only_looks_like_one_is_let_pass(text: str) -> None:
    assert found(text) == []


def test_a_word_all_in_look_alikes_is_one_only_where_nobody_writes_that_script() -> None:
    cop = Disguised(["cop"])
    assert cop.find("сор")
    assert cop.find("what a сор")
    assert not cop.find("Это сор, выброси его")


@pytest.mark.parametrize("phrase", ["c++", "@$$", "go", "a1", "help desk :(", "投資", ""])
def test_what_has_no_letters_to_disguise_is_left_to_the_plain_search(phrase: str) -> None:
    assert not Disguised([phrase]).find(f"{phrase} {phrase.upper()} g0 G O")


@pytest.mark.parametrize("name", [*WAYS, "two ways at once"])
def test_of_every_kind_at_least_95_of_100_coarse_words_are_seen_through(name: str) -> None:
    way = WAYS.get(name, mixed)
    chance = Random(11)  # noqa: S311 (no secret)
    words = [words for words in COARSE if words.isascii() and words.replace(" ", "").isalpha()]
    disguised = Disguised(words)
    written = [tame(f"What I heard today: {way(chance, word)} and nothing else", 500) for word in words * 2]
    assert sum(bool(disguised.find(text)) for text in written) / len(written) >= 0.95


@pytest.mark.parametrize("name", ["rustrict-false_positives.txt", "rustrict-safe.txt", "rustrict-test_negative.txt"])
def test_of_good_words_at_most_1_of_200_is_flagged(name: str) -> None:
    lines = fixtures("profanity", name).read_text(encoding="utf-8").splitlines()
    disguised = Disguised(COARSE)
    flagged = [line for line in lines if disguised.find(line)]
    assert len(flagged) <= len(lines) / 200, flagged[:20]


def test_naughty_strings_take_no_time_and_raise_nothing() -> None:
    naughty: list[str] = json.loads(fixtures("text", "blns.json").read_text(encoding="utf-8"))
    disguised = Disguised(COARSE)
    before = time.process_time()
    for text in naughty:
        disguised.find(text)
        disguised.find(tame(text, 5000))
    assert time.process_time() - before < STALLED_S


@pytest.mark.parametrize("text", ["a " * 2500, "a." * 2500, "$" * 5000, "f*" * 2500, "fuck" * 1250, "e\u0301" * 2500])
def test_no_text_stalls_it(text: str) -> None:
    disguised = Disguised([*COARSE, "a a a a a a b"])
    before = time.process_time()
    disguised.find(text)
    assert time.process_time() - before < STALLED_S


@given(st.lists(st.text(max_size=8), max_size=3), st.text(max_size=60))
def test_whatever_is_looked_for_every_find_lies_in_the_text(phrases: list[str], text: str) -> None:
    for marks in Disguised(phrases).find(text).values():
        for start, end in marks:
            assert 0 <= start < end <= len(text)


@given(
    st.text("abcdeiklostuvs", min_size=3, max_size=8),
    st.sampled_from(["zalgo", "full width", "zero width", "accents", "case"]),
    st.integers(0, 99),
)
def test_a_word_that_only_looks_otherwise_is_always_found_whole(word: str, way: str, seed: int) -> None:
    written = WAYS[way](Random(seed), word)  # noqa: S311 (no secret)
    text = f"well, {written} it is"
    [mark] = {mark for marks in Disguised([word]).find(text).values() for mark in marks}
    assert text[slice(*mark)].rstrip("\u200b\u200c\u200d\u2060\u00ad\ufeff") == written.rstrip(
        "\u200b\u200c\u200d\u2060\u00ad\ufeff"
    )
