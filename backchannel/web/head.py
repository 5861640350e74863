"""The head of a request, as far as a listener's is read: what is plain, and nothing else.

Starlette's objects are made for every request there may be; a listener's head is one of the same few hundred bytes.
"""

import re
from collections.abc import Mapping, MutableMapping
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl

from starlette.requests import cookie_parser
from websockets.utils import accept_key

# One that is here whole: who asks for a feed, in one line, and fields in one line each (RFC 9112).
PLAIN: Final = re.compile(
    rb"GET (/feed/(?:phone|posts))(?:\?([!\"$-~]{0,200}))? HTTP/1\.1\r\n"
    rb"((?:[-!#$%&'*+.^_`|~0-9A-Za-z]+:[^\r\n\0]*\r\n)+)\r\n"
)
KEY: Final = re.compile(r"[A-Za-z0-9+/]{22}==")
# Neither side remembers what it said before: so a message is pressed once for all.
PRESSED: Final = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"


class Asking(Protocol):
    """What is read of whoever asks; Starlette's connections are such, too."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Its fields, by their names in small letters."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """Its cookies."""

    @property
    def query_params(self) -> Mapping[str, str]:
        """What its address says."""

    @property
    def scope(self) -> MutableMapping[str, Any]:
        """Where it came in."""


class Head:
    """The head of a plain handshake (RFC 6455)."""

    def __init__(self, path: str, query: str, headers: Mapping[str, str], scope: MutableMapping[str, Any]) -> None:
        self.path = path
        self.headers = headers
        self.scope = scope
        self._query = query

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        """Its cookies."""
        told = self.headers.get("cookie")
        return cookie_parser(told) if told else {}

    @property
    def query_params(self) -> Mapping[str, str]:
        """What its address says; of what is said twice, the last."""
        return _query(self._query)

    @cached_property
    def can_inflate(self) -> bool:
        """Whether a client takes pressed messages."""
        return presses(self.headers.get("sec-websocket-extensions", ""))

    @property
    def accepted(self) -> bytes:
        """What it is answered."""
        return accepted(self.headers["sec-websocket-key"], presses=self.can_inflate)


def head_of(data: bytes, scope: MutableMapping[str, Any]) -> Head | None:
    """The head of a plain handshake; None where anything about it is out of the ordinary, or more is to come."""
    found = PLAIN.fullmatch(data)
    if found is None:
        return None
    fields = found[3].decode("latin-1").split("\r\n")[:-1]
    headers = {name.lower(): value.strip(" \t") for name, _, value in (field.partition(":") for field in fields)}
    if len(headers) < len(fields) or not _is_plain(headers):
        return None
    return Head(found[1].decode(), (found[2] or b"").decode(), headers, scope)


def _is_plain(headers: Mapping[str, str]) -> bool:
    return (
        headers.get("upgrade", "").lower() == "websocket"
        and headers.get("sec-websocket-version") == "13"
        and KEY.fullmatch(headers.get("sec-websocket-key", "")) is not None
        and "upgrade" in (token.strip() for token in headers.get("connection", "").lower().split(","))
        and "host" in headers
        and not headers.keys() & {"content-length", "transfer-encoding", "expect"}
    )


def presses(offered: str) -> bool:
    """Whether who offers this takes pressed messages (RFC 7692) in the form that can be shared: any window of ours."""
    return any(
        offer.strip().startswith("permessage-deflate") and "server_max_window_bits" not in offer
        for offer in offered.split(",")
    )


def accepted(key: str, *, presses: bool) -> bytes:
    """What a handshake is answered that is accepted."""
    pressed = f"sec-websocket-extensions: {PRESSED}\r\n" if presses else ""
    return (
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
        f"sec-websocket-accept: {accept_key(key)}\r\n{pressed}\r\n"
    ).encode("ascii")


@lru_cache(maxsize=1024)
def _query(query: str) -> Mapping[str, str]:
    return MappingProxyType(dict(parse_qsl(query, keep_blank_values=True)))
