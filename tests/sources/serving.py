"""An application on a real socket, in the event loop of the test."""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from server import Server


class _QuietServer(Server):
    """Leaves the signals of the test run alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    async def serve_until_stopped(self) -> None:
        await self._serve()


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
    server = _QuietServer(config)
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve_until_stopped(), name="stand-in")
        await server.is_up.wait()
        try:
            yield "http://127.0.0.1:{1}".format(*server.servers[0].sockets[0].getsockname())
        finally:
            server.handle_exit(signal.SIGTERM, None)
