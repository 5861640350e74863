"""A stage as a row of `stages`, and what a stage must let go when a post leaves its hall."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.stage import Layout, Panic, Relief, Stage
from backchannel.store.tables import stages
from backchannel.updates import Kind, hall_stream

LET_GO: Final = ("version", "spotlight", "on_air", "next", "lined_up")


def row_of(stage: Stage) -> dict[str, Any]:
    """The columns of a stage."""
    return asdict(stage)


def stage_of(row: RowMapping) -> Stage:
    """The stage that a row of `stages` holds."""
    states = {"layout": Layout(row["layout"]), "panic": Panic(row["panic"]), "relief": Relief(row["relief"])}
    return Stage(**(dict(row) | states))


def update_row(stream: str, seq: int, stage: Stage, at: datetime) -> dict[str, Any]:
    """The row of the log that says a stage turned."""
    kind, key = Kind.STAGE.value, stage.hall
    return {"stream": stream, "seq": seq, "kind": kind, "post_key": key, "version": stage.version, "at": at}


async def read_stages(connection: AsyncConnection) -> dict[str, Stage]:
    """The stages that ever turned, by hall."""
    rows = await connection.execute(select(stages))
    return {row["hall"]: stage_of(row) for row in rows.mappings()}


async def let_go(connection: AsyncConnection, dropped: Mapping[str, Collection[str]]) -> list[Stage]:
    """Take posts that leave a hall's stream off its stage, inside a transaction that holds them; the stages changed."""
    if not dropped:
        return []
    locked = await connection.execute(select(stages).order_by(stages.c.hall).with_for_update())
    turned: list[Stage] = []
    for stage in map(stage_of, locked.mappings()):
        after = stage.without(set(dropped.get(hall_stream(stage.hall), ())))
        if after != stage:
            turned.append(replace(after, version=stage.version + 1))
    if turned:
        rows = [{f"of_{name}": value for name, value in row_of(stage).items()} for stage in turned]
        held: dict[str, Any] = {name: bindparam(f"of_{name}") for name in LET_GO}
        await connection.execute(update(stages).where(stages.c.hall == bindparam("of_hall")).values(held), rows)
    return turned
