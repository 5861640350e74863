"""Promises of fair shares: channels take turns, and none starves, however much comes through another."""

from dataclasses import dataclass
from math import inf

from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.shares import in_turns, overdue, turn_for

CHANNELS = ["phones", "kiosk", "runner", "plaza"]


@dataclass(frozen=True)
class Waiting:
    channel: str
    number: int
    turn: int = 0


class Hall:
    """Shows one after the other, and notes how many went before each since it came."""

    def __init__(self) -> None:
        self.waiting: tuple[Waiting, ...] = ()
        self.shown: list[Waiting] = []
        self.came = 0
        self.patience: dict[int, float] = {}

    def receive(self, channel: str) -> None:
        own = sum(each.channel == channel for each in self.waiting)
        self.came += 1
        self.patience[self.came] = (own + 2) * len(CHANNELS)  # one may have had its turn just now
        turn = turn_for(channel, self.waiting, self.shown)
        self.waiting = in_turns((*self.waiting, Waiting(channel, self.came, turn)))

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
    assert overdue(waiting, -1) == ()
