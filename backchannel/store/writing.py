"""Writing turns: posts, decisions and numbered updates, inside a transaction that the caller opened.

Order of locks, the same everywhere: posts by key, stages by hall, then counters by stream. Counters come as late as
can be, since whoever holds one makes every other writer of that stream wait.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Post, Status
from backchannel.store.likenesses import index
from backchannel.store.members import as_list, members
from backchannel.store.picture_uses import throw_away
from backchannel.store.rows import WHOLE, first_row_of, post_of, row_of
from backchannel.store.sightings import forget
from backchannel.store.stage_rows import let_go, update_row
from backchannel.store.tables import decisions, log, notes, posts, receipts, streams, votes
from backchannel.store.turns import Turn
from backchannel.updates import DESK, Change, Kind, changes, hall_stream

_keys: Final = members("keys")
_LOCKED: Final = (
    select(*WHOLE).join_from(_keys, posts, posts.c.key == _keys.c.value).order_by(posts.c.key).with_for_update(of=posts)
)


async def lock_posts(connection: AsyncConnection, keys: Collection[str]) -> dict[str, Post]:
    """The posts that exist, by key, locked in key order until the transaction ends."""
    rows = await connection.execute(_LOCKED, {"keys": as_list(set(keys))})
    return {row["key"]: post_of(row) for row in rows.mappings()}


async def write(
    connection: AsyncConnection, turns: Sequence[Turn], at: datetime, halls: Sequence[str], act: str | None = None
) -> frozenset[str]:
    """Write turns in their order, and name the streams that have news; `act` is what their decisions are part of."""
    told = [(turn, changes(turn.before, turn.after, halls)) for turn in turns]
    turned = await let_go(connection, _dropped(told))
    counts = Counter(change.stream for _, changed in told for change in changed)
    counts.update(stream for stage in turned for stream in (DESK, hall_stream(stage.hall)))
    numbers = await take(connection, counts)
    standing: dict[str, Post] = {}
    updates: list[dict[str, Any]] = []
    for turn, changed in told:
        given = {change.stream: next(numbers[change.stream]) for change in changed}
        standing[turn.after.key] = _placed(turn, standing.get(turn.after.key), given.get(DESK, 0))
        updates += [
            {
                "stream": change.stream,
                "seq": given[change.stream],
                "kind": change.kind.value,
                "post_key": turn.after.key,
                "version": turn.after.version,
                "at": at,
            }
            for change in changed
        ]
    updates += [
        update_row(stream, next(numbers[stream]), stage, at)
        for stage in turned
        for stream in (DESK, hall_stream(stage.hall))
    ]
    await _write_posts(connection, turns, standing)
    if updates:
        await connection.execute(insert(log), updates)
    if decided := [_decision_row(turn, act) for turn in turns if turn.is_decision]:
        await connection.execute(insert(decisions), decided)
    return frozenset(counts)


async def take(connection: AsyncConnection, counts: Mapping[str, int]) -> dict[str, Iterator[int]]:
    """The next numbers of each stream, as many as counted; nobody else can take any before the transaction ends."""
    named = select(streams).where(streams.c.name.in_(counts)).order_by(streams.c.name).with_for_update()
    last = {row.name: row.seq for row in await connection.execute(named)}
    if raised := [{"of_name": name, "seq": seq + counts[name]} for name, seq in last.items()]:
        await connection.execute(update(streams).where(streams.c.name == bindparam("of_name")), raised)
    if first := [{"name": name, "seq": many} for name, many in sorted(counts.items()) if name not in last]:
        await connection.execute(insert(streams), first)
    return {name: count(last.get(name, 0) + 1) for name in counts}


def _dropped(told: Sequence[tuple[Turn, Sequence[Change]]]) -> dict[str, set[str]]:
    """The posts that leave each stream."""
    dropped: dict[str, set[str]] = {}
    for turn, changed in told:
        for change in changed:
            if change.kind is Kind.DROP:
                dropped.setdefault(change.stream, set()).add(turn.after.key)
    return dropped


def _placed(turn: Turn, earlier: Post | None, number: int) -> Post:
    """The post after a turn, with its places in the queue and in the other lists.

    A post that nobody was told of has none: its number is 0.
    """
    before = earlier or turn.before
    if before is None or before.arrived == 0:
        return replace(turn.after, arrived=number, moved=number)
    return replace(turn.after, arrived=before.arrived, moved=number if turn.moves else before.moved)


async def _write_posts(connection: AsyncConnection, turns: Sequence[Turn], standing: dict[str, Post]) -> None:
    network_ids = {turn.after.key: turn.network_id for turn in turns if turn.before is None}
    # In key order: where two nodes meet the same new posts at once, neither may wait for the other in a circle.
    if new := [first_row_of(standing[key], network_ids[key]) for key in sorted(network_ids)]:
        await connection.execute(insert(posts), new)
    known = [row_of(post) for key, post in standing.items() if key not in network_ids]
    if changed := [row | {"of_key": row.pop("key")} for row in known]:
        await connection.execute(update(posts).where(posts.c.key == bindparam("of_key")), changed)
    if gone := [post.key for key, post in standing.items() if post.status is Status.GONE and key not in network_ids]:
        await connection.execute(
            update(posts).where(posts.c.key == bindparam("of_key")).values(network_id=None),
            [{"of_key": key} for key in gone],
        )
        await forget(connection, gone)
        await throw_away(connection, gone)
        for beside in (notes, votes, receipts):
            erased = delete(beside).where(beside.c.post_key == bindparam("of_key"))
            await connection.execute(erased, [{"of_key": key} for key in gone])
    await index(connection, turns, standing)


def _decision_row(turn: Turn, act: str | None) -> dict[str, Any]:
    after = turn.after
    if after.decision is None:
        raise ValueError(after.key)
    # A verdict finds in the queue what stood nowhere before, a new post or a copy. Only a person takes a copy out.
    before = turn.before.status if turn.before else Status.QUEUED
    if before is Status.COPY and after.status is not Status.QUEUED:
        before = Status.QUEUED
    return {
        "post_key": after.key,
        "version": after.version,
        "verb": after.decision.verb.value,
        "before": before.value,
        "after": after.status.value,
        "by": after.decision.by,
        "reason": after.decision.reason,
        "halls": after.halls,
        "at": after.decision.at,
        "act": act,
    }
