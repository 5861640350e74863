"""A stand-in for the network: what would be dialled is written down, and leads to a server of the test."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpcore2

from backchannel.media.dialling import GuardedBackend, GuardedTransport, resolve
from backchannel.media.guard import PUBLIC, Guard


class Wire(httpcore2.AsyncNetworkBackend):
    """Dials the server at `url` whatever is asked for, and remembers what that was."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialled: list[tuple[str, int]] = []
        self._server = urlsplit(url)
        self._network = httpcore2.AnyIOBackend()

    @property
    def address(self) -> str:
        """Where the server of the test really listens."""
        return self._server.netloc

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore2's own signature)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to the server of the test."""
        self.dialled.append((host, port))
        return await self._network.connect_tcp(self._server.hostname or "", self._server.port or 0)


class Names:
    """A resolver whose answers for a name are written down, one after the other; numbers are the system's to read."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.asked: list[str] = []
        self._answers = answers

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The next answer."""
        self.asked.append(host)
        answers = self._answers.get(host)
        if answers is None:
            return await resolve(host, port)
        return answers[min(self.asked.count(host), len(answers)) - 1]


def guarded(wire: Wire, names: Names, guard: Guard = PUBLIC) -> GuardedTransport:
    """The guarded way out over a wire of the test."""
    return GuardedTransport(GuardedBackend(guard, names, wire))
