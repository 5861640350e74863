"""Bluesky: listens to every post of the network over Jetstream, and keeps those with the hashtags."""

import asyncio
import os
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from backchannel.errors import SourceError, StartError
from backchannel.interest import Following, Interest
from backchannel.media.fetcher import Fetcher
from backchannel.post import Absence, Portrait, Presence
from backchannel.sources import event
from backchannel.sources.accounts import Accounts
from backchannel.sources.backfill import BackFill
from backchannel.sources.base import Batch
from backchannel.sources.beside import beside
from backchannel.sources.commits import Commits
from backchannel.sources.event import Event, Place, Topic
from backchannel.sources.gathering import BATCH_MAX, Gathering
from backchannel.sources.hosts import EXAMPLE, Hosts, address, web_address
from backchannel.sources.jetstream import Jetstream, Stream
from backchannel.sources.prefilter import Prefilter
from backchannel.sources.profiles import Profiles
from backchannel.sources.record import NETWORK
from backchannel.sources.search import Search
from backchannel.sources.secret import secret
from backchannel.sources.session import Session
from backchannel.sources.xrpc import Xrpc

BATCH_EVERY_S: Final = 1.0
READ_AT_ONCE: Final = 10  # posts; then whatever else the event loop has to do has its turn
CAUGHT_UP: Final = timedelta(seconds=10)
FIRST_REACH: Final = timedelta(days=7)  # what is searched for when a conference is followed for the first time

