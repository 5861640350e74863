"""The sockets: each is a position in a channel, one task that sends and one that reads.

Who only listens is seated in an audience instead, and needs no task; where the server at hand does not let go of a
connection, it is served like the others.
"""

import re
from asyncio import Event
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from secrets import token_hex
from typing import Annotated, Final

import msgspec
from anyio import create_task_group, current_time, fail_after
from msgspec import Meta
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from backchannel.errors import Refusal
from backchannel.feed import View
from backchannel.fleet import Fleet
from backchannel.hub.channel import Channel, Position
from backchannel.hub.fanout import Fanout
from backchannel.roles import Command
from backchannel.store.base import Badge
from backchannel.web.badges import Gate, check
from backchannel.web.browser import browser_of
from backchannel.web.replies import refusal_json
from backchannel.web.tongues import tongue_of
from backchannel.web.transport import abort, detach
from backchannel.web.usher import Usher

SEND_DEADLINE_S: Final = 10.0
FRAME_MAX: Final = 16 * 1024  # a screen names every post that it shows
CLAIM_EVERY_S: Final = 0.2  # each is a write; a page waits longer between two
GOING_AWAY: Final = 1001
POLICY_VIOLATION: Final = 1008
CLOSED_BY_HAND: Final = frozenset({1000, 1001, 1005})  # else the connection broke, and the page is there still
PAGE_ID: Final = re.compile(r"[0-9a-f]{16}")
SIGNED_OUT: Final = 4401  # of the numbers that are free for applications; the page goes to the door


class Frame(msgspec.Struct):
    """What a client says: a screen `painted`, `here` and `left`, a console `claim`, without a key for an empty hand.

    `painted` names what is on the glass, with everything up to `seq` applied; `here` answers what was told at `t`.
    """

    op: str
    key: Annotated[str, Meta(max_length=100)] = ""
    seq: Annotated[int, Meta(ge=0, le=2**62)] = 0
    keys: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=200)] = []
    t: float = 0
    width: Annotated[int, Meta(ge=0, le=100_000)] = 0
    height: Annotated[int, Meta(ge=0, le=100_000)] = 0


FRAMES: Final = msgspec.json.Decoder(Frame)
Hear = Callable[[Frame], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Ending:
    """When a client is shown out, and with which words."""

    event: Event
    code: int
    reason: str


Claim = Callable[[str, str], Awaitable[None]]

# Screens report what they painted, consoles what is in hand; nobody else has anything to say here.
MAY_SPEAK: Final = frozenset({View.SCREEN, View.CONSOLE})


class Sockets:
    """`WS /feed/{view}`."""

    def __init__(
        self, fanout: Fanout, gate: Gate, usher: Usher, halls: frozenset[str], claim: Claim, fleet: Fleet
    ) -> None:
        self._fleet = fleet
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
            if channel.view is View.SCREEN and "preview" not in socket.query_params:
                await self._attend_screen(socket, channel, position)
                return
            with self._usher.attending(badge.id) if badge else nullcontext() as ended:
                ending = Ending(ended, SIGNED_OUT, "signed out") if ended else None
                await _serve(socket, channel, position, self._hears(badge), ending)
        finally:
            channel.clients -= 1

    async def _attend_screen(self, socket: WebSocket, channel: Channel, position: Position | None) -> None:
        """Follow as a screen, which says what it shows and is told what to do."""
        asked, hall = socket.query_params, channel.hall or ""
        page_id = asked.get("page", "")
        if not PAGE_ID.fullmatch(page_id):
            page_id = token_hex(8)
        browser = browser_of(socket.headers.get("user-agent", ""))
        page = self._fleet.arrive(page_id, self._gate.screen(socket), hall, browser)

        async def hear(frame: Frame) -> None:
            if frame.op == "painted":
                self._fleet.painted(page, frame.seq, frame.keys)
            elif frame.op == "here":
                self._fleet.heard(page, frame.t, frame.width, frame.height)
            elif frame.op == "left":
                self._fleet.close(page)

        with self._fleet.attending(page):
            await _serve(
                socket, channel, position, hear, Ending(page.ended, GOING_AWAY, "came back"), self._fleet.words(page)
            )

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
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
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
    socket: WebSocket,
    channel: Channel,
    position: Position | None,
    hear: Hear,
    ending: Ending | None,
    aside: AsyncGenerator[str] | None = None,
) -> None:
    """Send and read at once: who only sends never notices that the client left. `aside` is for this client alone."""
    async with create_task_group() as group:

        async def until_over(part: Awaitable[None]) -> None:
            await part
            group.cancel_scope.cancel()

        group.start_soon(until_over, _read(socket, channel.view, hear), name=f"read {channel.view}")
        group.start_soon(until_over, _send(socket, channel.follow(position)), name=f"send {channel.view}")
        if aside is not None:
            group.start_soon(until_over, _send(socket, aside), name=f"tell {channel.view}")
        if ending is not None:
            group.start_soon(until_over, _show_out(socket, ending), name=f"end {channel.view}")


async def _show_out(socket: WebSocket, ending: Ending) -> None:
    await ending.event.wait()
    with suppress(WebSocketDisconnect, RuntimeError):  # it may have left a moment before
        await socket.close(ending.code, ending.reason)


async def _send(socket: WebSocket, messages: AsyncGenerator[str]) -> None:
    async for message in messages:
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
            if message.get("code") in CLOSED_BY_HAND:
                await hear(Frame("left"))
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
