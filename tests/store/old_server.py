"""A server that says it is an old PostgreSQL, and nothing else."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


def _said(kind: bytes, body: bytes) -> bytes:
    return kind + (len(body) + 4).to_bytes(4, "big") + body


@asynccontextmanager
async def old_server(version: str) -> AsyncGenerator[int]:
    """The port where it listens until somebody came and left."""
    left = asyncio.Event()

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            size = int.from_bytes(await reader.readexactly(4), "big")
            body = await reader.readexactly(size - 4)
            if body[:4] != (80877103).to_bytes(4, "big"):  # who asks for TLS is told no, and asks on without
                break
            writer.write(b"N")
        settings = {"server_version": version, "client_encoding": "UTF8", "integer_datetimes": "on"}
        writer.write(_said(b"R", bytes(4)))
        for name, value in settings.items():
            writer.write(_said(b"S", f"{name}\0{value}\0".encode()))
        writer.write(_said(b"K", bytes(8)) + _said(b"Z", b"I"))
        await reader.readexactly(5)  # that somebody leaves
        writer.close()
        left.set()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await left.wait()
