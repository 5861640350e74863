"""The engine of the record: the log of decisions, each with what came before and after it, joined with its post."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, Subquery, and_, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import RULE, Decision, Status, Verb
from backchannel.record import Move, Recorded, RecordPage, RecordQuery, Share
from backchannel.service import Flow
from backchannel.store.base import PAGE_MAX
from backchannel.store.columns import Instant
from backchannel.store.flow import read_flow
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.tables import decisions, posts
from backchannel.store.transactions import Transactions

PLACE: Final = (decisions.c.at, decisions.c.post_key, decisions.c.version)
earlier: Final = decisions.alias("earlier")
later: Final = decisions.alias("later")
beside: Final = decisions.alias("beside")  # another decision of the same act, or on the same post
since: Final = decisions.alias("since")

IS_FIRST_OF_TWO: Final = (decisions.c.verb == Verb.APPROVE.value) & (decisions.c.after != Status.APPROVED.value)


class SqlRecord:
    """The record in a database. `halls` are the slugs of all halls."""

    def __init__(self, reading: Transactions, halls: Sequence[str]) -> None:
        self._reading = reading
        self._halls = tuple(halls)

    async def decisions(self, query: RecordQuery) -> RecordPage:
        """A page of the record."""
        limit = min(query.limit, PAGE_MAX)
        page = _page(query).limit(limit + 1).subquery("page")

        async def read(connection: AsyncConnection) -> RecordPage:
            rows = (await connection.execute(_told(page, query))).mappings().all()
            shown = tuple(_recorded(row) for row in rows[:limit])
            return RecordPage(shown, shown[-1].place if len(rows) > limit else None)

        return await self._reading.run(read)

    async def shares(self, since: datetime | None = None) -> tuple[Share, ...]:
        """How many posts each verb, reason and person had the last word on."""
        by = (decisions.c.verb, decisions.c.reason, decisions.c.by)
        counted = (
            select(*by, func.count().label("posts"))
            .where(_is_last(decisions), ~IS_FIRST_OF_TWO, decisions.c.verb != Verb.FORGET.value)
            .group_by(*by)
            .order_by(*by)
        )
        if since is not None:
            counted = counted.where(decisions.c.at >= since)

        async def read(connection: AsyncConnection) -> tuple[Share, ...]:
            rows = await connection.execute(counted)
            return tuple(Share(Verb(row.verb), row.reason, row.by, row.posts) for row in rows)

        return await self._reading.run(read)

    async def flow(self, at: datetime) -> Flow:
        """How posts came and were decided in the hour before a moment, and what waits."""
        return await self._reading.run(lambda connection: read_flow(connection, at, self._halls))


def _page(query: RecordQuery) -> Select[Any]:
    """The decisions alone: what is joined to them is read for those of the page only."""
    page = select(decisions).where(*_wanted(query)).order_by(*_in_order(PLACE, query))
    if query.place is None:
        return page
    place = tuple_(literal(query.place.at, Instant()), query.place.key, query.place.version)
    return page.where(tuple_(*PLACE) > place if query.oldest_first else tuple_(*PLACE) < place)


def _in_order(place: tuple[ColumnElement[Any], ...], query: RecordQuery) -> list[ColumnElement[Any]]:
    return [column.asc() if query.oldest_first else column.desc() for column in place]


def _wanted(query: RecordQuery) -> list[ColumnElement[bool]]:
    equal = (
        (decisions.c.post_key, query.post or None),
        (decisions.c.act, query.act or None),
        (decisions.c.verb, query.verb and query.verb.value),
        (decisions.c.reason, query.reason),
    )
    wanted: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if query.by:
        by_a_rule = decisions.c.by.startswith(f"{RULE}: ")
        wanted.append(or_(decisions.c.by == query.by, by_a_rule) if query.by == RULE else decisions.c.by == query.by)
    if query.since is not None:
        wanted.append(decisions.c.at >= query.since)
    if query.until is not None:
        wanted.append(decisions.c.at <= query.until)
    if _is_folded(query):
        sooner = select(beside.c.version).where(
            beside.c.act == decisions.c.act, beside.c.post_key < decisions.c.post_key
        )
        wanted.append(or_(decisions.c.act.is_(None), ~sooner.exists()))
    return wanted


def _is_folded(query: RecordQuery) -> bool:
    return query.folded and not query.post and not query.act


def _told(page: Subquery, query: RecordQuery) -> Select[Any]:
    """The decisions of a page with all that is told of them."""
    before = select(func.max(beside.c.version)).where(beside.c.post_key == page.c.post_key)
    after = select(func.min(since.c.version)).where(since.c.post_key == page.c.post_key)
    came = page.join(posts, posts.c.key == page.c.post_key, isouter=True)
    came = came.join(earlier, _is_version(earlier, page, before.where(beside.c.version < page.c.version)), isouter=True)
    came = came.join(later, _is_version(later, page, after.where(since.c.version > page.c.version)), isouter=True)
    told = select(
        *(column.label(f"its_{column.name}") for column in page.c),
        *(column.label(f"earlier_{column.name}") for column in earlier.c),
        *(column.label(f"later_{column.name}") for column in later.c),
        *_counted(page, folded=_is_folded(query)),
        *WHOLE,
    )
    return told.select_from(came).order_by(*_in_order((page.c.at, page.c.post_key, page.c.version), query))


def _is_version(table: FromClause, page: Subquery, version: Select[tuple[int]]) -> ColumnElement[bool]:
    return and_(table.c.post_key == page.c.post_key, table.c.version == version.scalar_subquery())


def _counted(page: Subquery, *, folded: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """How many decisions an act has, and how many of them can still be taken back; 1 where nothing is folded."""
    if not folded:
        return literal(1).label("together"), literal(1).label("standing")
    mine = beside.c.act == page.c.act
    together = select(func.count()).select_from(beside).where(mine)
    alive = select(posts.c.key).where(posts.c.key == beside.c.post_key, posts.c.status != Status.GONE.value)
    standing = together.where(_is_last(beside), alive.exists())
    return together.scalar_subquery().label("together"), standing.scalar_subquery().label("standing")


def _is_last(table: FromClause) -> ColumnElement[bool]:
    """Whether nothing was decided on the post since."""
    newer = select(since.c.version).where(since.c.post_key == table.c.post_key, since.c.version > table.c.version)
    return ~newer.exists()


def _recorded(row: RowMapping) -> Recorded:
    post = None if row["key"] is None or row["status"] == Status.GONE.value else post_of(row)
    by, verb, reason, at = (row[f"later_{name}"] for name in ("by", "verb", "reason", "at"))
    return Recorded(
        key=row["its_post_key"],
        version=row["its_version"],
        decision=Decision(row["its_by"], Verb(row["its_verb"]), row["its_reason"], row["its_at"]),
        before=Status(row["its_before"]),
        after=Status(row["its_after"]),
        halls=row["its_halls"],
        act=row["its_act"] or "",
        together=row["together"] or 1,
        standing=row["standing"] if row["its_act"] else 1,
        earlier=_earlier(row),
        later=None if by is None else Decision(by, Verb(verb), reason, at),
        post=post,
    )


def _earlier(row: RowMapping) -> Move | None:
    if row["earlier_verb"] is None:
        return None
    return Move(Verb(row["earlier_verb"]), row["earlier_reason"], row["earlier_halls"])
