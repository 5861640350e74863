"""A moderator's desk that pings: python -m tests.bench.pinger PORT. It begins at a line on stdin, and ends at its end.

It prints how long its pings took. It may go before all others of its core, so that what is measured is the server.
"""

import json
import os
import select
import socket
import sys
from statistics import median
from time import perf_counter, sleep
from typing import Final

from websockets.frames import Frame, Opcode

EVERY_S: Final = 0.02
HEAD: Final = (
    "GET /feed/console HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer bench\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def go_first() -> None:
    """Go before what else runs on this core, where the system lets us."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except (AttributeError, OSError):
        print("pings wait for others on their core: this system does not let them go first", file=sys.stderr)


def ping(connection: socket.socket, number: int) -> float:
    """How long one took, in ms."""
    words = b"%08d" % number
    sent = perf_counter()
    connection.sendall(Frame(Opcode.PING, words).serialize(mask=True))
    while words not in connection.recv(65536):
        pass
    return (perf_counter() - sent) * 1000


def main(port: int) -> None:
    """Pings until stdin ends."""
    go_first()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(HEAD.format(port=port).encode())
        assert b" 101 " in connection.recv(65536)
        sys.stdin.readline()
        took: list[float] = []
        while not select.select([sys.stdin], [], [], 0)[0]:
            took.append(ping(connection, len(took)))
            sleep(EVERY_S)
    took.sort()
    print(json.dumps({"pings": len(took), "p50_ms": median(took), "p99_ms": took[len(took) * 99 // 100 - 1]}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
