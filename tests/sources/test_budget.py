"""A budget: so many a day, by UTC, whatever is restarted in between."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from backchannel.sources.budget import Budget, restored, until_midnight_s
from backchannel.sources.fields import Fields
from tests.made_up import MORNING

TODAY = date(2026, 11, 17)


def test_what_was_read_is_left_no_more() -> None:
    budget = Budget(100, TODAY).less(30)
    assert (budget.left, budget.less(90).left) == (70, 0)


def test_the_next_day_begins_anew() -> None:
    spent = Budget(100, TODAY, 100)
    assert spent.on(MORNING + timedelta(hours=14, minutes=59)).left == 0
    assert spent.on(MORNING + timedelta(hours=15)).left == 100


def test_a_day_is_one_of_utc() -> None:
    tokyo = datetime(2026, 11, 18, 1, tzinfo=timezone(timedelta(hours=9)))
    assert Budget(100, TODAY, 100).on(tokyo).left == 0
    assert until_midnight_s(tokyo) == 8 * 3600
    assert until_midnight_s(datetime(2026, 11, 17, 23, 59, 59, tzinfo=UTC)) == 1


def test_a_restart_on_the_same_day_changes_nothing() -> None:
    budget = Budget(100, TODAY, 30)
    assert restored(100, Fields(budget.stored()), MORNING) == budget
    assert restored(50, Fields(budget.stored()), MORNING).left == 20


@pytest.mark.parametrize("stored", [{}, {"day": "soon", "read": 30}, {"day": "2026-11-16", "read": 30}, {"read": 30}])
def test_what_cannot_be_read_or_is_of_another_day_means_that_nothing_was_read(stored: dict[str, object]) -> None:
    assert restored(100, Fields(stored), MORNING).left == 100


def test_a_day_that_is_still_to_come_counts_as_today() -> None:
    assert restored(100, Fields({"day": "2031-01-01", "read": 30}), MORNING) == Budget(100, TODAY, 30)
