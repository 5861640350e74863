"""The floor described for programs: a post of one's own taken back (openapi.py)."""

from typing import Any, Final

from backchannel.web.description import REFUSAL, TEXT, answer, fields, part

FLOOR_PATHS: Final[dict[str, Any]] = {
    "/posts/{key}/take-back": {
        "parameters": [part("key")],
        "post": {
            "summary": "Take a post back, by the phone that sent it: it leaves every screen, and nothing of it is kept",
            "responses": {"200": answer("It is gone", fields(key=TEXT, status=TEXT)), "4XX": REFUSAL},
        },
    },
}
