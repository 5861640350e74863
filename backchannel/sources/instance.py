"""One server with Mastodon's API: how it is asked, and what its refusals mean for a person.

https://docs.joinmastodon.org/api/rate-limits/ and https://docs.joinmastodon.org/api/oauth-scopes/
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from backchannel.errors import SourceError
from backchannel.media.fetcher import Answer, Fetcher, Params
from backchannel.sources import capabilities
from backchannel.sources.capabilities import DISABLED, PUBLIC, Capabilities
from backchannel.sources.fields import Fields
from backchannel.text import tame_line

RESET_S: Final = 300.0  # requests are counted in windows of so many seconds
RESET_MAX_S: Final = 900.0
WORDS_MAX: Final = 200

_SIGN_IN: Final = frozenset({401, 403, 422})  # older servers say 401, newer ones 422
_ABOUT: Final = ("/api/v2/instance", "/api/v1/instance")  # the older one where the newer is not known


class Instance:
    """One server. `can` is what it said of itself, `scopes` what its access token must allow."""

    def __init__(self, url: str, token: str = "", scopes: Sequence[str] = ("read:statuses",)) -> None:
        self.url = url.rstrip("/")
        self.host = urlsplit(url).netloc
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.can = Capabilities()
        self._scopes = scopes

    @property
    def has_token(self) -> bool:
        """Whether it is asked in somebody's name."""
        return bool(self.headers)

    async def ask(self, fetcher: Fetcher, path: str, params: Params = ()) -> Answer:
        """The answer to a request, whatever its status. Raises SourceError."""
        return await fetcher.get_json(f"{self.url}{path}", params, self.headers)

    async def learn(self, fetcher: Fetcher) -> bool:
        """Read what the server says of itself, and whether it said anything; where not, the last word stands."""
        for path in _ABOUT:
            try:
                answer = await self.ask(fetcher, path)
                said = answer.json() if answer.is_fine else None
            except SourceError:
                continue
            if Fields(said).text("version"):
                self.can = capabilities.read(said)
                return True
        return False

    def closed(self) -> SourceError | None:
        """Why its hashtags need not be asked for at all."""
        if self.has_token or PUBLIC in {self.can.local, self.can.remote}:
            return None
        if self.can.local == self.can.remote == DISABLED:
            remedy = "Name another server for the source in config.toml."
            return SourceError(f"{self.host} shows hashtags to nobody.", remedy=remedy, needs_person=True)
        return self._wants_token(self.host, "hashtags", "")

    def half_closed(self) -> SourceError | None:
        """What is missing where a hashtag shows only some of its posts."""
        if self.has_token or self.can.local == self.can.remote or PUBLIC not in {self.can.local, self.can.remote}:
            return None
        whose = "posts of other servers" if self.can.local == PUBLIC else "posts of its own people"
        return self._wants_token(self.host, whose, "")

    def refusal(self, answer: Answer, asked: str = "hashtags") -> SourceError:
        """What an answer other than 2xx means for the moderator; `asked` is what was asked for."""
        where = f"{self.host} (answer {answer.status})"
        if answer.status in _SIGN_IN:
            return self._wants_token(where, asked, words_of(answer))
        if answer.status == 404:
            remedy = "Check the source's server in config.toml."
            return SourceError(f"There is no Mastodon at {where}.", remedy=remedy, needs_person=True)
        if answer.status == 410:
            remedy = "Name another server for the source in config.toml."
            return SourceError(f"{where} is gone for good.", remedy=remedy, needs_person=True)
        if answer.status == 429:
            return SourceError(f"{where} wants us to ask less often.", retry_after_s=reset_s(answer.headers))
        wish = number(answer.headers, "retry-after")
        retry_after_s = None if wish is None else min(float(wish), RESET_MAX_S)
        if answer.status >= 500:
            return SourceError(f"{where} is in trouble itself.", retry_after_s=retry_after_s)
        return SourceError(f"{where} refuses: {words_of(answer)}", retry_after_s=retry_after_s)

    def token_remedy(self) -> str:
        """Which access token is needed, and where one is made."""
        scopes = " and ".join([", ".join(self._scopes[:-1]), self._scopes[-1]] if self._scopes[1:] else self._scopes)
        page = f"at https://{self.host}{self.can.token_page}"
        if not self.can.token_page:
            page = f"for {self.host}, with a client program ({self.can.flavour} has no page for it)"
        return (
            f"Make an access token with the scope{'s' if self._scopes[1:] else ''} {scopes} {page}, "
            "put it into a file, and name the file as the source's token_file in config.toml."
        )

    def _wants_token(self, where: str, asked: str, words: str) -> SourceError:
        refused = "refuses the access token" if self.has_token else f"shows {asked} only to its own people"
        return SourceError(f"{where} {refused}. {words}".strip(), remedy=self.token_remedy(), needs_person=True)


def reset_s(headers: Mapping[str, str]) -> float:
    """How many seconds until the server takes requests again: by its own clock, so that ours may be wrong."""
    wish = number(headers, "retry-after")
    if wish is not None:
        return min(float(wish), RESET_MAX_S)
    at, now = _moment(headers.get("x-ratelimit-reset", "")), _moment(headers.get("date", ""))
    return RESET_S if at is None or now is None else min(max((at - now).total_seconds(), 1.0), RESET_MAX_S)


def is_half_spent(headers: Mapping[str, str]) -> bool:
    """Whether fewer than half of the requests are left that a server allows for now, as far as it tells."""
    limit, left = number(headers, "x-ratelimit-limit"), number(headers, "x-ratelimit-remaining")
    return limit is not None and left is not None and left * 2 < limit


def number(headers: Mapping[str, str], name: str) -> int | None:
    """A whole number in a header, or None."""
    text = headers.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else None


def words_of(answer: Answer) -> str:
    """What the server says about its refusal."""
    try:
        said = Fields(answer.json()).text("error")
    except SourceError:
        return ""
    return f"It says: {tame_line(said, WORDS_MAX)}" if said else ""


def _moment(text: str) -> datetime | None:
    """A time as Mastodon writes it (ISO 8601), as HTTP does, or as GoToSocial does (unix seconds)."""
    for parse in (datetime.fromisoformat, parsedate_to_datetime, lambda words: datetime.fromtimestamp(int(words), UTC)):
        try:
            at = parse(text)
        except (ValueError, OverflowError, OSError):
            continue
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return None
