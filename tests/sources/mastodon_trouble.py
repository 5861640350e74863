"""Trouble that a test orders from a server: what real ones, and what stands in between, do to a request."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from enum import StrEnum
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

HUGE: Final = 50 * 1024 * 1024
JSON: Final = "application/json; charset=utf-8"


class Mode(StrEnum):
    """What the server does with the next requests."""

    FINE = "fine"
    TOKEN_401 = "401"
    TOKEN_422 = "422"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    GONE = "410"
    LIMITED = "429"
    BROKEN = "500"
    TROUBLE = "503"
    HTML = "html"
    HTML_404 = "html 404"
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


def trouble(mode: Mode, request: Request, headers: dict[str, str], closing: asyncio.Event) -> Response:
    """The answer to a request in trouble; one that never ends does so when the server closes."""
    if mode.value.isdecimal():
        more = {} if mode is Mode.LIMITED else {"retry-after": "7"}
        return JSONResponse({"error": "The words of the server"}, int(mode.value), headers | more)
    if mode in BODIES:
        return Response(BODIES[mode], media_type=JSON)
    answers: dict[Mode, Callable[[], Response]] = {
        Mode.HTML: lambda: Response("<!doctype html><title>Sign in to the Wi-Fi</title>", media_type="text/html"),
        Mode.HTML_404: lambda: Response("<!doctype html><title>Nothing here</title>", 404, media_type="text/html"),
        Mode.NAMELESS: lambda: Response(b"[]"),
        Mode.ROUND_ABOUT: lambda: Response(status_code=302, headers={"location": str(request.url)}),
        Mode.TO_FTP: lambda: Response(status_code=302, headers={"location": "ftp://social.example/"}),
        Mode.CUT: lambda: Response(b'[{"id": "1"', headers={"content-length": "4000"}, media_type=JSON),
        Mode.HUGE: lambda: StreamingResponse(_in_pieces(HUGE), media_type=JSON),
        Mode.BOMB: lambda: Response(_bomb(), headers={"content-encoding": "gzip"}, media_type=JSON),
        Mode.ENDLESS: lambda: StreamingResponse(_drip(b" ", closing), media_type=JSON),
        Mode.SILENT: lambda: StreamingResponse(_drip(b"", closing), media_type=JSON),
    }
    return answers[mode]()


async def _drip(piece: bytes, closing: asyncio.Event) -> AsyncIterator[bytes]:
    yield b"["
    while not closing.is_set():
        if piece:
            yield piece
        with suppress(TimeoutError):
            await asyncio.wait_for(closing.wait(), 0.02)


async def _in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65536):
        yield b" " * 65536


def _bomb() -> bytes:
    return gzip.compress(b" " * HUGE)
