"""The addresses of the people of the desk, described."""

from typing import Any, Final

import msgspec

from backchannel.roles import Command, Role
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
from backchannel.web.forgetting import ForgettingRequest
from backchannel.web.people import InvitationRequest
from backchannel.web.pulse import FIGURES

_, _REQUESTS = msgspec.json.schema_components((InvitationRequest, ForgettingRequest), ref_template=SCHEMAS)
_ROLE: Final = {"enum": [role.value for role in Role]}
_INVITATION: Final = fields(
    id=TEXT, name=TEXT, role=_ROLE, until=TIME, by={"type": "string", "description": "empty: made at the terminal"}
)
_INVITED: Final = fields(
    **_INVITATION["properties"],
    link={"type": "string", "description": "opens the desk once; it is told this once and kept nowhere"},
    qr=fields(size=COUNT, path={"type": "string", "description": "the link as a QR code, for an SVG path"}),
)
_PERSON: Final = fields(
    id=TEXT,
    name=TEXT,
    role=_ROLE,
    since=TIME,
    seen_at=TIME,
    ends_at={**TIME, "description": "when they are signed out where they ask nothing any more; null: never"},
    browser={"type": "string", "description": "empty: a bearer badge"},
    is_you={"type": "boolean"},
)
_NUMBER: Final = {"type": "number"}
_SAMPLE: Final = fields(at={"type": "number", "description": "seconds since 1970"}, **dict.fromkeys(FIGURES, _NUMBER))
_PULSE: Final = fields(
    every_s=_NUMBER,
    inside={"type": "integer", "description": "clients that are connected"},
    places={"type": "integer", "description": "how many there may be"},
    wanted={"type": "integer", "description": "how many the settings want"},
    samples=listed(_SAMPLE),
)
_EVERYBODY: Final = fields(
    people=listed(named("Person")),
    invitations=listed(named("Invitation")),
    passwords=listed(fields(id=TEXT, name=TEXT, role=_ROLE, since=TIME)),
)
_SIGN_IN: Final = fields(name=TEXT, password=TEXT)
_PASSWORD: Final = {**fields(password=TEXT, before=TEXT), "required": []}
_ENDED: Final = answer("So many were", fields(ended=COUNT))

PEOPLE_SCHEMAS: Final[dict[str, Any]] = {**_REQUESTS, "Person": _PERSON, "Invitation": _INVITATION}
PEOPLE_PATHS: Final[dict[str, Any]] = {
    "/leave": {
        "post": {
            "summary": "Sign out here: the badge that asks is ended, and its cookie taken back",
            **may(Command.LEAVE),
            "responses": {"303": {"description": "To the door"}, "4XX": REFUSAL},
        }
    },
    "/api/people": {
        "get": {
            "summary": "Who is signed in, which invitations still work, and who has a password",
            **may(Command.ADMIT),
            "responses": {
                "200": answer("All three", _EVERYBODY),
                "4XX": REFUSAL,
            },
        }
    },
    "/sign-in": {
        "post": {
            "summary": "Sign in by name and password; 404 where the settings want none",
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": _SIGN_IN}}},
            "responses": {
                "303": {"description": "To the desk, with a cookie"},
                "4XX": REFUSAL_OR_PAGE,
                "503": REFUSAL_OR_PAGE,
            },
        }
    },
    "/sign-in/away": {
        "get": {
            "summary": "To the organisation's own sign-in; 404 where the settings want none",
            "responses": {
                "303": {"description": "To the provider, with a cookie for ten minutes"},
                "4XX": REFUSAL_OR_PAGE,
                "503": REFUSAL_OR_PAGE,
            },
        }
    },
    "/sign-in/back": {
        "get": {
            "summary": "Back from there, by the browser that went; 404 where the settings want none",
            "parameters": [
                query("state", TEXT, "what the browser was sent away with"),
                query("code", TEXT, "what the provider tells who somebody is for, once"),
                query("iss", TEXT, "whose code it is"),
                query("error", TEXT, "why there is none"),
            ],
            "responses": {
                "303": {"description": "To the desk, with a cookie"},
                "4XX": REFUSAL_OR_PAGE,
                "503": REFUSAL_OR_PAGE,
            },
        }
    },
    "/password": {
        "post": {
            "summary": "Set one's password, in the browser that one is signed in with; `before` is the one until now",
            **may(Command.LEAVE),
            "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": _PASSWORD}}},
            "responses": {
                "303": {"description": "Back to the page, which says what became of it, and what was wrong"},
                "4XX": REFUSAL_OR_PAGE,
                "503": REFUSAL_OR_PAGE,
            },
        }
    },
    "/api/passwords/{id}": {
        "parameters": [part("id")],
        "delete": {
            "summary": "End a password: nobody comes back by it; who is signed in stays",
            **may(Command.ADMIT),
            "responses": {"200": answer("It works no more", fields(ended={"const": True})), "4XX": REFUSAL},
        },
    },
    "/api/pulse": {
        "get": {
            "summary": "How the server itself does: the last ten minutes of the live path, in samples of two seconds",
            **may(Command.WATCH),
            "parameters": [query("after", {"type": "number"}, "the `at` of the last sample that is known")],
            "responses": {"200": answer("What was seen", _PULSE), "4XX": REFUSAL},
        }
    },
    "/api/invitations": {
        "post": {
            "summary": "Invite somebody in a role, for some hours",
            **may(Command.ADMIT),
            "requestBody": body("InvitationRequest"),
            "responses": {"201": answer("The link", _INVITED), "4XX": REFUSAL},
        }
    },
    "/api/invitations/{id}": {
        "parameters": [part("id")],
        "delete": {
            "summary": "End an invitation",
            **may(Command.ADMIT),
            "responses": {"200": answer("Its link works no more", fields(ended={"const": True})), "4XX": REFUSAL},
        },
    },
    "/api/forgettings": {
        "post": {
            "summary": "Forget the author of a post: nothing of theirs is kept, and what they post is not taken in",
            **may(Command.FORGET),
            "requestBody": body("ForgettingRequest"),
            "responses": {
                "200": answer(
                    "What is gone, or would be",
                    fields(
                        name=TEXT,
                        is_one_post={"type": "boolean", "description": "nobody can tell who wrote it: it alone goes"},
                        posts=COUNT,
                        mentions={"type": "integer", "description": "posts of others that mention the author"},
                    ),
                ),
                "4XX": REFUSAL,
            },
        }
    },
    "/api/badges": {
        "delete": {
            "summary": "Sign everybody out but who asks",
            **may(Command.ADMIT),
            "responses": {"200": _ENDED, "4XX": REFUSAL},
        }
    },
    "/api/badges/{id}": {
        "parameters": [part("id")],
        "delete": {
            "summary": "Sign somebody out, on every server at once",
            **may(Command.ADMIT),
            "responses": {"200": _ENDED, "409": answer("It is the last owner", named("Refusal")), "4XX": REFUSAL},
        },
    },
}
