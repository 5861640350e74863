"""Long lists of names, in parts: no statement takes any number of parameters."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

PART_MAX: Final = 500

T = TypeVar("T", str, tuple[str, str])


def in_parts(names: Iterable[T]) -> Iterator[list[T]]:
    """The names without doubles, in order, so many at a time."""
    in_order = sorted(set(names))
    return (in_order[at : at + PART_MAX] for at in range(0, len(in_order), PART_MAX))
