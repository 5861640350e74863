"""X's ids tell older from newer, and when they were made."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.sources import snowflake
from tests.made_up import MORNING


def test_an_id_holds_its_time() -> None:
    made = snowflake.at(MORNING)
    assert snowflake.made_at(made) == MORNING
    assert snowflake.made_at(str(int(made) + 4_000_000)) == MORNING
    assert snowflake.before(made, timedelta(seconds=30)) == snowflake.at(MORNING - timedelta(seconds=30))


@pytest.mark.parametrize("post_id", ["", "20", "29999999999", "a1", "-5", "１２３", "9" * 20])
def test_what_tells_no_time_stays_as_it_is(post_id: str) -> None:
    assert snowflake.made_at(post_id) is None
    assert snowflake.before(post_id, timedelta(seconds=30)) == post_id


@given(st.integers(0, 10**19 - 1), st.integers(0, 10**19 - 1))
def test_older_ids_have_lower_numbers_and_no_later_times(one: int, other: int) -> None:
    first, last = sorted((one, other))
    assert snowflake.number(str(first)) <= snowflake.number(str(last))
    early, late = snowflake.made_at(str(first)), snowflake.made_at(str(last))
    assert early is None or (late is not None and early <= late)
