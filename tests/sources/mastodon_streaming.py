"""Mastodon's streaming server on a real socket, strict about who subscribes and how, with trouble to order."""

import asyncio
import json
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from backchannel import hashtag

PATH: Final = "/api/v1/streaming"


class Door(StrEnum):
    """What becomes of the next handshakes: the value is the answer's status."""

    OPEN = "open"
    FORBIDDEN = "403"
    NO_STREAM = "404"
    LIMITED = "429"
    TROUBLE = "503"
    HTML = "200"


class Listener:
    """A connection, with what it subscribed to and what is still to be sent."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.tags: dict[str, str] = {}  # as it is spelled in the subscription, by its folded form
        self.outbox: asyncio.Queue[str | bytes] = asyncio.Queue()


class StreamingServer:
    """Tells subscribers of statuses. Nothing is kept for those who are away. What no client may do goes to `faults`."""

    def __init__(self, faults: list[str]) -> None:
        self.url = ""
        self.token = ""
        self.door = Door.OPEN
        self.is_deaf = False  # as GoToSocial: takes subscriptions, and sends nothing
        self.refuses: set[str] = set()  # hashtags whose subscription is answered with an error
        self.requests: list[str] = []
        self.agents: set[str] = set()
        self._faults = faults
        self._listeners: list[Listener] = []
        self._news = asyncio.Condition()
        self._server: Server | None = None
        self._port = 0

    async def start(self) -> None:
        """Answer from now on, on the same port as ever."""
        self._server = await serve(
            self._serve, "127.0.0.1", self._port, process_request=self._let_in, ping_interval=None, close_timeout=1
        )
        self._port = next(iter(self._server.sockets)).getsockname()[1]
        self.url = f"ws://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Hang up on everybody and refuse connections."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def tell(self, event: str, tags: Iterable[str], payload: Any) -> None:
        """Tell every subscriber of one of the hashtags, once for each of them."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        for listener in self._listeners:
            for tag in tags:
                if (spelled := listener.tags.get(hashtag.fold(tag))) is not None and not self.is_deaf:
                    listener.outbox.put_nowait(
                        json.dumps({"stream": ["hashtag", spelled], "event": event, "payload": text})
                    )

    def send(self, frame: str | bytes) -> None:
        """Send a frame as it is to everybody."""
        for listener in self._listeners:
            listener.outbox.put_nowait(frame)

    async def revoke(self) -> None:
        """Make the token worthless: the connections that it opened are closed without a word."""
        self.token = "another one"
        for listener in list(self._listeners):
            await listener.connection.close()

    async def until_subscribed(self, count: int = 1) -> None:
        """Wait until somebody has subscribed to so many hashtags."""
        async with self._news:
            await self._news.wait_for(lambda: any(len(each.tags) >= count for each in self._listeners))

    def _let_in(self, connection: ServerConnection, request: Request) -> Response | None:
        """Check the handshake, as the real one does; None lets it in."""
        self.requests.append(request.path)
        self.agents.add(request.headers.get("User-Agent", ""))
        if urlsplit(request.path).path != PATH:
            return _refusal(404, "Not found")
        if self.door is not Door.OPEN:
            return _refusal(int(self.door.value), "The words of the stream")
        authorization = request.headers.get("Authorization")
        if authorization is None:
            return _refusal(401, "Missing access token")
        return None if authorization == f"Bearer {self.token}" else _refusal(401, "Invalid access token")

    async def _serve(self, connection: ServerConnection) -> None:
        listener = Listener(connection)
        self._listeners.append(listener)
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(self._send(listener), name="sender")
            try:
                async for message in connection:
                    await self._take(listener, message)
            except ConnectionClosed:
                pass
            finally:
                self._listeners.remove(listener)
                sending.cancel()

    async def _send(self, listener: Listener) -> None:
        try:
            while True:
                await listener.connection.send(await listener.outbox.get())
        except ConnectionClosed:
            pass

    async def _take(self, listener: Listener, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self._faults.append("a binary message")
            await listener.connection.close(1003, "The mastodon streaming server does not support binary messages")
            return
        wish = json.loads(message)
        tag = wish.get("tag", "")
        if set(wish) != {"type", "stream", "tag"} or wish["type"] != "subscribe" or tag.startswith("#") or not tag:
            self._faults.append(f"the client sent {message}")
        if wish.get("stream") != "hashtag" or tag in self.refuses:
            listener.outbox.put_nowait(json.dumps({"error": "Unknown stream type", "status": 400}))
            return
        async with self._news:
            listener.tags[hashtag.fold(tag)] = tag
            self._news.notify_all()


def _refusal(status: int, words: str) -> Response:
    """An empty answer, whose words are in a header."""
    headers = Headers([("Connection", "close"), ("Content-Length", "0"), ("X-Error-Message", words)])
    return Response(status, "Reason", headers, b"")
