"""The floor described for programs: a post taken back, and the phones' feed without a socket (openapi.py)."""

from typing import Any, Final

import msgspec

from backchannel.roles import Command
from backchannel.web.description import (
    COUNT,
    REFUSAL,
    REFUSAL_OR_PAGE,
    SCHEMAS,
    TEXT,
    answer,
    body,
    fields,
    listed,
    may,
    part,
    query,
)
from backchannel.web.floor_pause import FloorRequest
from backchannel.web.reactions import ReactionRequest
from backchannel.web.runner import Line

_, FLOOR_SCHEMAS = msgspec.json.schema_components((Line, ReactionRequest, FloorRequest), ref_template=SCHEMAS)
_YES_OR_NO: Final = {"type": "boolean"}
PUZZLE: Final = {
    **fields(salt=TEXT, hash=TEXT, most=COUNT),
    "description": "beside `newcomers`: send the post again with `puzzle` as `SALT.NUMBER`, where NUMBER is the one"
    " below `most` with which SHA-256 of those words is `hash`. Good once, for this device, within two minutes",
}
FLOOR_PATHS: Final[dict[str, Any]] = {
    "/api/floor": {
        "get": {
            "summary": "Whether phones may post now",
            "responses": {"200": answer("So it stands", fields(is_open=_YES_OR_NO, is_paused=_YES_OR_NO))},
        },
        "post": {
            "summary": "Pause the floor, so that nothing that phones post is taken in, or open it again",
            **may(Command.PAUSE),
            "requestBody": body("FloorRequest"),
            "responses": {
                "200": answer("In force", fields(version=COUNT, preset=TEXT, by=TEXT, is_floor_paused=_YES_OR_NO)),
                "4XX": REFUSAL,
            },
        },
    },
    "/runner": {
        "post": {
            "summary": "Type a post in for somebody without a phone; a numbered card counts once",
            **may(Command.CARRY),
            "requestBody": body("Line"),
            "responses": {"202": answer("Kept", fields(key=TEXT, status=TEXT)), "4XX": REFUSAL_OR_PAGE},
        },
    },
    "/reactions": {
        "post": {
            "summary": "React to who speaks; a phone has one reaction in a second, the totals come by /feed/phone",
            "requestBody": body("ReactionRequest"),
            "responses": {"204": {"description": "Heard"}, "4XX": REFUSAL_OR_PAGE},
        },
    },
    "/posts/{key}/take-back": {
        "parameters": [part("key")],
        "post": {
            "summary": "Take a post back, by the phone that sent it: it leaves every screen, and nothing of it is kept",
            "responses": {"200": answer("It is gone", fields(key=TEXT, status=TEXT)), "4XX": REFUSAL_OR_PAGE},
        },
    },
    "/feed/phone": {
        "get": {
            "summary": "What the socket of this address tells, for networks that let none through",
            "parameters": [
                query("epoch", TEXT, "with `since`: where the client stands"),
                query("since", {"type": "integer"}, "the number of the last update that it has"),
            ],
            "responses": {
                "200": answer("Hello, and the frames that are missing, or a snapshot", listed({"type": "object"})),
                "304": {"description": "Nothing is new since what If-None-Match names"},
                "4XX": REFUSAL,
            },
        },
    },
}
