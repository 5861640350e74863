"""The wicket keeps the application's promises: what is plain and what goes the long way are answered alike."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from backchannel.errors import Refusal
from backchannel.web import wicket as wickets
from backchannel.web.questions import BALLOTS
from backchannel.web.wicket import Knock, Wicket
from tests.served import Served, made_config, served

pytestmark = pytest.mark.anyio

PLAIN = {"Content-Type": "application/json"}
LONG_WAY = {"Content-Type": "application/json; charset=utf-8"}  # just as good JSON, but out of the ordinary


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as house:
        await house.client.get("/")
        yield house


async def told(house: Served, address: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """The answer, and what it says of itself."""
    answer = await house.client.post(address, content=body, headers=house.from_page | headers)
    said = {name: value for name, value in answer.headers.items() if name not in {"date", "set-cookie"}}
    return answer.status_code, answer.content, said


FOREIGN = {"Origin": "https://evil.example"}
STRANGER = {"Cookie": "other=1"}
ASKED: dict[str, tuple[str, bytes, dict[str, str], int]] = {
    "a vote": ("/questions/{key}/vote", b'{"up": true}', {}, 200),
    "its undoing": ("/questions/{key}/vote", b'{"up": false}', {}, 200),
    "a vote for nothing": ("/questions/floor:none/vote", b'{"up": true}', {}, 404),
    "a vote from a foreign page": ("/questions/{key}/vote", b'{"up": true}', FOREIGN, 403),
    "a vote of a stranger": ("/questions/{key}/vote", b'{"up": true}', STRANGER, 409),
    "a vote with more in it": ("/questions/{key}/vote", b'{"up": true, "by": "me"}', {}, 400),
    "no JSON": ("/questions/{key}/vote", b"up", {}, 400),
    "an empty body": ("/questions/{key}/vote", b"", {}, 400),
    "too large a body": ("/questions/{key}/vote", b" " * 300_000, {}, 413),
    "a reaction": ("/reactions", b'{"word": "yes"}', {}, 204),
    "a reaction nobody knows": ("/reactions", b'{"word": "boo"}', {}, 400),
    "a reaction in no hall": ("/reactions", b'{"word": "yes", "hall": "attic"}', {}, 404),
    "a foreign reaction": ("/reactions", b'{"word": "yes"}', FOREIGN, 403),
    "a reaction that another site sent": ("/reactions", b'{"word": "yes"}', {"Sec-Fetch-Site": "cross-site"}, 403),
}


async def test_both_ways_answer_alike_in_status_words_and_headers(hall: Served) -> None:
    key = await hall.post("What did you stop measuring?", kind="question", hall="main")
    await hall.decide("approve", key)
    for name, (address, body, more, status) in ASKED.items():
        plain = await told(hall, address.format(key=key), body, PLAIN | more)
        assert plain == await told(hall, address.format(key=key), body, LONG_WAY | more), name
        assert plain[0] == status, name


class Asked:
    """Counts what comes the long way, and keeps the body that it brings."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read all of it."""
        body, message = b"", await receive()
        while message.get("more_body"):
            body, message = body + message["body"], await receive()
        self.bodies.append(body + message.get("body", b""))


class OpenGate:
    """Lets everybody in, as one device."""

    def check_page(self, connection: object) -> None:
        """Every page is ours."""

    def device(self, connection: object) -> str:
        """There is one."""
        return "phone"


def scope(path: str = "/questions/floor:1/vote", **more: Any) -> dict[str, Any]:
    headers = [(b"content-type", b"application/json")]
    return {
        "type": "http", "method": "POST", "path": path, "root_path": "", "scheme": "http", "headers": headers
    } | more  # fmt: skip


