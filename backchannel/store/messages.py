"""The engine of messages: lines to the stages."""

import secrets
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.store.base import Message
from backchannel.store.tables import messages
from backchannel.store.transactions import Transactions


class SqlMessages:
    """Messages in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def send(self, hall: str, by: str, text: str, at: datetime) -> Message:
        """Keep a line."""
        message = Message(secrets.token_hex(8), hall, by, text, at)
        kept = insert(messages).values(id=message.id, hall=hall, by=by, text=text, at=at)
        await self._writing.run(lambda connection: connection.execute(kept))
        return message

    async def latest(self, hall: str, limit: int) -> tuple[Message, ...]:
        """The last lines to a hall."""
        listed = select(messages).where(messages.c.hall == hall).order_by(messages.c.at.desc(), messages.c.id)

        async def read(connection: AsyncConnection) -> tuple[Message, ...]:
            return tuple(map(_message, (await connection.execute(listed.limit(limit))).mappings()))

        return await self._reading.run(read)

    async def acknowledge(self, hall: str, message_id: str, by: str, at: datetime) -> Message | None:
        """Note who took note of a line, unless somebody did before."""
        mine = (messages.c.id == message_id, messages.c.hall == hall)
        got = update(messages).where(*mine, messages.c.got_at.is_(None)).values(got_by=by, got_at=at)

        async def note(connection: AsyncConnection) -> Message | None:
            await connection.execute(got)
            row = (await connection.execute(select(messages).where(*mine))).mappings().one_or_none()
            return None if row is None else _message(row)

        return await self._writing.run(note)


def _message(row: RowMapping) -> Message:
    return Message(row["id"], row["hall"], row["by"], row["text"], row["at"], row["got_by"] or "", row["got_at"])
