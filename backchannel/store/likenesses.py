"""The index of likeness: where to look for posts that say nearly the same, inside a transaction that the caller opened.

Invariant, tested: it holds the bands of all posts that stand by themselves, and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, bindparam, cast, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Post, Status
from backchannel.store.base import Arrival
from backchannel.store.columns import Instant
from backchannel.store.members import as_list, members
from backchannel.store.tables import likenesses, posts
from backchannel.store.turns import Turn

WITHIN: Final = timedelta(hours=48)
NEWEST: Final = 10  # of each band: whoever floods one makes nobody slower
STANDING: Final = [status.value for status in Status if status not in {Status.GONE, Status.COPY}]

_asked: Final = members("asked")
_placed: Final = (
    select(
        likenesses.c.arrived,
        func.row_number().over(partition_by=likenesses.c.band, order_by=likenesses.c.arrived.desc()).label("place"),
    )
    .join_from(_asked, likenesses, likenesses.c.band == cast(_asked.c.value, BigInteger))
    .subquery()
)
_NEIGHBOURS: Final = (
    select(posts.c.key)
    .join_from(_placed, posts, posts.c.arrived == _placed.c.arrived)
    .where(
        _placed.c.place <= NEWEST,
        posts.c.status.in_(STANDING),
        posts.c.received_at >= bindparam("since", type_=Instant),
    )
    .distinct()
)
_LEAVE: Final = delete(likenesses).where(
    likenesses.c.band == bindparam("of_band"), likenesses.c.arrived == bindparam("of_arrived")
)


async def neighbours(connection: AsyncConnection, arrivals: Iterable[Arrival], at: datetime) -> set[str]:
    """The keys of the posts of late that some of these may be copies of."""
    bands = {band for arrival in arrivals for band in arrival.bands}
    if not bands:
        return set()
    return set(await connection.scalars(_NEIGHBOURS, {"asked": as_list(bands), "since": at - WITHIN}))


async def index(connection: AsyncConnection, turns: Sequence[Turn], standing: Mapping[str, Post]) -> None:
    """Bring the index to where turns brought the posts."""
    before = {turn.after.key: turn.before for turn in reversed(turns)}
    was = {row for post in before.values() for row in _rows(post)}
    now = {row for post in standing.values() for row in _rows(post)}
    # In the order of the key: where two nodes meet the same posts at once, neither may wait for the other in a circle.
    if left := sorted(was - now):
        await connection.execute(_LEAVE, [{"of_band": band, "of_arrived": arrived} for band, arrived in left])
    if new := sorted(now - was):
        await connection.execute(insert(likenesses), [{"band": band, "arrived": arrived} for band, arrived in new])


def _rows(post: Post | None) -> Iterable[tuple[int, int]]:
    return ((band, post.arrived) for band in post.bands) if post and post.stands else ()
