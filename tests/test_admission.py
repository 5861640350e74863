import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.admission import Admission, Bucket
from backchannel.errors import Refusal
from backchannel.figures import Why


class Seconds:
    """A clock that only goes on, by hand."""

    at = 100.0

    def __call__(self) -> float:
        return self.at


def admission(clients: int = 20, per_device: int = 3, rate: float = 0, now: Seconds | None = None) -> Admission:
    return Admission(clients=clients, clients_per_device=per_device, arrivals_per_second=rate, now=now or Seconds())


def refusal(of: Admission, device: str = "", *, goes_first: bool = False) -> tuple[int, str]:
    with pytest.raises(Refusal) as refused:
        of.enter(device, goes_first=goes_first)
    return refused.value.status, refused.value.code


def test_the_last_tenth_of_the_places_is_for_screens_and_consoles() -> None:
    doors = admission(clients=20)
    for _ in range(18):
        doors.enter("")
    assert refusal(doors) == (503, Why.FULL)
    doors.enter("", goes_first=True)
    assert refusal(doors, goes_first=True) == (503, Why.FULL)  # anybody may say to be a screen
    doors.enter("", goes_first=True, is_known=True)
    assert refusal(doors, goes_first=True) == (503, Why.FULL)
    assert doors.figures.refused[Why.FULL] == 3
    doors.leave("")
    assert refusal(doors, goes_first=True) == (503, Why.FULL)
    doors.enter("", goes_first=True, is_known=True)


def test_one_device_takes_so_many_places_and_others_are_let_in() -> None:
    doors = admission(per_device=3)
    for _ in range(3):
        doors.enter("ines")
    assert refusal(doors, "ines") == (429, Why.DEVICE)
    doors.enter("eve")
    doors.leave("ines")
    doors.enter("ines")


def test_who_has_no_name_is_not_taken_for_one_device() -> None:
    doors = admission(per_device=1)
    for _ in range(5):
        doors.enter("")
    assert doors.inside == 5


def test_a_crowd_is_asked_to_come_again_and_screens_do_not_wait() -> None:
    now = Seconds()
    doors = admission(clients=100, rate=10, now=now)
    for _ in range(10):
        doors.enter("")
    assert refusal(doors) == (503, Why.RUSH)
    doors.enter("", goes_first=True)
    now.at += 0.15
    doors.enter("")
    assert refusal(doors) == (503, Why.RUSH)


def test_the_spread_grows_with_who_is_inside_and_with_how_slowly_they_may_come() -> None:
    doors = admission(clients=1000, rate=100)
    assert doors.spread_s == 2
    for _ in range(400):
        doors.enter("", goes_first=True)
    assert doors.spread_s == 6


@given(st.lists(st.floats(0, 3), max_size=60))
def test_a_bucket_gives_no_more_than_its_size_and_what_flowed_in_meanwhile(pauses: list[float]) -> None:
    now = Seconds()
    bucket, taken = Bucket(rate=4, size=6, now=now), 0
    for pause in pauses:
        now.at += pause
        wait_s = bucket.take()
        taken += not wait_s
        assert wait_s <= 1 / 4
    assert taken <= 6 + 4 * sum(pauses) + 1e-6


def test_a_bucket_without_a_rate_gives_always() -> None:
    bucket = Bucket(rate=0, size=0, now=Seconds())
    assert not any(bucket.take() for _ in range(100))
