"""A conversation with a client that has something to say: one task reads, others send, and the first to end ends all.

Who only sends never notices that its client left.
"""

from asyncio import Event
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Final

import msgspec
from anyio import create_task_group, fail_after
from msgspec import Meta
from starlette.websockets import WebSocket, WebSocketDisconnect

from backchannel.admission import Bucket
from backchannel.errors import Refusal
from backchannel.feed import View
from backchannel.figures import Figures, Why
from backchannel.web.transport import abort

SEND_DEADLINE_S: Final = 10.0
POLICY_VIOLATION: Final = 1008
TOO_BIG: Final = 1009
CLOSED_BY_HAND: Final = frozenset({1000, 1001, 1005})  # else the connection broke, and the page is there still
# Screens report what they painted, consoles what is in hand; nobody else has anything to say here.
MAY_SPEAK: Final = frozenset({View.SCREEN, View.CONSOLE})


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
class Speech:
    """How much a client may say: the size of a message in bytes, and how many a minute; 0 is as many as it likes."""

    message_bytes: int
    messages_per_minute: int


@dataclass(frozen=True, slots=True)
class Ending:
    """When a client is shown out, and with which words."""

    event: Event
    code: int
    reason: str


class Conversation:
    """What is said on one socket. `hear` is told what its client says."""

    def __init__(self, socket: WebSocket, view: View, hear: Hear, speech: Speech, figures: Figures) -> None:
        self._socket = socket
        self._view = view
        self._hear = hear
        self._speech = speech
        self._figures = figures

    async def last(
        self, messages: AsyncGenerator[str], ending: Ending | None = None, aside: AsyncGenerator[str] | None = None
    ) -> None:
        """Send and read until the client leaves, or is shown out. `aside` is for this client alone."""
        async with create_task_group() as group:

            async def until_over(part: Awaitable[None]) -> None:
                await part
                group.cancel_scope.cancel()

            group.start_soon(until_over, self._read(), name=f"read {self._view}")
            group.start_soon(until_over, self._send(messages), name=f"send {self._view}")
            if aside is not None:
                group.start_soon(until_over, self._send(aside), name=f"tell {self._view}")
            if ending is not None:
                group.start_soon(until_over, self._show_out(ending), name=f"end {self._view}")

    async def _show_out(self, ending: Ending) -> None:
        await ending.event.wait()
        with suppress(WebSocketDisconnect, RuntimeError):  # it may have left a moment before
            await self._socket.close(ending.code, ending.reason)

    async def _send(self, messages: AsyncGenerator[str]) -> None:
        async for message in messages:
            try:
                with fail_after(SEND_DEADLINE_S):
                    await self._socket.send_text(message)
            except TimeoutError:
                self._figures.ended[Why.STOPPED] += 1
                await abort(self._socket)
                return
            except (WebSocketDisconnect, RuntimeError):  # Starlette says RuntimeError where the close crossed our frame
                return
            self._figures.deliveries += 1

    async def _read(self) -> None:
        per_minute = self._speech.messages_per_minute
        may_say = Bucket(per_minute / 60, per_minute, monotonic)
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                if message.get("code") in CLOSED_BY_HAND:
                    await self._hear(Frame("left"))
                return
            text = message.get("text")
            if text is not None and len(text.encode(errors="replace")) > self._speech.message_bytes:
                self._figures.ended[Why.SIZE] += 1
                await self._socket.close(TOO_BIG, f"a message has {self._speech.message_bytes} bytes at most")
                return
            if may_say.take():
                self._figures.ended[Why.MESSAGES] += 1
                await self._socket.close(POLICY_VIOLATION, f"{per_minute} messages a minute are enough")
                return
            frame = _frame(text) if self._view in MAY_SPEAK else None
            if frame is None:
                await self._socket.close(POLICY_VIOLATION, "this feed takes no such frames")
                return
            try:
                await self._hear(frame)
            except Refusal as refusal:
                await self._socket.close(POLICY_VIOLATION, refusal.code)
                return


def _frame(text: str | None) -> Frame | None:
    try:
        return None if text is None else FRAMES.decode(text)
    except msgspec.DecodeError:
        return None
