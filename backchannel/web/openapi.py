"""The API described for programs (OpenAPI 3.1): schemas come from the types that decode requests."""

from typing import Any, Final

import msgspec

from backchannel.collector import State
from backchannel.likeness import Common
from backchannel.post import MEDIA_MAX, ORDERED, Result, Status, Verb
from backchannel.programme import Phase, Why
from backchannel.roles import Command
from backchannel.sources.shape import KINDS, NETWORK, SEEN
from backchannel.sources.webhook import POSTS_MAX
from backchannel.stage import Layout, Panic
from backchannel.store.base import PAGE_MAX
from backchannel.web.api import OrderRequest
from backchannel.web.description import REFUSAL as _REFUSAL
from backchannel.web.description import REFUSAL_OR_PAGE as _REFUSAL_OR_PAGE
from backchannel.web.description import SCHEMAS
from backchannel.web.description import TEXT as _TEXT
from backchannel.web.description import TIME as _TIME
from backchannel.web.description import answer as _answer
from backchannel.web.description import body as _body
from backchannel.web.description import fields as _object
from backchannel.web.description import listed as _list
from backchannel.web.description import may as _may
from backchannel.web.description import named as _named
from backchannel.web.description import part as _part
from backchannel.web.description import query as _query
from backchannel.web.export import FORMS
from backchannel.web.floor import Draft
from backchannel.web.lists import LISTS
from backchannel.web.openapi_floor import FLOOR_PATHS, FLOOR_SCHEMAS, PUZZLE
from backchannel.web.openapi_notes import NOTES_PATHS, NOTES_SCHEMAS
from backchannel.web.openapi_people import PEOPLE_PATHS, PEOPLE_SCHEMAS
from backchannel.web.openapi_questions import QUESTION_PATHS, QUESTION_SCHEMAS
from backchannel.web.openapi_rules import RULE_PATHS, RULE_SCHEMAS
from backchannel.web.openapi_screens import SCREEN_PATHS, SCREEN_SCHEMAS
from backchannel.web.session import SessionRequest
from backchannel.web.stage import StageRequest

_OBJECT: Final = {"type": "object"}
_REFUSED: Final = _object(code=_TEXT, message=_TEXT)
_, _SCHEMAS = msgspec.json.schema_components((OrderRequest, Draft, StageRequest, SessionRequest), ref_template=SCHEMAS)
_SCHEMAS["Verb"]["enum"] = list(ORDERED)


