"""Hosts: the Jetstreams that a source may listen to. The first one is meant; the others stand in while it fails."""

from collections.abc import Callable, Sequence, Set
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from backchannel.errors import SourceError, StartError
from backchannel.sources.jetstream import Jetstream

FAILURES_MAX: Final = 2  # in a row, before the next one stands in
HEALTHY_AFTER: Final = timedelta(seconds=60)
BACK_AFTER: Final = timedelta(minutes=10)
EXAMPLE: Final = "wss://jetstream.us-east.bsky.network"


class Hosts:
    """Says which host is listened to. What fails twice in a row gives way to the next; the first is tried again later.

    Which one it is survives an error, since a source that failed is asked to follow anew.
    """

    def __init__(self, hosts: Sequence[Jetstream], clock: Callable[[], datetime]) -> None:
        self._hosts = list(hosts)
        self._clock = clock
        self._at = 0
        self._failures = 0
        self._gave_way = 0
        self._left_at = clock()
        self._opened_at: datetime | None = None
        self._why = ""

    @property
    def first(self) -> Jetstream:
        """The one that is meant."""
        return self._hosts[0]

    @property
    def is_first_due(self) -> bool:
        """Whether another one has stood in for so long that the first should be tried again."""
        return self._at > 0 and self._clock() - self._left_at >= BACK_AFTER

    @property
    def trouble(self) -> str:
        """What the moderator should know: who stands in, and why."""
        return f"{self._why} Meanwhile {self._hosts[self._at].host} is listened to." if self._at > 0 else ""

    def choose(self) -> Jetstream:
        """The host to open now."""
        self._opened_at = None
        return self.first if self.is_first_due else self._hosts[self._at]

    def opened(self, host: Jetstream) -> None:
        """Note that a host let us in."""
        self._opened_at = self._clock()
        if host is self.first and self._at > 0:
            self._at = self._failures = self._gave_way = 0

    def failed(self, host: Jetstream, error: SourceError) -> SourceError | None:
        """What to tell of a failure; None where it was only the first, tried again in vain while another stands in."""
        if self._at > 0 and host is self.first:
            self._left_at, self._why = self._clock(), str(error)
            return None
        if self._opened_at is not None and self._clock() - self._opened_at >= HEALTHY_AFTER:
            self._failures = self._gave_way = 0
        self._failures += 1
        is_hopeless = error.needs_person or error.retry_after_s is not None
        if len(self._hosts) == 1 or (self._failures < FAILURES_MAX and not is_hopeless):
            return error
        return self._give_way(error)

    def _give_way(self, error: SourceError) -> SourceError:
        if self._at == 0:
            self._left_at, self._why = self._clock(), str(error)
        self._at, self._failures = (self._at + 1) % len(self._hosts), 0
        self._gave_way += 1
        if self._gave_way % len(self._hosts) == 0:
            return error  # every one of them failed: now its wish for a pause counts
        return SourceError(f"{error} Next is {self._hosts[self._at].host}.", remedy=error.remedy, retry_after_s=0.0)


def address(setting: str, server: str) -> str:
    """The address of a Jetstream as a setting names it, with or without its scheme. Raises StartError."""
    url = server if "://" in server else f"wss://{server}"
    if not _is_server(url, {"ws", "wss"}):
        msg = f"[[sources]] (bluesky) {setting}: {server!r} is no server; write it like {EXAMPLE}"
        raise StartError(msg)
    return url.rstrip("/")


def web_address(setting: str, server: str) -> str:
    """The address of a server over HTTP as a setting names it, with or without its scheme. Raises StartError."""
    url = server if "://" in server else f"https://{server}"
    if not _is_server(url, {"http", "https"}):
        msg = f"[[sources]] (bluesky) {setting}: {server!r} is no server; write it like https://bsky.social"
        raise StartError(msg)
    return url.rstrip("/")


def _is_server(url: str, schemes: Set[str]) -> bool:
    try:
        parts = urlsplit(url)
        leads_somewhere = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return leads_somewhere and "@" not in url and not any((parts.path.strip("/"), parts.query, parts.fragment))
