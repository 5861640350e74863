"""The clock: the only one. Everything else is handed it, so that a test can hold another."""

from datetime import UTC, datetime


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)  # noqa: TID251 (the one place)
