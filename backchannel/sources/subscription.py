"""The address of a feed: how it is asked again and again, and what its answers mean.

https://www.rfc-editor.org/rfc/rfc9110 (conditional requests) and https://www.rfc-editor.org/rfc/rfc9111 (max-age).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from re import compile as pattern
from typing import Final
from urllib.parse import urlsplit

from backchannel.errors import SourceError
from backchannel.media.fetcher import Answer, Fetcher
from backchannel.sources import document
from backchannel.sources.fields import Fields
from backchannel.sources.patience import retry_after_s
from backchannel.text import tame_line

ACCEPT: Final = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
UNCHANGED: Final = 304
# A server that caches for a day still has news: its wish is followed so far.
PAUSE_MAX_S: Final = 300.0
GONE_RETRY_S: Final = 3600.0
VALIDATOR_MAX: Final = 500
PLACE_MAX: Final = 80

_MAX_AGE: Final = pattern(r"(?:^|[\s,])max-age=\"?(\d{1,9})")
_SIGN_IN: Final = frozenset({401, 403, 407})


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server knows its last answer by: told it again, it need not send the same again."""

    etag: str = ""
    modified: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request for what is newer."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class News:
    """An answer: `feed` is None where nothing changed. `pause_s` is how long the server thinks that it stays so."""

    feed: Fields | None
    validators: Validators
    pause_s: float = 0.0


class Subscription:
    """One feed by its address."""

    def __init__(self, url: str, deadline_s: float = document.DEADLINE_S) -> None:
        parts = urlsplit(url)
        self.where = tame_line(f"{parts.netloc}{parts.path.rstrip('/')}", PLACE_MAX)
        self._url = url
        self._deadline_s = deadline_s

    async def ask(self, fetcher: Fetcher, known: Validators) -> News:
        """What the server has, unless it is what we know. Raises SourceError."""
        answer = await fetcher.get(self._url, headers={"Accept": ACCEPT, **known.headers})
        pause_s = _fresh_s(answer.headers)
        if answer.status == UNCHANGED:
            return News(None, known, pause_s)
        if not answer.is_fine:
            raise self._trouble(answer)
        feed = await document.read(answer, self._url, self.where, self._deadline_s)
        return News(feed, validators(answer.headers), pause_s)

    def _trouble(self, answer: Answer) -> SourceError:
        """What an answer other than 2xx means for the moderator."""
        where, status = f"{self.where} (answer {answer.status})", answer.status
        wish = retry_after_s(answer.headers)
        if status == 410:
            remedy = "Remove the source from config.toml, or write the address where the feed lives now."
            msg = f"{where} is gone for good."
            return SourceError(msg, remedy=remedy, retry_after_s=GONE_RETRY_S, needs_person=True)
        if status == 404:
            remedy = "Check the source's url in config.toml."
            return SourceError(f"There is no feed at {where}.", remedy=remedy, needs_person=True)
        if status in _SIGN_IN:
            remedy = "A feed is read without signing in: open it in a private window, and name one that shows there."
            return SourceError(f"{where} does not show its feed to everybody.", remedy=remedy, needs_person=True)
        if status == 429:
            return SourceError(
                f"{where} wants us to ask less often.", retry_after_s=PAUSE_MAX_S if wish is None else wish
            )
        if status >= 500:
            return SourceError(f"{where} is in trouble itself.", retry_after_s=wish)
        return SourceError(f"{where} refuses.", retry_after_s=wish)


def validators(headers: Mapping[str, str]) -> Validators:
    """What can be sent back as it came."""
    etag, modified = (headers.get(name, "").strip() for name in ("etag", "last-modified"))
    return Validators(_sendable(etag), _sendable(modified))


def _sendable(value: str) -> str:
    return value if value.isascii() and value.isprintable() and len(value) <= VALIDATOR_MAX else ""


def _fresh_s(headers: Mapping[str, str]) -> float:
    found = _MAX_AGE.search(headers.get("cache-control", "").lower())
    return min(float(found[1]), PAUSE_MAX_S) if found else 0.0
