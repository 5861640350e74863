"""Screens: what a moderator paired, named and gave to a hall, and the pages that are open as them. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from backchannel.stage import Layout, Panic

CODE_LASTS: Final = timedelta(minutes=5)
CODE_LENGTH: Final = 8
# No vowels, so that no word comes out, and nothing that two people read as two signs: it is read across a hall.
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
TRIES: Final = 5
NAME_MAX: Final = 40
LOST_AFTER: Final = timedelta(seconds=15)  # a page says every five seconds that it is there


@dataclass(frozen=True, slots=True)
class Screen:
    """A paired screen. Without a `layout` of its own it has its hall's; the higher of its and the hall's panic counts.

    `reloads` and `shows` count how often it was told to load its page anew, and to say who it is.
    """

    id: str
    name: str
    hall: str
    layout: Layout | None = None
    panic: Panic = Panic.OFF
    reloads: int = 0
    shows: int = 0

    def to_wire(self) -> dict[str, Any]:
        """What its pages are told."""
        return {
            "name": self.name,
            "hall": self.hall,
            "layout": self.layout,
            "panic": self.panic,
            "reloads": self.reloads,
            "shows": self.shows,
        }


@dataclass(frozen=True, slots=True)
class Opening:
    """A page that is, or was, open as a screen; `screen` is empty where nobody paired it."""

    id: str
    screen: str
    hall: str
    since: datetime
    seen_at: datetime
    browser: str = ""
    width: int = 0
    height: int = 0
    latency_ms: int | None = None
    painted_at: datetime | None = None
    is_over: bool = False

    def is_there(self, at: datetime) -> bool:
        """Whether it is heard."""
        return not self.is_over and self.seen_at + LOST_AFTER > at


class Pairing(StrEnum):
    """What became of a code that somebody typed in."""

    DONE = "done"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    NAMED = "named"  # another screen has that name
    PAIRED = "paired"  # the browser that shows it is a screen already


def code_of(choose: Callable[[str], str]) -> str:
    """A new code; `choose` takes one of some letters, so that nobody can tell which."""
    return "".join(choose(LETTERS) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str:
    """A code as somebody typed it: in any case, with blanks or a dash in it."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


class Attempts:
    """Who may try codes: after `TRIES` wrong ones within `CODE_LASTS`, nobody may by this name for as long."""

    def __init__(self) -> None:
        self._wrong: dict[str, list[datetime]] = {}

    def wait(self, by: str, at: datetime) -> timedelta | None:
        """How long somebody has to wait; None where they may try."""
        recent = [each for each in self._wrong.get(by, ()) if at - CODE_LASTS < each <= at]
        self._wrong = {name: tries for name, tries in self._wrong.items() if tries[-1] > at - CODE_LASTS}
        return recent[-TRIES] + CODE_LASTS - at if len(recent) >= TRIES else None

    def wrong(self, by: str, at: datetime) -> None:
        """Note a code that was wrong."""
        self._wrong[by] = [*self._wrong.get(by, ())[-TRIES:], at]
