"""X: follows its filtered stream, searches for what was missed, and reads no more posts a day than may be paid for."""

import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from backchannel.errors import SourceError, StartError
from backchannel.interest import Following
from backchannel.media.fetcher import Fetcher, Lines
from backchannel.sources import x_api, x_post, x_rules, x_told
from backchannel.sources.backoff import CONNECTS_MAX, Backoff, Trouble
from backchannel.sources.base import Batch
from backchannel.sources.budget import until_midnight_s
from backchannel.sources.ledger import Ledger
from backchannel.sources.secret import secret
from backchannel.sources.x_api import SIGN_IN_REMEDY, XApi, XTrouble
from backchannel.sources.x_post import NETWORK
from backchannel.sources.x_reader import Heard, XReader, gone
from backchannel.sources.x_search import XSearch
from backchannel.sources.x_told import Told
from backchannel.text import web_url

BUDGET_REMEDY: Final = "Set reads_per_day of the source in config.toml to how many posts may be read a day."
MORE_REMEDY: Final = "Where it may cost more, raise reads_per_day of the source in config.toml."


@dataclass(frozen=True, slots=True)
class XSettings(Following):
    """Where X is asked, as which app, and how many posts a day may be paid for; none, unless somebody says so."""

    network: ClassVar[str] = NETWORK

    server: Annotated[str, Meta(min_length=1, max_length=200)] = "https://api.x.com"
    token_file: str = ""
    token_env: str = ""
    reads_per_day: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    every_s: Annotated[float, Meta(ge=15, le=3600)] = 60.0


