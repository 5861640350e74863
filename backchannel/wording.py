"""Marks words for the catalogues where they are written down before anybody knows in which language they are read."""


def spoken(words: str) -> str:
    """The same words: this name tells the catalogues of them, and whoever shows them translates them."""
    return words
