"""Whatever a server does, a fetch ends soon, small, and with plain words."""

import json
import socket
import ssl
import time
import tomllib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.errors import SourceError
from backchannel.media.fetcher import BODY_MAX, VERSION, Answer, Fetcher, depth_of, nests_too_deep
from tests.sources.mastodon_api import MastodonServer
from tests.sources.mastodon_server import mastodon_server
from tests.sources.mastodon_shapes import made_up
from tests.sources.mastodon_trouble import Mode

pytestmark = pytest.mark.anyio
PATH = "/api/v1/timelines/tag/pink11"


@pytest.fixture
async def server() -> AsyncGenerator[MastodonServer]:
    async with mastodon_server() as server:
        yield server


async def fetched(server: MastodonServer, deadline_s: float = 10) -> Answer:
    async with Fetcher(deadline_s=deadline_s) as fetcher:
        return await fetcher.get_json(server.url + PATH, [("limit", "40"), ("any[]", "a"), ("any[]", "b")])


async def test_an_answer_carries_status_headers_and_json(server: MastodonServer) -> None:
    posted = server.post(made_up())
    answer = await fetched(server)
    assert (answer.status, answer.headers["X-RateLimit-Remaining"]) == (200, "299")
    assert answer.json() == [posted]
    assert server.requests == ["limit=40&any%5B%5D=a&any%5B%5D=b"]
    assert server.agents == {f"Backchannel/{VERSION}"}


async def test_an_answer_of_refusal_is_an_answer_too(server: MastodonServer) -> None:
    server.mode = Mode.TOKEN_422
    answer = await fetched(server)
    assert (answer.is_fine, answer.status) == (False, 422)
    assert answer.json() == {"error": "The words of the server"}


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (Mode.HTML, "answered with text/html where JSON was asked for"),
        (Mode.NAMELESS, "answered with something nameless"),
        (Mode.BROKEN_JSON, "broken JSON"),
        (Mode.NOT_UTF8, "broken JSON"),
        (Mode.DEEP, "nested more than 32 deep"),
        (Mode.HUGE, "more than 2048 kB"),
        (Mode.BOMB, "more than 2048 kB"),
        (Mode.CUT, "broke its answer off"),
        (Mode.ROUND_ABOUT, "sent us on more than 3 times"),
        (Mode.TO_FTP, "no web address"),
    ],
)
async def test_trouble_is_told_in_plain_words(server: MastodonServer, mode: Mode, words: str) -> None:
    server.mode = mode
    with pytest.raises(SourceError, match=words) as caught:
        (await fetched(server)).json()
    assert server.url.removeprefix("http://") in str(caught.value)


async def test_a_request_is_sent_on_three_times_at_most(server: MastodonServer) -> None:
    server.mode = Mode.ROUND_ABOUT
    with pytest.raises(SourceError):
        await fetched(server)
    assert len(server.requests) == 4


@pytest.mark.parametrize("mode", [Mode.ENDLESS, Mode.SILENT])
async def test_an_answer_that_never_ends_is_left_at_the_deadline(server: MastodonServer, mode: Mode) -> None:
    server.mode = mode
    started = time.monotonic()
    with pytest.raises(SourceError, match=r"did not answer within 0\.3 seconds"):
        await fetched(server, deadline_s=0.3)
    assert time.monotonic() - started < 2


async def test_a_body_of_exactly_the_bound_is_taken() -> None:
    async def answer(size: int) -> Answer:
        transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=b"x" * size))
        async with Fetcher(transport=transport) as fetcher:
            return await fetcher.get_json("https://social.example/")

    assert len((await answer(BODY_MAX)).body) == BODY_MAX
    with pytest.raises(SourceError, match="more than"):
        await answer(BODY_MAX + 1)


async def test_a_closed_port_refuses() -> None:
    async with mastodon_server() as server:
        pass
    with pytest.raises(SourceError, match="refuses connections"):
        await fetched(server)


