"""Handshakes of clients that only listen: answered as they stand in the request, and the connection handed on.

uvicorn would write the request out again, have the websockets package read it anew, and keep a state machine for a
connection that leaves it at once; that was two thirds of what a phone's coming costs. Whatever is not a plain handshake
goes that way still. Like `transport`, this leans on uvicorn's inside: its range is pinned, and tests drive it.
"""

import asyncio
import binascii
import logging
from base64 import b64decode
from collections import Counter
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import unquote

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.utils import accept_key

from backchannel.figures import Why
from backchannel.web.transport import DETACH, INFLATE, Bounds, bound_buffer

LISTENERS: Final = (b"/feed/phone", b"/feed/posts")
HEAD_MAX: Final = 64 * 1024
# Neither side remembers what it said before: so a message is pressed once for all.
PRESSED: Final = b"permessage-deflate; server_no_context_takeover; client_no_context_takeover"
FULL: Final = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_LONG: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

Message = MutableMapping[str, Any]

log = logging.getLogger("uvicorn.error")


class RequestProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, with bounds: how many there are, and what a client may send, and how long, before it asks."""

    _head = 0
    _patience: asyncio.TimerHandle | None = None

    def __init__(self, bounds: Bounds, **given: Any) -> None:
        super().__init__(**given)
        self._bounds = bounds

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection in; where there are too many, files would be missing for what is open already."""
        super().connection_made(transport)
        if len(self.connections) > self._bounds.connections:
            self._bounds.figures.refused[Why.FILES] += 1
            transport.write(FULL)
            transport.close()
        else:
            self._patience = self.loop.call_later(self._bounds.idle_s, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client left."""
        self._be_patient()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Another request begins."""
        super().on_message_begin()
        if self._patience is None:
            self._patience = self.loop.call_later(self._bounds.idle_s, self._give_up)

    def _be_patient(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        """The head of a request did not come."""
        self._bounds.figures.ended[Why.SILENT] += 1
        self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Read on; a head of a request that does not end is not waited for."""
        self._head += len(data)
        super().data_received(data)
        if self._head > HEAD_MAX and not self.transport.is_closing():
            self.transport.write(TOO_LONG)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """The head is here; what follows is bounded by the application."""
        self._head = 0
        self._be_patient()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """More of a body, which is no head."""
        self._head = 0
        super().on_body(body)

    def handle_websocket_upgrade(self) -> None:
        """Answer a listener's handshake ourselves."""
        path, _, query = self.url.partition(b"?")
        key = _key_of(self.scope["method"], self.scope["http_version"], self.headers) if path in LISTENERS else ""
        if not key:
            super().handle_websocket_upgrade()
            return
        self.connections.discard(self)
        handshake = Handshake(self, key, path, query)
        self.transport.set_protocol(handshake)
        task = self.loop.create_task(handshake.run(self.app), name="handshake")
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)
        self.parser = None  # type: ignore[assignment] # it names this protocol, and would keep it until the garbage collector comes


class Handshake(asyncio.Protocol):
    """A connection between its request and its viewer, or its refusal."""

    def __init__(self, http: HttpToolsProtocol, key: str, path: bytes, query: bytes) -> None:
        self._transport = http.transport
        bound_buffer(self._transport)
        self._connections = http.connections
        self._connections.add(cast(Any, self))
        self._key = key
        self._presses = _may_press(http.headers)
        self._early = b""
        self._is_connected = False
        self._is_answered = False
        self._is_lost = asyncio.Event()
        offered: dict[str, Any] = {"websocket.http.response": {}, DETACH: self._detach}
        if self._presses:
            offered[INFLATE] = {}
        self._scope = {
            **http.scope,
            "type": "websocket",
            "asgi": {"version": http.asgi_version, "spec_version": "2.4"},
            "scheme": "wss" if http.scheme == "https" else "ws",
            "path": http.root_path + unquote(path.decode("ascii")),
            "raw_path": http.root_path.encode("ascii") + path,
            "query_string": query,
            "subprotocols": [],
            "extensions": offered,
        }

    def data_received(self, data: bytes) -> None:
        """What comes before the answer is kept for the viewer; it is not waited for more than a control frame of it."""
        self._early += data
        if len(self._early) > HEAD_MAX:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client did not wait."""
        self._connections.discard(cast(Any, self))
        self._is_lost.set()

    def shutdown(self) -> None:
        """The server ends."""
        self._transport.close()

    async def run(self, app: Any) -> None:
        """Have the application answer."""
        try:
            await app(self._scope, self._receive, self._send)
        except Exception:
            log.exception("Exception in ASGI application")
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, [], b"")
        finally:
            self._connections.discard(cast(Any, self))
            if not self._transport.is_closing() and self._transport.get_protocol() is self:
                self._transport.close()
            self._scope.clear()  # it names this handshake, and would keep it until the garbage collector comes

    async def _receive(self) -> Message:
        if not self._is_connected:
            self._is_connected = True
            return {"type": "websocket.connect"}
        await self._is_lost.wait()
        return {"type": "websocket.disconnect", "code": 1006}

    async def _send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            self._answer(HTTPStatus.SWITCHING_PROTOCOLS, self._accepting(message), b"")
        elif kind == "websocket.close":
            self._answer(HTTPStatus.FORBIDDEN, [], b"")
        elif kind == "websocket.http.response.start":
            self._refusal = HTTPStatus(message["status"]), list(message.get("headers", []))
        elif kind == "websocket.http.response.body":
            self._answer(*self._refusal, message.get("body", b""))
        else:
            msg = f"{kind}: this connection can only be handed on"
            raise RuntimeError(msg)

    def _accepting(self, message: Message) -> list[tuple[bytes, bytes]]:
        return [
            (b"upgrade", b"websocket"),
            (b"connection", b"Upgrade"),
            (b"sec-websocket-accept", accept_key(self._key).encode("ascii")),
            *([(b"sec-websocket-extensions", PRESSED)] if self._presses else []),
            *message.get("headers", []),
        ]

    def _answer(self, status: HTTPStatus, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        if self._is_answered or self._transport.is_closing():
            return
        self._is_answered = True
        lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode("ascii")]
        lines += [name + b": " + value for name, value in headers]
        if status is not HTTPStatus.SWITCHING_PROTOCOLS:
            if not any(name.lower() == b"content-length" for name, _ in headers):
                lines.append(b"content-length: " + str(len(body)).encode("ascii"))
            lines.append(b"connection: close")
        self._transport.write(b"\r\n".join([*lines, b"", body]))

    def _detach(self, successor: asyncio.Protocol) -> bool:
        """Hand the connection on, with what the client said meanwhile."""
        if self._transport.is_closing():
            return False
        self._transport.set_protocol(successor)
        successor.connection_made(self._transport)
        if self._early:
            asyncio.get_running_loop().call_soon(successor.data_received, self._early)
        return True


def _may_press(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a client takes pressed messages (RFC 7692) in the form that can be shared: with any window of ours."""
    offers = b",".join(value for name, value in headers if name == b"sec-websocket-extensions").split(b",")
    return any(
        offer.strip().startswith(b"permessage-deflate") and b"server_max_window_bits" not in offer for offer in offers
    )


def _key_of(method: str, version: str, headers: list[tuple[bytes, bytes]]) -> str:
    """The key of a plain handshake; empty where anything about it is out of the ordinary."""
    named = Counter(name for name, _ in headers)
    found = dict(headers)
    key, upgrade = found.get(b"sec-websocket-key", b"").strip(), found.get(b"upgrade", b"").strip()
    is_plain = (
        (method, version) == ("GET", "1.1")
        and named[b"sec-websocket-key"] == named[b"sec-websocket-version"] == named[b"upgrade"] == 1
        and found[b"sec-websocket-version"].strip() == b"13"
        and upgrade.lower() == b"websocket"
    )
    try:
        return key.decode("ascii") if is_plain and len(b64decode(key, validate=True)) == 16 else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""
