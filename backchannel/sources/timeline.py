"""One page of posts: how a server is asked for it, and what the answer holds.

https://docs.joinmastodon.org/methods/timelines/#tag, .../methods/accounts/#statuses and .../methods/search/
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from backchannel.errors import SourceError
from backchannel.interest import Interest
from backchannel.media.fetcher import Answer, Fetcher
from backchannel.post import Sighting
from backchannel.sources.fields import Fields
from backchannel.sources.instance import Instance, number, reset_s
from backchannel.sources.status import REF_MAX

PAGE_MAX: Final = 40
TAGS_MAX: Final = 5  # one in the path, four beside it

Reader = Callable[[object, str, Interest, tuple[str, ...]], Sighting | str]


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Posts, oldest first. `newest` is the id to go on from; `pause_s` is the server's wish before the next request."""

    size: int
    newest: str
    sightings: tuple[Sighting, ...]
    refused: tuple[str, ...]
    rate_limit_left: int | None
    pause_s: float
    ids: frozenset[str] = frozenset()


class Timeline:
    """What a server shows of hashtags, of accounts, and of what it finds. Everything raises SourceError."""

    def __init__(self, instance: Instance, interest: Interest) -> None:
        self.instance = instance
        self._interest = interest

    async def of_tags(self, fetcher: Fetcher, tags: tuple[str, ...], after: str, read: Reader) -> TimelinePage:
        """The page right after the post `after`, or the newest page. Hashtag timelines are believed.

        The address is built here: the server's own Link header forgets the further tags.
        """
        params = [("limit", str(PAGE_MAX)), *(("any[]", tag) for tag in tags[1:]), *_place(after)]
        answer = await self.instance.ask(fetcher, f"/api/v1/timelines/tag/{quote(tags[0], safe='')}", params)
        return await self._page(answer, read, (f"#{tags[0]}",), "hashtags")

    async def account_id(self, fetcher: Fetcher, acct: str) -> str:
        """The server's own name for an account."""
        answer = await self.instance.ask(fetcher, "/api/v1/accounts/lookup", [("acct", acct)])
        if answer.status == 404:
            msg = f"{self.instance.host} does not know @{acct}."
            remedy = f"Is it spelled right? Search for it once on {self.instance.host}, or follow it on its own server."
            raise SourceError(msg, remedy=remedy, needs_person=True)
        if not answer.is_fine:
            raise self.instance.refusal(answer, f"@{acct}")
        return Fields(answer.json()).id("id")[:REF_MAX]

    async def of_account(
        self, fetcher: Fetcher, account: str, account_id: str, after: str, read: Reader
    ) -> TimelinePage:
        """The page of an account's own posts right after `after`, or the newest page; boosts are not asked for."""
        params = [("limit", str(PAGE_MAX)), ("exclude_reblogs", "true"), *_place(after)]
        path = f"/api/v1/accounts/{quote(account_id, safe='')}/statuses"
        answer = await self.instance.ask(fetcher, path, params)
        if answer.status in {404, 410}:
            remedy = f"Take it out of the source's accounts in config.toml, or find out where {account} went."
            raise SourceError(f"{account} is gone from {self.instance.host}.", remedy=remedy, needs_person=True)
        return await self._page(answer, read, (account,), f"the posts of {account}")

    async def search(self, fetcher: Fetcher, phrase: str, offset: int, read: Reader) -> TimelinePage:
        """What the server finds, newest first as all pages come; a post that does not say the phrase is not taken."""
        words = phrase.replace('"', " ")
        params = [("q", f'"{words}"'), ("type", "statuses"), ("limit", str(PAGE_MAX))]
        answer = await self.instance.ask(fetcher, "/api/v2/search", [*params, ("offset", str(offset))])
        return await self._page(answer, read, (), "what it finds")

    async def _page(self, answer: Answer, read: Reader, believed: tuple[str, ...], asked: str) -> TimelinePage:
        # A page of long posts would keep all others waiting.
        return await asyncio.to_thread(self._read, answer, read, believed, asked)

    def _read(self, answer: Answer, read: Reader, believed: tuple[str, ...], asked: str) -> TimelinePage:
        if not answer.is_fine:
            raise self.instance.refusal(answer, asked)
        statuses = _statuses(answer)
        if statuses is None:
            msg = f"{self.instance.host} answered with something that is no list of posts."
            raise SourceError(msg, remedy="Check the source's server in config.toml.")
        found = [read(each, self.instance.host, self._interest, believed) for each in reversed(statuses)]
        ids = [name for each in statuses if (name := Fields(each).id("id")) and len(name) <= REF_MAX]
        left = number(answer.headers, "x-ratelimit-remaining")
        return TimelinePage(
            size=len(statuses),
            newest=next(iter(ids), ""),
            sightings=tuple(each for each in found if isinstance(each, Sighting)),
            refused=tuple(each for each in found if isinstance(each, str)),
            rate_limit_left=left,
            pause_s=reset_s(answer.headers) if left is not None and left < 1 else 0.0,
            ids=frozenset(ids),
        )


def _place(after: str) -> list[tuple[str, str]]:
    return [("min_id", after)] if after else []


def _statuses(answer: Answer) -> Sequence[object] | None:
    """The list that an answer is, or that a search's answer holds."""
    said = answer.json()
    if isinstance(said, dict):
        said = said.get("statuses")
    return said if isinstance(said, list) else None
