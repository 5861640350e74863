"""Handshakes of clients that only listen: answered as they stand in the request, and the connection handed on.

uvicorn would write the request out again, have the websockets package read it anew, and keep a state machine for a
connection that leaves it at once; that was two thirds of what a phone's coming costs. Whatever is not a plain handshake
goes that way still. Like `transport`, this leans on uvicorn's inside: its range is pinned, and tests drive it.
"""

import asyncio
import binascii
import logging
import os
from base64 import b64decode
from collections import Counter
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import unquote

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backchannel.figures import Why
from backchannel.hub.telling import Passed
from backchannel.web.head import accepted, presses
from backchannel.web.transport import DETACH, HAND_ON, INFLATE, Bounds, bound_buffer

LISTENERS: Final = (b"/feed/phone", b"/feed/posts")
HEAD_MAX: Final = 64 * 1024
TOO_LONG: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

Message = MutableMapping[str, Any]

log = logging.getLogger("uvicorn.error")


class RequestProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, with bounds: what a client may send, and how long, before it asks."""

    _head = 0
    _patience: asyncio.TimerHandle | None = None

    def __init__(self, bounds: Bounds, **given: Any) -> None:
        super().__init__(**given)
        self._bounds = bounds

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection over from the doorstep."""
        super().connection_made(transport)
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
        self.parser = None  # type: ignore[assignment] # it names this protocol, and would keep it until the garbage collector comes
        handshake = Handshake(self, key, path, query)
        self.transport.set_protocol(handshake)
        task = self.loop.create_task(handshake.run(self.app), name="handshake")
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)


class Handshake(asyncio.Protocol):
    """A connection between its request and its viewer, or its refusal."""

    def __init__(self, http: HttpToolsProtocol, key: str, path: bytes, query: bytes) -> None:
        self._transport = http.transport
        bound_buffer(self._transport)
        self._connections = http.connections
        self._key = key
        offered = b",".join(value for name, value in http.headers if name == b"sec-websocket-extensions")
        self._presses = presses(offered.decode("latin-1"))
        self._early = b""
        self._is_connected = False
        self._is_answered = False
        self._is_lost = asyncio.Event()
        extensions: dict[str, Any] = {"websocket.http.response": {}, DETACH: self._detach, HAND_ON: self._pass_on}
        if self._presses:
            extensions[INFLATE] = {}
        self._scope = {
            **http.scope,
            "type": "websocket",
            "asgi": {"version": http.asgi_version, "spec_version": "2.4"},
            "scheme": "wss" if http.scheme == "https" else "ws",
            "path": http.root_path + unquote(path.decode("ascii")),
            "raw_path": http.root_path.encode("ascii") + path,
            "query_string": query,
            "subprotocols": [],
            "extensions": extensions,
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
        self._connections.add(cast(Any, self))
        try:
            await app(self._scope, self._receive, self._send)
        except Exception:
            log.exception("Exception in ASGI application")
            self._answer(denial(HTTPStatus.INTERNAL_SERVER_ERROR, [], b""))
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
            self._answer(self._accepted())
        elif kind == "websocket.close":
            self._answer(denial(HTTPStatus.FORBIDDEN, [], b""))
        elif kind == "websocket.http.response.start":
            self._refusal = message["status"], list(message.get("headers", []))
        elif kind == "websocket.http.response.body":
            self._answer(denial(*self._refusal, message.get("body", b"")))
        else:
            msg = f"{kind}: this connection can only be handed on"
            raise RuntimeError(msg)

    def _accepted(self) -> bytes:
        return accepted(self._key, presses=self._presses)

    def _answer(self, answer: bytes) -> None:
        if not self._is_answered and not self._transport.is_closing():
            self._is_answered = True
            self._transport.write(answer)

    def _detach(self, successor: asyncio.Protocol) -> bool:
        """Hand the connection on, with what the client said meanwhile."""
        if self._transport.is_closing():
            return False
        self._transport.set_protocol(successor)
        successor.connection_made(self._transport)
        if self._early:
            asyncio.get_running_loop().call_soon(successor.data_received, self._early)
        return True

    def _pass_on(self) -> Passed | None:
        """Leave the connection to another process, its answer included; here it is closed, and not shut down."""
        if self._is_answered or self._transport.is_closing() or self._transport.get_extra_info("sslcontext"):
            return None  # of TLS only this process knows the keys
        descriptor = os.dup(self._transport.get_extra_info("socket").fileno())
        self._is_answered = True
        self._transport.close()
        return Passed(descriptor, self._accepted(), self._early)


def denial(status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    """What a handshake is answered that is refused."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode("ascii")]
    lines += [name + b": " + value for name, value in headers]
    if not any(name.lower() == b"content-length" for name, _ in headers):
        lines.append(b"content-length: " + str(len(body)).encode("ascii"))
    return b"\r\n".join([*lines, b"connection: close", b"", body])


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
