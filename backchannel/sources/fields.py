"""A JSON object from a stranger: what is missing, null or of another type reads as empty, so nothing here raises."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from backchannel.text import tame_line, web_url

NUMBER_MAX: Final = 2**31
WHOLE_MAX: Final = 2**63
PIXELS_MAX: Final = 100_000
LANGUAGE_MAX: Final = 35
# The author's claim: at the ends of the calendar a time cannot even be told in another zone.
YEARS: Final = range(1990, 2101)


class Fields:
    """Reads the fields of one JSON object by name and type."""

    __slots__ = ("_fields",)

    def __init__(self, fields: object) -> None:
        self._fields: dict[str, Any] = fields if isinstance(fields, dict) else {}

    def __bool__(self) -> bool:
        return bool(self._fields)

    def has(self, name: str) -> bool:
        """Whether it is there at all."""
        return name in self._fields

    def names(self, limit: int) -> tuple[str, ...]:
        """What it has fields for, at most `limit`."""
        return tuple(islice(self._fields, limit))

    def text(self, name: str) -> str:
        """A string, or an empty one; without halves of characters, which no database takes."""
        value = self._fields.get(name)
        return _storable(value) if isinstance(value, str) else ""

    def id(self, name: str) -> str:
        """A network's own name for something: an opaque string, although some send numbers."""
        value = self._fields.get(name)
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else self.text(name)

    def ids(self, name: str, limit: int) -> tuple[str, ...]:
        """The ids of a list, at most `limit`; other things in it are passed over."""
        value = self._fields.get(name)
        things = value[:limit] if isinstance(value, list) else []
        return tuple(filter(None, (Fields({"id": thing}).id("id") for thing in things)))

    def line(self, name: str, limit: int) -> str:
        """A string made tame, in one line."""
        return tame_line(self.text(name), limit)

    def url(self, name: str) -> str:
        """An address that people may be led to, or an empty one."""
        return web_url(self.text(name))

    def language(self, name: str) -> str:
        """A language tag, or an empty one."""
        return language(self.text(name))

    def flag(self, name: str) -> bool:
        """True only where it says true."""
        return self._fields.get(name) is True

    def denies(self, name: str) -> bool:
        """True only where it says false."""
        return self._fields.get(name) is False

    def number(self, name: str) -> float | None:
        """A number of a sane size, or None."""
        value = self._fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        return float(value) if abs(value) < NUMBER_MAX else None

    def whole(self, name: str) -> int | None:
        """A whole number from 0 on that fits into 63 bits, or None."""
        value = self._fields.get(name)
        return value if type(value) is int and 0 <= value < WHOLE_MAX else None

    def pixels(self, name: str) -> int:
        """A width or height, 0 where it is none."""
        number = self.number(name)
        return int(number) if number is not None and 0 < number <= PIXELS_MAX else 0

    def moment(self, name: str) -> datetime | None:
        """A time, in UTC where it names no zone; None where it is none, or no plausible one."""
        try:
            at = datetime.fromisoformat(self.text(name))
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return at if at.year in YEARS else None

    def one(self, name: str) -> "Fields":
        """An object inside, or an empty one."""
        return Fields(self._fields.get(name))

    def many(self, name: str, limit: int) -> Iterator["Fields"]:
        """The objects of a list, at most `limit`; other things in it are passed over."""
        value = self._fields.get(name)
        things = value[:limit] if isinstance(value, list) else []
        return (Fields(thing) for thing in things if isinstance(thing, dict))

    def each(self, name: str, limit: int) -> Iterator["Fields"]:
        """The things of a list, at most `limit`, or the one thing in its place; what is no object reads as empty."""
        value = self._fields.get(name)
        things = value[:limit] if isinstance(value, list) else [] if value is None else [value]
        return (Fields(thing) for thing in things)

    def texts(self, name: str, limit: int) -> tuple[str, ...]:
        """The strings of a list, at most `limit`; other things in it are passed over."""
        value = self._fields.get(name)
        things = value[:limit] if isinstance(value, list) else []
        return tuple(_storable(thing) for thing in things if isinstance(thing, str))


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def language(tag: str) -> str:
    """A language tag, or nothing where it is none."""
    return tag if len(tag) <= LANGUAGE_MAX and tag.isascii() and tag.replace("-", "").isalnum() else ""
