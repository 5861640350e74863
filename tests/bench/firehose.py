"""A Jetstream as fast as a socket takes it, in a process of its own: python -m tests.bench.firehose FILE.

FILE holds one frame a line. The port is printed; every client gets all frames, and then the error frame that ends it.
"""

import base64
import hashlib
import os
import socket
import struct
import sys
from pathlib import Path
from typing import Final

END: Final = b'{"$type":"error","error":"Done","message":"that was all"}'
CHUNK: Final = 1 << 20
_GUID: Final = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def framed(payload: bytes) -> bytes:
    """A text message of the WebSocket protocol, as a server sends it."""
    if len(payload) < 126:
        return bytes([0x81, len(payload)]) + payload
    kind, size = ("H", 126) if len(payload) < 65536 else ("Q", 127)
    return bytes([0x81, size]) + struct.pack(f">{kind}", len(payload)) + payload


def greet(client: socket.socket) -> None:
    """The server's part of the opening handshake."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(4096)
    lines = [line.partition(b":") for line in head.split(b"\r\n")]
    key = next(value.strip() for name, _, value in lines if name.lower() == b"sec-websocket-key")
    accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())  # noqa: S324 (RFC 6455 says so)
    client.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\nSec-WebSocket-Protocol: xrpc.v1.json\r\n\r\n"
    )


def main(path: str) -> None:
    """Serves one client after another until it is ended, or nobody reads what it prints any more."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    stream = memoryview(b"".join(map(framed, [*Path(path).read_bytes().splitlines(), END])))
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            client, _ = server.accept()
            with client:
                try:
                    greet(client)
                    for at in range(0, len(stream), CHUNK):
                        client.sendall(stream[at : at + CHUNK])
                    client.recv(4096)  # until it leaves
                except OSError:
                    continue


if __name__ == "__main__":
    main(sys.argv[1])
