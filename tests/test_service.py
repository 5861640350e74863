from datetime import UTC, datetime, timedelta

import pytest

from backchannel.pacing import CALM_EVERY_S, WAITING_MAX, dwell_s
from backchannel.service import Flow, ahead_s
from backchannel.stage import Layout, Stage

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)


def flow(came: tuple[int, ...], decided: tuple[int, ...], waiting: int = 40) -> Flow:
    return Flow(NOON, (*came, *[0] * (60 - len(came))), (*decided, *[0] * (60 - len(decided))), waiting)


def test_a_pace_is_what_the_last_three_minutes_saw() -> None:
    seen = flow((9, 9, 9, 100), (4, 5, 3))
    assert (seen.came_a_minute, seen.decided_a_minute) == (9, 4)


def test_the_backlog_is_how_long_the_queue_takes_at_the_present_pace() -> None:
    assert flow((), (4, 4, 4), waiting=40).backlog_min == 10
    assert flow((), (4, 4, 4), waiting=0).backlog_min == 0
    assert flow((), (), waiting=1).backlog_min is None


@pytest.mark.parametrize(
    ("seen", "needs_hands"),
    [
        (flow((9, 9, 9), (4, 4, 4)), True),
        (flow((9, 9, 9), ()), True),
        (flow((9, 4, 9), (4, 4, 4)), False),  # not for three minutes on end
        (flow((9, 9, 0), (4, 4, 4)), False),
        (flow((9, 9, 9), (4, 4, 4), waiting=20), False),  # five minutes are no long backlog
        (flow((9, 9, 9), (4, 4, 4), waiting=21), True),
        (flow((9, 9, 9), (), waiting=0), False),
        (flow((), ()), False),  # nothing comes
    ],
)
def test_more_hands_help_where_more_comes_than_is_decided_and_much_waits(seen: Flow, needs_hands: bool) -> None:
    assert seen.needs_hands is needs_hands


def test_a_wait_is_never_less_than_nothing() -> None:
    assert flow((), ()).waits_s(NOON - timedelta(seconds=90)) == 90
    assert flow((), ()).waits_s(NOON + timedelta(seconds=1)) == 0
    assert flow((), ()).waits_s(None) is None


def test_what_a_hall_has_ahead_takes_as_long_as_its_pacing() -> None:
    short, long = dwell_s("short"), dwell_s("word " * 50)
    spotlight, columns = Stage("main", layout=Layout.SPOTLIGHT), Stage("main", layout=Layout.COLUMNS)
    assert ahead_s([], columns) == 0
    assert ahead_s([short], spotlight) == short + 4
    assert ahead_s([short] * 3, columns) == 3 * (short + 4) / 4
    assert ahead_s([long] * 5, spotlight) == pytest.approx(2 * long + 3 * (long + 4))
    assert ahead_s([short] * 5, Stage("main", calm=True)) == 2 * CALM_EVERY_S


def test_more_ahead_never_takes_less_time() -> None:
    for layout in Layout:
        took = [ahead_s([6.0] * many, Stage("main", layout=layout)) for many in range(WAITING_MAX)]
        assert took == sorted(took)
