"""The guarded way out: a name is resolved once, every address of it is checked, and the checked literal is dialled.

What httpcore2 calls a network backend. The Host header and the name that a certificate must have (SNI) come from the
request, not from what is dialled, so they stay right.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final

import httpcore2
import httpx2

from backchannel.media.guard import Guard, is_disguised

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

TRIED_MAX: Final = 4  # addresses of one name


class Forbidden(httpx2.ConnectError):
    """The guard refuses the place."""


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as the system's resolver gives them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(place[0]) for *_, place in found))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Dials what a guard admits. A name is resolved once for a connection; one bad address refuses it."""

    def __init__(
        self, guard: Guard, resolve: Resolve = resolve, network: httpcore2.AsyncNetworkBackend | None = None
    ) -> None:
        self._guard = guard
        self._resolve = resolve
        self._network = network or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore2's own signature)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to the first address that answers. Raises Forbidden."""
        if port not in self._guard.ports:
            raise Forbidden(f"port {port}")
        if is_disguised(host):
            raise Forbidden("a number in disguise")
        async with asyncio.timeout(timeout):
            try:
                places = await self._resolve(host, port)
            except OSError as error:
                raise httpcore2.ConnectError(str(error)) from error
            if not places or not all(map(self._guard.admits, places)):
                raise Forbidden("an address that is not public")
            return await self._dial(places[:TRIED_MAX], port, local_address, socket_options)

    async def _dial(
        self, places: Sequence[str], port: int, local_address: str | None, options: Iterable[Any] | None
    ) -> httpcore2.AsyncNetworkStream:
        trouble: httpcore2.ConnectError | None = None
        for place in places:
            try:
                return await self._network.connect_tcp(place, port, local_address=local_address, socket_options=options)
            except httpcore2.ConnectError as error:
                trouble = error
        raise trouble or httpcore2.ConnectError("nothing to dial")

    async def sleep(self, seconds: float) -> None:
        """Wait between two tries."""
        await self._network.sleep(seconds)


class GuardedTransport(httpx2.AsyncHTTPTransport):
    """HTTP over a guarded backend. No proxy of the environment is asked: it would resolve names itself."""

    def __init__(self, backend: httpcore2.AsyncNetworkBackend, *, trust: ssl.SSLContext | None = None) -> None:
        trust = trust or certificates()
        super().__init__(verify=trust)
        # httpx2 has no parameter for it: drop this once AsyncHTTPTransport takes a network_backend.
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=trust,
            max_connections=20,
            max_keepalive_connections=4,
            keepalive_expiry=5.0,
            network_backend=backend,
        )


@cache
def certificates() -> ssl.SSLContext:
    """The certificates that the machine trusts, read once: that takes longer than most requests."""
    return httpx2.create_ssl_context()
