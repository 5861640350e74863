"""The addresses of screens and of what they showed, described."""

from typing import Any, Final

import msgspec

from backchannel.roles import Command
from backchannel.stage import Layout, Panic
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
from backchannel.web.receipts import MEDIA_TYPES
from backchannel.web.screens import PairRequest, ScreenRequest

_, _REQUESTS = msgspec.json.schema_components((PairRequest, ScreenRequest), ref_template=SCHEMAS)
_MAYBE_COUNT: Final = {"type": ["integer", "null"]}
_LAYOUT: Final = {"enum": [*(layout.value for layout in Layout), None], "description": "null: its hall's"}
_OPENING: Final = fields(
    hall=TEXT,
    is_there={"type": "boolean"},
    since=TIME,
    seen_at=TIME,
    browser=TEXT,
    width=COUNT,
    height=COUNT,
    latency_ms=_MAYBE_COUNT,
    painted_at=TIME,
)
_SCREEN: Final = fields(
    id=TEXT,
    name=TEXT,
    hall=TEXT,
    layout=_LAYOUT,
    panic={"enum": [level.value for level in Panic]},
    reloads=COUNT,
    shows=COUNT,
    open={"type": "integer", "description": "pages that are open as it; more than one are two projectors"},
    page={"oneOf": [named("Opening"), {"type": "null"}]},
)
_TAKEDOWN: Final = fields(
    key=TEXT,
    hall=TEXT,
    at=TIME,
    asked=COUNT,
    confirmed=COUNT,
    took_ms=_MAYBE_COUNT,
    late={**listed(TEXT), "description": "who has not confirmed; empty for a screen that nobody paired"},
)
_SHOWING: Final = fields(
    screen=TEXT,
    hall=TEXT,
    times=COUNT,
    seconds={"type": "number"},
    first_at=TIME,
    last_at=TIME,
    is_there={"type": "boolean"},
)
_SEEN: Final = fields(hall=TEXT, at=TIME, seconds={"type": "number"})
_OWN: Final = fields(key=TEXT, status=TEXT, again=TEXT, on_air=listed(TEXT), seen=listed(_SEEN))
_FILE: Final = {
    "description": "A line for each time that a post was on a screen",
    "content": {media_type: {"schema": TEXT} for media_type in MEDIA_TYPES.values()},
}

SCREEN_SCHEMAS: Final[dict[str, Any]] = {**_REQUESTS, "Opening": _OPENING, "Screen": _SCREEN, "Takedown": _TAKEDOWN}
SCREEN_PATHS: Final[dict[str, Any]] = {
    "/screen/{hall}/door": {
        "parameters": [part("hall")],
        "get": {
            "summary": "The QR code of a hall's screen; a paired screen's proves for a while that one is in the hall",
            "responses": {
                "200": answer("An SVG drawing, empty without a way in", fields(qr=TEXT, again_in_s={"type": "number"})),
                "4XX": REFUSAL_OR_PAGE,
            },
        },
    },
    "/api/screens": {
        "get": {
            "summary": "Every screen with its page, the pages that nobody paired, and the last takedowns",
            **may(Command.SEE),
            "responses": {
                "200": answer(
                    "The screens",
                    fields(
                        screens=listed(named("Screen")),
                        unpaired=listed(named("Opening")),
                        takedowns=listed(named("Takedown")),
                        at=TIME,
                    ),
                ),
                "4XX": REFUSAL,
            },
        },
        "post": {
            "summary": "Pair the screen that shows a code, name it and give it to a hall",
            **may(Command.STAGE),
            "requestBody": body("PairRequest"),
            "responses": {
                "201": answer("Paired", named("Screen")),
                "409": answer("The name is taken, or the browser is a screen already", named("Refusal")),
                "410": answer("The code has run out", named("Refusal")),
                "429": answer("Five codes were wrong", named("Refusal")),
                "4XX": REFUSAL,
            },
        },
    },
    "/api/screens/code": {
        "post": {
            "summary": "A code for a screen's page to show, for five minutes; the page's cookie proves it afterwards",
            "responses": {
                "201": answer("The code", fields(code=TEXT, lasts_s={"type": "number"})),
                "204": {"description": "It is paired already"},
                "4XX": REFUSAL,
            },
        }
    },
    "/api/screens/{id}": {
        "parameters": [part("id")],
        "post": {
            "summary": "Name a screen, give it a hall, a layout or a panic level, load it anew, have it say who it is",
            **may(Command.STAGE),
            "requestBody": body("ScreenRequest"),
            "responses": {"200": answer("The screen", named("Screen")), "4XX": REFUSAL},
        },
        "delete": {
            "summary": "Unpair a screen; what it showed keeps its name",
            **may(Command.STAGE),
            "responses": {"200": answer("Done", fields(ended={"const": True})), "4XX": REFUSAL},
        },
    },
    "/api/posts/{key}/receipts": {
        "parameters": [part("key")],
        "get": {
            "summary": "On which screens a post was, how often and how long",
            **may(Command.SEE),
            "responses": {"200": answer("By screen", fields(showings=listed(_SHOWING))), "4XX": REFUSAL},
        },
    },
    "/api/receipts.{form}": {
        "get": {
            "summary": "Every showing as a file, oldest first",
            **may(Command.SEE),
            "parameters": [
                {"name": "form", "in": "path", "required": True, "schema": {"enum": list(MEDIA_TYPES)}},
                query("post", TEXT, "only of this post"),
                query("hall", TEXT, "only in this hall"),
                query("after", TEXT, "a time; without a zone it is one of the venue's clock"),
                query("before", TEXT, "a time"),
            ],
            "responses": {"200": _FILE, "4XX": REFUSAL},
        }
    },
    "/posts/mine": {
        "get": {
            "summary": "What became of the posts of this phone, and in which halls screens had them on the glass",
            "responses": {"200": answer("Newest first", fields(posts=listed(_OWN)))},
        }
    },
}
