"""The sockets' transport: what the application needs of it beyond ASGI.

It leans on uvicorn's inside, so the range of uvicorn is pinned and a test drives it against a real server.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, cast

from starlette.websockets import WebSocket
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.protocol import State

from backchannel.figures import Figures, Why
from backchannel.hub.telling import Passed
from backchannel.web.head import Head

ABORT: Final = "backchannel.abort"
DETACH: Final = "backchannel.detach"
HAND_ON: Final = "backchannel.hand_on"
INFLATE: Final = "backchannel.inflate"  # is offered where the client takes pressed messages
# Else the kernel alone keeps megabytes of stale posts for a client that does not read. It takes twice of this.
SEND_BUFFER: Final = 64 * 1024
ENDING: Final = frozenset({State.CLOSING, State.CLOSED})


class Turnstile(Protocol):
    """What answers plain handshakes of listeners at once; false where the application must."""

    def let_in(self, head: Head, comer: Any) -> bool:
        """Answer one."""
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections uvicorn may have, how long it waits for who says nothing, and what answers listeners."""

    connections: int = 1 << 30
    idle_s: float = 40.0
    figures: Figures = field(default_factory=Figures)
    turnstile: Turnstile | None = None


class ClientProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, with a small send buffer; it offers the application to end its transport, or to have it."""

    has_spoken = False

    def __init__(self, bounds: Bounds, **given: Any) -> None:
        super().__init__(**given)
        self._bounds = bounds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over from the HTTP side."""
        bound_buffer(transport)
        super().connection_made(cast(asyncio.Transport, transport))

    def data_received(self, data: bytes) -> None:
        """Read what the client sent: its handshake, and what it says after that."""
        self.has_spoken = self.handshake_initiated
        super().data_received(data)

    def keepalive_timeout(self) -> None:
        """A ping was not answered in time."""
        self._bounds.figures.ended[Why.SILENT] += 1
        super().keepalive_timeout()

    def handle_parser_exception(self) -> None:
        """What came is no WebSocket's, or too large to be taken in."""
        if self.conn.close_sent is not None and self.conn.close_sent.code == CloseCode.MESSAGE_TOO_BIG:
            self._bounds.figures.ended[Why.SIZE] += 1
        super().handle_parser_exception()

    def shutdown(self) -> None:
        """End it with the server. One that ends already by its client's word is let be: uvicorn fails there."""
        if self.conn.state in ENDING and not self.close_sent:
            self.stop_keepalive()
            self.transport.close()
        else:
            super().shutdown()

    async def run_asgi(self) -> None:
        """Run the application for this connection."""
        offered: dict[str, Any] = {ABORT: self.transport.abort, DETACH: self._detach}
        self.scope["extensions"] = {**(self.scope["extensions"] or {}), **offered}
        await super().run_asgi()

    def _detach(self, successor: asyncio.Protocol) -> bool:
        """Leave the connection to a successor for good; not where its client has already said something.

        uvicorn is left with a transport that is closed, and knows nothing of the connection any more.
        """
        if self.has_spoken or self.transport.is_closing():
            return False
        transport, self.transport = self.transport, _Closed()
        self.stop_keepalive()
        self.connections.discard(self)
        transport.set_protocol(successor)
        successor.connection_made(transport)
        return True


class _Closed(asyncio.Transport):
    """What is left to uvicorn of a connection that somebody else took over."""

    def is_closing(self) -> bool:
        return True

    def close(self) -> None:
        """It is."""


def bound_buffer(transport: asyncio.BaseTransport) -> None:
    """Have the system keep little of what a client has not read."""
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)


def detach(websocket: WebSocket, successor: asyncio.Protocol) -> bool:
    """Have a successor take an accepted connection over; False where the server at hand cannot do that."""
    take_over: Callable[[asyncio.Protocol], bool] | None = websocket.scope.get("extensions", {}).get(DETACH)
    return take_over is not None and take_over(successor)


def pass_on(websocket: WebSocket) -> Passed | None:
    """Have a connection that is not yet answered for another process; None where the server at hand cannot do that."""
    let_go: Callable[[], Passed | None] | None = websocket.scope.get("extensions", {}).get(HAND_ON)
    return None if let_go is None else let_go()


def can_inflate(websocket: WebSocket) -> bool:
    """Whether a client takes pressed messages."""
    return INFLATE in websocket.scope.get("extensions", {})


async def abort(websocket: WebSocket) -> None:
    """End a connection whose client does not read: a close frame would wait behind all that it did not read."""
    if end := websocket.scope["extensions"].get(ABORT):
        end()
    else:
        await websocket.close()