class X:
    """Follows hashtags, accounts and phrases on X."""

    network = NETWORK

    def __init__(
        self,
        settings: XSettings,
        hashtags: Sequence[str],
        *,
        clock: Callable[[], datetime],
        fetcher: Callable[[], Fetcher] = Fetcher,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        file, env = settings.token_file, settings.token_env
        self._token = secret(f"[[sources]] ({NETWORK})", "token", file=file, env=env, environ=environ)
        self._api = XApi(_url(settings.server), self._token)
        self._settings = settings
        interest = settings.interest(hashtags)
        self._reader = XReader(interest)
        wanted = (*(f"#{tag}" for tag in interest.hashtags), *map(_account, interest.accounts), *interest.phrases)
        self._rules = x_rules.rules(wanted, settings.exclude)
        self._clock = clock
        self._fetcher = fetcher
        self._backoff = Backoff()
        self._ledger: Ledger | None = None
        self._looked_at: dict[str, datetime] = {}
        self.name = f"{NETWORK}:{self._api.host}"
        self.title = "X" if self._api.host == "api.x.com" else f"X ({self._api.host})"

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Yield what comes; an empty batch for every sign of life. What is broken is waited for as X wants it."""
        self._check_settings()
        ledger = Ledger(cursor, self._settings.reads_per_day, self._clock)
        if self._ledger is not None:
            ledger.inherit(self._ledger)
        self._ledger = ledger
        try:
            async with self._fetcher() as fetcher, aclosing(self._follow(fetcher, ledger)) as batches:
                async for batch in batches:
                    yield batch
        except SourceError as error:
            if error.retry_after_s is None and not error.needs_person:
                kind = error.kind if isinstance(error, XTrouble) else Trouble.LINE
                error.retry_after_s = self._backoff.wait_s(kind)
            raise

    async def revisit(self, refs: Sequence[str]) -> Batch:
        """What X says now of posts: as many as a share of the budget allows, those first that wait longest for it."""
        ledger = self._ledger
        ids = self._next_looks(refs, ledger.looks_left) if ledger else []
        if ledger is None or not ids:
            return Batch(budget_left=ledger.left if ledger else None)
        async with self._fetcher() as fetcher:
            told = await self._look(fetcher, ledger, ids)
            newer = [x_post.newest_of(post) for post in told.posts if x_post.newest_of(post) != post.id("id")]
            edited = await self._look(fetcher, ledger, newer) if newer and ledger.left >= len(newer) else None
        seen = (*self._reader.read_again(told), *(self._reader.read_again(edited) if edited else ()))
        missing = tuple(gone(each) for each in told.gone if each in ids)
        return Batch((*seen, *missing), rate_limit_left=told.rate_limit_left, budget_left=ledger.left)

    async def _look(self, fetcher: Fetcher, ledger: Ledger, ids: Sequence[str]) -> Told:
        told = await self._api.lookup(fetcher, ids)
        ledger.pay(told.cost, looks=told.cost)
        return told

    def _next_looks(self, refs: Sequence[str], many: int) -> list[str]:
        """The ones whose turn it is."""
        known = {ref: at for ref, at in self._looked_at.items() if ref in refs}
        turn = sorted(refs, key=lambda ref: known[ref].timestamp() if ref in known else 0.0)
        chosen = turn[: min(many, x_api.PAGE_MAX)]
        self._looked_at = known | dict.fromkeys(chosen, self._clock())
        return chosen

    def _check_settings(self) -> None:
        if not self._settings.reads_per_day:
            msg = "Reading X costs money, and none may be spent: X is not asked for anything."
            raise SourceError(msg, remedy=BUDGET_REMEDY, needs_person=True)
        if not self._token:
            msg = "X shows posts to apps only, and the source has no token."
            raise SourceError(msg, remedy=SIGN_IN_REMEDY, needs_person=True)

    async def _follow(self, fetcher: Fetcher, ledger: Ledger) -> AsyncGenerator[Batch]:
        self._stop_where_spent(ledger)
        await self._api.keep_rules(fetcher, self._rules)
        self._stop_where_too_often()
        async with self._api.stream(fetcher) as lines:
            self._backoff.connect(self._clock())
            await self._api.check(lines)
            async with aclosing(self._listen(fetcher, lines, ledger)) as batches:
                async for batch in batches:
                    if not ledger.left:
                        break
                    yield batch
        yield batch  # only now, so that no more is delivered, and paid for, while this is taken in
        self._stop_where_spent(ledger)

    async def _listen(self, fetcher: Fetcher, lines: Lines, ledger: Ledger) -> AsyncGenerator[Batch]:
        """What the stream tells, and what is found beside it; ends with a SourceError."""
        search = XSearch(
            self._api, self._rules, self._reader, ledger, clock=self._clock, every_s=self._settings.every_s
        )
        async with aclosing(_from_opening(lines)) as opened:
            async for line in opened:
                if line is not None:
                    told = self._hear(line, ledger)
                    yield search.batch(self._read(told))
                    self._stop_where_ended(told)
                if search.is_due:
                    async with aclosing(search.catch_up(fetcher)) as found:
                        async for batch in found:
                            yield batch
        msg = f"{self._api.host} closed the stream."
        raise SourceError(msg)

    def _hear(self, line: bytes, ledger: Ledger) -> Told | str:
        """What a line of the stream says; an empty one only says that X is there."""
        self._backoff.worked()
        told = x_told.line(line) if line.strip() else ""
        if isinstance(told, Told):
            ledger.pay(told.cost)
            ledger.see(post.id("id") for post in told.posts)
        return told

    def _read(self, told: Told | str) -> Heard:
        return self._reader.read(told) if isinstance(told, Told) else Heard((), (told,) if told else ())

    def _stop_where_ended(self, told: Told | str) -> None:
        """Raise SourceError where X says that this was its last word."""
        if isinstance(told, Told) and told.ending:
            raise self._api.ended(told.ending)

    def _stop_where_spent(self, ledger: Ledger) -> None:
        """Raise SourceError where no more posts may be read today."""
        if not ledger.left:
            msg = f"Today's {ledger.per_day} posts are read. X is asked again from 00:00 UTC on."
            raise SourceError(msg, remedy=MORE_REMEDY, retry_after_s=until_midnight_s(self._clock()))

    def _stop_where_too_often(self) -> None:
        """Raise SourceError where X would take no other connection: each one that it refuses makes the wait longer."""
        if wait_s := self._backoff.until_connect_s(self._clock()):
            msg = f"The stream of {self._api.host} broke {CONNECTS_MAX} times in 15 minutes."
            raise SourceError(msg, retry_after_s=wait_s)


async def _from_opening(lines: Lines) -> AsyncGenerator[bytes | None]:
    """The lines of a stream, and None before the first: it is open, and what was missed can be searched for.

    In this order nothing falls in between.
    """
    yield None
    async with aclosing(aiter(lines)) as following:
        async for line in following:
            yield line


def _account(entry: str) -> str:
    if not x_rules.account(entry):
        msg = f"[[sources]] (x) accounts: {entry!r} can be no account on X; write it like @pink11"
        raise StartError(msg)
    return entry


def _url(server: str) -> str:
    url = web_url(server if "://" in server else f"https://{server}")
    if not url:
        msg = f"[[sources]] (x) server: {server!r} is no server; write it like {XSettings().server}"
        raise StartError(msg)
    return url
