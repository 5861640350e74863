"""An application on a real socket of its own, which can be shut and opened again at the same address."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from tests.sources.serving import QuietServer


class Site:
    """Where an application answers. `url` is the same each time that it opens."""

    def __init__(self, app: ASGIApp, tasks: asyncio.TaskGroup) -> None:
        self._app = app
        self._tasks = tasks
        self._port = 0
        self._server: QuietServer | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://127.0.0.1:{self._port}"

    async def open(self) -> None:
        """Answer from now on."""
        config = uvicorn.Config(
            self._app, port=self._port, log_level="critical", lifespan="off", ws="none", date_header=True
        )
        self._server = server = QuietServer(config)
        self._serving = await server.begin(self._tasks, "site")
        self._port = server.servers[0].sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Break off whatever is under way, and answer nothing."""
        if self._server is None or self._serving is None:
            return
        self._server.end()
        self._server.force_exit = True
        await self._serving
        self._server = None


@asynccontextmanager
async def site(app: ASGIApp) -> AsyncGenerator[Site]:
    """A site that is open while the block lasts, in this event loop."""
    async with asyncio.TaskGroup() as tasks:
        opened = Site(app, tasks)
        await opened.open()
        try:
            yield opened
        finally:
            await opened.shut()