@pytest.mark.parametrize(
    "url", ["https://[", "ftp://social.example/", "social.example", "https://\udcff.example/", "https://a b/", ""]
)
async def test_what_is_no_address_is_told(url: str) -> None:
    async with Fetcher() as fetcher:
        with pytest.raises(SourceError, match="no web address"):
            await fetcher.get_json(url)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx2.ConnectError("x"), "cannot be reached"),
        (httpx2.ConnectTimeout("x"), "did not answer within 15 seconds"),
        (httpx2.ReadError("x"), "broke off"),
        (httpx2.DecodingError("x"), "cannot be unpacked"),
        (httpx2.ProxyError("x"), "The request to social.example failed"),
    ],
)
async def test_no_error_of_the_client_gets_out(error: httpx2.HTTPError, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        await failed(error)


async def test_a_certificate_and_a_name_are_told_apart() -> None:
    with pytest.raises(SourceError, match="certificate"):
        await failed(caused_by(ssl.SSLCertVerificationError("x")))
    with pytest.raises(SourceError, match="cannot be found"):
        await failed(caused_by(OSError("none worked"), ExceptionGroup("all", [socket.gaierror(-2, "x")])))


def caused_by(*causes: Exception) -> httpx2.ConnectError:
    error: Exception = httpx2.ConnectError("x")
    top = error
    for cause in causes:
        error.__cause__ = cause
        error = cause
    assert isinstance(top, httpx2.ConnectError)
    return top


async def failed(error: Exception) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        raise error

    async with Fetcher(transport=httpx2.MockTransport(answer)) as fetcher:
        await fetcher.get_json("https://social.example/")


def read(body: bytes, content_type: str = "application/json") -> Any:
    return Answer("social.example", 200, {"content-type": content_type}, body).json()


def test_json_may_have_a_mark_of_order_and_half_a_character() -> None:
    assert read(b"\xef\xbb\xbf[1]") == [1]
    assert read(b'["\\ud800", 2]', "application/activity+json; charset=utf-8") == ["\ud800", 2]


def test_brackets_in_strings_do_not_nest() -> None:
    assert depth_of(rb'{"a": "[[[\"[[[", "b": [{}]}') == 3
    assert read(b"[" * 32 + b"]" * 32) is not None


@pytest.mark.parametrize(
    ("body", "is_too_deep"),
    [
        (b"[" * 33 + b"]" * 33, True),
        (b'{"a":' * 33 + b"1" + b"}" * 33, True),
        (b"[" + b"{}," * 40 + b"{}]", False),
        (b'["' + b"[" * 40 + b'"]', False),
    ],
)
def test_many_brackets_are_not_deep_ones(body: bytes, is_too_deep: bool) -> None:
    assert nests_too_deep(body) is is_too_deep


@settings(max_examples=40)
@given(st.recursive(st.text() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_depth_is_what_decoding_would_find(value: Any) -> None:
    def depth(value: Any) -> int:
        inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    assert depth_of(json.dumps(value).encode()) == depth(value)


@pytest.mark.parametrize("body", [b'"' + b'\\"' * 1_000_000, b'"' * 2_000_001, b'"' + b"\\" * 2_000_001])
def test_strings_that_never_end_cost_no_time(body: bytes) -> None:
    started = time.monotonic()
    depth_of(body)
    assert time.monotonic() - started < 2


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION


async def answered(*chunks: bytes, status: int = 200, line_max: int = 100) -> tuple[int, list[bytes]]:
    async def body() -> AsyncGenerator[bytes]:
        for chunk in chunks:
            yield chunk

    transport = httpx2.MockTransport(lambda _: httpx2.Response(status, content=body()))
    async with (
        Fetcher(transport=transport, body_max=line_max) as fetcher,
        fetcher.lines("https://social.example/stream", silence_s=5) as lines,
    ):
        return lines.status, [line async for line in lines]


async def test_an_answer_without_end_is_read_line_by_line_and_u2028_is_no_end_of_a_line() -> None:
    one, two = "a\u2028b\x85".encode(), b'{"c": 1}'
    chunks = (one[:3], one[3:] + b"\r", b"\n\r\n" + two + b"\nrest")
    assert await answered(*chunks) == (200, [one, b"", two])
    with pytest.raises(SourceError, match="a line of more than 0 kB"):
        await answered(b"x" * 101)


async def test_the_refusal_of_a_stream_is_an_answer() -> None:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(429, json={"title": "Too many"}))
    async with (
        Fetcher(transport=transport) as fetcher,
        fetcher.lines("https://social.example/stream", silence_s=5) as lines,
    ):
        answer = await lines.body()
    assert (answer.status, answer.json()) == (429, {"title": "Too many"})


async def test_no_cookie_is_kept_whoever_sets_it() -> None:
    told: list[str | None] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        told.append(request.headers.get("cookie"))
        headers = [("Set-Cookie", f"seen-{len(told)}={'x' * 4000}; Path=/; Max-Age=99999999"), ("Location", "/again")]
        return httpx2.Response(302 if len(told) == 1 else 200, headers=headers)

    async with Fetcher(transport=httpx2.MockTransport(answer)) as fetcher:
        for _ in range(2):
            await fetcher.get("https://pictures.example/1.png")
    assert told == [None, None, None]


async def test_json_is_posted_and_anything_may_be_fetched() -> None:
    asked: list[tuple[str, bytes, str]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append((request.method, request.content, request.headers.get("If-None-Match", "")))
        return httpx2.Response(304 if request.method == "GET" else 201, json={})

    async with Fetcher(transport=httpx2.MockTransport(answer)) as fetcher:
        posted = await fetcher.post_json("https://social.example/rules", {"add": []})
        fetched = await fetcher.get("https://social.example/feed", headers={"If-None-Match": '"1"'})
    assert asked == [("POST", b'{"add": []}', ""), ("GET", b"", '"1"')]
    assert (posted.status, fetched.status) == (201, 304)
