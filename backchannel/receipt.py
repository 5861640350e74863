"""Receipts: which post a screen had on the glass, from when until when. Pure; every moment is the server's.

A screen says what it has painted whenever that changes, and it stands while its page is heard. A page that is lost
leaves its posts where they were heard of last, and goes on with them where it comes back within the lease: a screen
shows them that long without us.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Receipt:
    """A post on a screen of a hall from `came_at` on; `seen_at` is the last moment that is known of it."""

    screen: str
    hall: str
    key: str
    came_at: datetime
    seen_at: datetime
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Showing:
    """How often and how long a post was on one screen of a hall; `is_there` says that nobody heard it leave."""

    key: str
    screen: str
    name: str
    hall: str
    times: int
    seconds: float
    first_at: datetime
    last_at: datetime
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A receipt as it is told: with the name of its screen, and where the post stands on its network."""

    receipt: Receipt
    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a receipt stands among all: in the order in which posts came."""

    came_at: datetime
    screen: str
    key: str


@dataclass(frozen=True, slots=True)
class ReceiptQuery:
    """A page of the receipts, oldest first, of a post, a hall or a time; `place` is the last one before it."""

    post: str = ""
    hall: str = ""
    since: datetime | None = None
    until: datetime | None = None
    place: Place | None = None
    limit: int = 200


class Reel:
    """What one screen has on the glass, on all pages that it is open on, and what of that is not written down yet."""

    def __init__(self, screen: str, standing: Iterable[Receipt] = ()) -> None:
        self.screen = screen
        self._standing = {receipt.key: receipt for receipt in standing}
        self._pages: dict[str, frozenset[str]] = {}
        self._news: dict[tuple[str, datetime], Receipt] = {}

    def painted(self, page: str, hall: str, keys: Collection[str], at: datetime, lease: timedelta) -> None:
        """Hear what a page has painted."""
        self._pages[page] = frozenset(keys)
        shown = frozenset().union(*self._pages.values())
        for key in shown:
            known = self._standing.get(key)
            goes_on = known is not None and known.seen_at + lease >= at and known.hall == hall
            self._keep(replace(known, seen_at=at) if known and goes_on else Receipt(self.screen, hall, key, at, at))
        for receipt in [each for each in self._standing.values() if each.key not in shown]:
            del self._standing[receipt.key]
            # Whoever was lost for longer than the lease left then, and nobody knows when in between.
            left_at = at if receipt.seen_at + lease >= at else receipt.seen_at
            self._news[receipt.key, receipt.came_at] = replace(receipt, seen_at=left_at, has_left=True)

    def heard(self, page: str, at: datetime) -> None:
        """A page is there: what it has painted last stands still."""
        for key in self._pages.get(page, frozenset()):
            if key in self._standing:
                self._keep(replace(self._standing[key], seen_at=at))

    def lost(self, page: str) -> None:
        """A page is heard no more."""
        self._pages.pop(page, None)

    @property
    def has_pages(self) -> bool:
        """Whether it is open anywhere."""
        return bool(self._pages)

    def unwritten(self) -> tuple[Receipt, ...]:
        """What changed since this was asked last."""
        news, self._news = tuple(self._news.values()), {}
        return news

    def again(self, receipts: Iterable[Receipt]) -> None:
        """Take back what could not be written; what changed since stands before it."""
        self._news = {(each.key, each.came_at): each for each in receipts} | self._news

    def _keep(self, receipt: Receipt) -> None:
        self._standing[receipt.key] = receipt
        self._news[receipt.key, receipt.came_at] = receipt
