"""The engine of bindings: a person says which session a post belongs to."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.post import Status
from backchannel.programme import Binding, Why
from backchannel.store.base import Bound
from backchannel.store.transactions import Transactions
from backchannel.store.turns import Turn
from backchannel.store.writing import lock_posts, write


class SqlBindings:
    """Bindings in a database: columns of the post."""

    def __init__(self, writing: Transactions, halls: Sequence[str]) -> None:
        self._writing = writing
        self._halls = tuple(halls)

    async def bind(self, key: str, session: str | None, at: datetime) -> Bound:
        """Say which session a post belongs to; what it is told anew changes nothing."""

        async def note(connection: AsyncConnection) -> Bound:
            post = (await lock_posts(connection, [key])).get(key)
            if post is None or post.status is Status.GONE:
                return Bound(None)
            after = replace(post, session=Binding(session or "", Why.PERSON))
            if after == post:
                return Bound(post)
            return Bound(after, await write(connection, [Turn(post, after)], at, self._halls))

        return await self._writing.run(note)
