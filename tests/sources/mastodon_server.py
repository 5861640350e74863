"""A server with Mastodon's API on a real socket, strict about what it is asked, with trouble to order."""

import asyncio
import gzip
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from itertools import count
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from backchannel import hashtag

Status = dict[str, Any]

LIMIT: Final = 300
NOW: Final = "Tue, 17 Nov 2026 09:00:00 GMT"
RESET: Final = "2026-11-17T09:02:00.000000Z"
RESET_S: Final = 120.0
HUGE: Final = 50 * 1024 * 1024
JSON: Final = "application/json; charset=utf-8"
_MADE: Final = count(1)


class Mode(StrEnum):
    """What the server does with the next requests."""

    FINE = "fine"
    TOKEN_401 = "401"
    TOKEN_422 = "422"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    GONE = "410"
    LIMITED = "429"
    TROUBLE = "503"
    HTML = "html"
    NAMELESS = "nameless"
    BROKEN_JSON = "broken json"
    OBJECT = "object"
    DEEP = "deep"
    NOT_UTF8 = "not utf-8"
    CUT = "cut"
    HUGE = "huge"
    BOMB = "bomb"
    ENDLESS = "endless"
    SILENT = "silent"
    ROUND_ABOUT = "round about"
    TO_FTP = "to ftp"


BODIES: Final = {
    Mode.BROKEN_JSON: b'[{"id": "1",]',
    Mode.OBJECT: b'{"error": "no list"}',
    Mode.DEEP: b"[" * 100_000 + b"]" * 100_000,
    Mode.NOT_UTF8: b'[{"id": "\xff\xfe"}]',
}


def made_up(text: str = "See you at the runbook talk.", tags: tuple[str, ...] = ("pink11",), **more: Any) -> Status:
    """A status as Mastodon 4.5 sends it, nobody's; `more` replaces fields."""
    number = next(_MADE)
    links = " ".join(
        f'<a href="https://social.example/tags/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>'
        for tag in tags
    )
    status: Status = {
        "id": "",
        "created_at": "2026-11-17T09:00:00.000Z",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://social.example/users/ines/statuses/{number}",
        "url": f"https://social.example/@ines/{number}",
        "edited_at": None,
        "content": f"<p>{text} {links}</p>",
        "reblog": None,
        "account": account(),
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": tag, "url": f"https://social.example/tags/{tag}"} for tag in tags],
        "emojis": [],
        "card": None,
        "poll": None,
        "quote": None,
    }
    return status | more


def account(**more: Any) -> dict[str, Any]:
    """An account as Mastodon 4.5 sends it, nobody's; `more` replaces fields."""
    return {
        "id": "7",
        "username": "ines",
        "acct": "ines@social.example",
        "display_name": "Ines Kowalczyk",
        "note": "<p>Change manager.</p>",
        "url": "https://social.example/@ines",
        "uri": "https://social.example/users/ines",
        "avatar": "https://files.social.example/ines.png",
        "avatar_static": "https://files.social.example/ines.png",
        "noindex": False,
        "emojis": [],
        "fields": [],
    } | more


