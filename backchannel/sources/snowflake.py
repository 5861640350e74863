"""Snowflakes: X's ids, which hold the millisecond at which they were made.

https://github.com/twitter-archive/snowflake; ids from before November 2010 are mere numbers.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(2010, 11, 4, 1, 42, 54, 657000, UTC)
FIRST: Final = 30_000_000_000
DIGITS_MAX: Final = 19

_BELOW_BITS: Final = 22


def number(post_id: str) -> int:
    """The number of an id by which older and newer are told apart, or 0 where it is none."""
    return int(post_id) if post_id.isascii() and post_id.isdecimal() and len(post_id) <= DIGITS_MAX else 0


def made_at(post_id: str) -> datetime | None:
    """When an id was made, or None where it does not tell."""
    snowflake = number(post_id)
    return EPOCH + timedelta(milliseconds=snowflake >> _BELOW_BITS) if snowflake >= FIRST else None


def at(moment: datetime) -> str:
    """The first id that can be made at a time."""
    return str(max(round((moment - EPOCH) / timedelta(milliseconds=1)), 0) << _BELOW_BITS)


def before(post_id: str, by: timedelta) -> str:
    """The first id that can have been made so much earlier; an id that tells no time stays."""
    made = made_at(post_id)
    return at(made - by) if made else post_id
