"""WebSockets to the servers of networks: opened to whom the operator named; and why one could not be, in words."""

import socket
import ssl
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import ProxyError, SecurityError, WebSocketException

from backchannel.errors import SourceError


class Straight(connect):
    """A connection that nobody sends on to another host: that one would be named by the server, not by the operator."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Where it goes on, or why not."""
        there = super().process_redirect(exc)
        if isinstance(there, str) and urlsplit(there).hostname != urlsplit(self.uri).hostname:
            return SecurityError(f"sent on to {there}")
        return there


def unreachable(host: str, error: Exception, open_s: float) -> SourceError:
    """What it means that `host` could not be reached within `open_s`, or that no WebSocket came of it."""
    if isinstance(error, TimeoutError):
        return SourceError(f"{host} did not answer within {open_s:g} seconds.")
    words = next((words for kind, words in _CAUSES.items() if isinstance(error, kind)), "{host} cannot be reached.")
    return SourceError(words.format(host=host))


_CAUSES: Final[Mapping[type[Exception], str]] = {
    socket.gaierror: "The name {host} cannot be found: is it spelled right, and is there a network?",
    ssl.SSLError: "The certificate of {host} cannot be trusted.",
    ConnectionRefusedError: "{host} refuses connections.",
    ProxyError: "The proxy on the way to {host} refuses.",
    SecurityError: "{host} sent us on to a place that is not safe, or answered with too much.",
    WebSocketException: "{host} answered with something that is no WebSocket.",
}
