"""Codes of rooms: good for a quarter of an hour or two, on the device that opened them, in their hall."""

from datetime import timedelta

from hypothesis import given
from hypothesis.strategies import text

from backchannel.web.rooms import LASTS, SLOT, Rooms
from tests.made_up import Clock


def made(clock: Clock | None = None, secret: bytes = b"s" * 32) -> Rooms:
    return Rooms(secret, clock or Clock(), {"main", "foyer"})


def test_a_code_is_good_in_its_slot_and_the_next_one_and_then_no_more() -> None:
    clock = Clock()
    rooms = made(clock)
    code = rooms.code("main")
    assert rooms.changes_in_s == SLOT.total_seconds()
    for wait, is_good in ((timedelta(), True), (SLOT, True), (SLOT - timedelta(seconds=1), True), (SLOT, False)):
        clock.at += wait if is_good or wait is not SLOT else timedelta(seconds=1)
        assert bool(rooms.ticket("phone", "main", code)) is is_good


def test_a_code_opens_no_other_hall_and_codes_change() -> None:
    clock = Clock()
    rooms = made(clock)
    code = rooms.code("main")
    assert rooms.code("foyer") != code
    assert rooms.ticket("phone", "foyer", code) == ""
    assert rooms.ticket("phone", "attic", rooms.code("attic")) == ""
    assert made(secret=b"t" * 32).ticket("phone", "main", code) == ""
    clock.at += SLOT
    assert rooms.code("main") != code


def test_a_ticket_is_good_for_a_day_at_the_conference_and_on_its_device_only() -> None:
    clock = Clock()
    rooms = made(clock)
    ticket = rooms.ticket("phone", "main", rooms.code("main"))
    assert rooms.room_of("phone", ticket) == rooms.room_of("other", rooms.ticket("other", "main", rooms.code("main")))
    assert rooms.room_of("other", ticket) == ""
    assert made(clock, b"t" * 32).room_of("phone", ticket) == ""
    clock.at += LASTS - timedelta(seconds=1)
    assert rooms.room_of("phone", ticket)
    clock.at += timedelta(seconds=1)
    assert rooms.room_of("phone", ticket) == ""


def test_nobody_writes_a_ticket_for_later() -> None:
    rooms = made()
    hall, slot, seal = rooms.ticket("phone", "main", rooms.code("main")).split(".")
    assert rooms.room_of("phone", f"{hall}.{int(slot) + 1}.{seal}") == ""
    assert rooms.room_of("phone", f"foyer.{slot}.{seal}") == ""


@given(text(max_size=60))
def test_what_is_neither_code_nor_ticket_is_nothing(words: str) -> None:
    assert made().ticket("phone", "main", words) == ""
    assert made().room_of("phone", words) == ""
