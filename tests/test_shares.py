"""Promises of fair shares: channels take turns, and their authors, and none starves, however much another says."""

from dataclasses import dataclass, replace
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.shares import joined, overdue

CHANNELS = ["phones", "kiosk", "runner", "plaza"]


@dataclass(frozen=True)
class Waiting:
    channel: str
    number: int
    author: str = ""
    turn: int = 0
    share: int = 0

    def at(self, turn: int, share: int) -> "Waiting":
        return replace(self, turn=turn, share=share)


class Hall:
    """Shows one after the other, and notes how many went before each since it came."""

    def __init__(self) -> None:
        self.waiting: tuple[Waiting, ...] = ()
        self.shown: list[Waiting] = []
        self.came = 0
        self.patience: dict[int, float] = {}

    def receive(self, channel: str, author: str = "") -> None:
        own = sum(each.channel == channel for each in self.waiting)
        self.came += 1
        self.patience[self.came] = (own + 2) * len(CHANNELS)  # one may have had its turn just now
        self.waiting = joined(self.waiting, Waiting(channel, self.came, author), self.shown)

    def show(self) -> None:
        first, *rest = self.waiting
        self.shown.append(first)
        self.waiting = tuple(rest)
        for each in rest:
            self.patience[each.number] -= 1


def shown(came: str) -> str:
    """In which order what came through channels of one letter is shown."""
    hall = Hall()
    for channel in came:
        hall.receive(channel)
    while hall.waiting:
        hall.show()
    return "".join(each.channel for each in hall.shown)


def said(came: str) -> str:
    """In which order what authors of one letter wrote on one network is shown; of a dot nobody knows who it was."""
    hall = Hall()
    for author in came:
        hall.receive("plaza", author.strip("."))
    while hall.waiting:
        hall.show()
    return "".join(each.author or "." for each in hall.shown)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(CHANNELS), st.none()), max_size=120))
def test_nobody_waits_for_more_than_two_turns_and_one_for_each_of_its_own_channel_before(
    steps: list[str | None],
) -> None:
    hall = Hall()
    for channel in steps:
        if channel is not None:
            hall.receive(channel)
        elif hall.waiting:
            hall.show()
    while hall.waiting:
        hall.show()
    assert min(hall.patience.values(), default=inf) >= 0
    for channel in CHANNELS:
        own = [each.number for each in hall.shown if each.channel == channel]
        assert own == sorted(own)


def test_channels_take_turns_and_one_alone_keeps_its_order() -> None:
    assert shown("aaaabb") == "ababaa"
    assert shown("abcabc") == "abcabc"
    assert shown("aaaa") == "aaaa"


def test_authors_of_a_channel_take_turns_and_one_alone_keeps_its_order() -> None:
    assert said("aaaabb") == "ababaa"
    assert said("aaaabcc") == "abcacaa"
    assert said("a.a.") == "a..a"  # each of those is somebody else
    assert said("....") == "...."


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.tuples(st.sampled_from(CHANNELS), st.sampled_from("abc")), st.none()), max_size=80))
def test_what_an_author_wrote_is_shown_in_its_order_and_nothing_is_lost(steps: list[tuple[str, str] | None]) -> None:
    hall = Hall()
    for step in steps:
        if step is not None:
            hall.receive(*step)
        elif hall.waiting:
            hall.show()
    while hall.waiting:
        hall.show()
    assert {each.number for each in hall.shown} == set(range(1, hall.came + 1))
    for writer in {(each.channel, each.author) for each in hall.shown}:
        own = [each.number for each in hall.shown if (each.channel, each.author) == writer]
        assert own == sorted(own)


def test_two_that_always_come_in_time_do_not_keep_a_third_waiting() -> None:
    hall = Hall()
    for channel in "aaxy":
        hall.receive(channel)
    for _ in range(6):
        hall.show()
        last = hall.shown[-1].channel
        hall.receive(last if last in "xy" else "x")
    assert [each.channel for each in hall.shown].count("a") == 2


def test_where_too_much_waits_the_oldest_of_the_fullest_channel_gives_way() -> None:
    waiting = [Waiting("runner", 1), *(Waiting("plaza", number) for number in range(2, 6)), Waiting("phones", 6)]
    assert [each.number for each in overdue(waiting, 2)] == [2, 3]
    loud = [Waiting("plaza", 1, "a"), Waiting("plaza", 2, "b"), Waiting("plaza", 3, "b")]
    assert [each.number for each in overdue(loud, 2)] == [2, 1]
    assert overdue(waiting, -1) == ()
