"""Lines to a hall's stage, and what the one who leads through it sees: the line, what is on, and what comes next."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.polls import Polls
from backchannel.post import Post
from backchannel.roles import Command
from backchannel.stage import NEXT_MAX
from backchannel.store.base import Message, Messages, Posts, Stages
from backchannel.text import tame_line
from backchannel.updates import hall_stream, public_streams
from backchannel.web.asking import left_s
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.cards import network_word
from backchannel.web.programme import session_json
from backchannel.web.questions import asked_json
from backchannel.web.replies import Json

LINE_MAX: Final = 200
LINES_SHOWN: Final = 20


class MessageRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/halls/{hall}/messages`."""

    text: Annotated[str, Meta(max_length=10_000)]


LINES: Final = msgspec.json.Decoder(MessageRequest)


class SpeakerDoor:
    """`/api/halls/{hall}/messages` and `/api/halls/{hall}/speaker`."""

    def __init__(
        self,
        messages: Messages,
        stages: Stages,
        posts: Posts,
        polls: Polls,
        gate: Gate,
        halls: Mapping[str, Any],
    ) -> None:
        self._messages = messages
        self._stages = stages
        self._posts = posts
        self._polls = polls
        self._gate = gate
        self._halls = halls

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/api/halls/{hall}/messages", self.sent),
            Route("/api/halls/{hall}/messages", self.send, methods=["POST"]),
            Route("/api/halls/{hall}/messages/{id}/got", self.acknowledge, methods=["POST"]),
            Route("/api/halls/{hall}/speaker", self.show),
        ]

    async def sent(self, request: Request) -> Response:
        """`GET …/messages`: the last lines, the newest first, and who took note of each."""
        await self._gate.asking(request, Command.SPEAK)
        latest = await self._messages.latest(self._hall(request), LINES_SHOWN)
        return Json({"messages": [message_json(message) for message in latest]})

    async def send(self, request: Request) -> Response:
        """`POST …/messages`: 201; the speaker view of the hall shows it within two seconds."""
        badge = await self._gate.commanding(request, Command.MESSAGE)
        hall, text = self._hall(request), tame_line((await read(request, LINES)).text, LINE_MAX)
        if not text:
            raise Refusal(422, "empty", "There are no words in it yet.")
        return Json(message_json(await self._messages.send(hall, badge.name, text, self._polls.now)), 201)

    async def acknowledge(self, request: Request) -> Response:
        """`POST …/messages/{id}/got`: whoever is on the stage took note of it."""
        badge = await self._gate.commanding(request, Command.SPEAK)
        hall, message_id = self._hall(request), request.path_params["id"]
        message = await self._messages.acknowledge(hall, message_id, badge.name, self._polls.now)
        if message is None:
            raise Refusal(404, "message_unknown", "There is no such line to this hall.")
        return Json(message_json(message))

    async def show(self, request: Request) -> Response:
        """`GET …/speaker`: what the speaker view shows."""
        await self._gate.asking(request, Command.SPEAK)
        return Json(await self.seen(self._hall(request)))

    async def seen(self, hall: str) -> dict[str, Any]:
        """The lines that nobody took note of, the oldest first; what is asked, what is on air, and the next three."""
        stage = await self._stages.read(hall)
        latest = await self._messages.latest(hall, LINES_SHOWN)
        waiting = [message_json(each) for each in reversed(latest) if each.got_at is None]
        now = await self._short(next(iter(stage.on_air), None), hall)
        coming = [await self._short(key, hall) for key in stage.next[:NEXT_MAX]]
        poll, session = await self._polls.of(hall), self._polls.session(hall)
        return {
            "messages": waiting,
            "session": session_json(session) if session else None,
            "left_s": left_s(session, self._polls.now),
            "question": asked_json(poll.current) if poll.current else None,
            "questions": [asked_json(each) for each in poll.next],
            "open": len(poll.open),
            "now": now,
            "next": [each for each in coming if each],
            "at": self._polls.now,
        }

    async def _short(self, key: str | None, hall: str) -> dict[str, Any] | None:
        post = await self._posts.find(key) if key else None
        return short_json(post) if post and hall_stream(hall) in public_streams(post, [hall]) else None

    def _hall(self, request: Request) -> str:
        hall = str(request.path_params["hall"])
        if hall not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
        return hall


def message_json(message: Message) -> dict[str, Any]:
    """A line, and who took note of it when."""
    told = {"id": message.id, "hall": message.hall, "by": message.by, "text": message.text, "at": message.at}
    return told | {"got_by": message.got_by, "got_at": message.got_at}


def short_json(post: Post) -> dict[str, Any]:
    """A post in short, as it is read aloud."""
    content = post.content
    name = content.author.name or "Somebody"
    return {"key": post.key, "name": name, "network": network_word(post.network), "text": content.text}
