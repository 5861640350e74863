"""X's API v2 on one server: how it is asked, and what its answers mean.

https://docs.x.com/x-api; problems are RFC 7807 with types of X's own. Every post in an answer costs money.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from backchannel.errors import SourceError
from backchannel.media.fetcher import Answer, Fetcher, Lines, Params
from backchannel.sources import x_rules
from backchannel.sources.backoff import Trouble
from backchannel.sources.fields import Fields
from backchannel.sources.x_told import ERRORS_MAX, Told, number, told, type_of, words_of

SILENCE_S: Final = 30.0  # the stream says at least an empty line every 20 s
PAGE_MAX: Final = 100
PAGE_MIN: Final = 10  # X gives no smaller page of a search
RULES_MAX: Final = 1000
RESET_MAX_S: Final = 900.0

FIELDS: Final[Params] = (
    (
        "tweet.fields",
        "created_at,lang,possibly_sensitive,entities,edit_history_tweet_ids,referenced_tweets,attachments,"
        "in_reply_to_user_id,note_tweet",
    ),
    ("expansions", "author_id,attachments.media_keys"),
    ("user.fields", "name,username,profile_image_url,protected,description,created_at,public_metrics"),
    ("media.fields", "url,preview_image_url,alt_text,type,width,height"),
)
SIGN_IN_REMEDY: Final = (
    "Copy the app's Bearer Token from https://console.x.com, put it into a file, and name the file as the source's "
    "token_file in config.toml."
)
ACCESS_REMEDY: Final = "Look at the app and its access at https://console.x.com."
ALONE_REMEDY: Final = "Only one program may read the stream of an app: is another one running?"
CREDITS_REMEDY: Final = "Buy credits at https://console.x.com, or take the source out of config.toml."


class XTrouble(SourceError):
    """An answer of X that ends what we did: `kind` says for how long it wants to be left alone."""

    def __init__(self, message: str, kind: Trouble = Trouble.ANSWER, **more: Any) -> None:
        super().__init__(message, **more)
        self.kind = kind


class TooOld(Exception):
    """X no longer knows the post that a search shall go on from."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the stream, as X holds it."""

    id: str
    value: str
    tag: str


