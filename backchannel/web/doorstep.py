"""The doorstep: the first look at a connection. Who comes to listen is let in by the turnstile, or goes on to HTTP.

uvicorn would make a parser and a dozen objects for a connection that leaves it at once; that was half of what a phone's
coming costs. Like `transport`, this leans on uvicorn's inside: its range is pinned, and tests drive it.
"""

import asyncio
import os
from typing import Any, Final, cast

from uvicorn.protocols.utils import get_local_addr, is_ssl

from backchannel.figures import Why
from backchannel.hub.telling import Passed
from backchannel.hub.viewer import Viewer
from backchannel.web.handshake import RequestProtocol, denial
from backchannel.web.head import Head, head_of
from backchannel.web.transport import Bounds, bound_buffer

FULL: Final = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Doorstep(asyncio.Protocol):
    """A connection that has said nothing yet. There may be only so many, and silent ones are not waited for long."""

    def __init__(self, bounds: Bounds, **given: Any) -> None:
        self._bounds = bounds
        self._given = given
        self._connections = given["server_state"].connections
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection in; where there are too many, files would be missing for what is open already."""
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)
        if len(self._connections) > self._bounds.connections:
            self._bounds.figures.refused[Why.FILES] += 1
            self._transport.write(FULL)
            self._transport.close()
        else:
            self._patience = asyncio.get_running_loop().call_later(self._bounds.idle_s, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left."""
        self._leave()

    def data_received(self, data: bytes) -> None:
        """Let a listener in; everybody else goes on to HTTP."""
        self._leave()
        turnstile = self._bounds.turnstile
        if turnstile is not None:
            head = head_of(data, {"scheme": "wss" if is_ssl(self._transport) else "ws"})
            if head is not None:
                if "origin" in head.headers:
                    head.scope["server"] = get_local_addr(self._transport)
                if turnstile.let_in(head, self):
                    return
        http = RequestProtocol(self._bounds, **self._given)
        self._transport.set_protocol(http)
        http.connection_made(self._transport)
        http.data_received(data)

    def shutdown(self) -> None:
        """The server ends."""
        self._transport.close()

    def seat(self, viewer: Viewer) -> bool:
        """Leave the connection to a viewer, which is still to be told that it was accepted; false where it left."""
        if self._transport.is_closing():
            return False
        bound_buffer(self._transport)
        self._transport.set_protocol(viewer)
        viewer.connection_made(self._transport)
        return True

    def pass_on(self, head: Head) -> Passed | None:
        """Leave the connection to another process, its answer included; here it is closed, and not shut down."""
        if self._transport.is_closing() or is_ssl(self._transport):  # of TLS only this process knows the keys
            return None
        bound_buffer(self._transport)
        descriptor = os.dup(self._transport.get_extra_info("socket").fileno())
        self._transport.close()
        return Passed(descriptor, head.accepted)

    def refuse(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Refuse a listener, and end its connection."""
        self._transport.write(denial(status, headers, body))
        self._transport.close()

    def _leave(self) -> None:
        self._connections.discard(self)
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        """The first word did not come."""
        self._bounds.figures.ended[Why.SILENT] += 1
        self._transport.close()
