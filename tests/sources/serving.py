"""An application on a real socket, in the event loop of the test."""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from server import Server


class QuietServer(Server):
    """A stand-in's server, which leaves the signals of the test run alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.is_up.set()

    async def begin(self, group: asyncio.TaskGroup, name: str) -> asyncio.Task[None]:
        """Serve in a task of its own; return once it does."""
        serving = group.create_task(self._serve(), name=name)
        await self.is_up.wait()
        return serving

    def end(self) -> None:
        """Serve no more."""
        self.handle_exit(signal.SIGTERM, None)


@asynccontextmanager
async def serving(application: ASGIApp) -> AsyncGenerator[str]:
    """The address at which an application answers while the block lasts."""
    config = uvicorn.Config(
        application,
        port=0,
        log_level="critical",
        lifespan="off",
        ws="none",
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    server = QuietServer(config)
    async with asyncio.TaskGroup() as group:
        serving = await server.begin(group, "stand-in")
        try:
            yield "http://127.0.0.1:{1}".format(*server.servers[0].sockets[0].getsockname())
        finally:
            server.end()
            await serving
