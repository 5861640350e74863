"""The members of a list that is sent or kept as JSON, as rows: one parameter, however long the list is.

A list of parameters costs SQLAlchemy some ten times as much as it costs the database.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Text, bindparam, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.sql.selectable import NamedFromClause


class JsonMembers(GenericFunction[Any]):
    """The rows that a JSON list has as members."""

    inherit_cache = True
    name = "json_members"


def members(name: str, of: ColumnElement[Any] | None = None) -> NamedFromClause:
    """Rows with one column, `value`: of the column `of`, or of a parameter that is called like the rows."""
    listed = bindparam(name, type_=Text) if of is None else type_coerce(of, Text)
    return JsonMembers(listed).table_valued("value").alias(name)


def as_list(values: Iterable[str | int]) -> str:
    """What such a parameter is given. PostgreSQL has no U+0000; nothing that is looked up holds one."""
    return msgspec.json.encode([value for value in values if isinstance(value, int) or "\0" not in value]).decode()


@compiles(JsonMembers, "sqlite")
def _in_sqlite(element: JsonMembers, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **more)})"


@compiles(JsonMembers, "postgresql")
def _in_postgresql(element: JsonMembers, compiler: SQLCompiler, **more: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **more)} AS json))"
