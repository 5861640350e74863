"""A plain file server, as blogs have one: true ETags and Last-Modified from files on a disk, with trouble to order."""

import asyncio
from collections.abc import AsyncGenerator, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.sources.site import Site, site

RECORDINGS: Final = Path(__file__).parents[1] / "recordings"


def atom(*entries: str, title: str = "Pink Eleven Desk") -> str:
    """A feed with these entries."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
        f'<title>{title}</title><link href="https://pink11.example/"/>{"".join(entries)}</feed>'
    )


def entry(name: str, title: str = "Soup is served #pink11", at: str = "2026-11-17T08:00:00Z", updated: str = "") -> str:
    """An entry, nobody's."""
    return (
        f"<entry><id>tag:pink11.example,2026:{name}</id><title>{title}</title>"
        f"<published>{at}</published><updated>{updated or at}</updated></entry>"
    )


class FeedServer:
    """Serves a folder. `faults` lists every request that was asked in a way no cache would understand.

    `status` is what it answers instead, where that is none of 0; `headers` go with every answer.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status = 0
        self.headers: dict[str, str] = {}
        self.hides_etag = False
        self.answers: list[int] = []
        self.faults: list[str] = []
        self.site: Site
        self.is_idle = asyncio.Event()
        self.is_idle.set()
        self._answering = 0
        self._given: set[str] = set()
        self._files: ASGIApp = Starlette(routes=[Mount("/", StaticFiles(directory=folder, html=False))])

    @property
    def url(self) -> str:
        """The address of the feed."""
        return f"{self.site.url}/feed.xml"

    def write(self, document: str | bytes, name: str = "feed.xml") -> None:
        """Put a document where the feed is."""
        (self.folder / name).write_bytes(document.encode() if isinstance(document, str) else document)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self.is_idle.clear()
        self._answering += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self._answering -= 1
            if not self._answering:
                self.is_idle.set()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = {name.decode(): value.decode() for name, value in scope["headers"]}
        for name in ("if-none-match", "if-modified-since"):
            if name in asked and asked[name] not in self._given:
                self.faults.append(f"{name} was never given: {asked[name]}")
        if not asked.get("user-agent", "").startswith("Backchannel/"):
            self.faults.append("a request does not say who asks")

        async def note(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._noted(message["status"], message["headers"])
            await send(message)

        answer = Response("The words of the server", self.status) if self.status else self._files
        await answer(scope, receive, note)

    def _noted(self, status: int, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        self.answers.append(status)
        kept = [(name, value) for name, value in headers if not (self.hides_etag and name == b"etag")]
        self._given |= {value.decode() for name, value in kept if name in {b"etag", b"last-modified"}}
        return [*kept, *((name.encode(), value.encode()) for name, value in self.headers.items())]


@asynccontextmanager
async def feed_server(folder: Path) -> AsyncGenerator[FeedServer]:
    """A server of the files in a folder, while the block lasts."""
    server = FeedServer(folder)
    async with site(server) as server.site:
        try:
            yield server
        finally:
            await server.is_idle.wait()  # a file that is still sent would be left open
