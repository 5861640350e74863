"""Marks words for the catalogues where they are written down before anybody knows in which language they are read."""

from typing import Protocol


class Say(Protocol):
    """Says words in somebody’s language, their places filled."""

    def __call__(self, words: str, **values: object) -> str:
        """The words as they are read."""


def plainly(words: str, **values: object) -> str:
    """Words as they are written, in English."""
    return words % values if values else words


def spoken(words: str) -> str:
    """The same words: this name tells the catalogues of them, and whoever shows them translates them."""
    return words
