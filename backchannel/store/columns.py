"""Column types that mean the same on every engine: an instant, and a value kept as JSON text."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """A moment, kept as microseconds since 1970 in UTC, so that it sorts and compares alike everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Microseconds since 1970. Raises TypeError for a time that does not say its zone."""
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment, in UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


class Json(TypeDecorator[Any]):
    """A value of the type `of`, kept as compact JSON text; None is NULL."""

    impl = Text
    cache_ok = True

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of
        self._decoder = msgspec.json.Decoder(of)

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The value as JSON text."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:  # noqa: ARG002
        """The value, of its own type again."""
        return None if value is None else self._decoder.decode(value)
