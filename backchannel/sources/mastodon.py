"""Mastodon and whatever speaks its API: asks a server for the hashtags' timelines, again and again."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from itertools import count
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from backchannel import hashtag
from backchannel.errors import StartError
from backchannel.interest import Following
from backchannel.media.fetcher import Fetcher
from backchannel.sources.base import Batch
from backchannel.sources.fields import Fields
from backchannel.sources.secret import secret
from backchannel.sources.status import NETWORK
from backchannel.sources.timeline import TAGS_MAX, Timeline, TimelinePage
from backchannel.text import web_url

# A page that is shorter is the last one; some servers never give more, whatever is asked for.
PAGE_FULL: Final = 20
PAGES_MAX: Final = 100  # in one round: a server that has more for ever is asked again after the pause

LOOK_BACK_EVERY_S: Final = 60.0

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MastodonSettings(Following):
    """Which server is asked, how often and for what."""

    network: ClassVar[str] = NETWORK

    server: Annotated[str, Meta(min_length=1, max_length=200)] = "mastodon.social"
    every_s: Annotated[float, Meta(ge=5, le=3600)] = 15.0
    token_file: str = ""
    token_env: str = ""


class Mastodon:
    """Follows hashtags through one server, which knows the posts of every server it has to do with."""

    network = NETWORK

    def __init__(
        self,
        settings: MastodonSettings,
        hashtags: Sequence[str],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        fetcher: Callable[[], Fetcher] = Fetcher,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        file, env = settings.token_file, settings.token_env
        token = secret(f"[[sources]] ({NETWORK})", "token", file=file, env=env, environ=environ)
        self._timeline = Timeline(_url(settings.server), token)
        self._every_s = settings.every_s
        self._rounds_to_look_back = max(1, round(LOOK_BACK_EVERY_S / settings.every_s))
        self._groups = groups(settings.hashtags or hashtags)
        self._sleep = sleep
        self._fetcher = fetcher
        self.name = f"{NETWORK}:{self._timeline.host}"
        self.title = f"Mastodon ({self._timeline.host})"

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Yield a batch for every page, oldest post first; the very first page holds the newest posts, not years."""
        places = _places(cursor, self._groups)
        async with self._fetcher() as fetcher:
            for number in count(1):
                for group in self._groups:
                    async with aclosing(self._catch_up(fetcher, group, places)) as batches:
                        async for batch in batches:
                            yield batch
                    if number % self._rounds_to_look_back == 0:
                        yield await self._look_back(fetcher, group)
                await self._sleep(self._every_s)

    async def _catch_up(self, fetcher: Fetcher, group: Group, places: dict[Group, str]) -> AsyncGenerator[Batch]:
        """Page forward from a group's place until nothing newer is left; `places` goes along."""
        for _ in range(PAGES_MAX):
            after = places.get(group, "")
            page = await self._timeline.page(fetcher, group, after)
            places[group] = page.newest or after
            is_last = not after or page.size < PAGE_FULL or page.newest == after
            yield Batch(
                page.sightings,
                cursor=_cursor(places) if page.newest else None,
                refused=page.refused,
                rate_limit_left=page.rate_limit_left,
                caught_up=is_last,
                trouble=self._said_of(page),
            )
            if page.pause_s:
                await self._sleep(page.pause_s)
            if is_last:
                return

    async def _look_back(self, fetcher: Fetcher, group: Group) -> Batch:
        """The newest posts that were edited: a timeline that is read forward never shows a post again."""
        page = await self._timeline.page(fetcher, group, "")
        edited = tuple(each for each in page.sightings if each.content and each.content.edited_at)
        if page.pause_s:
            await self._sleep(page.pause_s)
        return Batch(edited, rate_limit_left=page.rate_limit_left, trouble=self._said_of(page))

    def _said_of(self, page: TimelinePage) -> str:
        return f"{self._timeline.host} allows no more requests for {page.pause_s:.0f} s." if page.pause_s else ""


def groups(hashtags: Iterable[str]) -> tuple[Group, ...]:
    """The hashtags without sign or doubles, in groups that fit into one request."""
    tags = list({hashtag.fold(tag): tag.lstrip("#＃") for tag in hashtags if hashtag.fold(tag)}.values())
    return tuple(tuple(tags[at : at + TAGS_MAX]) for at in range(0, len(tags), TAGS_MAX))


def _cursor(places: Mapping[Group, str]) -> str:
    return json.dumps({" ".join(group): place for group, place in places.items()})


def _places(cursor: str | None, known: Iterable[Group]) -> dict[Group, str]:
    """Where each group goes on; what cannot be read, or is followed no longer, is forgotten."""
    try:
        stored = Fields(json.loads(cursor or "{}"))
    except ValueError:
        return {}
    return {group: place for group in known if (place := stored.text(" ".join(group)))}


def _url(server: str) -> str:
    url = web_url(server if "://" in server else f"https://{server}")
    if not url:
        msg = f"[[sources]] (mastodon) server: {server!r} is no server; write its name, like mastodon.social"
        raise StartError(msg)
    return url
