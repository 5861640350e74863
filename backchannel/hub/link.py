"""A link between two processes of one server: whole messages, and descriptors with them, over a pair of sockets.

What waits to be sent is bounded: a far end that does not read is given up, and holds nobody up. Descriptors are passed
as SCM_RIGHTS has it (unix(7)): they arrive with the first byte that was sent along, so they are taken in their order.
"""

import asyncio
import os
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import Final

import structlog

HEAD: Final = struct.Struct("!I?")  # how long a message is, and whether a descriptor comes with it
READ_SIZE: Final = 256 * 1024
DESCRIPTORS_AT_ONCE: Final = 16
WAITING_MAX: Final = 32 * 1024 * 1024

Hear = Callable[[bytes, int | None], None]

log = structlog.get_logger()


class Link:
    """One end. `hear` is given every message with its descriptor; `over` is set once there is no far end any more."""

    def __init__(self, end: socket.socket, hear: Hear, waiting_max: int = WAITING_MAX) -> None:
        end.setblocking(False)
        self.over = asyncio.Event()
        self.waiting = 0  # bytes that the far end has not taken
        self._end = end
        self._hear = hear
        self._waiting_max = waiting_max
        self._unread = bytearray()
        self._descriptors: deque[int] = deque()
        self._outbox: deque[tuple[memoryview, int | None]] = deque()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(end, self._read)

    def send(self, message: bytes, descriptor: int | None = None) -> None:
        """Put a message on its way. The descriptor is the link's from now on; where the link is over, both are lost."""
        if self.over.is_set():
            _close(descriptor)
            return
        whole = HEAD.pack(len(message), descriptor is not None) + message
        self._outbox.append((memoryview(whole), descriptor))
        self.waiting += len(whole)
        if len(self._outbox) == 1:
            self._write()
        if self.waiting > self._waiting_max:
            self.close()

    def close(self) -> None:
        """End it."""
        if self.over.is_set():
            return
        self.over.set()
        self._loop.remove_reader(self._end)
        self._loop.remove_writer(self._end)
        self._end.close()
        for descriptor in (*self._descriptors, *(each for _, each in self._outbox)):
            _close(descriptor)
        self._outbox.clear()

    def _write(self) -> None:
        while self._outbox:
            part, descriptor = self._outbox[0]
            try:
                sent = socket.send_fds(self._end, [part], [] if descriptor is None else [descriptor])
            except (BlockingIOError, InterruptedError):
                self._loop.add_writer(self._end, self._write)
                return
            except OSError:
                self.close()
                return
            _close(descriptor)
            self.waiting -= sent
            if sent < len(part):
                self._outbox[0] = part[sent:], None
            else:
                self._outbox.popleft()
        self._loop.remove_writer(self._end)

    def _read(self) -> None:
        try:
            piece, descriptors, _, _ = socket.recv_fds(self._end, READ_SIZE, DESCRIPTORS_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            piece, descriptors = b"", []
        self._descriptors += descriptors
        if not piece:
            self.close()
            return
        self._unread += piece
        try:
            self._hear_all()
        except Exception:  # the outermost edge: a link whose far end cannot be understood is of no use
            log.exception("a message between processes cannot be read")
            self.close()

    def _hear_all(self) -> None:
        at = 0
        while len(self._unread) - at >= HEAD.size and not self.over.is_set():
            length, has_descriptor = HEAD.unpack_from(self._unread, at)
            end = at + HEAD.size + length
            if len(self._unread) < end:
                break
            message = bytes(self._unread[at + HEAD.size : end])
            at = end
            self._hear(message, self._descriptors.popleft() if has_descriptor else None)
        del self._unread[:at]


def _close(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)
