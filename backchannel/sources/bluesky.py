"""Bluesky: listens to every post of the network over Jetstream, and keeps those with the hashtags."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Final
from urllib.parse import urlsplit

from msgspec import Meta

from backchannel.errors import SourceError, StartError
from backchannel.interest import Following
from backchannel.post import Absence, Presence, Sighting
from backchannel.sources import event, record
from backchannel.sources.base import Batch
from backchannel.sources.event import Event, Topic
from backchannel.sources.jetstream import Jetstream, Stream
from backchannel.sources.prefilter import Prefilter
from backchannel.sources.record import NETWORK, NOBODY, Profile

BATCH_MAX: Final = 100
BATCH_EVERY_S: Final = 1.0
CAUGHT_UP: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class BlueskySettings(Following):
    """Which Jetstream is listened to, and for what."""

    network: ClassVar[str] = NETWORK

    server: Annotated[str, Meta(min_length=1, max_length=200)] = "wss://jetstream.us-east.bsky.network"


@dataclass(slots=True)
class _Gathering:
    """What was heard since the last batch."""

    sightings: list[Sighting] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    last: bytes = b""
    ended: SourceError | None = None

    @property
    def is_full(self) -> bool:
        return len(self.sightings) + len(self.absences) + len(self.refused) >= BATCH_MAX


class _OtherNumbers(Exception):
    """The server counts its events in another way than the one that gave us our place."""


class Bluesky:
    """Follows hashtags on Bluesky. `clock` tells how far behind the stream is; `profile` looks an author up at once."""

    network = NETWORK

    def __init__(
        self,
        settings: BlueskySettings,
        hashtags: Sequence[str],
        *,
        clock: Callable[[], datetime],
        profile: Callable[[str], Profile] = lambda _: NOBODY,
        jetstream: Callable[[str], Jetstream] = Jetstream,
        every_s: float = BATCH_EVERY_S,
    ) -> None:
        self._jetstream = jetstream(_url(settings.server))
        self._tags = settings.hashtags or tuple(hashtags)
        self._prefilter = Prefilter(self._tags)
        self._clock = clock
        self._profile = profile
        self._every_s = every_s
        self.name = f"{NETWORK}:{self._jetstream.host}"
        self.title = f"Bluesky ({self._jetstream.host})"

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Yield a batch about every second in which anything was heard, from the stored place on, or from now."""
        place = event.place_of(cursor)
        while True:
            try:
                async with self._jetstream.open(place) as stream:
                    yield Batch(caught_up=place is None, trouble=stream.trouble)
                    async with aclosing(self._listen(stream)) as batches:
                        async for batch in batches:
                            yield batch
            except _OtherNumbers:
                place = place.by_time if place is not None else None

    async def _listen(self, stream: Stream) -> AsyncGenerator[Batch]:
        while True:
            heard = await self._gather(stream)
            if heard.last:
                yield self._batch(heard, stream)
            if heard.ended is not None:
                raise heard.ended
            stream.listen()

    def _batch(self, heard: _Gathering, stream: Stream) -> Batch:
        """What was heard, with the place of the last frame: most frames are never read for theirs."""
        last = event.read(heard.last)
        at, place = (last.at, last.place) if isinstance(last, Event) else (None, None)
        return Batch(
            tuple(heard.sightings),
            cursor=None if place is None else place.stored(),
            refused=tuple(heard.refused),
            caught_up=at is None or self._clock() - at < CAUGHT_UP,
            trouble=stream.trouble,
            absences=tuple(heard.absences),
        )

    async def _gather(self, stream: Stream) -> _Gathering:
        """What comes until the next batch is due."""
        heard = _Gathering()
        try:
            async with asyncio.timeout(self._every_s):
                while not heard.is_full:
                    heard.last = await stream.frame()
                    if self._prefilter.passes(heard.last):
                        self._note(heard, stream)
        except TimeoutError:
            pass
        except SourceError as error:
            heard.ended = error  # what came before counts
        return heard

    def _note(self, heard: _Gathering, stream: Stream) -> None:
        """Take the last frame in."""
        found = event.read(heard.last)
        if isinstance(found, str):
            heard.refused.append(found)
        elif found.topic is Topic.COMMIT:
            self._note_commit(heard, found)
        elif found.topic is Topic.ACCOUNT:
            heard.absences += _absence(found)
        elif found.topic is Topic.ERROR:
            raise self._jetstream.broken(found.body)
        elif found.topic is Topic.NOTICE and found.body.text("name") == "FutureCursor":
            raise _OtherNumbers
        elif found.topic is Topic.NOTICE and found.body.text("name") == "OutdatedCursor":
            stream.tell(f"{self._jetstream.host} remembers less than we missed: older posts are missing.")

    def _note_commit(self, heard: _Gathering, commit: Event) -> None:
        found = self._read(commit)
        if isinstance(found, Sighting):
            heard.sightings.append(found)
        elif found:
            heard.refused.append(found)

    def _read(self, commit: Event) -> Sighting | str:
        """The sighting of a commit, the reason why it is none, or nothing where it does not concern us.

        The stream keeps the order of each author's events, so a delete or an edit matters only for a post that is
        known already: of the network's millions of deletes none is kept.
        """
        body, did = commit.body, commit.did
        if body.text("collection") != record.COLLECTION:
            return ""
        operation, rkey = body.text("operation"), body.text("rkey")
        is_edit, post_id = operation == "update", record.post_id(did, rkey)
        gone = Sighting(NETWORK, post_id, None, only_known=True) if post_id else ""
        if operation == "delete":
            return gone
        is_ours = record.carries(self._tags, body.one("record"))
        if not is_ours and not is_edit:
            return ""
        found = record.read(did, rkey, body.one("record"), commit.at if is_edit else None, self._profile(did))
        if isinstance(found, str):
            return gone if is_edit else found
        # An edit that took the hashtag away still changes what people see of a post that we have.
        return found if is_ours else replace(found, only_known=True)


def _absence(account: Event) -> Iterator[Absence]:
    """What an account's event means for all that its author wrote; one that does not say clearly means nothing."""
    if account.body.flag("active"):
        yield Absence(NETWORK, account.did, Presence.HERE)
    elif account.body.denies("active"):
        is_gone = account.body.text("status") == "deleted"
        yield Absence(NETWORK, account.did, Presence.GONE if is_gone else Presence.AWAY)


def _url(server: str) -> str:
    url = server if "://" in server else f"wss://{server}"
    if not _is_server(url):
        msg = f"[[sources]] (bluesky) server: {server!r} is no server; write it like {BlueskySettings().server}"
        raise StartError(msg)
    return url.rstrip("/")


def _is_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        leads_somewhere = parts.scheme in {"ws", "wss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return leads_somewhere and "@" not in url and not any((parts.path.strip("/"), parts.query, parts.fragment))
