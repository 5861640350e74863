"""Answers in writing, by who spoke: through the link of the digest, into the desk's queue, and under their question."""

from collections.abc import Callable
from datetime import datetime
from re import fullmatch
from typing import Final
from urllib.parse import quote

from anyio import fail_after
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backchannel.desk import Desk
from backchannel.digest import Digest
from backchannel.errors import Refusal
from backchannel.poll import ANSWER_MAX, ANSWERS, answers_to
from backchannel.post import Author, Content, Post, ReplyTo, Sighting
from backchannel.programme import Session
from backchannel.sources.floor import Floor
from backchannel.store.base import Posts
from backchannel.text import from_plain
from backchannel.web.badges import Gate, new_secret
from backchannel.web.bodies import form_of
from backchannel.web.digest import DigestDoor, Unsent
from backchannel.web.floor import IDEM, KEPT_WITHIN_S

ANSWERS_MAX: Final = 3  # to one question; so much may be said twice


class AnswersDoor:
    """`/sessions/{id}/answers`."""

    def __init__(
        self,
        floor: Floor | None,
        desk: Desk,
        posts: Posts,
        digests: DigestDoor,
        gate: Gate,
        clock: Callable[[], datetime],
    ) -> None:
        self._floor = floor
        self._desk = desk
        self._posts = posts
        self._digests = digests
        self._gate = gate
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/sessions/{id:path}/answers", self.answer, methods=["POST"])]

    async def answer(self, request: Request) -> Response:
        """`POST`: an answer to one question of the session, as a form from its digest (303 back).

        What is refused is written still: the page comes again with it, and with the reason beside it.
        """
        self._gate.check_page(request)
        digest = await self._digests.opened(request)
        async with form_of(request, part_max=16_384) as form:
            question, text, idem = (str(form.get(name, "")) for name in ("question", "text", "idem"))
        asked = next((each.post for each in digest.poll.questions if each.post.key == question), None)
        if asked is None:
            raise Refusal(404, "question_unknown", "This question is not on the list of the session.")
        idem = (idem if fullmatch(IDEM, idem) else "") or new_secret()
        try:
            await self._take(self._sighting(digest, asked, text, idem))
        except Refusal as refusal:
            return self._digests.shown(request, digest, unsent=Unsent(question, text, idem, refusal))
        key = quote(request.query_params.get("key", ""), safe="")
        return RedirectResponse(f"/sessions/{quote(digest.session.id, safe='')}/digest?key={key}&sent", 303)

    async def _take(self, sighting: Sighting) -> None:
        if self._floor is None:
            raise Refusal(403, "closed", "This conference takes no posts from the hall.")
        if await self._posts.find(self._desk.key(sighting)) is not None:
            return  # it was sent twice
        author = sighting.content.author.id if sighting.content else ""
        if len(await self._posts.of_authors(ANSWERS, (author,), ANSWERS_MAX)) == ANSWERS_MAX:
            raise Refusal(429, "pace", "There are %(num)s answers to this question already.", num=ANSWERS_MAX)
        try:
            with fail_after(KEPT_WITHIN_S):
                await self._floor.post(sighting)
        except TimeoutError as error:
            raise Refusal(503, "busy", "Your answer could not be kept just now. Please send it again.") from error

    def _sighting(self, digest: Digest, asked: Post, said: str, idem: str) -> Sighting:
        text = from_plain(said)
        if not text.plain:
            raise Refusal(422, "empty", "There are no words in it yet.")
        if len(text.plain) > ANSWER_MAX:
            raise Refusal(
                422,
                "long",
                "That is %(num)s characters; an answer has %(most)s at most.",
                num=len(text.plain),
                most=ANSWER_MAX,
            )
        author = Author(name=_speaker(digest.session), id=answers_to(asked.key))
        content = Content(
            author, text.plain, text.spans, posted_at=self._clock(), reply_to=ReplyTo(asked.content.author.name)
        )
        hall = asked.question.hall if asked.question else ""
        name = f"{author.id}/{idem}"
        return Sighting(ANSWERS, name, content, hall=hall, session=digest.session.id)


def _speaker(session: Session) -> str:
    return session.who or "The speaker"
