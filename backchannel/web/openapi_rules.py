"""What the API's description says of rules, mutes and trust."""

from typing import Any, Final

import msgspec

from backchannel.muting import Lasting, What
from backchannel.roles import Command
from backchannel.rule import Rule
from backchannel.rulebook import Kind, Origin, Preset
from backchannel.web.description import (
    COUNT,
    REFUSAL,
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
from backchannel.web.mutes import MuteRequest, TrustRequest
from backchannel.web.rules import NamedRequest, PresetRequest, RulesRequest, TrialRequest

_REQUESTS: Final = (RulesRequest, TrialRequest, NamedRequest, PresetRequest, MuteRequest, TrustRequest, Rule)
_, RULE_SCHEMAS = msgspec.json.schema_components(_REQUESTS, ref_template=SCHEMAS)

_YES_NO: Final = {"type": "boolean"}
_PRESET: Final = {"enum": [preset.value for preset in Preset]}
_VERSION: Final = {"version": COUNT, "by": TEXT, "at": TIME, "preset": _PRESET}
_IN_FORCE: Final = {"version": COUNT, "preset": _PRESET, "by": TEXT, "is_floor_paused": {"type": "boolean"}}
_SETTINGS: Final = {"trust_after": COUNT}
_STANDING: Final = fields(
    origin={"enum": [origin.value for origin in Origin]},
    kind={"enum": [kind.value for kind in Kind]},
    by=TEXT,
    at=TIME,
    stands={"type": "boolean", "description": "whether it is on and not over"},
    trouble={"type": "string", "description": "why it is not asked, empty where it is"},
    called={"type": "string", "description": "its name, in the reader's language where it is one of ours"},
    rule=named("Rule"),
)
_BOOK: Final = fields(**_VERSION, **_SETTINGS, rules=listed(_STANDING))
_CLAUSES: Final = listed(fields(kind={"enum": [kind.value for kind in Kind]}, rule=named("Rule")))
_CAUGHT: Final = listed(
    fields(key=TEXT, network=TEXT, status=TEXT, name=TEXT, text=TEXT, marks=listed(listed(COUNT)), reason=TEXT)
)
_TRIAL: Final = {
    "looked_at": COUNT,
    "caught": COUNT,
    "posts": _CAUGHT,
    "waiting": {"type": "integer", "description": "how many it catches of all that waits now"},
}
_HISTORY: Final = fields(
    shown=COUNT,
    not_shown=COUNT,
    waiting=COUNT,
    is_trusted=_YES_NO,
    is_muted=_YES_NO,
    may_trust=_YES_NO,
    server={"type": "string", "description": "the one that can be muted; empty for none"},
)


def _posted(summary: str, request: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "post": {
            "summary": summary,
            **may(Command.RULE),
            "requestBody": body(request),
            "responses": {"200": answer(description, schema), "4XX": REFUSAL},
        }
    }


def _read(summary: str, schema: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        **may(Command.SEE),
        **({"parameters": list(parameters)} if parameters else {}),
        "responses": {"200": answer(summary, schema), "4XX": REFUSAL},
    }


RULE_PATHS: Final[dict[str, Any]] = {
    "/api/rules": {
        "get": _read("Every rule in the order in which they are asked, and what a rule may ask for", _BOOK),
        "put": {
            "summary": "Write the next version of the desk's rules, whole",
            **may(Command.RULE),
            "requestBody": body("RulesRequest"),
            "responses": {
                "200": answer("The new version", _BOOK),
                "409": answer("It was made from an older version, or needs `sure`", {"type": "object"}),
                "4XX": REFUSAL,
            },
        },
    },
    "/api/rules/trial": _posted(
        "Try a rule, and change nothing", "TrialRequest", "What it would have caught of late", fields(**_TRIAL)
    ),
    "/api/rules/apply": _posted(
        "Do to what waits what a rule does to new posts, as an order of who asks",
        "NamedRequest",
        "What became of each post",
        fields(done=COUNT, outcomes=listed(named("Outcome"))),
    ),
    "/api/rules/end": _posted(
        "Take a rule out; `bring_back` puts what a mute kept from the hall into the queue again",
        "NamedRequest",
        "The new version",
        fields(**_IN_FORCE, brought_back=COUNT),
    ),
    "/api/rules/preset": _posted(
        "Switch what the rules do at this time of the conference", "PresetRequest", "In force", fields(**_IN_FORCE)
    ),
    "/api/rules/versions": {
        "get": _read(
            "Who changed what and when, newest first",
            fields(versions=listed(fields(**_VERSION, changes=listed(TEXT)))),
        )
    },
    "/api/rules/versions/{version}": {
        "parameters": [part("version")],
        "get": _read("One version, as it can be sent back", fields(**_VERSION, **_SETTINGS, clauses=_CLAUSES)),
    },
    "/api/mutes": _posted(
        f"Mute the {', '.join(What)} of a post for an {', '.join(Lasting)}; a `trial` tells what it would hide",
        "MuteRequest",
        "The rule that mutes, and how many waiting posts it put aside",
        {"type": "object", "properties": {**_IN_FORCE, **_TRIAL, "rule": named("Rule"), "rejected": COUNT}},
    ),
    "/api/trusts": _posted(
        "Show what a post's author writes without asking a person",
        "TrustRequest",
        "The rule that trusts",
        fields(**_IN_FORCE, rule=named("Rule")),
    ),
    "/api/histories": {
        "get": _read(
            "What became of the other posts of each post's author",
            fields(histories={"type": "object", "additionalProperties": _HISTORY}),
            query("post", listed(TEXT), "keys of posts; what is beyond 50 is left out"),
        )
    },
}
