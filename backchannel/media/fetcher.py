"""The outbound HTTP client: every answer from outside is bounded in time, bytes and depth before anybody reads it."""

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from re import DOTALL
from re import compile as pattern
from types import MappingProxyType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx2

from backchannel.errors import SourceError
from backchannel.text import ADDRESS_MAX, tame_line, web_url

Params = Sequence[tuple[str, str]]
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})

VERSION: Final = "0.1.0"
BODY_MAX: Final = 2 * 1024 * 1024
DEPTH_MAX: Final = 32
DEADLINE_S: Final = 15.0
CONNECT_S: Final = 5.0
REDIRECTS_MAX: Final = 3

# A string that never ends is taken to the end: else each of its quotes would be tried again.
_STRING: Final = pattern(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', DOTALL)
_BRACKET: Final = pattern(rb"[\[\]{}]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; `headers` look names up in any case, `body` is decoded and bounded."""

    host: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_fine(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body read as JSON. Raises SourceError where it is none.

        Not by msgspec: it refuses a whole page for one lone surrogate in one post.
        """
        content_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != "application/json" and not content_type.endswith("+json"):
            msg = f"{self.host} answered with {content_type or 'something nameless'} where JSON was asked for."
            raise SourceError(msg, remedy="Is the sign-in page of a Wi-Fi in between? Else check the source's server.")
        if nests_too_deep(self.body):
            msg = f"{self.host} answered with JSON nested more than {DEPTH_MAX} deep."
            raise SourceError(msg)
        try:
            return json.loads(self.body.decode("utf-8-sig"))
        except ValueError as error:
            msg = f"{self.host} answered with broken JSON."
            raise SourceError(msg) from error


class Fetcher:
    """Fetches over HTTP as "Backchannel/VERSION". Every failure is a SourceError in plain words.

    `transport` is the seam for a client that checks the address it dials.
    """

    def __init__(
        self,
        *,
        deadline_s: float = DEADLINE_S,
        body_max: int = BODY_MAX,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._deadline_s = deadline_s
        self._body_max = body_max
        self._client = httpx2.AsyncClient(
            headers={"User-Agent": f"Backchannel/{VERSION}"},
            timeout=httpx2.Timeout(deadline_s, connect=min(CONNECT_S, deadline_s)),
            follow_redirects=True,
            max_redirects=REDIRECTS_MAX,
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections that are kept for the next request."""
        await self._client.aclose()

    async def get(self, url: str, params: Params = (), headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """The answer to a request, whatever its status and kind."""
        return await self._ask("GET", url, params, headers)

    async def get_json(self, url: str, params: Params = (), headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """The answer to a request for JSON, whatever its status; `Answer.json` reads it."""
        return await self._ask("GET", url, params, {"Accept": "application/json", **headers})

    async def post_json(self, url: str, body: object, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """The answer to a request that carries JSON, whatever its status; `Answer.json` reads it."""
        content = json.dumps(body).encode()
        headers = {"Accept": "application/json", "Content-Type": "application/json", **headers}
        return await self._ask("POST", url, (), headers, content)

    @asynccontextmanager
    async def lines(
        self, url: str, params: Params = (), headers: Mapping[str, str] = NO_HEADERS, *, silence_s: float
    ) -> AsyncGenerator["Lines"]:
        """An answer that goes on for ever, line by line. Raises SourceError where nothing comes for `silence_s`."""
        host = _host_of(url)
        timeout = httpx2.Timeout(silence_s, connect=min(CONNECT_S, silence_s))
        async with (
            _plain_words(host, silence_s),
            self._client.stream("GET", url, params=list(params) or None, headers=headers, timeout=timeout) as response,
        ):
            yield Lines(host, response, self._body_max)

    async def _ask(
        self, method: str, url: str, params: Params, headers: Mapping[str, str], content: bytes | None = None
    ) -> Answer:
        host = _host_of(url)
        async with _plain_words(host, self._deadline_s), asyncio.timeout(self._deadline_s):
            return await self._answer(host, method, url, list(params) or None, headers, content)

    async def _answer(self, host: str, method: str, url: str, params: Any, headers: Any, content: Any) -> Answer:
        body = bytearray()
        async with self._client.stream(method, url, params=params, headers=headers, content=content) as response:
            async for chunk in response.aiter_bytes():  # decoded, in pieces: a bomb is noticed before it has grown
                body += chunk
                if len(body) > self._body_max:
                    msg = f"{host} answered with more than {self._body_max // 1024} kB."
                    raise SourceError(msg)
            return Answer(host, response.status_code, response.headers, bytes(body))


class Lines:
    """An answer that goes on: `status` and `headers` are there at once."""

    def __init__(self, host: str, response: httpx2.Response, line_max: int) -> None:
        self.host = host
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._line_max = line_max

    async def body(self) -> Answer:
        """The answer as a whole, for one that is a refusal."""
        body = bytearray()
        async for chunk in self._response.aiter_bytes():
            body += chunk
            if len(body) > self._line_max:
                break
        return Answer(self.host, self.status, self.headers, bytes(body))

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        """Every line without its end, empty ones too. Lines end with LF or CR LF, and with nothing else."""
        rest = bytearray()
        async for chunk in self._response.aiter_bytes():
            rest += chunk
            if b"\n" in chunk:
                *whole, last = rest.split(b"\n")
                rest = bytearray(last)
                for line in whole:
                    yield bytes(line.removesuffix(b"\r"))
            if len(rest) > self._line_max:
                msg = f"{self.host} sent a line of more than {self._line_max // 1024} kB."
                raise SourceError(msg)


def _host_of(url: str) -> str:
    if not web_url(url):
        msg = f"{tame_line(url, ADDRESS_MAX)!r} is no web address."
        raise SourceError(msg)
    return urlsplit(url).netloc


def nests_too_deep(body: bytes) -> bool:
    """Whether a JSON text nests deeper than is decoded; most have too few brackets for that, wherever they stand."""
    return body.count(b"[") + body.count(b"{") > DEPTH_MAX and depth_of(body) > DEPTH_MAX


def depth_of(body: bytes) -> int:
    """How deep a JSON text nests, read without decoding it."""
    depth = deepest = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", body)):
        depth += 1 if bracket[0] in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


@asynccontextmanager
async def _plain_words(host: str, deadline_s: float) -> AsyncGenerator[None]:
    """Turn whatever goes wrong with a request into a SourceError that a moderator understands."""
    try:
        yield
    except (TimeoutError, httpx2.TimeoutException) as error:
        msg = f"{host} did not answer within {deadline_s:g} seconds."
        raise SourceError(msg) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
        raise SourceError(_sentence(host, error)) from error


def _sentence(host: str, error: Exception) -> str:
    for kind, words in _CAUSES.items():
        if any(isinstance(cause, kind) for cause in _causes(error)):
            return words.format(host=host)
    return f"The request to {host} failed."


_CAUSES: Final[Mapping[type[BaseException], str]] = {
    socket.gaierror: "The name {host} cannot be found: is it spelled right, and is there a network?",
    ssl.SSLError: "The certificate of {host} cannot be trusted.",
    ConnectionRefusedError: "{host} refuses connections.",
    httpx2.TooManyRedirects: f"{{host}} sent us on more than {REDIRECTS_MAX} times.",
    httpx2.UnsupportedProtocol: "{host} is no web address, or sent us on to something that is none.",
    httpx2.InvalidURL: "{host} is no web address.",
    UnicodeError: "{host} is no web address.",
    httpx2.DecodingError: "{host} answered with a body that cannot be unpacked.",
    httpx2.ConnectError: "{host} cannot be reached.",
    httpx2.RemoteProtocolError: "{host} broke its answer off.",
    httpx2.NetworkError: "The connection to {host} broke off.",
}


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and everything that led to it."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _causes(inner)
        error = error.__cause__ or error.__context__
