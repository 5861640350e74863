"""X's table of waits."""

from datetime import timedelta

from backchannel.sources.backoff import CONNECTS_MAX, Backoff, Trouble
from tests.made_up import MORNING


def waits(kind: Trouble, many: int, backoff: Backoff | None = None) -> list[float]:
    backoff = backoff or Backoff()
    return [backoff.wait_s(kind) for _ in range(many)]


def test_a_broken_line_is_mended_at_once_and_then_a_quarter_of_a_second_later_each_time() -> None:
    assert waits(Trouble.LINE, 4) == [0, 0.25, 0.5, 0.75]
    assert waits(Trouble.LINE, 100)[-1] == 16


def test_what_worked_makes_the_next_trouble_a_new_one() -> None:
    backoff = Backoff()
    waits(Trouble.LINE, 9, backoff)
    backoff.worked()
    assert waits(Trouble.LINE, 3, backoff) == [0, 0.25, 0.5]


def test_an_answer_is_waited_for_twice_as_long_each_time() -> None:
    assert waits(Trouble.ANSWER, 9) == [5, 10, 20, 40, 80, 160, 320, 320, 320]
    assert waits(Trouble.LIMIT, 6) == [60, 120, 240, 480, 960, 960]


def test_another_kind_of_trouble_begins_anew() -> None:
    backoff = Backoff()
    assert waits(Trouble.ANSWER, 3, backoff) == [5, 10, 20]
    assert waits(Trouble.LIMIT, 2, backoff) == [60, 120]
    backoff.worked()
    assert waits(Trouble.ANSWER, 2, backoff) == [5, 10]


def test_after_fifty_connections_in_a_quarter_of_an_hour_the_next_one_waits() -> None:
    backoff = Backoff()
    for second in range(CONNECTS_MAX):
        at = MORNING + timedelta(seconds=second)
        assert backoff.until_connect_s(at) == 0
        backoff.connect(at)
    assert backoff.until_connect_s(MORNING + timedelta(seconds=50)) == 850
    assert backoff.until_connect_s(MORNING + timedelta(seconds=900)) == 0
