"""What goes wrong with a request, in words for a moderator."""

import socket
import ssl
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

import httpx2

from backchannel.errors import SourceError
from backchannel.media.dialling import Forbidden

REDIRECTS_MAX: Final = 3


@asynccontextmanager
async def plain_words(host: str, deadline_s: float) -> AsyncGenerator[None]:
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
    Forbidden: "{host} is, or sent us on to, a place that is not public: only config.toml may name such a one.",
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
