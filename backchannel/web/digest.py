"""The digest of a session, for the desk, for hosts, and by a link of its own for who spoke."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backchannel.digest import Digest
from backchannel.errors import Refusal
from backchannel.poll import ANSWER_MAX
from backchannel.polls import Polls
from backchannel.programme import Programme, Session
from backchannel.roles import Command, may
from backchannel.store.base import Questions
from backchannel.web.badges import Gate, new_secret
from backchannel.web.cards import Cards
from backchannel.web.programme import session_json
from backchannel.web.questions import asked_json
from backchannel.web.replies import Json
from backchannel.web.tongues import tongue_of
from backchannel.web.wire import post_json

POSTS_MAX: Final = 500
KEY_CHARS: Final = 32


@dataclass(frozen=True, slots=True)
class Unsent:
    """An answer that was not taken, and why: its words stand in the form still."""

    question: str
    text: str
    idem: str
    refusal: Refusal


class DigestDoor:
    """`/sessions/{id}/digest`, and the same as Markdown and JSON."""

    def __init__(
        self,
        questions: Questions,
        polls: Polls,
        programme: Callable[[], Programme],
        gate: Gate,
        cards: Cards,
        conference: Any,
        secret: bytes,
    ) -> None:
        self._questions = questions
        self._polls = polls
        self._programme = programme
        self._gate = gate
        self._cards = cards
        self._conference = conference
        self._secret = secret

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/sessions/{id:path}/digest", self.page),
            Route("/sessions/{id:path}/digest.md", self.markdown),
            Route("/sessions/{id:path}/digest.json", self.json),
        ]

    async def page(self, request: Request) -> Response:
        """`GET …/digest`: to be read, with the speaker's own link for whoever may give it away."""
        badge = await self._gate.badge(request)
        is_of_the_desk = badge is not None and may(badge.role, Command.SPEAK)
        if not is_of_the_desk and "key" not in request.query_params:
            return RedirectResponse("/join", 303)
        return self.shown(request, await self.opened(request), is_of_the_desk=is_of_the_desk)

    def shown(
        self, request: Request, digest: Digest, *, is_of_the_desk: bool = False, unsent: Unsent | None = None
    ) -> Response:
        """The page of a digest that was opened; with an answer that was not taken it is the refusal."""
        tongue = tongue_of(request)
        address = f"/sessions/{quote(digest.session.id, safe='')}/digest"
        key = self._key(digest.session)
        html = self._cards.page(
            "digest",
            tongue,
            conference=self._conference,
            digest=digest,
            address=address,
            query=f"?key={key}" if "key" in request.query_params else "",
            link=f"{address}?key={key}" if is_of_the_desk else "",
            answers=address.removesuffix("digest") + "answers",
            new_idem=new_secret,
            is_sent="sent" in request.query_params,
            text_max=ANSWER_MAX,
            unsent=unsent,
            refusal=tongue.refuse(unsent.refusal) if unsent else "",
        )
        return HTMLResponse(html, unsent.refusal.status if unsent else 200, headers={"Cache-Control": "no-store"})

    async def markdown(self, request: Request) -> Response:
        """`GET …/digest.md`."""
        digest = await self.opened(request)
        zone: ZoneInfo = self._conference.zone
        text = digest.to_markdown(lambda at: f"{at.astimezone(zone):%Y-%m-%d %H:%M}", tongue_of(request))
        return Response(text, media_type="text/markdown; charset=utf-8", headers={"Cache-Control": "no-store"})

    async def json(self, request: Request) -> Response:
        """`GET …/digest.json`."""
        return Json(digest_json(await self.opened(request)), headers={"Cache-Control": "no-store"})

    async def opened(self, request: Request) -> Digest:
        """The digest of the session that the path names.

        Raises Refusal where the asker has neither a badge that may, nor the session's key.
        """
        session = self._programme().find(request.path_params["id"])
        given = request.query_params.get("key", "")
        if not given:
            await self._gate.asking(request, Command.SPEAK)
        elif session is None or not hmac.compare_digest(given.encode(), self._key(session).encode()):
            raise Refusal(403, "key", "This link is not whole. Please ask whoever gave it to you for it once more.")
        if session is None:
            raise Refusal(404, "session_unknown", "There is no such session in the programme.")
        poll = await self._polls.of(session.hall, session.id)
        return Digest(session, poll, await self._questions.said(session.id, POSTS_MAX))

    def _key(self, session: Session) -> str:
        """What opens the digest of one session, and nothing else."""
        return hmac.new(self._secret, f"digest:{session.id}".encode(), sha256).hexdigest()[:KEY_CHARS]


def digest_json(digest: Digest) -> dict[str, Any]:
    """The digest for programs."""
    return {
        "session": session_json(digest.session),
        "unanswered": [asked_json(each) for each in digest.unanswered],
        "answered": [asked_json(each) for each in digest.answered],
        "posts": [post_json(each) for each in digest.posts],
    }
