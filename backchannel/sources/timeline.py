"""One page of a hashtag's timeline: how it is asked for, and what the answer means.

https://docs.joinmastodon.org/methods/timelines/#tag and https://docs.joinmastodon.org/api/rate-limits/
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import quote, urlsplit

from backchannel.errors import SourceError
from backchannel.media.fetcher import Answer, Fetcher
from backchannel.post import Sighting
from backchannel.sources import status
from backchannel.sources.fields import Fields
from backchannel.text import tame_line

PAGE_MAX: Final = 40
TAGS_MAX: Final = 5  # one in the path, four beside it
RESET_S: Final = 300.0  # requests are counted in windows of so many seconds
RESET_MAX_S: Final = 900.0

_SIGN_IN: Final = frozenset({401, 403, 422})  # older servers say 401, newer ones 422


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Posts, oldest first. `newest` is the id to go on from; `pause_s` is the server's wish before the next request."""

    size: int
    newest: str
    sightings: tuple[Sighting, ...]
    refused: tuple[str, ...]
    rate_limit_left: int | None
    pause_s: float


class Timeline:
    """The timelines of one server; `url` is its address, `token` what it wants to see from its own people."""

    def __init__(self, url: str, token: str = "") -> None:
        self.host = urlsplit(url).netloc
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def page(self, fetcher: Fetcher, tags: tuple[str, ...], after: str) -> TimelinePage:
        """The page right after the post `after`, or the newest page. Raises SourceError.

        The address is built here: the server's own Link header forgets the further tags.
        """
        params = [("limit", str(PAGE_MAX)), *(("any[]", tag) for tag in tags[1:])]
        if after:
            params.append(("min_id", after))
        url = f"{self._url}/api/v1/timelines/tag/{quote(tags[0], safe='')}"
        answer = await fetcher.get_json(url, params, self._headers)
        return await asyncio.to_thread(self._read, answer, tags)  # a page of long posts would keep all others waiting

    def _read(self, answer: Answer, tags: tuple[str, ...]) -> TimelinePage:
        if not answer.is_fine:
            raise self._trouble(answer)
        statuses = answer.json()
        if not isinstance(statuses, list):
            msg = f"{self.host} answered with something that is no list of posts."
            raise SourceError(msg, remedy="Check the source's server in config.toml.")
        read = [status.read(each, self.host, tags) for each in reversed(statuses)]
        left = _number(answer.headers, "x-ratelimit-remaining")
        return TimelinePage(
            size=len(statuses),
            newest=next(filter(None, (Fields(each).id("id") for each in statuses)), ""),
            sightings=tuple(each for each in read if isinstance(each, Sighting)),
            refused=tuple(each for each in read if isinstance(each, str)),
            rate_limit_left=left,
            pause_s=reset_s(answer.headers) if left is not None and left < 1 else 0.0,
        )

    def _trouble(self, answer: Answer) -> SourceError:
        """What an answer other than 2xx means for the moderator."""
        where = f"{self.host} (answer {answer.status})"
        if answer.status in _SIGN_IN:
            return self._wants_token(where, _words_of(answer))
        if answer.status == 404:
            remedy = "Check the source's server in config.toml."
            return SourceError(f"There is no Mastodon at {where}.", remedy=remedy, needs_person=True)
        if answer.status == 410:
            remedy = "Name another server for the source in config.toml."
            return SourceError(f"{where} is gone for good.", remedy=remedy, needs_person=True)
        if answer.status == 429:
            return SourceError(f"{where} wants us to ask less often.", retry_after_s=reset_s(answer.headers))
        wish = _number(answer.headers, "retry-after")
        retry_after_s = None if wish is None else min(float(wish), RESET_MAX_S)
        if answer.status >= 500:
            return SourceError(f"{where} is in trouble itself.", retry_after_s=retry_after_s)
        return SourceError(f"{where} refuses: {_words_of(answer)}", retry_after_s=retry_after_s)

    def _wants_token(self, where: str, words: str) -> SourceError:
        refused = "refuses the access token" if self._headers else "shows hashtags only to its own people"
        remedy = (
            f"Make an access token with the scope read:statuses at https://{self.host}/settings/applications, "
            "put it into a file, and name the file as the source's token_file in config.toml."
        )
        return SourceError(f"{where} {refused}. {words}".strip(), remedy=remedy, needs_person=True)


def reset_s(headers: Mapping[str, str]) -> float:
    """How many seconds until the server takes requests again: by its own clock, so that ours may be wrong."""
    wish = _number(headers, "retry-after")
    if wish is not None:
        return min(float(wish), RESET_MAX_S)
    at, now = _moment(headers.get("x-ratelimit-reset", "")), _moment(headers.get("date", ""))
    return RESET_S if at is None or now is None else min(max((at - now).total_seconds(), 1.0), RESET_MAX_S)


def _moment(text: str) -> datetime | None:
    """A time as Mastodon writes it (ISO 8601), as HTTP does, or as GoToSocial does (unix seconds)."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime, lambda words: datetime.fromtimestamp(int(words), UTC)):
        try:
            at = parse(text)
        except (ValueError, OverflowError, OSError):
            continue
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return None


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _words_of(answer: Answer) -> str:
    """What the server says about its refusal."""
    try:
        said = Fields(answer.json()).text("error")
    except SourceError:
        return ""
    return f"It says: {tame_line(said, 200)}" if said else ""
