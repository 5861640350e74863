"""The archive: what was asked and said in the sessions that are over, for everybody to read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backchannel.digest import Digest
from backchannel.errors import Refusal
from backchannel.polls import Polls
from backchannel.programme import Programme, Session
from backchannel.store.base import Questions
from backchannel.web.cards import Cards
from backchannel.web.times import day_of
from backchannel.web.tongues import tongue_of

POSTS_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A session that is over: where it is read, and the hall that it was in, empty where there is only one."""

    session: Session
    address: str
    hall: str


class ArchiveDoor:
    """`/archive`, and a page for every session in it: what may be shown, and nothing to press."""

    def __init__(
        self,
        questions: Questions,
        polls: Polls,
        programme: Callable[[], Programme],
        cards: Cards,
        conference: Any,
        halls: Mapping[str, Any],
    ) -> None:
        self._questions = questions
        self._polls = polls
        self._programme = programme
        self._cards = cards
        self._conference = conference
        self._halls = halls

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/archive", self.index), Route("/archive/{id:path}", self.session)]

    async def index(self, request: Request) -> Response:
        """`GET /archive`: the sessions that are over, the latest day and the latest session first."""
        tongue, zone = tongue_of(request), self._conference.zone
        over = [each for each in self._programme().over(self._polls.now) if each.is_a_talk]
        by_day = groupby(over, lambda each: each.start.astimezone(zone).date())
        days = [(day_of(day, tongue), [self._entry(each) for each in sessions]) for day, sessions in by_day]
        html = self._cards.page("archive", tongue, conference=self._conference, days=days)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    async def session(self, request: Request) -> Response:
        """`GET /archive/{id}`: its questions with votes and answers, and its posts; while it lasts, its questions."""
        session = self._programme().find(request.path_params["id"])
        if session is None:
            raise Refusal(404, "session_unknown", "There is no such session in the programme.")
        if self._polls.now < session.end:
            return RedirectResponse(f"/?tab=questions&hall={quote(session.hall)}", 303)
        poll = await self._polls.of(session.hall, session.id)
        digest = Digest(session, poll, await self._questions.said(session.id, POSTS_MAX))
        html = self._cards.page("digest", tongue_of(request), conference=self._conference, digest=digest, **READ_ONLY)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    def _entry(self, session: Session) -> Entry:
        hall = self._halls.get(session.hall)
        place = hall.name if hall and len(self._halls) > 1 else "" if hall else session.room
        return Entry(session, f"/archive/{quote(session.id, safe='')}", place)


# The same page as who spoke reads, with nothing that only they may do.
READ_ONLY: Final[Mapping[str, Any]] = {"address": "", "query": "", "link": "", "answers": "", "is_sent": False}