_LOOK: Final = {"type": "string", "description": "the same for the same picture: a blurhash, or a hash of its bytes"}
_UNCHANGED: Final = {"description": "It is what If-None-Match names"}
_PUBLIC: Final = _object(
    key=_TEXT,
    network=_TEXT,
    status={"enum": [status.value for status in Status]},
    version={"type": "integer"},
    author=_object(name=_TEXT, address=_TEXT, url=_TEXT, avatar=_TEXT),
    text=_TEXT,
    spans=_list(_object(kind=_TEXT, start={"type": "integer"}, end={"type": "integer"}, value=_TEXT, beside=_TEXT)),
    url=_TEXT,
    language=_TEXT,
    warning=_TEXT,
    sensitive={"type": "boolean"},
    media=_list(
        _object(
            kind=_TEXT,
            url=_TEXT,
            alt=_TEXT,
            width={"type": "integer"},
            height={"type": "integer"},
            look=_LOOK,
            picture={
                "type": ["string", "null"],
                "description": "where this server shows it, WebP; null where it does not",
            },
        )
    ),
    reply_to={"anyOf": [_object(name=_TEXT, address=_TEXT), {"type": "null"}]},
    posted_at=_TIME,
    received_at=_TIME,
    halls={"anyOf": [_list(_TEXT), {"type": "null"}]},
    similar={"type": "integer"},
    session={
        "anyOf": [_object(id={"type": ["string", "null"]}, why={"enum": [why.value for why in Why]}), {"type": "null"}],
        "description": "the session that it belongs to; null where nobody knows, its id null where it is none",
    },
    question={
        "anyOf": [_object(hall=_TEXT, state=_TEXT), {"type": "null"}],
        "description": "where it asks the speaker, and how far that has come; null for what is no question",
    },
)
_FOR_MODERATORS: Final = {
    "reasons": _list(_TEXT),
    "decision": {"anyOf": [_object(by=_TEXT, verb=_TEXT, reason=_TEXT, at=_TIME), {"type": "null"}]},
    "matched": _list(_TEXT),
    "release_at": _TIME
    | {"type": ["string", "null"], "description": "when a post goes up that a rule holds for a time"},
}
_POST: Final = _PUBLIC | {"properties": _PUBLIC["properties"] | _FOR_MODERATORS}
_OUTCOME: Final = _object(
    key=_TEXT,
    outcome={"enum": [result.value for result in Result]},
    status={"enum": [*(status.value for status in Status), None]},
    version={"type": "integer"},
    by=_TEXT,
    at=_TIME,
)
_STAGE: Final = _object(
    hall=_TEXT,
    version={"type": "integer"},
    layout={"enum": [layout.value for layout in Layout]},
    calm={"type": "boolean"},
    spotlight={"type": ["string", "null"]},
    panic={"enum": [panic.value for panic in Panic]},
    on_air=_list(_TEXT),
    next=_list(_TEXT),
    lined_up={**_list(_TEXT), "description": "what somebody wants next, first first; it leads `next`"},
    aged_out={"type": "integer"},
    sponsors={"type": "boolean", "description": "whether their cards may come between posts"},
    sponsor={"type": ["string", "null"], "description": "whose card stands now"},
)
_REASON: Final = {"type": "string", "description": "a word of ours, or one that somebody typed"}
_VERB: Final = {"enum": [verb.value for verb in Verb]}
_STATUS: Final = {"enum": [status.value for status in Status]}
_OR_NONE: Final = {"type": "null"}
_RECORDED: Final = _object(
    key=_TEXT,
    version={"type": "integer", "description": "the one that the decision gave its post"},
    verb=_VERB,
    before=_STATUS,
    after=_STATUS,
    by=_TEXT,
    reason=_REASON,
    halls={"anyOf": [_list(_TEXT), _OR_NONE]},
    at=_TIME,
    act={"type": "string", "description": "names the order that it was part of; empty where that was for one post"},
    together={"type": "integer", "description": "decisions of the act; 1 unless folded"},
    standing={"type": "integer", "description": "those of them that can still be taken back"},
    later={"anyOf": [_object(by=_TEXT, verb=_VERB, reason=_REASON, at=_TIME), _OR_NONE]},
    reverse={"anyOf": [_object(verb=_VERB, reason=_REASON, halls={"type": ["array", "null"]}), _OR_NONE]},
    post={"anyOf": [{"$ref": "#/components/schemas/Post"}, _OR_NONE]},
)
_WANTED: Final = [
    _query("post", _TEXT, "the decisions on this post, by its key"),
    _query("by", _TEXT, "a person, a network, `rule: NAME`, or `rule` for every rule"),
    _query("verb", _VERB, "only this verb"),
    _query("reason", _REASON, "only this reason; empty for none"),
    _query("act", _TEXT, "all that one order decided"),
    _query("before", _TEXT, "until this time; without a zone, by the venue's clock"),
    _query("after", _TEXT, "from this time on"),
]
_SHARES: Final = _object(
    decided={"type": "integer", "description": "posts whose last decision was to show them or not"},
    not_shown={"type": "integer"},
    critical_shown={"type": "integer", "description": "approved ones that their moderator marked as critical"},
    by_reason=_list(_object(reason=_REASON, not_shown={"type": "integer"})),
    by_actor=_list(_object(by=_TEXT, decided={"type": "integer"}, not_shown={"type": "integer"})),
)
_NUMBER_OR_NONE: Final = {"type": ["number", "null"]}
_SERVICE: Final = _object(
    at=_TIME,
    waiting={"type": "integer"},
    oldest_s=_NUMBER_OR_NONE,
    waiting_p50_s=_NUMBER_OR_NONE,
    waiting_p95_s=_NUMBER_OR_NONE,
    came_a_minute={"type": "number", "description": "into the queue, mean of the last three minutes"},
    decided_a_minute={"type": "number", "description": "out of the queue by people, mean of the last three minutes"},
    backlog_min={"type": ["number", "null"], "description": "null where something waits and nobody decides"},
    needs_hands={"type": "boolean"},
    by_minute=_object(came=_list({"type": "integer"}), decided=_list({"type": "integer"})),
    halls=_list(_object(hall=_TEXT, ahead={"type": "integer"}, ahead_s={"type": "number"})),
)
_OR_TEXT: Final = {"type": "string", "default": ""}
_HANDED_IN: Final = {
    "type": "object",
    "description": "`text` or `media`, and the author's name, are enough",
    "properties": {
        "kind": {"enum": sorted(KINDS), "default": SEEN},
        "network": {
            "type": "string",
            "pattern": f"^{NETWORK.pattern}$",
            "default": "webhook",
            "description": "any word that is not the name of a network that is followed by itself",
        },
        "id": {"type": "string", "description": "needed where the post may come again, edited or gone"},
        "author": {
            "type": "object",
            "properties": {
                **dict.fromkeys(("name", "address", "url", "avatar"), _OR_TEXT),
                "id": {"type": "string", "description": "tells two authors of one name apart; is shown to nobody"},
            },
            "required": ["name"],
        },
        **dict.fromkeys(("text", "url", "language", "warning"), _OR_TEXT),
        "sensitive": {"type": "boolean", "default": False},
        "media": _list(
            {
                "type": "object",
                "properties": {
                    **dict.fromkeys(("kind", "url", "alt"), _OR_TEXT),
                    "still": {"type": "string", "description": "where a frame of a film is"},
                    "width": {"type": "integer"},
                    "height": {"type": "integer"},
                    "look": _LOOK,
                },
            }
        )
        | {"maxItems": MEDIA_MAX},
        "reply_to": {
            "anyOf": [
                {"type": "object", "properties": {"name": _TEXT, "address": _OR_TEXT}, "required": ["name"]},
                {"type": "null"},
            ]
        },
        "posted_at": _TIME,
        "edited_at": {**_TIME, "description": "of an edit; without it, when it came"},
    },
}
_MESSAGE: Final = {
    "anyOf": [
        _named("HandedIn"),
        _list(_named("HandedIn")) | {"maxItems": POSTS_MAX},
        _object(posts=_list(_named("HandedIn")) | {"maxItems": POSTS_MAX}),
    ]
}
_REFUSED_POSTS: Final = _list(_object(at={"type": "integer"}, reason=_TEXT))
_SESSION: Final = _object(
    id=_TEXT,
    title=_TEXT,
    start=_TIME,
    end=_TIME,
    hall={"type": ["string", "null"], "description": "null where the room is none of the halls, or the whole house"},
    room={"type": "string", "description": "empty for the whole house"},
    speakers=_list(_object(name=_TEXT, addresses=_list(_TEXT))),
    hashtag=_TEXT,
    url=_TEXT,
    language=_TEXT,
)
_OR_SESSION: Final = {"anyOf": [_named("Session"), _OR_NONE]}
_STANDING: Final = {"phase": {"enum": [phase.value for phase in Phase]}, "begins_at": _TIME, "changes_at": _TIME}
_NOW_HERE: Final = {"hall": _TEXT, "name": _TEXT, "now": _OR_SESSION, "next": _OR_SESSION}
_PROGRAMME: Final = _object(
    **_STANDING,
    halls=_list(_object(**_NOW_HERE, sessions=_list(_named("Session")))),
    elsewhere=_list(_named("Session")),
)
_NOW: Final = _object(
    **_STANDING,
    at=_TIME,
    changes_in_s={"type": ["number", "null"]},
    halls=_list(_object(**_NOW_HERE)),
    elsewhere=_list(_named("Session")),
)
_CONDITION: Final = _object(
    where=_TEXT,
    read_at=_TIME,
    sessions={"type": "integer"},
    refused={"type": "object", "description": "how many entries were left out, by reason"},
    overlaps={"type": "integer"},
    error=_TEXT,
    remedy=_TEXT,
)
_SOURCE: Final = _object(
    name=_TEXT,
    title=_TEXT,
    network=_TEXT,
    state={"enum": [state.value for state in State]},
    last_heard_at=_TIME,
    last_post_at=_TIME,
    lag_s={"type": ["number", "null"], "description": "how far it is behind its network, where it can tell"},
    received={"type": "integer", "description": "new posts since the start"},
    duplicates={"type": "integer", "description": "repeats since the start"},
    refused={"type": "object", "description": "how many posts were not taken, by reason in the reader's language"},
    rate_limit_left={"type": ["integer", "null"], "description": "requests, where the network tells"},
    budget_left={"type": ["integer", "null"], "description": "posts that may be read today, where that costs money"},
    error={"type": "string", "description": "what is wrong, in plain words; empty where nothing is"},
    remedy={"type": "string", "description": "what to do about it"},
    next_try_at=_TIME,
)


