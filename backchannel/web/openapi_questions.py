"""The addresses of questions, of votes and of digests, described."""

from typing import Any, Final

import msgspec

from backchannel.poll import Sort
from backchannel.question import State
from backchannel.roles import Command
from backchannel.web.description import (
    COUNT,
    REFUSAL,
    REFUSAL_OR_PAGE,
    SCHEMAS,
    TEXT,
    TIME,
    answer,
    body,
    fields,
    listed,
    may,
    named,
    part,
    query,
)
from backchannel.web.questions import MergeRequest, StateRequest, VoteRequest

_, _REQUESTS = msgspec.json.schema_components((VoteRequest, StateRequest, MergeRequest), ref_template=SCHEMAS)
_SORTS: Final = f"one of {', '.join(Sort)}; votes unless told otherwise"
_OR_NONE: Final = {"type": "null"}
_MARKED: Final = answer("How far it has come", fields(key=TEXT, state=TEXT, similar=COUNT))
_KEY: Final = query("key", TEXT, "what the speaker’s own link carries, in the place of a badge")
QUESTION_SCHEMAS: Final[dict[str, Any]] = {
    **_REQUESTS,
    "Asked": fields(
        key=TEXT,
        text=TEXT,
        language=TEXT,
        askers=listed(TEXT),
        votes=COUNT,
        state={"enum": [state.value for state in State]},
        state_at=TIME,
        hall=TEXT,
        asked_at=TIME,
        answers=listed(fields(key=TEXT, by=TEXT, text=TEXT)),
    ),
}
QUESTION_PATHS: Final[dict[str, Any]] = {
    "/questions": {
        "get": {
            "summary": "A phone's list of questions as markup, and when to ask for it anew",
            "parameters": [query("hall", TEXT, "its slug"), query("sort", TEXT, _SORTS)],
            "responses": {
                "200": answer("It now", fields(html=TEXT, again_in_s={"type": "number"}, voted=listed(TEXT))),
            },
        },
    },
    "/questions/{key}/vote": {
        "parameters": [part("key")],
        "post": {
            "summary": "Want a question answered, or no longer: one vote a device, by its cookie",
            "requestBody": body("VoteRequest"),
            "responses": {
                "200": answer("Counted; the key of what stands for it", fields(key=TEXT, voted={"type": "boolean"})),
                "409": answer("The device had no cookie, and has one now: vote once more", named("Refusal")),
                "4XX": REFUSAL_OR_PAGE,
            },
        },
    },
    "/api/halls/{hall}/questions": {
        "parameters": [part("hall")],
        "get": {
            "summary": "The questions to the session that is asked in a hall now, or to another one",
            "parameters": [
                query("session", TEXT, "the id of a session; without it the one that is asked now"),
                query("sort", TEXT, _SORTS),
            ],
            "responses": {
                "200": answer(
                    "What is being answered, the next three, and all in order",
                    fields(
                        hall=TEXT,
                        session={"anyOf": [named("Session"), _OR_NONE]},
                        current={"anyOf": [named("Asked"), _OR_NONE]},
                        next=listed(named("Asked")),
                        questions=listed(named("Asked")),
                    ),
                ),
                "4XX": REFUSAL,
            },
        },
    },
    "/api/questions/{key}/state": {
        "parameters": [part("key")],
        "post": {
            "summary": "Take a question up, mark it answered, or put it back among the open ones",
            **may(Command.PICK),
            "requestBody": body("StateRequest"),
            "responses": {"200": _MARKED, "4XX": REFUSAL},
        },
    },
    "/api/questions/{key}/merge": {
        "parameters": [part("key")],
        "post": {
            "summary": "Let another question stand for this one, with both askers and all votes; restoring undoes it",
            **may(Command.DECIDE),
            "requestBody": body("MergeRequest"),
            "responses": {"200": _MARKED, "4XX": REFUSAL},
        },
    },
    "/sessions/{id}/digest.json": {
        "parameters": [part("id"), _KEY],
        "get": {
            "summary": "What was asked and said in a session; `/digest` is the page, `/digest.md` the same as Markdown",
            **may(Command.SPEAK),
            "responses": {
                "200": answer(
                    "The digest",
                    fields(
                        session=named("Session"),
                        unanswered=listed(named("Asked")),
                        answered=listed(named("Asked")),
                        posts=listed(named("Post")),
                    ),
                ),
                "4XX": REFUSAL,
            },
        },
    },
}
