"""A viewer: a client that is told everything and has nothing to say. It has no task and no queue, only its place.

There may be ten thousand of them, so one is a few slots around the transport that its handshake left behind. What it
may send are the control frames of RFC 6455; anything else ends it.
"""

import asyncio
from collections.abc import Callable, Generator
from typing import Any, Final, Protocol, cast

from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.streams import StreamReader

CONTROL_MAX: Final = 125
GONE: Final = 1 << 62  # a place that no stream reaches: nothing is left to be told
# What waits here for a client that does not read; the kernel holds a little more.
BUFFER_MAX: Final = 24 * 1024


class Listeners(Protocol):
    """Who a viewer belongs to."""

    def leave(self, viewer: "Viewer") -> None:
        """It is gone."""

    def stop(self, viewer: "Viewer") -> None:
        """It does not keep up: nothing more can be written until it goes on."""

    def go_on(self, viewer: "Viewer") -> None:
        """What was written is on its way."""


class Viewer(asyncio.Protocol):
    """The end of one connection: `seq` is the last number it was told, `write` puts bytes on their way."""

    __slots__ = (
        "_listeners",
        "_transport",
        "_unread",
        "can_inflate",
        "device",
        "is_silent",
        "is_stopped",
        "seq",
        "write",
    )

    def __init__(self, listeners: Listeners, seq: int, device: str = "", *, can_inflate: bool = False) -> None:
        self._listeners = listeners
        self._unread = b""
        self.can_inflate = can_inflate
        self.device = device
        self.seq = seq
        self.is_silent = False
        self.is_stopped = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over; the handshake is done."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=BUFFER_MAX)
        self.write: Callable[[bytes], None] = self._transport.write

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio gives it)
        """The client left, or was shown out."""
        self.seq = GONE
        self._listeners.leave(self)

    def pause_writing(self) -> None:
        """The client reads more slowly than it is told."""
        self.is_stopped = True
        self._listeners.stop(self)

    def resume_writing(self) -> None:
        """The client has caught up with what was written."""
        self.is_stopped = False
        self._listeners.go_on(self)

    def data_received(self, data: bytes) -> None:
        """Answer control frames; a client that says anything else is shown out."""
        self.is_silent = False
        reader = StreamReader()
        reader.feed_data(self._unread + data)
        try:
            while (rest := bytes(reader.buffer)) and (frame := _read(reader)) is not None:
                self._answer(frame)
            self._unread = rest
        except PayloadTooBig:
            self.close(CloseCode.MESSAGE_TOO_BIG)
        except ProtocolError:
            self.close(CloseCode.PROTOCOL_ERROR)

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye, and end the connection once that is written."""
        if self.is_stopped:  # the goodbye would wait behind all that the client did not read
            self.abort()
        elif self.seq != GONE:
            self.seq = GONE
            self.write(Frame(Opcode.CLOSE, Close(code, reason).serialize()).serialize(mask=False))
            self._transport.close()

    def abort(self) -> None:
        """End the connection as it is."""
        self.seq = GONE
        self._transport.abort()

    def _answer(self, frame: Frame) -> None:
        if frame.opcode is Opcode.CLOSE:
            self.close(Close.parse(frame.data).code if frame.data else CloseCode.NORMAL_CLOSURE)
        elif frame.opcode is Opcode.PING:
            if self.seq != GONE and not self.is_stopped:
                self.write(Frame(Opcode.PONG, frame.data).serialize(mask=False))
        elif frame.opcode is not Opcode.PONG:
            self.close(CloseCode.POLICY_VIOLATION)


def _read(reader: StreamReader) -> Frame | None:
    """The next whole frame, or None where more must come. Raises ProtocolError or PayloadTooBig."""
    parsing: Generator[None, Any, Frame] = Frame.parse(reader.read_exact, mask=True, max_size=CONTROL_MAX)
    try:
        next(parsing)
    except StopIteration as done:
        return cast(Frame, done.value)
    return None
