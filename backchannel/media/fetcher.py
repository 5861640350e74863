"""The outbound HTTP client: every answer from outside is bounded in time, bytes and depth before anybody reads it.

The operator may name any server, one of the venue's own network too. Where that server sends us on to another one, or
where a post names the address, only public places are asked (guard.py).
"""

import asyncio
import json
import zlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from re import DOTALL
from re import compile as pattern
from types import MappingProxyType
from typing import Any, Final, Self
from urllib.parse import urlencode, urlsplit

import httpx2

from backchannel.errors import SourceError
from backchannel.media.dialling import GuardedBackend, GuardedTransport, certificates
from backchannel.media.guard import PUBLIC, WEB
from backchannel.media.trouble import REDIRECTS_MAX, plain_words
from backchannel.text import ADDRESS_MAX, tame_line, web_url

Params = Sequence[tuple[str, str]]
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})

VERSION: Final = "0.1.0"
BODY_MAX: Final = 2 * 1024 * 1024
DEPTH_MAX: Final = 32
DEADLINE_S: Final = 15.0
CONNECT_S: Final = 5.0
PIECE_MAX: Final = 64 * 1024  # of a body, unpacked: a bomb is noticed before it has grown
AS_IT_IS: Final = frozenset({"", "identity"})

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

    `transport` leads to the place that was named and `beyond` to wherever else it sends us; both guarded, no place is
    trusted. What `unpacks` not takes no compressed answer, whether it asked for one or not.
    """

    def __init__(
        self,
        *,
        deadline_s: float = DEADLINE_S,
        body_max: int = BODY_MAX,
        transport: httpx2.AsyncBaseTransport | None = None,
        beyond: httpx2.AsyncBaseTransport | None = None,
        unpacks: bool = True,
    ) -> None:
        self._deadline_s = deadline_s
        self._body_max = body_max
        self._headers = {
            "User-Agent": f"Backchannel/{VERSION}",
            "Accept-Encoding": "gzip" if unpacks else "identity",
        }
        self._unpacks = unpacks
        self._client = self._client_over(transport)
        self._beyond = beyond
        self._strangers: httpx2.AsyncClient | None = None  # made when somebody sends us on: mostly nobody does

    def _client_over(self, transport: httpx2.AsyncBaseTransport | None) -> httpx2.AsyncClient:
        timeout = httpx2.Timeout(self._deadline_s, connect=min(CONNECT_S, self._deadline_s))
        # A server of strangers would know us again, and could have us keep as many cookies as it has names for.
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        return httpx2.AsyncClient(
            headers=self._headers, cookies=no_cookies, timeout=timeout, transport=transport, verify=certificates()
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections that are kept for the next request."""
        await self._client.aclose()
        if self._strangers is not None:
            await self._strangers.aclose()

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

    async def post_form(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] = NO_HEADERS) -> Answer:
        """The answer to a request that carries a form, whatever its status; `Answer.json` reads it."""
        kind = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        return await self._ask("POST", url, (), {**kind, **headers}, urlencode(form).encode())

    @asynccontextmanager
    async def lines(
        self, url: str, params: Params = (), headers: Mapping[str, str] = NO_HEADERS, *, silence_s: float
    ) -> AsyncGenerator["Lines"]:
        """An answer that goes on for ever, line by line. Raises SourceError where nothing comes for `silence_s`."""
        host = _host_of(url)
        timeout = httpx2.Timeout(silence_s, connect=min(CONNECT_S, silence_s))
        async with (
            plain_words(host, silence_s),
            self._open("GET", url, params=list(params) or None, headers=headers, timeout=timeout) as response,
        ):
            yield Lines(host, response, self._body_max)

    async def _ask(
        self, method: str, url: str, params: Params, headers: Mapping[str, str], content: bytes | None = None
    ) -> Answer:
        host = _host_of(url)
        async with plain_words(host, self._deadline_s), asyncio.timeout(self._deadline_s):
            return await self._answer(host, method, url, list(params) or None, headers, content)

    async def _answer(self, host: str, method: str, url: str, params: Any, headers: Any, content: Any) -> Answer:
        body = bytearray()
        async with self._open(method, url, params=params, headers=headers, content=content) as response:
            async for piece in _pieces(response, unpacks=self._unpacks):
                body += piece
                if len(body) > self._body_max:
                    msg = f"{host} answered with more than {self._body_max // 1024} kB."
                    raise SourceError(msg)
            return Answer(host, response.status_code, response.headers, bytes(body))

    @asynccontextmanager
    async def _open(self, method: str, url: str, **asked: Any) -> AsyncGenerator[httpx2.Response]:
        """The first answer that does not send us on. Whoever sends us on names the next place, not the operator."""
        client, request = self._client, self._client.build_request(method, url, **asked)
        named = request.url
        for _ in range(REDIRECTS_MAX + 1):
            response = await client.send(request, stream=True)
            if response.next_request is None:
                try:
                    yield response
                finally:
                    await response.aclose()
                return
            await response.aclose()
            request = response.next_request
            client = self._client if _is_same(named, request.url) else self._stranger()
        raise httpx2.TooManyRedirects(f"more than {REDIRECTS_MAX}", request=request)

    def _stranger(self) -> httpx2.AsyncClient:
        if self._strangers is None:
            self._strangers = self._client_over(self._beyond or GuardedTransport(GuardedBackend(PUBLIC)))
        return self._strangers


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
        async for chunk in _pieces(self._response):
            body += chunk
            if len(body) > self._line_max:
                break
        return Answer(self.host, self.status, self.headers, bytes(body))

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        """Every line without its end, empty ones too. Lines end with LF or CR LF, and with nothing else."""
        rest = bytearray()
        async for chunk in _pieces(self._response):
            rest += chunk
            if b"\n" in chunk:
                *whole, last = rest.split(b"\n")
                rest = bytearray(last)
                for line in whole:
                    yield bytes(line.removesuffix(b"\r"))
            if len(rest) > self._line_max:
                msg = f"{self.host} sent a line of more than {self._line_max // 1024} kB."
                raise SourceError(msg)


async def _pieces(response: httpx2.Response, *, unpacks: bool = True) -> AsyncGenerator[bytes]:
    """A body in pieces, unpacked a little at a time: the client's own way unpacks all that arrived at once."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in AS_IT_IS and not (unpacks and encoding == "gzip"):
        msg = f"a body packed as {encoding!r}"
        raise httpx2.DecodingError(msg)
    if response.is_stream_consumed:  # a stand-in's answer is there as a whole
        yield response.content
        return
    if encoding in AS_IT_IS:
        async for chunk in response.aiter_raw():
            yield chunk
        return
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        async for chunk in response.aiter_raw():
            rest = chunk
            while rest:
                yield unpacker.decompress(rest, PIECE_MAX)
                rest = unpacker.unconsumed_tail
    except zlib.error as error:
        raise httpx2.DecodingError(str(error)) from error


def _is_same(named: httpx2.URL, url: httpx2.URL) -> bool:
    """Whether a place is the one that was named, or the same host by the web's own ports."""
    return url.host == named.host and (url.port == named.port or (url.port or 443) in WEB)


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
