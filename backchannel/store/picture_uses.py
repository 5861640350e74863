"""Which posts show a picture: what nobody shows any more is thrown away, in the transaction that ends its last use."""

from collections.abc import Collection

from sqlalchemy import Delete, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.store.parts import in_parts
from backchannel.store.tables import picture_uses, pictures


async def throw_away(connection: AsyncConnection, keys: Collection[str]) -> None:
    """End every use of a picture by these posts."""
    for part in in_parts(keys):
        await end(connection, delete(picture_uses).where(picture_uses.c.post_key.in_(part)))


async def end(connection: AsyncConnection, uses: Delete) -> None:
    """End uses, and throw away the pictures that have no other."""
    ended = set(await connection.scalars(uses.returning(picture_uses.c.name)))
    for part in in_parts(ended):
        in_use = select(picture_uses.c.name).where(picture_uses.c.name.in_(part))
        await connection.execute(delete(pictures).where(pictures.c.name.in_(part), pictures.c.name.not_in(in_use)))
