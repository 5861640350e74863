"""Frames: a WebSocket on which only the server speaks, and speaks much: its messages are taken many at a time.

The `websockets` library takes a frame apart in a chain of generators and hands it over by a chain of awaits: that costs
more than all that is done with a post which nobody wants. Here whole, plain messages are cut out of what arrives; all
else (the handshake, pings, closing, fragments, whatever breaks the protocol) is left to the library, frame by frame.
"""

import asyncio
from collections import deque
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.frames import DATA_OPCODES, CloseCode, Frame
from websockets.protocol import Event, State

WAITING_MAX: Final = 1024 * 1024  # bytes that arrive before anybody looks; then the server has to wait

_HEAD_END: Final = b"\r\n\r\n"
_PLAIN: Final = frozenset({0x81, 0x82})  # text or bytes, in one piece
_MASKED: Final = 0x80
_FOREIGN: Final = 1 << 63  # larger than any size


class FrameConnection(ClientConnection):
    """A connection whose messages wait in `messages` until they are taken from its left. `recv` is not to be used."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.messages: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._parts: list[bytes] = []
        self._rest = b""
        self._arrived = 0
        self._is_plain = True
        self._is_left = False

    async def wait(self) -> None:
        """Wait until there is a message; to be cancelled is harmless. Raises ConnectionClosed."""
        while not self.messages:
            if self.protocol.state is not State.OPEN:
                await self.close()
                raise self.protocol.close_exc
            if self._arrived > WAITING_MAX and not self.transport.is_closing():
                self.transport.resume_reading()
            self._arrived = 0
            self._news.clear()
            await self._news.wait()

    async def close(self, code: CloseCode | int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Close. What still comes is dropped, so that the server's farewell is heard however much came before it."""
        self._is_left = True
        self.messages.clear()
        if not self.transport.is_closing():
            self.transport.resume_reading()
        await super().close(code, reason)

    def data_received(self, data: bytes) -> None:
        """Cut what arrived into messages."""
        if not self._is_plain:
            super().data_received(data)
        elif self.protocol.state is State.CONNECTING:
            self._shake_hands(data)
        else:
            self._cut(self._rest + data if self._rest else data)
        self._arrived += len(data)
        if self._is_left:
            self.messages.clear()
        elif self._arrived > WAITING_MAX and self.messages and not self.transport.is_closing():
            self.transport.pause_reading()
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let whoever waits know."""
        super().connection_lost(exc)
        self._news.set()

    def process_event(self, event: Event) -> None:
        """Take a message that the library took apart."""
        if self.response is None or not isinstance(event, Frame) or event.opcode not in DATA_OPCODES:
            super().process_event(event)
            return
        self._parts.append(bytes(event.data))
        if event.fin:
            self.messages.append(b"".join(self._parts))
            self._parts.clear()

    def _shake_hands(self, data: bytes) -> None:
        """Leave the server's answer to the library, and take what comes right after it."""
        seen = self._rest + data
        end = seen.find(_HEAD_END)
        split = len(data) if end < 0 else end + len(_HEAD_END) - len(self._rest)
        self._rest = seen[1 - len(_HEAD_END) :] if end < 0 else b""
        super().data_received(data[:split])
        if end >= 0 and self.protocol.state is not State.OPEN:
            self._leave(data[split:])  # a refusal, with its body
        elif split < len(data):
            self._cut(data[split:])

    def _cut(self, data: bytes) -> None:
        at, end, put = 0, len(data), self.messages.append
        size_max = self.protocol.max_message_size or _FOREIGN
        while end - at >= 2:
            start, size = (at + 2, data[at + 1]) if data[at + 1] < 126 else _span(data, at)
            if start <= end and size > size_max:
                return self._leave(data[at:])
            stop = start + size
            if stop > end:
                break
            if data[at] in _PLAIN and not self._parts:
                put(data[start:stop])
            else:
                super().data_received(data[at:stop])
                if self.protocol.state is not State.OPEN:
                    return self._leave(data[stop:])
            at = stop
        self._rest = data[at:]
        return None

    def _leave(self, data: bytes) -> None:
        """Leave everything to the library from here on."""
        self._is_plain, self._rest = False, b""
        if data:
            super().data_received(data)


def _span(data: bytes, at: int) -> tuple[int, int]:
    """Where the words of a message begin whose size takes more than seven bits, and how many they are."""
    second = data[at + 1]
    if second >= _MASKED:
        return at + 2, _FOREIGN + 1  # no server may mask: the library says so to it
    start = at + (4 if second == 126 else 10)
    return start, int.from_bytes(data[at + 2 : start], "big")
