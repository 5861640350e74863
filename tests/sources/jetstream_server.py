"""A Jetstream on a real socket, both versions of the wire, strict about what it is asked, with trouble to order."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

Json = dict[str, Any]

V1: Final = "/subscribe"
V2: Final = "/xrpc/network.bsky.jetstream.subscribeEvents"
POST: Final = "app.bsky.feed.post"
DID: Final = "did:plc:ines0000000000000000kowa"
NOON: Final = datetime(2026, 11, 17, 12, tzinfo=UTC)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SEQ_MAX: Final = 10**15

_V1_NAMES: Final = {"wantedCollections", "wantedDids", "requireHello", "compress"}
_V1_KNOWN: Final = {"wantedCollections", "wantedDids", "maxMessageSizeBytes", "cursor", "compress", "requireHello"}
_V2_KNOWN: Final = {"collections", "dids", "kinds", "maxMessageSizeBytes", "cursor", "zstdDictionary"}
_KINDS: Final = {"commit", "identity", "account", "sync"}
_MADE: Final = count(1)


class Mode(StrEnum):
    """What the server does with the next handshakes."""

    FINE = "fine"
    WARMING = "503"
    LIMITED = "429"
    TROUBLE = "500"
    FORBIDDEN = "403"
    HTML = "200"
    SILENT = "silent"
    NO_SUBPROTOCOL = "no subprotocol"


def made_up(text: str = "See you at the runbook talk. #pink11", **more: Any) -> Json:
    """A record as Bluesky's own app writes it, nobody's; `more` replaces fields."""
    return {"$type": POST, "createdAt": "2026-11-17T09:00:00.000Z", "langs": ["en"], "text": text} | more


def tag_facet(text: str, words: str, tag: str = "") -> Json:
    """The facet of a hashtag, counted in bytes."""
    return facet(text, words, {"$type": "app.bsky.richtext.facet#tag", "tag": tag or words.lstrip("#")})


def facet(text: str, words: str, *features: Json) -> Json:
    """A facet on the first place where `words` stand in `text`, counted in bytes."""
    start = len(text[: text.index(words)].encode())
    return {"index": {"byteStart": start, "byteEnd": start + len(words.encode())}, "features": list(features)}


@dataclass(slots=True)
class Kept:
    """An event as the server keeps it; a raw one is sent as it is."""

    seq: int
    at: datetime
    did: str
    kind: str
    body: Json = field(default_factory=dict)
    raw: bytes | str | None = None

    @property
    def time_us(self) -> int:
        """When it was seen."""
        return (self.at - EPOCH) // timedelta(microseconds=1)

    def frame(self, path: str) -> bytes | str:
        """The event as a version of the wire tells it, spelled as Go spells JSON."""
        if self.raw is not None:
            return self.raw
        if path == V1:
            return dumps({"did": self.did, "time_us": self.time_us, "kind": self.kind, self.kind: self.body})
        at = self.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        payload = {"$type": f"network.bsky.jetstream.subscribeEvents#{self.kind}", "seq": self.seq, "did": self.did}
        payload |= {"time": at, "witnessedAt": at}
        payload |= self.body if self.kind == "commit" else {self.kind: self.body}
        return dumps({"$type": "message", "payload": payload})


def dumps(value: Json) -> str:
    """JSON without blanks, in UTF-8, with the escapes that Go's encoder makes."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


