"""Carrying an order out: the steps of its posts, and of the posts that lose a copy by it."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.concern import Concern
from backchannel.post import Order, Post, Result, Verb
from backchannel.store.tables import posts
from backchannel.store.turns import Turn, ordered


async def touched(connection: AsyncConnection, order: Order) -> set[str]:
    """The keys of all posts that an order may touch: its own, and those whose copies become posts of their own."""
    if order.verb is not Verb.RESTORE:
        return set(order.posts)
    firsts = select(posts.c.copy_of).where(posts.c.key.in_(order.posts), posts.c.copy_of.is_not(None))
    return {*order.posts, *await connection.scalars(firsts)}


def carry_out(
    found: Mapping[str, Post], order: Order, at: datetime, two_people: Collection[Concern] = ()
) -> tuple[Mapping[str, Post | Result], tuple[Turn, ...]]:
    """What became of each post that was found, and the steps in order of arrival."""
    standing = dict(found)
    results: dict[str, Post | Result] = {}
    turns: list[Turn] = []

    def turn(after: Post) -> None:
        turns.append(Turn(standing[after.key], after))
        standing[after.key] = after

    in_order = sorted(
        (found[key] for key in set(order.posts) & found.keys()), key=lambda post: (post.arrived, post.key)
    )
    for post in in_order:
        after = results[post.key] = ordered(standing[post.key], order, at, two_people)
        if isinstance(after, Result):
            continue
        turn(after)
        first = standing.get(post.copy_of)
        if first is not None and first.stands:
            turn(replace(first, similar=first.similar - 1))
    return results, tuple(turns)