class MastodonServer:
    """Holds statuses and answers for them. `faults` lists every request that the real one would not understand."""

    def __init__(self) -> None:
        self.url = ""
        self.mode = Mode.FINE
        self.token = ""
        self.page_max = 40
        self.remaining = LIMIT
        self.requests: list[str] = []
        self.agents: set[str] = set()
        self.faults: list[str] = []
        self._statuses: list[Status] = []
        self._ids = count(117_020_582_917_124_092)
        self._closing = asyncio.Event()

    def post(self, status: Status) -> Status:
        """Publish a status; it gets the next id."""
        published = status | {"id": str(next(self._ids))}
        self._statuses.append(published)
        return published

    def edit(self, uri: str, **changes: Any) -> None:
        """Change a status where it stands."""
        self._find(uri).update(changes)

    def delete(self, uri: str) -> None:
        """Take a status away."""
        self._statuses.remove(self._find(uri))

    def close(self) -> None:
        """End every answer that never ends."""
        self._closing.set()

    def _find(self, uri: str) -> Status:
        return next(status for status in self._statuses if status["uri"] == uri)

    async def tag_timeline(self, request: Request) -> Response:
        """GET /api/v1/timelines/tag/{tag}."""
        self.requests.append(str(request.url.query))
        self.agents.add(request.headers.get("user-agent", ""))
        self._check(request)
        if self.mode is not Mode.FINE:
            return self._trouble(request)
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return self._json({"error": "This method requires an authenticated user"}, 422)
        self.remaining -= 1
        return self._json(self._page(request))

    async def status(self, request: Request) -> Response:
        """GET /api/v1/statuses/{id}."""
        for status in self._statuses:
            if status["id"] == request.path_params["id"]:
                return self._json(status)
        return self._json({"error": "Record not found"}, 404)

    def _check(self, request: Request) -> None:
        known = {"limit", "min_id", "max_id", "since_id", "any[]", "all[]", "none[]", "local", "remote", "only_media"}
        query = request.query_params
        self.faults += [f"unknown parameter {name}" for name in set(query) - known]
        self.faults += [f"{name} more than four times" for name in ("any[]", "all[]") if len(query.getlist(name)) > 4]
        if not query.get("limit", "20").isdecimal() or int(query.get("limit", "20")) > 40:
            self.faults.append("limit above 40")
        if any(not tag or tag.startswith("#") for tag in (request.path_params["tag"], *query.getlist("any[]"))):
            self.faults.append("a tag with its sign")

    def _page(self, request: Request) -> list[Status]:
        """Newest first. min_id: those right after it; since_id: the newest ones after it; max_id: those before it."""
        query = request.query_params
        wanted = {hashtag.fold(tag) for tag in (request.path_params["tag"], *query.getlist("any[]"))}
        found = [each for each in self._statuses if wanted & {hashtag.fold(tag["name"]) for tag in each["tags"]}]
        limit = min(int(query.get("limit", "20")), self.page_max)
        if "max_id" in query:
            found = [each for each in found if int(each["id"]) < int(query["max_id"])]
        if "min_id" in query:
            return [each for each in found if int(each["id"]) > int(query["min_id"])][:limit][::-1]
        found = [each for each in found if int(each["id"]) > int(query.get("since_id", "0"))]
        return found[::-1][:limit]

    def _json(self, content: object, status: int = 200, **more: str) -> Response:
        return JSONResponse(content, status, self._headers() | more)

    def _headers(self) -> dict[str, str]:
        return {
            "date": NOW,
            "x-ratelimit-limit": str(LIMIT),
            "x-ratelimit-remaining": str(max(self.remaining, 0)),
            "x-ratelimit-reset": RESET,
            "link": f'<{self.url}/api/v1/timelines/tag/pink11?max_id=1>; rel="next"',  # forgets any[], as the real one
        }

    def _trouble(self, request: Request) -> Response:
        if self.mode.value.isdecimal():
            headers = {} if self.mode is Mode.LIMITED else {"retry-after": "7"}
            return self._json({"error": "The words of the server"}, int(self.mode.value), **headers)
        if self.mode in BODIES:
            return Response(BODIES[self.mode], media_type=JSON)
        answers: dict[Mode, Callable[[], Response]] = {
            Mode.HTML: lambda: Response("<!doctype html><title>Sign in to the Wi-Fi</title>", media_type="text/html"),
            Mode.NAMELESS: lambda: Response(b"[]"),
            Mode.ROUND_ABOUT: lambda: Response(status_code=302, headers={"location": str(request.url)}),
            Mode.TO_FTP: lambda: Response(status_code=302, headers={"location": "ftp://social.example/"}),
            Mode.CUT: lambda: Response(b'[{"id": "1"', headers={"content-length": "4000"}, media_type=JSON),
            Mode.HUGE: lambda: StreamingResponse(_in_pieces(HUGE), media_type=JSON),
            Mode.BOMB: lambda: Response(_bomb(), headers={"content-encoding": "gzip"}, media_type=JSON),
            Mode.ENDLESS: lambda: StreamingResponse(self._drip(b" "), media_type=JSON),
            Mode.SILENT: lambda: StreamingResponse(self._drip(b""), media_type=JSON),
        }
        return answers[self.mode]()

    async def _drip(self, piece: bytes) -> AsyncIterator[bytes]:
        yield b"["
        while not self._closing.is_set():
            if piece:
                yield piece
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), 0.02)


async def _in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65536):
        yield b" " * 65536


def _bomb() -> bytes:
    return gzip.compress(b" " * HUGE)


class _QuietServer(uvicorn.Server):
    """Leaves the signals of the test run alone."""

    async def serve_until_stopped(self) -> None:
        await self._serve()


@asynccontextmanager
async def mastodon_server() -> AsyncGenerator[MastodonServer]:
    """A server that answers at `url` while the block lasts, in this event loop."""
    mastodon = MastodonServer()
    routes = [
        Route("/api/v1/timelines/tag/{tag}", mastodon.tag_timeline),
        Route("/api/v1/statuses/{id}", mastodon.status),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes), port=0, log_level="critical", lifespan="off", ws="none", date_header=False
    )
    server = _QuietServer(config)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve_until_stopped(), name="mastodon server")
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        mastodon.url = "http://127.0.0.1:{1}".format(*server.servers[0].sockets[0].getsockname())
        try:
            yield mastodon
        finally:
            mastodon.close()
            server.should_exit = True
