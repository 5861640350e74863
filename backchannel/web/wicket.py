"""The wicket: a small door in the big one, for what a whole hall sends at once, such as votes.

Starlette's layers and objects cost several times what it costs to count a vote. The wicket answers what is plain: JSON
from our own page, whole, by a phone that has been here before. Whatever is not goes on to the application as it came,
and how refusals look is the application's as well; so both keep the same promises, and the same tests ask both.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backchannel.errors import Refusal, StoreError
from backchannel.web.badges import Gate
from backchannel.web.bodies import PATIENCE_S, late
from backchannel.web.headers import SafeHeaders, safe_headers
from backchannel.web.replies import Refusals

JSON: Final = b"application/json"
BODY_MAX: Final = 4096  # larger ones go the long way, where they are bounded
TURN_WITHIN_S: Final = 10.0
# (the part of the path that stands for `{}`, what is wished, the device) -> the body of the answer, None without one
Answer = Callable[[str, Any, str], Awaitable[object | None]]


@dataclass(frozen=True, slots=True)
class Knock:
    """A command of phones. Its path may hold one `{}`; `answer` raises Refusal, as doors do.

    Where it only `holds_up`, it says who may not now, and what it lets pass goes on to the application one
    by one, so that the desk's own requests come between them.
    """

    path: str
    wishes: msgspec.json.Decoder[Any]
    answer: Answer
    holds_up: bool = False


class Wicket:
    """Answers plain knocks itself, and has the application answer everything else."""

    def __init__(
        self, app: ASGIApp, knocks: Iterable[Knock], gate: Gate, refusals: Refusals, *, is_https: bool = False
    ) -> None:
        self._app = app
        self._knocks = [(*each.path.partition("{}")[::2], each) for each in knocks]
        self._gate = gate
        self._refusals = refusals
        self._is_https = is_https
        self._turn = asyncio.Lock()
        self._safe = {scheme: safe_headers(https=is_https or scheme == "https") for scheme in ("http", "https")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or connect one socket."""
        if scope["type"] != "http" or scope["method"] != "POST" or not (found := self._meant(scope)):
            await self._app(scope, receive, send)
            return
        (knock, name), device = found, self._known_device(scope)
        if not device:
            await self._app(scope, receive, send)
            return
        try:
            first = await _first(receive)
            wish = _wish(first, knock.wishes)
            told = None if wish is None else await knock.answer(name, wish, device)
            if is_in_turn := knock.holds_up and wish is not None:
                await self._wait()
        except Exception as error:
            refused = await self._refusals.refused(Request(scope), error)
            await SafeHeaders(refused, is_https=self._is_https)(scope, receive, send)
            if not isinstance(error, Refusal | StoreError):
                raise
            return
        if is_in_turn:
            try:
                await self._app(scope, _once_more(first, receive), send)
            finally:
                self._turn.release()
        elif wish is None:
            await self._app(scope, _once_more(first, receive), send)
        else:
            await self._tell(scope, send, told)

    async def _wait(self) -> None:
        """Wait until those before are done. Raises Refusal where they stand still."""
        try:
            async with asyncio.timeout(TURN_WITHIN_S):
                await self._turn.acquire()
        except TimeoutError as error:
            raise Refusal(503, "busy", "Your post could not be kept just now. Please send it again.") from error

    def _meant(self, scope: Scope) -> tuple[Knock, str] | None:
        """Which knock a path is, and what stands for its `{}`."""
        path: str = scope["path"]
        if scope["root_path"]:
            return None
        for before, after, knock in self._knocks:
            if path.startswith(before) and path.endswith(after):
                name = path[len(before) : len(path) - len(after)]
                if bool(name) is ("{}" in knock.path) and "/" not in name:
                    return knock, name
        return None

    def _known_device(self, scope: Scope) -> str:
        """The device that asks; empty where anything about the request's head is out of the ordinary."""
        headers = dict(scope["headers"])
        if headers.get(b"content-type") != JSON or len(headers) != len(scope["headers"]):
            return ""
        connection = HTTPConnection(scope)
        try:
            self._gate.check_page(connection)
        except Refusal:
            return ""  # the application says it again
        return self._gate.device(connection)

    async def _tell(self, scope: Scope, send: Send, told: object | None) -> None:
        safe = self._safe[scope["scheme"]]
        if told is None:
            await send({"type": "http.response.start", "status": 204, "headers": safe})
            await send({"type": "http.response.body"})
            return
        body = msgspec.json.encode(told)
        headers = [(b"content-type", JSON), (b"content-length", b"%d" % len(body)), *safe]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _first(receive: Receive) -> Message:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await receive()
    except TimeoutError as error:
        raise late() from error


def _wish(message: Message, wishes: msgspec.json.Decoder[Any]) -> Any:
    """What is wished; None where the body is not all here, is large, or cannot be read."""
    body = message.get("body", b"")
    if message["type"] != "http.request" or message.get("more_body") or len(body) > BODY_MAX:
        return None
    try:
        return wishes.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _once_more(message: Message, receive: Receive) -> Receive:
    """What was received already, and then the rest."""
    waiting = [message]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
