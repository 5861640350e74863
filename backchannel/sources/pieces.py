"""Pieces of what a stranger's feed says, each within bounds: what is of another type is not there."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urljoin

WORDS_MAX: Final = 2000
SUMMARY_MAX: Final = 4000
CONTENT_MAX: Final = 16_000
LIST_MAX: Final = 30
SECONDS_MAX: Final = 1_000_000

Json = dict[str, Any]


def address(base: str, address: object) -> str:
    """An address, seen from `base`."""
    with suppress(ValueError):
        return urljoin(base, text(address, WORDS_MAX)) if address else ""
    return ""


def text(value: object, limit: int) -> str:
    """At most `limit` characters of a text."""
    return value[:limit] if isinstance(value, str) else ""


def inner(value: object) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def number(value: object) -> int | None:
    """A whole number of seconds, or None."""
    return int(value) if isinstance(value, int | float) and 0 < value < SECONDS_MAX else None


def listed(value: object) -> list[Any]:
    """The first things of a list."""
    return value[:LIST_MAX] if isinstance(value, list) else []


def objects(value: object) -> list[Any]:
    """The objects among the first things of a list."""
    return [each for each in listed(value) if isinstance(each, Mapping)]
