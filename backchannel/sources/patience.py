"""How long a server wants to be left alone: the header Retry-After, in seconds or as a date.

https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_S: Final = 900.0


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The wish in seconds, within reason, or None. A date is read by the server's clock: ours may be wrong."""
    wish = headers.get("retry-after", "").strip()
    if wish.isdecimal() and len(wish) < 10:
        return min(float(wish), LONGEST_S)
    at, now = _moment(wish), _moment(headers.get("date", ""))
    return None if at is None or now is None else min(max((at - now).total_seconds(), 1.0), LONGEST_S)


def _moment(date: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
