"""The sockets' transport: what the application needs of it beyond ASGI.

It leans on uvicorn's inside, so the range of uvicorn is pinned and a test drives it against a real server.
"""

import asyncio
import socket
from typing import Final, cast

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

ABORT: Final = "backchannel.abort"
# Else the kernel alone keeps megabytes of stale posts for a client that does not read.
SEND_BUFFER: Final = 128 * 1024


class ClientProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, with a small send buffer, that offers the end of its transport to the application."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over from the HTTP side."""
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        super().connection_made(cast(asyncio.Transport, transport))

    async def run_asgi(self) -> None:
        """Run the application for this connection."""
        self.scope["extensions"] = {**(self.scope["extensions"] or {}), ABORT: self.transport.abort}  # type: ignore[dict-item]
        await super().run_asgi()


async def abort(websocket: WebSocket) -> None:
    """End a connection whose client does not read: a close frame would wait behind all that it did not read."""
    if end := websocket.scope["extensions"].get(ABORT):
        end()
    else:
        await websocket.close()
