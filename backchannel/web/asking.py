"""The questions of a hall as pages show them, rendered once until phones are told of something new."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from anyio import Lock
from markupsafe import Markup

from backchannel.poll import Asked, Sort
from backchannel.polls import Polls
from backchannel.programme import Session
from backchannel.web.cards import Cards
from backchannel.web.catalogues import ENGLISH, Tongue

# A phone that missed a frame with votes has the right ones again after so long.
LOOK_EVERY_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Asking:
    """What a phone shows of a hall's questions. `voted` are those that its device wants answered.

    At a kiosk there are no votes to cast: one for each device would make all who come to it one voter.
    """

    hall: Any
    halls: tuple[Any, ...]
    session: Session | None
    phase: str
    questions: tuple[Asked, ...]
    sort: Sort
    voted: frozenset[str] = frozenset()
    is_kiosk: bool = False


@dataclass(frozen=True, slots=True)
class AskedBlock:
    """The markup of the questions, their keys, and in how many seconds it is worth another look."""

    html: Markup
    keys: tuple[str, ...]
    again_in_s: float


class AskingBlocks:
    """Renders the questions of each hall."""

    def __init__(self, cards: Cards, polls: Polls, halls: Mapping[str, Any], clock: Callable[[], datetime]) -> None:
        self._cards = cards
        self._polls = polls
        self._halls = halls
        self._clock = clock
        self._kept: dict[tuple[str, Sort, str, bool], tuple[object, Asking, Markup]] = {}
        self._rendering = Lock()

    def hall(self, wanted: str) -> str:
        """The hall that is meant: the first where there is no such."""
        return wanted if wanted in self._halls else next(iter(self._halls))

    async def block(self, hall: str, sort: Sort, tongue: Tongue = ENGLISH, *, is_kiosk: bool = False) -> AskedBlock:
        """What every phone shows: nothing personal is in it."""
        edition = self._polls.edition, self._polls.session(hall), self._phase(hall)
        place = hall, sort, tongue.tag, is_kiosk
        async with self._rendering:  # a hall full of phones asks at once
            kept = self._kept.get(place)
            if kept is None or kept[0] != edition:
                told = replace(await self.told(hall, sort), is_kiosk=is_kiosk)
                kept = self._kept[place] = edition, told, self._cards.asked(told, tongue)
        _, told, html = kept
        return AskedBlock(html, tuple(each.post.key for each in told.questions), self.again_in_s(hall))

    async def told(self, hall: str, sort: Sort, voted: frozenset[str] = frozenset()) -> Asking:
        """What there is to say of a hall at this moment."""
        poll = await self._polls.of(hall)
        halls, session = tuple(self._halls.values()), self._polls.session(hall)
        return Asking(self._halls[hall], halls, session, self._phase(hall), poll.sorted(sort), sort, voted)

    def again_in_s(self, hall: str) -> float:
        """In how many seconds another session is asked; soon anyhow."""
        changes, now = self._polls.changes_at(hall), self._clock()
        begins = self._begins_or_ends(self._polls.session(hall), now)
        waits = [(each - now).total_seconds() for each in (changes, begins) if each is not None]
        return round(min([LOOK_EVERY_S, *waits]), 3)

    def _phase(self, hall: str) -> str:
        session, now = self._polls.session(hall), self._clock()
        if session is None:
            return "none"
        return "before" if now < session.start else "after" if now >= session.end else "on"

    def _begins_or_ends(self, session: Session | None, now: datetime) -> datetime | None:
        if session is None or now >= session.end:
            return None
        return session.start if now < session.start else session.end


def left_s(session: Session | None, now: datetime) -> float | None:
    """How many seconds a session still has; None while it is not on."""
    if session is None or not session.is_on(now):
        return None
    return (session.end - now) / timedelta(seconds=1)
