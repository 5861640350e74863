"""A Matrix room: waits for what is said in it, and fetches what was said while nobody waited."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Final
from urllib.parse import urlsplit

from msgspec import Meta

from backchannel.errors import StartError
from backchannel.interest import Following, Interest
from backchannel.media.fetcher import Fetcher
from backchannel.sources.base import Batch
from backchannel.sources.conversation import Conversation
from backchannel.sources.homeserver import SYNC_MS, Homeserver, PlaceLost
from backchannel.sources.listener import Listener
from backchannel.sources.room import enter
from backchannel.sources.room_event import NETWORK
from backchannel.sources.secret import secret
from backchannel.sources.stretch import Place, Stretch, place_of
from backchannel.text import web_url

# An answer waits for news; and it may hold many messages of 64 kB.
DEADLINE_S: Final = SYNC_MS / 1000 + 15
BODY_MAX: Final = 8 * 1024 * 1024


def _fetcher() -> Fetcher:
    return Fetcher(deadline_s=DEADLINE_S, body_max=BODY_MAX)


@dataclass(frozen=True, slots=True)
class MatrixSettings(Following):
    """Which room is followed, and as whom. Without hashtags, accounts and phrases all that is said there counts."""

    network: ClassVar[str] = NETWORK

    room: Annotated[str, Meta(pattern=r"^[#!].", max_length=255)]
    server: Annotated[str, Meta(min_length=1, max_length=200)] = "matrix.org"
    every_s: Annotated[float, Meta(ge=0.5, le=60)] = 1.0
    token_file: str = ""
    token_env: str = ""


class Matrix:
    """Follows one room through the homeserver of an account that is in it."""

    network = NETWORK

    def __init__(
        self,
        settings: MatrixSettings,
        hashtags: Sequence[str],  # noqa: ARG002 (the room is the conference's: it needs none)
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        fetcher: Callable[[], Fetcher] = _fetcher,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        file, env = settings.token_file, settings.token_env
        self._token = secret(f"[[sources]] ({NETWORK})", "token", file=file, env=env, environ=environ)
        if not self._token:
            msg = f"[[sources]] ({NETWORK}) token_file: name a file with the access token of an account in the room"
            raise StartError(msg)
        self._server = _server(settings.server)
        self._room = settings.room
        self._every_s = settings.every_s
        self._takes_all = not (settings.hashtags or settings.accounts or settings.phrases)
        self._interest = Interest(settings.hashtags, settings.accounts, settings.phrases, settings.exclude)
        self._clock = clock
        self._sleep = sleep
        self._fetcher = fetcher
        self.name = f"{NETWORK}:{settings.room}"
        self.title = f"Matrix ({settings.room})"

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Yield a batch for every answer, oldest message first; the very first one holds the newest messages."""
        async with self._fetcher() as fetcher:
            home, room = await enter(fetcher, self._server, self._token, self._room)
            listener = Listener(home, room, self._interest, self._clock, takes_all=self._takes_all)
            place = place_of(cursor, room.room_id)
            while True:
                stretch = await self._stretch(fetcher, home, room, place)
                while stretch.is_open:
                    yield Batch(caught_up=False)
                    await stretch.reach_back(fetcher)
                for events, is_last in stretch.chunks():
                    heard = await listener.hear(fetcher, events)
                    yield Batch(
                        tuple(heard.sightings),
                        cursor=stretch.next.stored() if is_last and stretch.next != place else None,
                        refused=tuple(heard.refused),
                        caught_up=is_last,
                        trouble=stretch.trouble,
                    )
                    if heard.ended is not None:
                        raise heard.ended
                place = stretch.next
                await self._sleep(self._every_s)

    async def _stretch(self, fetcher: Fetcher, home: Homeserver, room: Conversation, place: Place) -> Stretch:
        """What is new since a place; since the last event that we know, where the server forgot the place."""
        try:
            answer = await home.sync(fetcher, room.room_id, place.since)
        except PlaceLost:
            place = replace(place, since="")
            answer = await home.sync(fetcher, room.room_id, "")
        return Stretch(home, room, answer, place)


def _server(server: str) -> str:
    """A name or an address, each without anything behind it."""
    url = web_url(server if "://" in server else f"https://{server}")
    if not url or urlsplit(url).path.strip("/") or urlsplit(url).query:
        msg = f"[[sources]] ({NETWORK}) server: {server!r} is no server; write its name, like matrix.org"
        raise StartError(msg)
    return server.rstrip("/")
