"""What descriptions of addresses are made of: schemas, answers, parameters, and who may ask (openapi.py)."""

from typing import Any, Final

from backchannel.roles import Command, roles_that_may

TEXT: Final = {"type": "string"}
COUNT: Final = {"type": "integer"}
TIME: Final = {"type": ["string", "null"], "format": "date-time"}
SCHEMAS: Final = "#/components/schemas/{name}"


def answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """An answer in JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def fields(**properties: Any) -> dict[str, Any]:
    """An object that has all of these."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def listed(of: dict[str, Any]) -> dict[str, Any]:
    """A list."""
    return {"type": "array", "items": of}


def named(name: str) -> dict[str, Any]:
    """A schema by its name."""
    return {"$ref": SCHEMAS.format(name=name)}


def query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    """A parameter behind the question mark."""
    return {"name": name, "in": "query", "schema": schema, "description": description}


def part(name: str) -> dict[str, Any]:
    """A part of the address."""
    return {"name": name, "in": "path", "required": True, "schema": TEXT}


def body(name: str) -> dict[str, Any]:
    """A body in JSON, by the name of its schema."""
    return {"required": True, "content": {"application/json": {"schema": named(name)}}}


def may(command: Command) -> dict[str, Any]:
    """What an operation says of who may ask for it: the roles of the table in roles.py."""
    roles = [role.value for role in roles_that_may(command)]
    return {"security": [{"badge": []}, {"cookie": []}], "x-command": command.value, "x-roles": roles}


REFUSAL: Final = answer("Refused", named("Refusal"))
# Where people ask as well, they read a page: programs that send or accept JSON get it.
REFUSAL_OR_PAGE: Final[dict[str, Any]] = {
    **REFUSAL,
    "content": {**REFUSAL["content"], "text/html": {"schema": TEXT}},
}