async def knocked(asked: dict[str, Any], *parts: bytes) -> tuple[list[Any], list[bytes], list[Message]]:
    """What the wicket took, what went the long way, and what was answered by the wicket."""
    taken: list[Any] = []
    sent: list[Message] = []
    messages = [{"type": "http.request", "body": part, "more_body": part is not parts[-1]} for part in parts]

    async def answer(name: str, wish: Any, device: str) -> object:
        taken.append((name, wish.up, device))
        return {"done": True}

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    app = Asked()
    wicket = Wicket(app, [Knock("/questions/{}/vote", BALLOTS, answer)], OpenGate(), None)  # type: ignore[arg-type]
    async with asyncio.timeout(5):
        await wicket(asked, receive, send)
    return taken, app.bodies, sent


async def test_what_is_plain_never_comes_to_the_application() -> None:
    taken, bodies, sent = await knocked(scope(), b'{"up":true}')
    assert (taken, bodies) == ([("floor:1", True, "phone")], [])
    assert (sent[0]["status"], sent[1]["body"]) == (200, b'{"done":true}')


@pytest.mark.parametrize(
    "asked",
    [
        scope("/questions//vote"),
        scope("/questions/a/b/vote"),
        scope("/questions/floor:1/votes"),
        scope(method="PUT"),
        scope(root_path="/below"),
        scope(headers=[(b"content-type", b"text/plain")]),
        scope(headers=[(b"content-type", b"application/json"), (b"cookie", b"a=1"), (b"cookie", b"b=1")]),
    ],
    ids=lambda asked: f"{asked['method']} {asked['root_path']}{asked['path']} {len(asked['headers'])}",
)
async def test_what_is_out_of_the_ordinary_goes_to_the_application_as_it_came(asked: dict[str, Any]) -> None:
    assert await knocked(asked, b'{"up":true}') == ([], [b'{"up":true}'], [])


@pytest.mark.parametrize("parts", [(b'{"up":', b"true}"), (b"up",), (b" " * 5000,)])
async def test_a_body_in_parts_or_unreadable_or_large_is_handed_on_whole(parts: tuple[bytes, ...]) -> None:
    assert await knocked(scope(), *parts) == ([], [b"".join(parts)], [])


class Slow:
    """Answers when it is told to, and knows how many were inside at once."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.inside = self.most = self.answered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, and be done."""
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.may_answer.wait()
        self.inside -= 1
        self.answered += 1


async def let_pass(name: str, wish: Any, device: str) -> None:
    """Everybody may."""


async def one_body() -> Message:
    return {"type": "http.request", "body": b'{"up":true}'}


async def unheard(message: Message) -> None:
    """Nobody listens."""


class Refusals:
    """Keeps what was refused."""

    def __init__(self) -> None:
        self.codes: list[str] = []

    async def refused(self, request: Request, error: Exception) -> Response:
        """An answer without words."""
        assert isinstance(error, Refusal)
        self.codes.append(error.code)
        return Response(status_code=error.status)


def flooded(app: Slow, refusals: Refusals) -> Wicket:
    knock = Knock("/posts", BALLOTS, let_pass, holds_up=True)
    return Wicket(app, [knock], OpenGate(), refusals)  # type: ignore[arg-type]


async def test_what_may_flood_goes_on_one_by_one_and_all_of_it_arrives() -> None:
    app = Slow()
    wicket = flooded(app, Refusals())
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        for _ in range(9):
            group.create_task(wicket(scope("/posts"), one_body, unheard), name="post")
        while not app.inside:
            await asyncio.sleep(0)
        app.may_answer.set()
    assert (app.most, app.answered) == (1, 9)


async def test_where_they_stand_still_the_others_are_told_so_in_time_and_go_on_once_they_move(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wickets, "TURN_WITHIN_S", 0.05)
    app, refusals = Slow(), Refusals()
    wicket = flooded(app, refusals)
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(wicket(scope("/posts"), one_body, unheard), name="post")
        while not app.inside:
            await asyncio.sleep(0)
        await wicket(scope("/posts"), one_body, unheard)
        assert refusals.codes == ["busy"]
        app.may_answer.set()
    await wicket(scope("/posts"), one_body, unheard)
    assert app.answered == 2
