"""Sponsors: whose card stands between two posts, when, and for how long. Pure: time comes in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from msgspec import Meta


@dataclass(frozen=True, slots=True)
class Sponsor:
    """One card: a picture, words, or both; `name` says in the record whose it is."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    words: Annotated[str, Meta(max_length=120)] = ""
    image: Annotated[str, Meta(max_length=300)] = ""

    @property
    def trouble(self) -> str:
        """What is missing; empty where nothing is."""
        return "" if self.words or self.image else "has neither words nor an image; write one of them"


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is thanked in turn: a card every so often, for so long. Without names there is none."""

    names: tuple[str, ...] = ()
    every: timedelta = timedelta(minutes=20)
    lasts: timedelta = timedelta(seconds=12)

    def due(self, last: str | None, at: datetime | None, now: datetime) -> str | None:
        """Whose card is due, after the last one, or the first post, came then; None where none is due yet."""
        if not self.names or at is None or now < at + self.every:
            return None
        place = self.names.index(last) + 1 if last in self.names else 0
        return self.names[place % len(self.names)]

    def ends_at(self, name: str | None, at: datetime | None) -> datetime | None:
        """When a card that began then leaves; None where there is no such card any more."""
        return None if at is None or name not in self.names else at + self.lasts


NO_SPONSORS: Final = Rota()