_HALL: Final = _part("hall")


_COUNTS: Final = {"type": "object", "additionalProperties": {"type": "integer"}}
SEARCH: Final = (
    'words, "words together", #hashtag, from:author, on:network, reason:spam, has:media|link|reply|warning, '
    "via:phone|kiosk|runner|card, "
    "since:14:00, before:10m; a minus before one of them means that it must not be so; for moderators"
)

DESCRIPTION: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {"title": "Backchannel", "version": "1", "description": "Posts of a conference, decided by a person."},
    "components": {
        "securitySchemes": {
            "badge": {"type": "http", "scheme": "bearer"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "badge"},
        },
        "schemas": {
            **_SCHEMAS,
            **PEOPLE_SCHEMAS,
            **NOTES_SCHEMAS,
            **FLOOR_SCHEMAS,
            **QUESTION_SCHEMAS,
            **RULE_SCHEMAS,
            **SCREEN_SCHEMAS,
            "Post": _POST,
            "HandedIn": _HANDED_IN,
            "Outcome": _OUTCOME,
            "Stage": _STAGE,
            "Recorded": _RECORDED,
            "Service": _SERVICE,
            "Session": _SESSION,
            "Source": _SOURCE,
            "Refusal": _object(error={**_REFUSED, "properties": {**_REFUSED["properties"], "puzzle": PUZZLE}}),
        },
    },
    "paths": {
        **PEOPLE_PATHS,
        **NOTES_PATHS,
        **FLOOR_PATHS,
        **QUESTION_PATHS,
        "/posts": {
            "post": {
                "summary": "Send a post to the floor; a person reads it first",
                "requestBody": _body("Draft"),
                "responses": {"202": _answer("Kept", _object(key=_TEXT, status=_TEXT)), "4XX": _REFUSAL_OR_PAGE},
            }
        },
        "/hooks/{source}": {
            "parameters": [
                {"name": "source", "in": "path", "required": True, "schema": _TEXT},
                *(
                    {"name": f"webhook-{name}", "in": "header", "required": True, "schema": _TEXT}
                    for name in ("id", "timestamp", "signature")
                ),
            ],
            "post": {
                "summary": "Hand posts in, signed as Standard Webhooks says; the same webhook-id changes nothing again",
                "requestBody": {"required": True, "content": {"application/json": {"schema": _MESSAGE}}},
                "responses": {
                    "202": _answer("Kept", _object(keys=_list(_TEXT), refused=_REFUSED_POSTS)),
                    "400": _answer("No post could be read", _object(error=_OBJECT, refused=_REFUSED_POSTS)),
                    "4XX": _REFUSAL,
                    "503": _answer("Not kept; send it again", _named("Refusal")),
                },
            },
        },
        "/api/posts": {
            "get": {
                "summary": "Posts by status: approved ones for everyone, others for who may see the desk",
                "parameters": [
                    _query("status", {"enum": [status.value for status in Status]}, "default: approved"),
                    _query("hall", _TEXT, "only what is shown in this hall"),
                    _query("after", _TEXT, "the `next` of the page before"),
                    _query("limit", {"type": "integer"}, "default: 50; what is more than 200 is 200"),
                    _query("q", _TEXT, SEARCH),
                ],
                "responses": {
                    "200": _answer(
                        "A page",
                        _object(posts=_list({"$ref": "#/components/schemas/Post"}), next={"type": ["string", "null"]}),
                    ),
                    "4XX": _REFUSAL,
                },
            }
        },
        "/feed.json": {
            "get": {
                "summary": "Approved posts, newest first, as JSON Feed 1.1; pages of other sites may read it",
                "parameters": [
                    _query("hall", _TEXT, "only what is shown in this hall"),
                    _query("after", _TEXT, "as `next_url` has it"),
                ],
                "responses": {
                    "200": {"description": "The feed", "content": {"application/feed+json": {"schema": _OBJECT}}},
                    "304": {"description": "Nothing is new since the ETag that was sent along"},
                    "4XX": _REFUSAL,
                },
            }
        },
        "/api/posts/{key}/copies": {
            "parameters": [{"name": "key", "in": "path", "required": True, "schema": _TEXT}],
            "get": {
                "summary": "The copies that a post stands for, newest first, and how many boosts beside",
                **_may(Command.SEE),
                "responses": {
                    "200": _answer(
                        "What is decided on the first covers its copies; restoring a copy makes it a post of its own",
                        _object(
                            first={"$ref": "#/components/schemas/Post"},
                            copies=_list({"$ref": "#/components/schemas/Post"}) | {"maxItems": PAGE_MAX},
                            boosts={"type": "integer"},
                        ),
                    ),
                    "4XX": _REFUSAL,
                },
            },
        },
        "/api/posts/{key}/similar": {
            "parameters": [{"name": "key", "in": "path", "required": True, "schema": _TEXT}],
            "get": {
                "summary": "The queued posts that are like a post, those with most in common first",
                **_may(Command.SEE),
                "responses": {
                    "200": _answer(
                        "Who was ever approved, or where an approved post leads, alone makes no post alike",
                        _object(
                            similar=_list(
                                _object(
                                    post={"$ref": "#/components/schemas/Post"},
                                    common=_list({"enum": [common.value for common in Common]}),
                                )
                            )
                            | {"maxItems": PAGE_MAX},
                        ),
                    ),
                    "4XX": _REFUSAL,
                },
            },
        },
        "/api/found": {
            "get": {
                "summary": "How many posts a search leaves of a list of the desk, or which of some posts it leaves",
                **_may(Command.SEE),
                "parameters": [
                    _query("list", {"enum": list(LISTS)}, "default: queue"),
                    _query("q", _TEXT, SEARCH),
                    _query("keys", _TEXT, "keys of posts with commas between them"),
                ],
                "responses": {
                    "200": _answer(
                        "Counts, or with `keys` those of them that are found",
                        {
                            "anyOf": [
                                _object(posts={"type": "integer"}, by_network=_COUNTS, by_reason=_COUNTS),
                                _object(keys=_list(_TEXT)),
                            ]
                        },
                    ),
                    "4XX": _REFUSAL,
                },
            }
        },
        "/api/posts/{key}/session": {
            "parameters": [{"name": "key", "in": "path", "required": True, "schema": _TEXT}],
            "post": {
                "summary": "Say which session of the programme a post belongs to, or that it is none",
                **_may(Command.DECIDE),
                "requestBody": _body("SessionRequest"),
                "responses": {"200": _answer("The post", _named("Post")), "4XX": _REFUSAL},
            },
        },
        "/api/decisions": {
            "post": {
                "summary": "Decide on posts",
                "description": "An approval that is done and leaves its post queued waits for a second person",
                **_may(Command.DECIDE),
                "requestBody": _body("OrderRequest"),
                "responses": {
                    "200": _answer("Outcomes", _object(outcomes=_list({"$ref": "#/components/schemas/Outcome"}))),
                    "409": _answer("None was done: somebody was first", _object(outcomes=_list(_OUTCOME))),
                    "4XX": _REFUSAL,
                },
            }
        },
        "/api/sources": {
            "get": {
                "summary": "How every source is, and the programme",
                **_may(Command.SEE),
                "responses": {
                    "200": _answer("Health", _object(sources=_list(_named("Source")), programme=_CONDITION)),
                    "4XX": _REFUSAL,
                },
            }
        },
        "/api/record": {
            "get": {
                "summary": "Every decision, newest first",
                **_may(Command.SEE),
                "parameters": [
                    *_WANTED,
                    _query("place", _TEXT, "the `next` of the page before"),
                    _query("limit", {"type": "integer"}, "default: 50; what is more than 200 is 200"),
                    _query("folded", {"enum": ["0", "1"]}, "1: an order for many posts is one line"),
                ],
                "responses": {
                    "200": _answer(
                        "A page",
                        _object(
                            decisions=_list(_named("Recorded")),
                            next={"type": ["string", "null"]},
                        ),
                    ),
                    "4XX": _REFUSAL,
                },
            }
        },
        "/api/record/shares": {
            "get": {
                "summary": "How many posts were not shown, by reason and by person",
                **_may(Command.SEE),
                "parameters": [_query("since", _TEXT, "what was decided from this time on")],
                "responses": {"200": _answer("The shares", _SHARES), "4XX": _REFUSAL},
            }
        },
        "/api/record.{form}": {
            "get": {
                "summary": "The record as a file, oldest first, without any text of posts",
                **_may(Command.SEE),
                "parameters": [
                    {"name": "form", "in": "path", "required": True, "schema": {"enum": list(FORMS)}},
                    *_WANTED,
                ],
                "responses": {
                    "200": {
                        "description": "A line for each decision",
                        "content": {form.media_type: {"schema": _TEXT} for form in FORMS.values()},
                    },
                    "4XX": _REFUSAL,
                },
            }
        },
        **RULE_PATHS,
        **SCREEN_PATHS,
        "/api/service": {
            "get": {
                "summary": "How fast posts come and are decided, how long they wait, what each hall has ahead",
                **_may(Command.SEE),
                "responses": {
                    "200": _answer("The service level", _named("Service")),
                    "4XX": _REFUSAL,
                },
            }
        },
        "/api/programme": {
            "get": {
                "summary": "Every session, by hall; with an ETag",
                "parameters": [_query("hall", _TEXT, "only this hall")],
                "responses": {"200": _answer("The programme", _PROGRAMME), "304": _UNCHANGED, "4XX": _REFUSAL},
            }
        },
        "/api/programme/now": {
            "get": {
                "summary": "What is on now and next in each hall, and when that changes",
                "parameters": [_query("hall", _TEXT, "only this hall")],
                "responses": {"200": _answer("Now and next", _NOW), "4XX": _REFUSAL},
            }
        },
        "/api/halls/{hall}/stage": {
            "parameters": [_HALL],
            "get": {
                "summary": "What a hall shows now and next",
                "responses": {"200": _answer("The stage", {"$ref": "#/components/schemas/Stage"}), "4XX": _REFUSAL},
            },
            "post": {
                "summary": "Choose layout, calm, cards of sponsors, a pinned post, what comes next or the panic level",
                **_may(Command.STAGE),
                "requestBody": _body("StageRequest"),
                "responses": {
                    "200": _answer("The new stage", {"$ref": "#/components/schemas/Stage"}),
                    "409": _answer(
                        "It changed since `version`, or no such post is shown",
                        _object(error=_OBJECT, stage={"$ref": "#/components/schemas/Stage"}),
                    ),
                    "4XX": _REFUSAL,
                },
            },
        },
    },
}
