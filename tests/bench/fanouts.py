"""The fan-outs in Python: python -m tests.bench.fanouts NAME PORT [WORKERS]. What is said on /pub is told to all.

backchannel   our own channel, audience and sockets, behind the routes and headers of a server without a store;
              with so many workers beside it
broadcast     websockets.broadcast() to a set of connections
send_text     a loop of Starlette's send_text over a set of connections
"""

import asyncio
import resource
import sys
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from time import monotonic
from types import SimpleNamespace
from typing import Any, Final

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.server import ServerConnection, broadcast, serve

from backchannel.admission import Admission
from backchannel.clock import now
from backchannel.config import Config
from backchannel.feed import View
from backchannel.figures import Why
from backchannel.hub.fanout import IDLE_S, Fanout
from backchannel.hub.local import LocalHub
from backchannel.hub.workers import Workers
from backchannel.roles import Role
from backchannel.store.base import Badge, Heads, Logged
from backchannel.updates import FLOOR, Kind, Update
from backchannel.web.badges import Gate
from backchannel.web.conversation import Speech
from backchannel.web.headers import OriginRule, SafeHeaders
from backchannel.web.sockets import Sockets
from backchannel.web.turnstile import Turnstile
from backchannel.web.usher import Usher
from server import uvicorn_config


class Nothing:
    """A store in which nothing ever happened, and in which every badge is a moderator's."""

    async def find(self, *_: Any) -> Badge:
        """Whose badge it is."""
        return Badge("Jo", Role.MODERATOR, id="jo")

    async def see(self, *_: Any) -> None:
        """Nobody notes who was here."""

    async def standing(self, ids: frozenset[str], *_: Any) -> frozenset[str]:
        """No badge is ever ended."""
        return ids

    async def heads(self) -> Heads:
        """Every stream stands at its beginning."""
        return Heads("bench", {})

    async def since(self, *_: Any) -> tuple[Logged, ...]:
        """No update ever came."""
        return ()

    async def page(self, _: Any) -> Any:
        """No post stands anywhere."""
        return SimpleNamespace(posts=())


async def backchannel(port: int, many: int = 0) -> None:
    """Ours."""
    nothing: Any = Nothing()
    admission = Admission(clients=15_000, clients_per_device=15_000, arrivals_per_second=0, now=monotonic)
    workers = Workers(many, admission, IDLE_S)

    async def tally() -> Mapping[str, Any]:
        return {}

    fanout = Fanout(
        nothing,
        nothing,
        LocalHub(poll_every_s=3600),
        halls=["main"],
        render=lambda _, post: post.content,
        tally=tally,
        clock=now,
        admission=admission,
        workers=workers,
    )
    await fanout.open()
    channel = fanout.channel(View.PHONE)

    async def publish(message: str) -> None:
        seq = channel.ring.head + 1
        post: Any = SimpleNamespace(key="post", content=message)
        await channel.publish([Logged(Update(FLOOR, seq, Kind.PUT, "post", 1, now()), post)])

    async def figures(_: Request) -> JSONResponse:
        ended = fanout.figures.ended[Why.STOPPED]
        audience = fanout.audience(channel)
        return JSONResponse({"stopped": audience.stopped if audience else 0, "ended": ended})

    async def no_claim(by: str, key: str) -> None:
        """Nobody is at the desk."""

    gate = Gate(nothing, nothing, OriginRule(""), now, networks=(), https=False)
    speech = Speech(message_bytes=16 * 1024, messages_per_minute=600)
    sockets = Sockets(fanout, gate, Usher(nothing, LocalHub(), now), frozenset({"main"}), no_claim, nothing, speech)
    routes = [WebSocketRoute("/feed/{view}", sockets.feed), WebSocketRoute("/pub", _publisher(publish))]
    app = Starlette(routes=[*routes, Route("/figures", figures)])
    async with asyncio.TaskGroup() as group:
        group.create_task(fanout.run(), name="fan-out")
        serving = group.create_task(workers.run(), name="workers")
        await workers.begin()
        turnstile = Turnstile(fanout, gate, frozenset({"main"}), "en")
        config = uvicorn_config(Config(), SafeHeaders(app), fanout.admission, turnstile)
        config.port, config.backlog = port, 65535
        await uvicorn.Server(config).serve()
        serving.cancel()


async def send_text(port: int) -> None:
    """What a tutorial does."""
    viewers: set[WebSocket] = set()

    async def publish(message: str) -> None:
        for viewer in tuple(viewers):
            await viewer.send_text(message)

    async def view(socket: WebSocket) -> None:
        await socket.accept()
        viewers.add(socket)
        try:
            await socket.receive()
        finally:
            viewers.discard(socket)

    app = Starlette(routes=[WebSocketRoute("/ws", view), WebSocketRoute("/pub", _publisher(publish))])
    config = uvicorn.Config(
        app, port=port, backlog=65535, log_config=None, access_log=False, ws_per_message_deflate=False, lifespan="off"
    )
    await uvicorn.Server(config).serve()


async def websockets(port: int) -> None:
    """What the websockets package offers."""
    viewers: set[ServerConnection] = set()

    async def take(connection: ServerConnection) -> None:
        if connection.request is not None and connection.request.path == "/pub":
            async for message in connection:
                broadcast(viewers, message)
            return
        viewers.add(connection)
        await connection.wait_closed()
        viewers.discard(connection)

    async with serve(take, "127.0.0.1", port, compression=None, backlog=65535) as server:
        await server.serve_forever()


def _publisher(publish: Callable[[str], Awaitable[None]]) -> Callable[[WebSocket], Awaitable[None]]:
    async def endpoint(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await publish(await socket.receive_text())
        except WebSocketDisconnect:
            pass

    return endpoint


FANOUTS: Final[Mapping[str, Callable[..., Coroutine[Any, Any, None]]]] = {
    "backchannel": backchannel,
    "broadcast": websockets,
    "send_text": send_text,
}

if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(FANOUTS[sys.argv[1]](*map(int, sys.argv[2:])))
