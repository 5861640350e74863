"""XRPC (https://atproto.com/specs/xrpc): how one asks a server of the AT Protocol something over HTTP."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from backchannel.errors import SourceError
from backchannel.media.fetcher import Answer, Fetcher, Params
from backchannel.sources.fields import Fields
from backchannel.text import tame_line

PAUSE_S: Final = 60.0
PAUSE_MAX_S: Final = 900.0


class XrpcRefusal(SourceError):
    """The server answered, and refuses. `name` is the protocol's word for why, `words` the server's own."""

    def __init__(self, message: str, *, name: str, words: str, status: int, retry_after_s: float | None = None) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.name = name
        self.words = words
        self.status = status


class Xrpc:
    """One server."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        self._url = url.rstrip("/")

    async def ask(self, fetcher: Fetcher, method: str, params: Params = (), token: str = "") -> Fields:
        """The answer to a query. Raises SourceError, which is an XrpcRefusal where the server itself refuses."""
        return self._read(await fetcher.get_json(f"{self._url}/xrpc/{method}", params, _headers(token)))

    async def tell(
        self, fetcher: Fetcher, method: str, body: Mapping[str, str] | None = None, token: str = ""
    ) -> Fields:
        """The answer to a procedure, with a body or without. Raises as `ask`."""
        return self._read(await fetcher.post_json(f"{self._url}/xrpc/{method}", body, _headers(token)))

    def _read(self, answer: Answer) -> Fields:
        if not answer.is_fine:
            raise self._refusal(answer)
        return Fields(answer.json())

    def _refusal(self, answer: Answer) -> XrpcRefusal:
        error = _error(answer)
        where, status = f"{self.host} (answer {answer.status})", answer.status
        words = tame_line(error.text("message") or error.text("error"), 200)
        said = f" It says: {words}" if words else ""
        retry_after_s = pause_s(answer.headers) if status in {429, 503} else None
        if status == 429:
            sentence = f"{where} wants us to ask less often."
        elif status >= 500:
            sentence = f"{where} is in trouble itself.{said}"
        elif status == 404 and not error:
            sentence = f"There is no server of Bluesky at {where}."
        else:
            sentence = f"{where} refuses.{said}"
        return XrpcRefusal(sentence, name=error.text("error"), words=words, status=status, retry_after_s=retry_after_s)


def pause_s(headers: Mapping[str, str]) -> float:
    """How many seconds until the server takes requests again: by its own clock, so that ours may be wrong."""
    if (wish := _number(headers.get("retry-after", ""))) is not None:
        return min(float(wish), PAUSE_MAX_S)
    reset = _number(headers.get("ratelimit-reset", ""))
    try:
        now = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        return PAUSE_S
    return PAUSE_S if reset is None else min(max(reset - now, 1.0), PAUSE_MAX_S)


def _headers(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


def _error(answer: Answer) -> Fields:
    """What a refusal says, where it is JSON."""
    try:
        return Fields(answer.json())
    except SourceError:
        return Fields(None)
