"""How long a server wants to be left alone."""

import pytest

from backchannel.sources.patience import retry_after_s

NOW = "Tue, 17 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "17"}, 17),
        ({"retry-after": " 0 "}, 0),
        ({"retry-after": "99999"}, 900),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "Tue, 17 Nov 2026 09:02:00 GMT", "date": NOW}, 120),
        ({"retry-after": "Tue, 17 Nov 2026 09:02:00 -0000", "date": NOW}, 120),
        ({"retry-after": "Tue, 17 Nov 2026 08:00:00 GMT", "date": NOW}, 1),
        ({"retry-after": "Wed, 18 Nov 2026 09:00:00 GMT", "date": NOW}, 900),
        ({"retry-after": "Tue, 17 Nov 2026 09:02:00 GMT"}, None),
        ({"retry-after": "Tue, 17 Nov 2026 09:02:00 GMT", "date": "today"}, None),
    ],
)
def test_a_wish_is_read_in_seconds_or_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds
