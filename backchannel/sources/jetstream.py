"""Jetstream: Bluesky's stream of every post, over one WebSocket on which nothing is ever sent.

Version 2 is the lexicon network.bsky.jetstream.subscribeEvents; where a server does not know it, version 1 (frozen,
still served) is spoken. https://github.com/bluesky-social/jetstream, docs/README.md, section 5.
"""

import asyncio
import json
import socket
import ssl
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode, urlsplit

from websockets.exceptions import ConnectionClosed, InvalidStatus, ProxyError, SecurityError, WebSocketException
from websockets.http11 import Response
from websockets.typing import Subprotocol

from backchannel.errors import SourceError
from backchannel.media.fetcher import VERSION
from backchannel.sources.event import FRAME_MAX, Place
from backchannel.sources.fields import Fields
from backchannel.sources.frames import FrameConnection
from backchannel.sources.handshake import Straight
from backchannel.sources.record import COLLECTION
from backchannel.text import tame_line

OPEN_S: Final = 10.0
CLOSE_S: Final = 1.0
SILENCE_S: Final = 60.0  # the whole network is never quiet for so long
SAID_S: Final = 600.0  # how long the health tells of what was missed
RETRY_AFTER_MAX_S: Final = 900.0
WIRE_MAX: Final = 4 * 1024 * 1024  # servers are asked to leave out whatever is larger than FRAME_MAX
CHOKES_MAX: Final = 2
V1_REACH: Final = timedelta(hours=36)
GAP: Final = "posts from while we were away may be missing."

_SUBPROTOCOL: Final = Subprotocol("xrpc.v1.json")
_TOO_BIG: Final = 1009


class Wire(StrEnum):
    """The version of the protocol that a server speaks: its value is the path."""

    V2 = "/xrpc/network.bsky.jetstream.subscribeEvents"
    V1 = "/subscribe"


class Stream:
    """An open connection. `trouble` is what the moderator should know of how it was opened, for a while.

    `has_gap` says that the server has forgotten what came right after the place that was asked for.
    """

    def __init__(self, connection: FrameConnection, jetstream: "Jetstream", trouble: str) -> None:
        self._connection = connection
        self._jetstream = jetstream
        self._clock = asyncio.get_running_loop().time
        self._heard_at = self._clock()
        self.has_gap = False
        self.tell(trouble)

    @property
    def trouble(self) -> str:
        """What should still be told."""
        return self._trouble if self._clock() < self._said_until else ""

    def tell(self, trouble: str) -> None:
        """Have something told from now on."""
        self._trouble, self._said_until = trouble, self._clock() + SAID_S

    def tell_of_gap(self) -> None:
        """Have told that the server has forgotten what we missed."""
        self.has_gap = True
        self.tell(f"{self._jetstream.host} does not remember that far back: {GAP}")

    async def frames(self) -> deque[bytes]:
        """The frames that came, at least one, to be taken from the left; what is left over is given again.

        To be cancelled is harmless. Raises SourceError when the connection ends.
        """
        try:
            await self._connection.wait()
        except ConnectionClosed as closed:
            raise self._jetstream.ended(closed) from closed
        self._heard_at = self._clock()
        return self._connection.messages

    def broken(self, error: Fields) -> SourceError:
        """What the error means that the server sent as its last frame."""
        if error.text("error") == "ConsumerTooSlow":
            remedy = "Is this machine, or its network, overloaded?"
            return SourceError(f"{self._jetstream.host} finds us too slow.", remedy=remedy)
        words = error.line("message", 200) or error.line("error", 200)
        return SourceError(f"{self._jetstream.host} broke off. It says: {words}")

    def listen(self) -> None:
        """Raises SourceError where nothing was heard for too long."""
        if self._clock() - self._heard_at > self._jetstream.silence_s:
            msg = f"{self._jetstream.host} has sent nothing for {self._jetstream.silence_s:g} seconds."
            raise SourceError(msg)


