"""An application on a real socket, in the event loop of the test."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp


class _QuietServer(uvicorn.Server):
    """Leaves the signals of the test run alone."""

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
        started = group.create_task(server.serve_until_stopped(), name="stand-in")
        while not server.started and not started.done():
            await asyncio.sleep(0.005)
        try:
            yield "http://127.0.0.1:{1}".format(*server.servers[0].sockets[0].getsockname())
        finally:
            server.should_exit = True
