"""The sockets: each is a position in a channel, one task that sends and one that reads.

Who only listens is seated in an audience instead, and needs no task; where the server at hand does not let go of a
connection, it is served like the others.
"""

from asyncio import Event
from collections.abc import Awaitable, Callable
from contextlib import nullcontext, suppress
from typing import Annotated, Final

import msgspec
from anyio import create_task_group, current_time, fail_after
from msgspec import Meta
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from backchannel.errors import Refusal
from backchannel.feed import View
from backchannel.hub.channel import Channel, Position
from backchannel.hub.fanout import Fanout
from backchannel.roles import Command
from backchannel.store.base import Badge
from backchannel.web.badges import Gate, check
from backchannel.web.replies import refusal_json
from backchannel.web.tongues import tongue_of
from backchannel.web.transport import abort, detach
from backchannel.web.usher import Usher

SEND_DEADLINE_S: Final = 10.0
FRAME_MAX: Final = 4096
CLAIM_EVERY_S: Final = 0.2  # each is a write; a page waits longer between two
POLICY_VIOLATION: Final = 1008
SIGNED_OUT: Final = 4401  # of the numbers that are free for applications; the page goes to the door


class Frame(msgspec.Struct):
    """What a client says: `painted` by a screen, `claim` by a console, where no key means that nothing is in hand."""

    op: str
    key: Annotated[str, Meta(max_length=100)] = ""


FRAMES: Final = msgspec.json.Decoder(Frame)
Hear = Callable[[Frame], Awaitable[None]]
Claim = Callable[[str, str], Awaitable[None]]

# Screens report what they painted, consoles what is in hand; nobody else has anything to say here.
MAY_SPEAK: Final = frozenset({View.SCREEN, View.CONSOLE})


class Sockets:
    """`WS /feed/{view}`."""

    def __init__(self, fanout: Fanout, gate: Gate, usher: Usher, halls: frozenset[str], claim: Claim) -> None:
        self._fanout = fanout
        self._gate = gate
        self._usher = usher
        self._halls = halls
        self._claim = claim

    async def feed(self, socket: WebSocket) -> None:
        """Follow a view until the client leaves, stops reading, or breaks the rules."""
        try:
            channel, badge = await self._admit(socket)
            position = position_of(socket)
        except Refusal as refusal:
            await socket.send_denial_response(JSONResponse(refusal_json(refusal), refusal.status))
            return
        if (audience := self._fanout.audience(channel)) is not None:
            await channel.reach(position)
        await socket.accept()
        if audience is not None:
            viewer = audience.seat(position)
            if detach(socket, viewer):
                audience.welcome(viewer)
                return
        channel.clients += 1
        try:
            with self._usher.attending(badge.id) if badge else nullcontext() as ended:
                await _serve(socket, channel, position, self._hears(badge), ended)
        finally:
            channel.clients -= 1

    def _hears(self, badge: Badge | None) -> Hear:
        """What is done with the frames of a client."""
        free_at = current_time()

        async def hear_claim(frame: Frame) -> None:
            nonlocal free_at
            if frame.op != "claim" or badge is None:
                return
            check(badge, Command.CLAIM)
            if current_time() >= free_at:
                free_at = current_time() + CLAIM_EVERY_S
                await self._claim(badge.name, frame.key)

        async def hear_nothing(_: Frame) -> None:
            """A screen's receipts are taken."""

        return hear_claim if badge is not None else hear_nothing

    async def _admit(self, socket: WebSocket) -> tuple[Channel, Badge | None]:
        try:
            view = View(socket.path_params["view"])
        except ValueError as error:
            raise Refusal(404, "view_unknown", "There is no such feed.") from error
        hall = socket.query_params.get("hall")
        if hall is not None and hall not in self._halls:
            raise Refusal(404, "hall_unknown", f"There is no hall {hall[:40]!r}.")
        badge = await self._gate.commanding(socket, Command.SEE) if view is View.CONSOLE else None
        if view in {View.SCREEN, View.PHONE}:
            self._gate.check_page(socket, optional=True)
        return await self._fanout.tuned(view, hall, tongue_of(socket).tag), badge


def position_of(connection: HTTPConnection) -> Position | None:
    """Where a client says that it goes on. Raises Refusal 400 for what is no number."""
    since = connection.query_params.get("since")
    if since is None:
        return None
    if not since.isascii() or not since.isdigit() or len(since) > 18:
        raise Refusal(400, "since", "since is the number of the last update you have.")
    return Position(connection.query_params.get("epoch", ""), int(since))


async def _serve(
    socket: WebSocket, channel: Channel, position: Position | None, hear: Hear, ended: Event | None
) -> None:
    """Send and read at once: who only sends never notices that the client left. `ended` shows the client out."""
    async with create_task_group() as group:

        async def until_over(part: Awaitable[None]) -> None:
            await part
            group.cancel_scope.cancel()

        group.start_soon(until_over, _read(socket, channel.view, hear), name=f"read {channel.view}")
        group.start_soon(until_over, _send(socket, channel, position), name=f"send {channel.view}")
        if ended is not None:
            group.start_soon(until_over, _show_out(socket, ended), name=f"end {channel.view}")


async def _show_out(socket: WebSocket, ended: Event) -> None:
    await ended.wait()
    with suppress(WebSocketDisconnect, RuntimeError):  # it may have left a moment before
        await socket.close(SIGNED_OUT, "signed out")


async def _send(socket: WebSocket, channel: Channel, position: Position | None) -> None:
    async for message in channel.follow(position):
        try:
            with fail_after(SEND_DEADLINE_S):
                await socket.send_text(message)
        except TimeoutError:
            await abort(socket)
            return
        except (WebSocketDisconnect, RuntimeError):  # Starlette says RuntimeError where the close crossed our frame
            return


async def _read(socket: WebSocket, view: View, hear: Hear) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        frame = _frame(message.get("text")) if view in MAY_SPEAK else None
        if frame is None:
            await socket.close(POLICY_VIOLATION, "this feed takes no such frames")
            return
        try:
            await hear(frame)
        except Refusal as refusal:
            await socket.close(POLICY_VIOLATION, refusal.code)
            return


def _frame(text: str | None) -> Frame | None:
    if text is None or len(text) > FRAME_MAX:
        return None
    try:
        return FRAMES.decode(text)
    except msgspec.DecodeError:
        return None
