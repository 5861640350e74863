from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from backchannel.store.columns import Instant, Json
from backchannel.text import Span, SpanKind

DIALECT = sqlite.dialect()
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1902, 1, 1), datetime(9998, 1, 1), timezones=ZONES)  # noqa: DTZ001


@given(MOMENTS, MOMENTS)
def test_moments_come_back_and_sort_as_they_are(one: datetime, other: datetime) -> None:
    kept, other_kept = (Instant().process_bind_param(moment, DIALECT) for moment in (one, other))
    assert kept is not None
    assert other_kept is not None
    assert Instant().process_result_value(kept, DIALECT) == one
    assert (kept < other_kept) == (one < other)


def test_a_time_without_a_zone_is_no_moment() -> None:
    with pytest.raises(TypeError):
        Instant().process_bind_param(datetime(2031, 5, 4), DIALECT)  # noqa: DTZ001


def test_json_keeps_the_type_of_its_value() -> None:
    spans = (Span(SpanKind.LINK, 0, 4, "https://example.org/ä"),)
    column = Json(tuple[Span, ...])
    assert column.process_result_value(column.process_bind_param(spans, DIALECT), DIALECT) == spans
    assert column.process_bind_param(None, DIALECT) is None
    assert column.process_result_value(None, DIALECT) is None