class Jetstream:
    """One server. What it refused once is not asked again as long as this lives."""

    def __init__(self, server: str, *, open_s: float = OPEN_S, silence_s: float = SILENCE_S) -> None:
        self.host = urlsplit(server).netloc
        self.silence_s = silence_s
        self._server = server.rstrip("/")
        self._open_s = open_s
        self._wire = Wire.V2
        self._chokes = 0

    def forgets(self, age: timedelta) -> bool:
        """Whether what is so old is passed over without a word, as version 1 does."""
        return self._wire is Wire.V1 and age > V1_REACH

    @asynccontextmanager
    async def open(self, place: Place | None, trouble: str = "") -> AsyncGenerator[Stream]:
        """A stream from a place on, or from now; `trouble` is told at first. Raises SourceError in plain words."""
        if place is not None and self._chokes >= CHOKES_MAX:
            place, self._chokes = None, 0
            trouble = f"{self.host} sent something too large, again and again: posts from around it may be missing."
        connection, start = await self._connect(place)
        stream = Stream(connection, self, trouble)
        if start != place:
            stream.tell_of_gap()
        try:
            yield stream
        finally:
            await connection.close()

    def ended(self, closed: ConnectionClosed) -> SourceError:
        """Why a connection ended, in plain words."""
        if closed.sent is not None and closed.sent.code == _TOO_BIG and not closed.rcvd_then_sent:
            self._chokes += 1
            return SourceError(f"{self.host} sent a frame of more than {WIRE_MAX // 1024} kB.")
        reason = tame_line(closed.rcvd.reason, 200) if closed.rcvd is not None else ""
        said = f" It says: {reason}" if reason else ""
        return SourceError(f"{self.host} closed the connection.{said}")

    async def _connect(self, place: Place | None) -> tuple[FrameConnection, Place | None]:
        """Dial, giving way where the server wants it: to an older protocol, or to a place that it remembers."""
        wire, start = self._wire, place
        while True:
            try:
                connection = await self._dial(wire, start)
            except InvalidStatus as refusal:
                wire, start = self._instead(refusal.response, wire, start)
            except (OSError, TimeoutError, WebSocketException) as error:
                raise self._unreachable(error) from error
            else:
                if wire is Wire.V1 or connection.subprotocol == _SUBPROTOCOL:
                    self._wire = wire
                    return connection, start
                await connection.close()  # an old server that takes every path for its own
                wire = Wire.V1

    async def _dial(self, wire: Wire, place: Place | None) -> FrameConnection:
        query = [("wantedCollections", COLLECTION)]
        if wire is Wire.V2:
            query = [("collections", COLLECTION), *(("kinds", kind) for kind in ("commit", "account", "identity"))]
        query.append(("maxMessageSizeBytes", str(FRAME_MAX)))
        if place is not None:
            query.append(("cursor", str(place.cursor_by_seq if wire is Wire.V2 else place.cursor_by_time)))
        connection = await Straight(
            f"{self._server}{wire}?{urlencode(query)}",
            subprotocols=[_SUBPROTOCOL] if wire is Wire.V2 else None,
            compression=None,  # servers refuse it, or pay dearly for it
            user_agent_header=f"Backchannel/{VERSION}",
            open_timeout=self._open_s,
            close_timeout=CLOSE_S,
            ping_interval=None,  # silence tells as much
            max_size=WIRE_MAX,
            create_connection=FrameConnection,
        )
        if not isinstance(connection, FrameConnection):
            raise TypeError(connection)
        return connection

    def _instead(self, response: Response, wire: Wire, place: Place | None) -> tuple[Wire, Place | None]:
        """How to ask instead after a refusal. Raises SourceError where there is no other way."""
        if _error(response).text("error") == "CursorTooOld" and place is not None:
            # By time a server goes back as far as it can, where by number it only refuses.
            return wire, place.by_time if place.by_time != place else None
        if wire is Wire.V2 and response.status_code in {400, 404}:
            return Wire.V1, place
        raise self._refused(response)

    def _refused(self, response: Response) -> SourceError:
        where, status = f"{self.host} (answer {response.status_code})", response.status_code
        said = tame_line(_error(response).text("message") or _error(response).text("error"), 200)
        words = f" It says: {said}" if said else ""
        retry_after_s = _retry_after_s(response)
        if status == 503:
            return SourceError(f"{where} is not ready yet.{words}", retry_after_s=retry_after_s)
        if status == 429:
            return SourceError(f"{where} wants us to ask less often.", retry_after_s=retry_after_s)
        if status >= 500:
            return SourceError(f"{where} is in trouble itself.{words}", retry_after_s=retry_after_s)
        if status in {200, 404}:
            remedy = "Check the source's server in config.toml."
            return SourceError(f"There is no Jetstream at {where}.", remedy=remedy, needs_person=True)
        return SourceError(f"{where} refuses.{words}", retry_after_s=retry_after_s)

    def _unreachable(self, error: Exception) -> SourceError:
        if isinstance(error, TimeoutError):
            return SourceError(f"{self.host} did not answer within {self._open_s:g} seconds.")
        words = next((words for kind, words in _CAUSES.items() if isinstance(error, kind)), "{host} cannot be reached.")
        return SourceError(words.format(host=self.host))


_CAUSES: Final[Mapping[type[Exception], str]] = {
    socket.gaierror: "The name {host} cannot be found: is it spelled right, and is there a network?",
    ssl.SSLError: "The certificate of {host} cannot be trusted.",
    ConnectionRefusedError: "{host} refuses connections.",
    ProxyError: "The proxy on the way to {host} refuses.",
    SecurityError: "{host} sent us on to a place that is not safe, or answered with too much.",
    WebSocketException: "{host} answered with something that is no WebSocket.",
}


def _error(response: Response) -> Fields:
    """What a refusal says, where it is JSON."""
    try:
        return Fields(json.loads(response.body or b""))
    except (ValueError, RecursionError):
        return Fields(None)


def _retry_after_s(response: Response) -> float | None:
    wish = response.headers.get("Retry-After", "").strip()
    return min(float(wish), RETRY_AFTER_MAX_S) if wish.isdecimal() and len(wish) < 10 else None
