"""The programme as JSON: all of it, and what is on now and next in each hall."""

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.programme import Programme, Session
from backchannel.schedules.keeper import Condition, Keeper
from backchannel.web.catalogues import ENGLISH, Tongue
from backchannel.web.replies import Json
from backchannel.web.troubles import retold

TAG_BYTES: Final = 8


class ProgrammeDoor:
    """`/api/programme` and `/api/programme/now`. Every time in them is told by the venue's clock, with its offset."""

    def __init__(self, keeper: Keeper, halls: Mapping[str, Any], zone: ZoneInfo, clock: Callable[[], datetime]) -> None:
        self._keeper = keeper
        self._halls = halls
        self._zone = zone
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/api/programme", self.show),
            Route("/api/programme/now", self.now),
        ]

    async def show(self, request: Request) -> Response:
        """`GET /api/programme`: every session of every hall, and of rooms that are none of them."""
        programme, at = self._keeper.programme, self._clock()
        shown = {
            **_standing(programme, at),
            "halls": [
                self._hall(programme, slug, at)
                | {"sessions": [self._told(each) for each in programme.sessions if each.hall == slug]}
                for slug in self._wanted(request)
            ],
            "elsewhere": [self._told(each) for each in programme.sessions if not each.hall],
        }
        return _unless_known(request, Json(shown))

    async def now(self, request: Request) -> Response:
        """`GET /api/programme/now`: what is on and what comes next, and in how many seconds that changes."""
        programme, at = self._keeper.programme, self._clock()
        change = programme.changes_at(at)
        shown = {
            **_standing(programme, at),
            "at": at.astimezone(self._zone),
            "changes_in_s": None if change is None else (change - at).total_seconds(),
            "halls": [self._hall(programme, slug, at) for slug in self._wanted(request)],
            "elsewhere": [self._told(each) for each in programme.on(at) if not each.hall and each.room],
        }
        return Json(shown, headers={"Cache-Control": "no-store"})

    def _wanted(self, request: Request) -> list[str]:
        hall = request.query_params.get("hall")
        if hall is not None and hall not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
        return list(self._halls) if hall is None else [hall]

    def _hall(self, programme: Programme, slug: str, at: datetime) -> dict[str, Any]:
        now, following = programme.now(at, slug), programme.next(at, slug)
        return {
            "hall": slug,
            "name": self._halls[slug].name,
            "now": self._told(now) if now else None,
            "next": self._told(following) if following else None,
        }

    def _told(self, session: Session) -> dict[str, Any]:
        times = {name: getattr(session, name).astimezone(self._zone) for name in ("start", "end")}
        return session_json(session) | times


def session_json(session: Session) -> dict[str, Any]:
    """A session as everybody may read it."""
    return {
        "id": session.id,
        "title": session.title,
        "start": session.start,
        "end": session.end,
        "hall": session.hall or None,
        "room": session.room,
        "speakers": [{"name": each.name, "addresses": each.addresses} for each in session.speakers],
        "hashtag": session.hashtag,
        "url": session.url,
        "language": session.language,
    }


def condition_json(condition: Condition, tongue: Tongue = ENGLISH) -> dict[str, Any]:
    """How the programme is, for moderators; what there is to say of it in the reader's language."""
    return {
        "where": condition.where,
        "read_at": condition.read_at,
        "sessions": condition.sessions,
        "refused": {retold(reason, tongue): many for reason, many in condition.refused.items()},
        "overlaps": condition.overlaps,
        "error": retold(condition.error, tongue),
        "remedy": retold(condition.remedy, tongue),
    }


def _standing(programme: Programme, at: datetime) -> dict[str, Any]:
    first = programme.sessions[0].start if programme else None
    return {"phase": programme.phase(at), "begins_at": first, "changes_at": programme.changes_at(at)}


def _unless_known(request: Request, answer: Response) -> Response:
    """An answer with its ETag, or that nothing changed."""
    tag = f'"{blake2b(bytes(answer.body), digest_size=TAG_BYTES).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", "").replace("W/", "").split(", "):
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
