"""A server with Mastodon's API on real sockets, which can be turned off and on."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

from tests.sources.mastodon_api import MastodonServer


class Switch:
    """Turns a server on and off; it comes back on the same ports."""

    def __init__(self, mastodon: MastodonServer) -> None:
        self._mastodon = mastodon
        self._port = 0
        self._server: uvicorn.Server | None = None

    async def on(self) -> None:
        """Answer from now on."""
        app = Starlette(routes=self._mastodon.routes())
        config = uvicorn.Config(
            app, port=self._port, log_level="critical", lifespan="off", ws="none", date_header=False
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        await self._server.startup()  # without its loop, which only looks for signals
        self._port = self._server.servers[0].sockets[0].getsockname()[1]
        self._mastodon.url = f"http://127.0.0.1:{self._port}"
        await self._mastodon.streaming.start()
        urls = self._mastodon.about["configuration"]["urls"]
        urls["streaming"] = urls["streaming"] or self._mastodon.streaming.url

    async def off(self) -> None:
        """Refuse connections from now on."""
        await self._mastodon.streaming.stop()
        if self._server is not None:
            await self._server.shutdown()
            self._server = None


@asynccontextmanager
async def mastodon_server() -> AsyncGenerator[MastodonServer]:
    """A server that answers at `url` while the block lasts, in this event loop."""
    async with switched_server() as (mastodon, _):
        yield mastodon


@asynccontextmanager
async def switched_server() -> AsyncGenerator[tuple[MastodonServer, Switch]]:
    """A server, and the switch that turns it off and on."""
    mastodon = MastodonServer()
    switch = Switch(mastodon)
    await switch.on()
    try:
        yield mastodon, switch
    finally:
        mastodon.close()
        await switch.off()