Server = Annotated[str, Meta(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class BlueskySettings(Following):
    """Which Jetstream is listened to, which ones stand in for it, and for what."""

    network: ClassVar[str] = NETWORK

    server: Server = EXAMPLE
    fallbacks: Annotated[tuple[Server, ...], Meta(max_length=10)] = (
        "wss://jetstream.us-west.bsky.network",
        "wss://jetstream2.us-east.bsky.network",
    )

    api: Server = "https://public.api.bsky.app"
    account: Annotated[str, Meta(max_length=200)] = ""
    app_password_file: str = ""
    app_password_env: str = ""
    pds: Server = "https://bsky.social"


class _Gap(Exception):
    """The server has forgotten what came after the place that we asked for."""


class _OtherNumbers(Exception):
    """The server counts its events in another way than the one that gave us our place."""


class Bluesky:
    """Follows hashtags, authors and phrases on Bluesky. `clock` tells how far behind the stream is."""

    network = NETWORK

    def __init__(
        self,
        settings: BlueskySettings,
        hashtags: Sequence[str],
        *,
        clock: Callable[[], datetime],
        jetstream: Callable[[str], Jetstream] = Jetstream,
        fetcher: Callable[[], Fetcher] = Fetcher,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        environ: Mapping[str, str] = os.environ,
        every_s: float = BATCH_EVERY_S,
    ) -> None:
        servers = [address("server", settings.server), *(address("fallbacks", each) for each in settings.fallbacks)]
        self._hosts = Hosts([jetstream(each) for each in dict.fromkeys(servers)], clock)
        self._interest = settings.interest(hashtags)
        self._profiles = Profiles(Xrpc(web_address("api", settings.api)), clock, sleep)
        excluded = self._interest.excluded_accounts
        self._accounts = Accounts(self._interest.accounts, excluded, self._look_for_them, sleep)
        self._commits = Commits(self._interest, self._accounts, self._profiles)
        self._back_fill = BackFill(_search(settings, self._interest, environ), self._commits, self._profiles, clock)
        self._look_for_them()
        self._clock = clock
        self._fetcher = fetcher
        self._every_s = every_s
        self._place: Place | None = None
        self.name = f"{NETWORK}:{self._hosts.first.host}"  # whoever stands in: the stored place belongs to this name
        self.title = f"Bluesky ({self._hosts.first.host})"

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Yield a batch about every second in which anything was heard, from the stored place on, or from now.

        Another host goes on where the last one was, by time and a little rewound; what comes twice is known by its id.
        """
        self._place = event.place_of(cursor, self._hosts.first.host)
        if self._place is None and self._back_fill.wants(now := event.place_at(self._clock()), FIRST_REACH):
            self._place = now
        async with (
            self._fetcher() as fetcher,
            beside(profiles=self._profiles.look_up(fetcher), accounts=self._accounts.resolve(fetcher, self._profiles)),
        ):
            await self._accounts.ready()
            async with aclosing(self._follow(fetcher)) as batches:
                async for batch in batches:
                    yield batch

    async def _follow(self, fetcher: Fetcher) -> AsyncGenerator[Batch]:
        """Follow through one host after another; what no host remembers is searched for first."""
        said = ""
        while True:
            async for batch in self._back_fill.batches(fetcher):
                yield batch
            host = self._hosts.choose()
            try:
                async with aclosing(self._follow_at(host, said)) as batches:
                    async for batch in batches:
                        yield batch
                said = ""
            except _Gap:
                continue
            except _OtherNumbers:
                said = f"{host.host} counts its posts anew: we went on by time, and nothing is missing."
                self._place = self._place.by_time if self._place is not None else None
            except SourceError as error:
                if told := self._hosts.failed(host, error):
                    raise told from error

    async def _follow_at(self, host: Jetstream, said: str) -> AsyncGenerator[Batch]:
        """Follow through one host, until it fails or another one is due."""
        async with host.open(self._place.at(host.host) if self._place is not None else None, said) as stream:
            self._hosts.opened(host)
            if self._place is not None and host.forgets(self._clock() - self._place.time):
                stream.tell_of_gap()
            self._mind_gap(stream)
            yield Batch(caught_up=self._place is None, trouble=self._trouble(stream), remedy=self._back_fill.remedy)
            while not self._hosts.is_first_due:
                heard = Gathering(self._commits.read)
                ended = await self._listen(heard, stream)
                if heard.last:
                    await self._name(heard)
                    yield self._batch(heard, stream, host)
                if ended is not None:
                    raise ended
                stream.listen()

    async def _name(self, heard: Gathering) -> None:
        """Put names to what was heard. In a burst nobody waits for them: they are told once they are known."""
        authors = {each.content.author.id for each in heard.sightings if each.content}
        if not heard.is_full:
            await self._profiles.settle(authors, self._every_s)
        for did in authors:
            self._profiles.miss(did)
        heard.settle(self._commits.named)

    def _batch(self, heard: Gathering, stream: Stream, host: Jetstream) -> Batch:
        last = heard.last_event
        at = last.at if last is not None else None
        if last is not None and last.place is not None:
            self._place = replace(last.place, host=host.host)
        late = self._profiles.late(BATCH_MAX)
        vanished = tuple(Absence(NETWORK, each.did, Presence.GONE) for each in late if each.refusal)
        lag = None if at is None else self._clock() - at
        return Batch(
            tuple(heard.sightings),
            cursor=None if self._place is None else self._place.stored(),
            refused=tuple(heard.refused),
            caught_up=lag is None or lag < CAUGHT_UP,
            trouble=self._trouble(stream),
            remedy=self._back_fill.remedy,
            absences=(*heard.absences, *vanished),
            portraits=tuple(Portrait(NETWORK, each.author) for each in late if not each.refusal),
            lag_s=None if lag is None else max(lag.total_seconds(), 0.0),
        )

    def _trouble(self, stream: Stream) -> str:
        said = (self._hosts.trouble, stream.trouble, self._accounts.trouble, self._back_fill.trouble)
        return " ".join(filter(None, said))

    def _look_for_them(self) -> None:
        """Have the raw frames searched for whom the settings name, by the DIDs that they have now."""
        self._prefilter = Prefilter(self._interest.hashtags, self._interest.phrases, self._accounts.dids)

    async def _listen(self, heard: Gathering, stream: Stream) -> SourceError | None:
        """Take in what comes until the next batch is due; the error that ended the stream: what came before counts."""
        try:
            async with asyncio.timeout(self._every_s):
                while not heard.is_full:
                    self._take(await stream.frames(), heard, stream)
                    await asyncio.sleep(0)  # in a burst frames are always there, and others have work too
        except TimeoutError:
            pass
        except SourceError as error:
            return error
        return None

    def _take(self, frames: deque[bytes], heard: Gathering, stream: Stream) -> None:
        """Take frames in, until enough were read that others should have their turn, or the batch is full."""
        passes, left = self._prefilter.passes, READ_AT_ONCE
        while frames and left and not heard.is_full:
            heard.last = frames.popleft()
            if passes(heard.last):
                left -= 1
                if told := heard.note(heard.last):
                    self._heed(told, stream)

    def _heed(self, told: Event, stream: Stream) -> None:
        """Act on what a server says of the stream itself, and of somebody's name."""
        if told.topic is Topic.ERROR:
            raise stream.broken(told.body)
        if told.topic is Topic.IDENTITY:
            self._profiles.forget(told.did)
        elif told.body.text("name") == "FutureCursor":
            raise _OtherNumbers
        elif told.body.text("name") == "OutdatedCursor":
            stream.tell_of_gap()
            self._mind_gap(stream)

    def _mind_gap(self, stream: Stream) -> None:
        """Have what the server has forgotten searched for, once, before anything newer is taken in."""
        if stream.has_gap and self._place is not None and self._back_fill.wants(self._place):
            raise _Gap


def _search(settings: BlueskySettings, interest: Interest, environ: Mapping[str, str]) -> Search | None:
    """The search that the settings allow; None where they name no app password. Raises StartError."""
    where = f"[[sources]] ({NETWORK})"
    file, env = settings.app_password_file, settings.app_password_env
    password = secret(where, "app_password", file=file, env=env, environ=environ)
    if bool(password) != bool(settings.account):
        msg = f"{where} account: an account and its app password come together; set both, or neither"
        raise StartError(msg)
    pds = Xrpc(web_address("pds", settings.pds))
    session = Session(pds, settings.account.removeprefix("@"), password)
    return Search(session, interest.hashtags, interest.phrases) if password else None