class JetstreamServer:
    """Keeps events and sends them. `faults` lists whatever the real one would not stand."""

    def __init__(self) -> None:
        self.url = ""
        self.mode = Mode.FINE
        self.paths = {V1, V2}
        self.floor = 0
        self.requests: list[str] = []
        self.agents: set[str] = set()
        self.faults: list[str] = []
        self._events: list[Kept] = []
        self._seqs = count(1000)
        self._news = asyncio.Condition()
        self._open: set[ServerConnection] = set()
        self._at = NOON

    async def post(self, rkey: str = "", did: str = DID, operation: str = "create", **record: Any) -> str:
        """Commit a record; returns its rkey."""
        rkey = rkey or f"3made{next(_MADE)}"
        body: Json = {"rev": "3l3qo2vutsw2b", "operation": operation, "collection": POST, "rkey": rkey}
        if operation != "delete":
            body |= {
                "record": record or made_up(),
                "cid": "bafyreimadeup",
            }
        await self.keep("commit", body, did)
        return rkey

    async def delete(self, rkey: str, did: str = DID) -> None:
        """Delete a record."""
        await self.post(rkey, did, "delete")

    async def account(self, *, active: bool, status: str = "", did: str = DID) -> None:
        """Let an account go away or come back."""
        body = {"active": active, "did": did, "seq": 7, "time": "2026-11-17T12:00:00Z"}
        await self.keep("account", body | ({"status": status} if status else {}), did)

    async def rename(self, handle: str, did: str = DID) -> None:
        """Let somebody take another handle."""
        await self.keep("identity", {"did": did, "handle": handle, "seq": 7, "time": "2026-11-17T12:00:00.000Z"}, did)

    async def keep(self, kind: str, body: Json, did: str = DID, at: datetime | None = None) -> None:
        """Keep an event, and tell all who listen. Where no time is given, a little passes on the server's clock."""
        self._at = at or self._at + timedelta(milliseconds=10)
        await self._add(Kept(next(self._seqs), self._at, did, kind, body))

    async def raw(self, frame: bytes | str) -> None:
        """Send a frame as it is."""
        self._at += timedelta(milliseconds=10)
        await self._add(Kept(next(self._seqs), self._at, "", "", raw=frame))

    async def leap(self, seconds: float) -> None:
        """Let time pass on the server's clock."""
        self._at += timedelta(seconds=seconds)

    async def close(self, code: int = 1001, reason: str = "") -> None:
        """Close every connection."""
        for connection in list(self._open):
            await connection.close(code, reason)

    async def until_heard(self, times: int = 1) -> None:
        """Wait until so many have been let in."""
        async with self._news:
            await self._news.wait_for(lambda: len(self._open) >= times)

    async def _add(self, event: Kept) -> None:
        async with self._news:
            self._events.append(event)
            self._news.notify_all()

    def receive_request(self, connection: ServerConnection, request: Request) -> Response | None:
        """Check the handshake; None lets it in."""
        path, query = urlsplit(request.path).path, parse_qs(urlsplit(request.path).query)
        self.requests.append(request.path)
        self.agents.add(request.headers.get("User-Agent", ""))
        if "permessage-deflate" in request.headers.get("Sec-WebSocket-Extensions", ""):
            self.faults.append("compression was offered")
        if self.mode.value.isdecimal():
            return self._trouble()
        if path not in self.paths:
            return _answer(404, b"404 page not found", "text/plain")
        return self._check_v1(query) if path == V1 else self._check_v2(query, request)

    def _check_v1(self, query: dict[str, list[str]]) -> Response | None:
        self.faults += [f"unknown parameter {name}" for name in set(query) - _V1_KNOWN]
        cursor = query.get("cursor", ["0"])[0]
        return None if cursor.isdecimal() else _answer(400, b"invalid cursor", "text/plain")

    def _check_v2(self, query: dict[str, list[str]], request: Request) -> Response | None:
        if foreign := set(query) & _V1_NAMES:
            return _xrpc(400, "InvalidRequest", f"{foreign} are parameters of /subscribe")
        self.faults += [f"unknown parameter {name}" for name in set(query) - _V2_KNOWN]
        if set(query.get("kinds", [])) - _KINDS:
            return _xrpc(400, "InvalidRequest", "unknown kind")
        if request.headers.get("Sec-WebSocket-Protocol") != "xrpc.v1.json":
            self.faults.append("no subprotocol was offered")
        cursor = query.get("cursor", [""])[0]
        if cursor and not cursor.isdecimal():
            return _xrpc(400, "InvalidRequest", "invalid cursor")
        if cursor and int(cursor) < min(self.floor, SEQ_MAX):
            return _xrpc(400, "CursorTooOld", f"the floor is {self.floor}")
        return None

    def _trouble(self) -> Response:
        if self.mode is Mode.HTML:
            return _answer(200, b"<!doctype html><title>Sign in to the Wi-Fi</title>", "text/html")
        response = _xrpc(int(self.mode.value), "ServiceUnavailable", "The words of the server")
        if self.mode is Mode.LIMITED:
            response.headers["Retry-After"] = "7"
        return response

    def select_subprotocol(self, connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
        """The one that both speak."""
        is_v2 = connection.request is not None and connection.request.path.startswith(V2)
        return Subprotocol("xrpc.v1.json") if is_v2 and offered and self.mode is not Mode.NO_SUBPROTOCOL else None

    async def send(self, connection: ServerConnection) -> None:
        """Send what is kept from the cursor on, then whatever comes, until the client leaves."""
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(self._send_all(connection), name="sender")
            try:
                async for message in connection:
                    self.faults.append(f"the client sent {message!r}")
            except ConnectionClosed:
                pass
            sending.cancel()

    async def _send_all(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        path, query = urlsplit(connection.request.path).path, parse_qs(urlsplit(connection.request.path).query)
        async with self._news:
            at = self._start(query)
            self._open.add(connection)
            self._news.notify_all()
        try:
            for notice in self._notices(query) if path == V2 else []:
                await connection.send(dumps({"$type": "message", "payload": notice}))
            kinds = set(query.get("kinds", [])) or {"commit", "account", "identity"}
            while True:
                async with self._news:
                    while at >= len(self._events):
                        await self._news.wait()
                event, at = self._events[at], at + 1
                if (event.raw is not None or event.kind in kinds) and self.mode is not Mode.SILENT:
                    await connection.send(event.frame(path))
        except ConnectionClosed:
            pass
        finally:
            self._open.discard(connection)

    def _start(self, query: dict[str, list[str]]) -> int:
        """Inclusive; a cursor from the future means from now on."""
        if "cursor" not in query:
            return len(self._events)
        cursor = int(query["cursor"][0])
        if cursor >= SEQ_MAX:
            kept = [event for event in self._events if event.seq >= self.floor]
            places = [self._events.index(event) for event in kept if event.time_us >= cursor]
        else:
            places = [at for at, event in enumerate(self._events) if event.seq >= cursor]
        return places[0] if places else len(self._events)

    def _notices(self, query: dict[str, list[str]]) -> list[Json]:
        cursor = int(query.get("cursor", ["0"])[0])
        kind = "network.bsky.jetstream.subscribeEvents#info"
        if cursor < SEQ_MAX and self._events and cursor > self._events[-1].seq + 1:
            return [{"$type": kind, "name": "FutureCursor", "message": "beyond the next seq"}]
        if cursor >= SEQ_MAX and any(event.seq < self.floor and event.time_us > cursor for event in self._events):
            return [{"$type": kind, "name": "OutdatedCursor", "message": "below the floor"}]
        return []


def _answer(status: int, body: bytes, content_type: str) -> Response:
    headers = Headers([("Content-Type", content_type), ("Content-Length", str(len(body))), ("Connection", "close")])
    return Response(status, "Reason", headers, body)


def _xrpc(status: int, error: str, message: str) -> Response:
    return _answer(status, json.dumps({"error": error, "message": message}).encode(), "application/json")


@asynccontextmanager
async def jetstream_server(again: JetstreamServer | None = None) -> AsyncGenerator[JetstreamServer]:
    """A server that answers at `url` while the block lasts, in this event loop; one that was ended serves `again`."""
    jetstream = again or JetstreamServer()
    async with serve(
        jetstream.send,
        "127.0.0.1",
        urlsplit(jetstream.url).port or 0,
        compression="deflate",
        process_request=jetstream.receive_request,
        select_subprotocol=jetstream.select_subprotocol,
        ping_interval=None,
        close_timeout=1,
        max_size=2**20,
    ) as server:
        jetstream.url = "ws://127.0.0.1:{1}".format(*next(iter(server.sockets)).getsockname())
        yield jetstream
