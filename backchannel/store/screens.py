"""The engine of screens and of the codes that pair them."""

import secrets
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.screen import CODE_LASTS, Pairing, Screen
from backchannel.stage import Layout, Panic
from backchannel.store.tables import pairings, screens
from backchannel.store.transactions import Transactions

# Codes at once: whoever opens a screen's page gets one, and needs no badge for it. With few, one script could keep all
# of them; and with so many, one in two millions that are typed wrong is somebody's.
OPEN_MAX: Final = 10_000
REMEMBERED: Final = timedelta(hours=1)  # so long a code that ran out is told from one that never was

_STANDING: Final = select(screens).where(screens.c.secret_hash.is_not(None))


class SqlScreens:
    """Screens in a database."""

    def __init__(self, writing: Transactions, reading: Transactions) -> None:
        self._writing = writing
        self._reading = reading

    async def offer(self, code: str, secret_hash: str, at: datetime) -> bool:
        """Keep a code, unless it is taken or too many are open."""

        async def keep(connection: AsyncConnection) -> bool:
            await connection.execute(delete(pairings).where(pairings.c.until < at - REMEMBERED))
            opened = await connection.scalar(select(func.count()).select_from(pairings).where(pairings.c.until > at))
            taken = await connection.scalar(select(pairings.c.code).where(pairings.c.code == code))
            if taken is not None or (opened or 0) >= OPEN_MAX:
                return False
            row = {"code": code, "secret_hash": secret_hash, "until": at + CODE_LASTS}
            await connection.execute(insert(pairings).values(row))
            return True

        return await self._writing.run(keep)

    async def pair(self, code: str, screen: Screen, by: str, at: datetime) -> tuple[Pairing, Screen | None]:
        """Make a screen of whoever shows a code."""

        async def make(connection: AsyncConnection) -> tuple[Pairing, Screen | None]:
            offered = select(pairings).where(pairings.c.code == code).with_for_update()
            found = (await connection.execute(offered)).one_or_none()
            if found is None or found.until <= at:
                return Pairing.UNKNOWN if found is None else Pairing.EXPIRED, None
            known = await _one(connection, screens.c.secret_hash == found.secret_hash)
            namesake = await _one(connection, screens.c.name == screen.name)
            if known or namesake:
                return Pairing.PAIRED if known else Pairing.NAMED, known or namesake
            made = replace(screen, id=secrets.token_hex(8))
            row = _row(made) | {"secret_hash": found.secret_hash, "by": by, "at": at}
            await connection.execute(insert(screens).values(row))
            await connection.execute(delete(pairings).where(pairings.c.secret_hash == found.secret_hash))
            return Pairing.DONE, made

        return await self._writing.run(make)

    async def find(self, secret_hash: str) -> Screen | None:
        """Which screen a secret proves."""
        return await self._reading.run(lambda connection: _one(connection, screens.c.secret_hash == secret_hash))

    async def all(self) -> tuple[Screen, ...]:
        """Every screen that is paired."""
        listed = _STANDING.order_by(screens.c.hall, screens.c.name, screens.c.id)

        async def read(connection: AsyncConnection) -> tuple[Screen, ...]:
            return tuple(map(_screen, (await connection.execute(listed)).mappings()))

        return await self._reading.run(read)

    async def change(self, screen: Screen) -> Pairing:
        """Put a screen in the place of what it was."""
        mine = (screens.c.id == screen.id, screens.c.secret_hash.is_not(None))

        async def put(connection: AsyncConnection) -> Pairing:
            namesake = await _one(connection, screens.c.name == screen.name)
            if namesake is not None and namesake.id != screen.id:
                return Pairing.NAMED
            changed = await connection.execute(update(screens).where(*mine).values(_row(screen)))
            return Pairing.DONE if changed.rowcount else Pairing.UNKNOWN

        return await self._writing.run(put)

    async def end(self, screen_id: str) -> bool:
        """Unpair a screen."""
        mine = (screens.c.id == screen_id, screens.c.secret_hash.is_not(None))
        ended = update(screens).where(*mine).values(secret_hash=None)

        async def unpair(connection: AsyncConnection) -> bool:
            return (await connection.execute(ended)).rowcount > 0

        return await self._writing.run(unpair)


async def _one(connection: AsyncConnection, which: Any) -> Screen | None:
    row = (await connection.execute(_STANDING.where(which).limit(1))).mappings().one_or_none()
    return None if row is None else _screen(row)


def _row(screen: Screen) -> dict[str, Any]:
    return asdict(screen)


def _screen(row: RowMapping) -> Screen:
    layout = None if row["layout"] is None else Layout(row["layout"])
    said = {name: row[name] for name in ("id", "name", "hall", "reloads", "shows")}
    return Screen(**said, layout=layout, panic=Panic(row["panic"]))
