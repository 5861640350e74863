"""The addresses of notes, of words on pictures and of lines to the stage, described."""

from typing import Any, Final

import msgspec

from backchannel.roles import Command
from backchannel.store.base import Kept
from backchannel.web.description import REFUSAL, SCHEMAS, TEXT, TIME, answer, body, fields, listed, may, named, part
from backchannel.web.notes import DescriptionRequest, NoteRequest
from backchannel.web.speaker import MessageRequest

_, _REQUESTS = msgspec.json.schema_components((NoteRequest, DescriptionRequest, MessageRequest), ref_template=SCHEMAS)
_SHORT: Final = fields(key=TEXT, name=TEXT, network=TEXT, text=TEXT)
NOTES_SCHEMAS: Final[dict[str, Any]] = {
    **_REQUESTS,
    "Note": fields(
        id=TEXT,
        kind={"enum": [kind.value for kind in Kept]},
        by=TEXT,
        text={"type": "string", "description": "empty where it was taken back"},
        at=TIME,
        taken_by=TEXT,
        taken_at=TIME,
    ),
    "Message": fields(id=TEXT, hall=TEXT, by=TEXT, text=TEXT, at=TIME, got_by=TEXT, got_at=TIME),
}
NOTES_PATHS: Final[dict[str, Any]] = {
    "/api/posts/{key}/notes": {
        "parameters": [part("key")],
        "get": {
            "summary": "What moderators noted on a post, the oldest first",
            **may(Command.NOTE),
            "responses": {"200": answer("The notes", fields(notes=listed(named("Note")))), "4XX": REFUSAL},
        },
        "post": {
            "summary": "Note something on a post, for moderators alone",
            **may(Command.NOTE),
            "requestBody": body("NoteRequest"),
            "responses": {"201": answer("Kept", named("Note")), "4XX": REFUSAL},
        },
    },
    "/api/posts/{key}/notes/{id}": {
        "parameters": [part("key"), part("id")],
        "delete": {
            "summary": "Take a note back: its words are told no more",
            **may(Command.NOTE),
            "responses": {"200": answer("The note without its words", named("Note")), "4XX": REFUSAL},
        },
    },
    "/api/posts/{key}/descriptions": {
        "parameters": [part("key")],
        "post": {
            "summary": "Describe a picture that its author left without words",
            **may(Command.DESCRIBE),
            "requestBody": body("DescriptionRequest"),
            "responses": {
                "200": answer("Where the post stands now", named("Outcome")),
                "409": answer("Its author described it", named("Refusal")),
                "4XX": REFUSAL,
            },
        },
    },
    "/api/halls/{hall}/messages": {
        "parameters": [part("hall")],
        "get": {
            "summary": "The last lines to a hall's stage, the newest first, and who took note of each",
            **may(Command.SPEAK),
            "responses": {"200": answer("The lines", fields(messages=listed(named("Message")))), "4XX": REFUSAL},
        },
        "post": {
            "summary": "Write a line to a hall's speaker view",
            **may(Command.MESSAGE),
            "requestBody": body("MessageRequest"),
            "responses": {"201": answer("Sent", named("Message")), "4XX": REFUSAL},
        },
    },
    "/api/halls/{hall}/messages/{id}/got": {
        "parameters": [part("hall"), part("id")],
        "post": {
            "summary": "Take note of a line; the first who does is kept",
            **may(Command.SPEAK),
            "responses": {"200": answer("Who took note of it, and when", named("Message")), "4XX": REFUSAL},
        },
    },
    "/api/halls/{hall}/speaker": {
        "parameters": [part("hall")],
        "get": {
            "summary": "What the speaker view shows: lines that wait, the time left, what is asked, what is on air",
            **may(Command.SPEAK),
            "responses": {
                "200": answer(
                    "It now",
                    fields(
                        messages=listed(named("Message")),
                        session={"anyOf": [named("Session"), {"type": "null"}]},
                        left_s={"type": ["number", "null"], "description": "null while no session is on"},
                        question={"anyOf": [named("Asked"), {"type": "null"}]},
                        questions=listed(named("Asked")),
                        open={"type": "integer", "description": "how many questions nobody took up yet"},
                        now={"anyOf": [_SHORT, {"type": "null"}]},
                        next=listed(_SHORT),
                        at=TIME,
                    ),
                ),
                "4XX": REFUSAL,
            },
        },
    },
}
