"""The floor described for programs: a post taken back, and the phones' feed without a socket (openapi.py)."""

from typing import Any, Final

from backchannel.web.description import REFUSAL, TEXT, answer, fields, listed, part, query

FLOOR_PATHS: Final[dict[str, Any]] = {
    "/posts/{key}/take-back": {
        "parameters": [part("key")],
        "post": {
            "summary": "Take a post back, by the phone that sent it: it leaves every screen, and nothing of it is kept",
            "responses": {"200": answer("It is gone", fields(key=TEXT, status=TEXT)), "4XX": REFUSAL},
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
