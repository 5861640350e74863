"""The sockets: each is a position in a channel, one task that sends and one that reads.

Who only listens is seated in an audience instead, and needs no task; where the server at hand does not let go of a
connection, it is served like the others.
"""

import re
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from functools import partial
from secrets import token_hex
from typing import Final

from anyio import current_time
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket

from backchannel.errors import Refusal
from backchannel.feed import View
from backchannel.fleet import Fleet
from backchannel.hub.channel import Channel
from backchannel.hub.fanout import Fanout
from backchannel.hub.strand import Position
from backchannel.roles import Command
from backchannel.store.base import Badge
from backchannel.web.badges import Gate, check
from backchannel.web.browser import browser_of
from backchannel.web.conversation import MAY_SPEAK, Conversation, Ending, Frame, Hear, Speech
from backchannel.web.head import Asking
from backchannel.web.replies import refusal_json, retry_header
from backchannel.web.tongues import tongue_of
from backchannel.web.transport import can_inflate, detach, pass_on
from backchannel.web.usher import Usher

CLAIM_EVERY_S: Final = 0.2  # each is a write; a page waits longer between two
GOING_AWAY: Final = 1001
PAGE_ID: Final = re.compile(r"[0-9a-f]{16}")
SIGNED_OUT: Final = 4401  # of the numbers that are free for applications; the page goes to the door

Claim = Callable[[str, str], Awaitable[None]]


class Sockets:
    """`WS /feed/{view}`."""

    def __init__(
        self,
        fanout: Fanout,
        gate: Gate,
        usher: Usher,
        halls: frozenset[str],
        claim: Claim,
        fleet: Fleet,
        speech: Speech,
    ) -> None:
        self._admission = fanout.admission
        self._speech = speech
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
            device = badge.id if badge else device_of(socket, channel.view, self._gate)
            is_known = badge is not None or await self._is_paired(socket, channel)
            self._admission.enter(device, goes_first=channel.view in MAY_SPEAK, is_known=is_known)
        except Refusal as refusal:
            await socket.send_denial_response(
                JSONResponse(refusal_json(refusal), refusal.status, retry_header(refusal))
            )
            return
        is_seated = False
        try:
            is_seated = await self._seat(socket, channel, position, device)
            if not is_seated:
                channel.clients += 1
                try:
                    await self._attend(socket, channel, position, badge)
                finally:
                    channel.clients -= 1
        finally:
            if not is_seated:
                self._admission.leave(device)

    async def _is_paired(self, socket: WebSocket, channel: Channel) -> bool:
        """Whether it is a screen that the desk knows; asked only where there is no place for others."""
        return (
            channel.view is View.SCREEN
            and self._admission.is_closed
            and await self._fleet.knows(self._gate.screen(socket))
        )

    async def _seat(self, socket: WebSocket, channel: Channel, position: Position | None, device: str) -> bool:
        """Accept a client; true where it has a seat in an audience, here or with a worker, and this task ends."""
        audience = self._fanout.audience(channel)
        if audience is not None:
            await channel.reach(position)
            passing, presses = partial(pass_on, socket), can_inflate(socket)
            if self._fanout.workers.seat(channel, position, device, passing, can_inflate=presses):
                return True
        await socket.accept()
        if audience is None:
            return False
        viewer = audience.seat(position, device, can_inflate=can_inflate(socket))
        if not detach(socket, viewer):
            return False
        audience.welcome(viewer)
        return True

    async def _attend(
        self, socket: WebSocket, channel: Channel, position: Position | None, badge: Badge | None
    ) -> None:
        if channel.view is View.SCREEN and "preview" not in socket.query_params:
            await self._attend_screen(socket, channel, position)
            return
        with self._usher.attending(badge.id) if badge else nullcontext() as ended:
            ending = Ending(ended, SIGNED_OUT, "signed out") if ended else None
            await self._talk(socket, channel, self._hears(badge)).last(channel.follow(position), ending)

    def _talk(self, socket: WebSocket, channel: Channel, hear: Hear) -> Conversation:
        return Conversation(socket, channel.view, hear, self._speech, self._fanout.figures)

    async def _attend_screen(self, socket: WebSocket, channel: Channel, position: Position | None) -> None:
        """Follow as a screen, which says what it shows and is told what to do."""
        asked, hall = socket.query_params, channel.hall or ""
        page_id = asked.get("page", "")
        if not PAGE_ID.fullmatch(page_id):
            page_id = token_hex(8)
        if not await self._fleet.has_room(self._gate.screen(socket)):
            await self._talk(socket, channel, self._hears(None)).last(channel.follow(position))
            return
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
            ending = Ending(page.ended, GOING_AWAY, "came back")
            await self._talk(socket, channel, hear).last(channel.follow(position), ending, self._fleet.words(page))

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


def device_of(connection: Asking, view: View, gate: Gate) -> str:
    """What is counted as one device: a venue's Wi-Fi is one address, so that says nothing."""
    return "" if view is View.POSTS else gate.device(connection) or gate.screen(connection)


def position_of(connection: Asking) -> Position | None:
    """Where a client says that it goes on. Raises Refusal 400 for what is no number."""
    since = connection.query_params.get("since")
    if since is None:
        return None
    if not since.isascii() or not since.isdigit() or len(since) > 18:
        raise Refusal(400, "since", "since is the number of the last update you have.")
    return Position(connection.query_params.get("epoch", ""), int(since))