class XApi:
    """One server; `token` is an app's bearer token."""

    def __init__(self, url: str, token: str) -> None:
        self.host = urlsplit(url).netloc
        self._url = f"{url.rstrip('/')}/2/tweets"
        self._headers = {"Authorization": f"Bearer {token}"}

    async def rules(self, fetcher: Fetcher) -> tuple[Rule, ...]:
        """The rules that the stream has, whoever made them."""
        answer = await fetcher.get_json(f"{self._url}/search/stream/rules", (), self._headers)
        found = self._fine(answer).many("data", RULES_MAX)
        return tuple(Rule(each.id("id"), each.text("value"), each.text("tag")) for each in found)

    async def keep_rules(self, fetcher: Fetcher, wanted: Sequence[str]) -> None:
        """Have the stream follow what is `wanted`, and nothing else of ours."""
        present = await self.rules(fetcher)
        stale = [rule.id for rule in present if rule.tag == x_rules.TAG and rule.value not in wanted]
        new = [value for value in wanted if value not in {rule.value for rule in present}]
        if stale:
            await self._change_rules(fetcher, {"delete": {"ids": stale}})
        if new:
            await self._change_rules(fetcher, {"add": [{"value": value, "tag": x_rules.TAG} for value in new]})

    async def _change_rules(self, fetcher: Fetcher, change: Mapping[str, object]) -> None:
        answer = await fetcher.post_json(f"{self._url}/search/stream/rules", change, self._headers)
        errors = self._fine(answer).many("errors", ERRORS_MAX)
        # Another program may have made the same rule meanwhile: then it is there.
        if error := next((each for each in errors if type_of(each) != "duplicate-rules"), None):
            msg = f"{self.host} does not take the rule {error.line('value', 100)!r}. {words_of(error)}".strip()
            raise XTrouble(msg, remedy="Change the source's hashtags, accounts or phrases.", needs_person=True)

    async def search(self, fetcher: Fetcher, query: str, *, since: str, size: int, page: str) -> Told:
        """A page of the posts of the last seven days, newest first; `since` is an id, and excluded. Raises TooOld."""
        params = [("query", query), ("max_results", str(size)), *FIELDS]
        params += [(name, value) for name, value in (("since_id", since), ("next_token", page)) if value]
        answer = await fetcher.get_json(f"{self._url}/search/recent", params, self._headers)
        if since and answer.status == 400 and b"since_id" in answer.body:
            raise TooOld
        return told(self._fine(answer), answer.headers)

    async def lookup(self, fetcher: Fetcher, ids: Sequence[str]) -> Told:
        """Posts as they are now."""
        params = [("ids", ",".join(ids[:PAGE_MAX])), *FIELDS]
        answer = await fetcher.get_json(self._url, params, self._headers)
        return told(self._fine(answer), answer.headers)

    def stream(self, fetcher: Fetcher) -> AbstractAsyncContextManager[Lines]:
        """Everything that matches the rules, from now on; `check` tells a refusal."""
        return fetcher.lines(f"{self._url}/search/stream", FIELDS, self._headers, silence_s=SILENCE_S)

    async def check(self, lines: Lines) -> None:
        """Raise XTrouble where X does not open its stream."""
        if lines.status != 200:
            raise self.refusal(await lines.body())

    def refusal(self, answer: Answer) -> XTrouble:
        """What an answer other than 2xx means for the moderator."""
        problem, where = _problem(answer), f"{self.host} (answer {answer.status})"
        words, kind = words_of(problem), type_of(problem)
        if answer.status == 401:
            return XTrouble(f"{where} refuses the token. {words}", remedy=SIGN_IN_REMEDY, needs_person=True)
        if answer.status == 402 or kind == "usage-capped":
            msg = f"{where} gives nothing more for what is paid. {words}"
            return XTrouble(msg, remedy=CREDITS_REMEDY, needs_person=True)
        if kind == "streaming-connection":
            return XTrouble(f"{where} has enough connections. {words}", Trouble.LIMIT, remedy=ALONE_REMEDY)
        if answer.status == 429:
            wait_s = reset_s(answer.headers)
            return XTrouble(f"{where} wants us to ask less often.", Trouble.LIMIT, retry_after_s=wait_s)
        if answer.status == 403:
            return XTrouble(f"{where} does not let us read. {words}", remedy=ACCESS_REMEDY, needs_person=True)
        if answer.status >= 500:
            return XTrouble(f"{where} is in trouble itself. {words}".strip())
        return XTrouble(f"{where} refuses. {words}", remedy="Check the source's server in config.toml.")

    def ended(self, problem: Fields) -> XTrouble:
        """What a problem means that came inside the stream, and ended it."""
        msg = f"{self.host} broke the stream off. {words_of(problem)}".strip()
        if type_of(problem) == "usage-capped":
            return XTrouble(msg, remedy=CREDITS_REMEDY, needs_person=True)
        if type_of(problem) == "streaming-connection":
            return XTrouble(msg, Trouble.LIMIT, remedy=ALONE_REMEDY)
        return XTrouble(msg, Trouble.LINE)

    def _fine(self, answer: Answer) -> Fields:
        if not answer.is_fine:
            raise self.refusal(answer)
        return Fields(answer.json())


def reset_s(headers: Mapping[str, str]) -> float | None:
    """How many seconds until X takes requests again: by its own clock, so that ours may be wrong."""
    reset = number(headers, "x-rate-limit-reset")
    try:
        now = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    if reset is None:
        return None
    now = now.replace(tzinfo=UTC) if now.tzinfo is None else now
    return min(max((datetime.fromtimestamp(reset, UTC) - now).total_seconds(), 1.0), RESET_MAX_S)


def _problem(answer: Answer) -> Fields:
    """What X says about a refusal: a problem by itself, or the first of its errors."""
    try:
        body = Fields(answer.json())
    except SourceError:
        return Fields(None)
    return body if body.text("type") else next(body.many("errors", 1), body)
