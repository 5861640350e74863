"""The lists of the desk as addresses name them, and what is looked for in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Final

from backchannel.errors import Refusal
from backchannel.post import Status
from backchannel.sieve import EVERYTHING, Sieve, read_sieve
from backchannel.store.base import Query
from backchannel.updates import DESK
from backchannel.web.cards import NETWORK_WORDS

# What each list of the desk shows. What was taken off the wall stands with what never came on it.
LISTS: Final[Mapping[str, tuple[Status, ...]]] = {
    "queue": (Status.QUEUED,),
    "held": (Status.HELD,),
    "live": (Status.APPROVED,),
    "rejected": (Status.REJECTED, Status.WITHDRAWN),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A term that a tap puts into the search, or takes out of it again: then `line` is what is searched for."""

    term: str
    words: str
    line: str
    is_on: bool


class Lists:
    """Reads what of a list is asked for. Times are those of the venue's clock."""

    def __init__(self, clock: Callable[[], datetime], zone: tzinfo) -> None:
        self._clock = clock
        self._zone = zone

    def sieve(self, line: str) -> Sieve:
        """What a line looks for. Raises Refusal 400."""
        return read_sieve(line, self._clock(), self._zone, NETWORK_WORDS) if line else EVERYTHING

    def query(self, name: str, line: str = "") -> Query:
        """The first page of a list. Raises Refusal: 404 where there is none, 400 for what cannot be meant."""
        if name not in LISTS:
            raise Refusal(404, "list_unknown", "There is no list “%(name)s” at the desk.", name=name[:40])
        status, *also = LISTS[name]
        return Query(status, DESK, also=tuple(also), sieve=self.sieve(line))

    def page(self, name: str, line: str, wanted: Mapping[str, str], limit: int) -> tuple[Query, Refusal | None]:
        """The page that an address names, and what is wrong with its line: then it is a page of nothing."""
        after, before = number(wanted.get("after", "")), number(wanted.get("before", ""))
        try:
            query, trouble = self.query(name, line), None
        except Refusal as refusal:
            if refusal.status != 400:
                raise
            query, trouble = replace(self.query(name), among=()), refusal
        return replace(query, after=after if before is None else None, before=before, limit=limit), trouble


def number(text: str) -> int | None:
    """A place in a list, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def chip(term: str, words: str, line: str) -> Chip:
    """A term beside the line that is searched for now."""
    terms = line.split()
    is_on = term in terms
    return Chip(term, words, " ".join([each for each in terms if each != term] if is_on else [*terms, term]), is_on)
