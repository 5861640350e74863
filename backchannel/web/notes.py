"""What moderators say of a post: notes for each other, and words on pictures whose author left them without."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.post import Result
from backchannel.roles import Command
from backchannel.store.base import Note, Notes
from backchannel.text import tame, tame_line
from backchannel.updates import DESK
from backchannel.web.badges import Gate
from backchannel.web.bodies import read
from backchannel.web.replies import Json
from backchannel.web.wire import outcome_json

NOTE_MAX: Final = 1000
DESCRIPTION_MAX: Final = 500


class NoteRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/posts/{key}/notes`."""

    text: Annotated[str, Meta(max_length=10_000)]


class DescriptionRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/posts/{key}/descriptions`: which picture, from 0 on; without words it has none again."""

    place: Annotated[int, Meta(ge=0, le=100)]
    text: Annotated[str, Meta(max_length=10_000)]


NOTES: Final = msgspec.json.Decoder(NoteRequest)
DESCRIPTIONS: Final = msgspec.json.Decoder(DescriptionRequest)


class NotesDoor:
    """`/api/posts/{key}/notes` and `/api/posts/{key}/descriptions`."""

    def __init__(self, notes: Notes, hub: Hub, gate: Gate, clock: Callable[[], datetime]) -> None:
        self._notes = notes
        self._hub = hub
        self._gate = gate
        self._clock = clock

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/api/posts/{key}/notes", self.show),
            Route("/api/posts/{key}/notes", self.add, methods=["POST"]),
            Route("/api/posts/{key}/notes/{id}", self.take_back, methods=["DELETE"]),
            Route("/api/posts/{key}/descriptions", self.describe, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """`GET …/notes`: the notes on a post, the oldest first."""
        await self._gate.asking(request, Command.NOTE)
        kept = await self._notes.of(request.path_params["key"])
        return Json({"notes": [note_json(note) for note in kept]})

    async def add(self, request: Request) -> Response:
        """`POST …/notes`: 201 with the note, which no other role ever sees."""
        badge = await self._gate.commanding(request, Command.NOTE)
        text = tame((await read(request, NOTES)).text, NOTE_MAX)
        if not text:
            raise Refusal(422, "empty", "There are no words in it yet.")
        note = await self._notes.add(request.path_params["key"], badge.name, text, self._clock())
        return self._told(note, 201)

    async def take_back(self, request: Request) -> Response:
        """`DELETE …/notes/{id}`: its words are told no more; that there was one, and who took it back, stays."""
        badge = await self._gate.commanding(request, Command.NOTE)
        key, note_id = request.path_params["key"], request.path_params["id"]
        return self._told(await self._notes.take_back(key, note_id, badge.name, self._clock()), 200)

    async def describe(self, request: Request) -> Response:
        """`POST …/descriptions`: the desk's words on a picture, for everybody whom the post is shown to."""
        badge = await self._gate.commanding(request, Command.DESCRIBE)
        asked = await read(request, DESCRIPTIONS)
        key, text = request.path_params["key"], tame_line(asked.text, DESCRIPTION_MAX)
        described = await self._notes.describe(key, asked.place, text, badge.name, self._clock())
        self._hub.wake(described.streams)
        [outcome] = described.outcomes
        if outcome.outcome is Result.UNKNOWN:
            raise Refusal(404, "picture_unknown", "There is no such picture.")
        if outcome.outcome is Result.REFUSED:
            raise Refusal(409, "described", "Its author described this picture. An author's words are never edited.")
        return Json(outcome_json(outcome))

    def _told(self, note: Note | None, status: int) -> Response:
        if note is None:
            raise Refusal(404, "note_unknown", "There is no such post, or no such note on it.")
        self._hub.wake((DESK,))
        return Json(note_json(note), status)


def note_json(note: Note) -> dict[str, Any]:
    """A note; without words where it was taken back."""
    return {
        "id": note.id,
        "kind": note.kind,
        "by": note.by,
        "text": note.text,
        "at": note.at,
        "taken_by": note.taken_by,
        "taken_at": note.taken_at,
    }
