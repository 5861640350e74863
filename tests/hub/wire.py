"""A transport without a network: it keeps what is written, and stops where its client does not read."""

import asyncio
import json
from collections.abc import Generator
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from backchannel.hub.viewer import Viewer


class Wire(asyncio.Transport):
    """What a viewer writes to, and the far end of it."""

    def __init__(self, viewer: Viewer) -> None:
        super().__init__()
        self.viewer = viewer
        self.written = b""
        self.is_over = False
        self.was_aborted = False
        viewer.connection_made(self)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Only tests say when it is full."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep it; a wire that is over takes nothing, as uvloop's do."""
        if self.is_over:
            msg = "this transport is closed"
            raise RuntimeError(msg)
        self.written += bytes(data)

    def close(self) -> None:
        """End it; what was written is read."""
        if not self.is_over:
            self.is_over = True
            self.viewer.connection_lost(None)

    def abort(self) -> None:
        """End it at once."""
        self.was_aborted = True
        self.close()

    def say(self, opcode: Opcode, words: bytes = b"") -> None:
        """Say something as a client does: masked."""
        self.viewer.data_received(Frame(opcode, words).serialize(mask=True))

    def frames(self) -> list[Frame]:
        """What came since the last look."""
        reader = StreamReader()
        reader.feed_data(self.written)
        self.written = b""
        found: list[Frame] = []
        while reader.buffer:
            parsing: Generator[None, Any, Frame] = Frame.parse(reader.read_exact, mask=False)
            try:
                next(parsing)
            except StopIteration as done:
                found.append(done.value)
        return found

    def told(self) -> list[dict[str, Any]]:
        """The JSON frames that came since the last look, in order."""
        messages = [json.loads(bytes(frame.data)) for frame in self.frames() if frame.opcode is Opcode.TEXT]
        return [each for message in messages for each in (message if isinstance(message, list) else [message])]
