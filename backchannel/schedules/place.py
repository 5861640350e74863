"""Where a programme is read: a file, or an address. Both say when there is nothing new.

An address that stands in config.toml may be one of the venue's own network.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from backchannel.errors import SourceError
from backchannel.media.fetcher import Fetcher
from backchannel.sources.patience import retry_after_s
from backchannel.sources.subscription import UNCHANGED, Validators, validators
from backchannel.text import tame_line, web_url

BODY_MAX: Final = 16 * 1024 * 1024  # the schedule of a congress has 3 MB
DEADLINE_S: Final = 30.0
ACCEPT: Final = "application/json, text/calendar, application/xml, text/xml;q=0.9, */*;q=0.5"
PLACE_MAX: Final = 120


@dataclass(frozen=True, slots=True)
class Copy:
    """What was found, and what it is known by."""

    body: bytes
    known: Validators


class Place(Protocol):
    """Where the programme is."""

    @property
    def where(self) -> str:
        """What the organiser reads; without what only those who may read it shall know."""

    @property
    def is_near(self) -> bool:
        """Whether it is read in no time."""

    async def read(self, known: Validators) -> Copy | None:
        """What is there now, or None where it is what we know. Raises SourceError."""


class File:
    """A file beside the server."""

    is_near = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self.where = path.name

    async def read(self, known: Validators) -> Copy | None:
        """The file, where its size or its time of change is another one."""
        try:
            return await asyncio.to_thread(self._read, known)
        except FileNotFoundError as error:
            msg = f"There is no file {self._path}."
            raise SourceError(msg, remedy="Write [programme] file relative to config.toml's folder.") from error
        except OSError as error:
            msg = f"{self._path} cannot be read ({error.strerror})."
            raise SourceError(msg) from error

    def _read(self, known: Validators) -> Copy | None:
        state = self._path.stat()
        found = Validators(etag=f"{state.st_mtime_ns} {state.st_size}")
        if found == known:
            return None
        with self._path.open("rb") as file:
            body = file.read(BODY_MAX + 1)
        if len(body) > BODY_MAX:
            msg = f"{self._path} is larger than {BODY_MAX // 1024 // 1024} MB."
            raise SourceError(msg)
        return Copy(body, found)


class Address:
    """An address on the web."""

    is_near = False

    def __init__(self, url: str, deadline_s: float = DEADLINE_S) -> None:
        self._url = url
        self._deadline_s = deadline_s
        parts = urlsplit(url)
        self.where = tame_line(f"{parts.netloc}{parts.path}", PLACE_MAX)

    async def read(self, known: Validators) -> Copy | None:
        """What the server answers to a request for what is newer."""
        async with Fetcher(deadline_s=self._deadline_s, body_max=BODY_MAX) as fetcher:
            answer = await fetcher.get(self._url, headers={"Accept": ACCEPT, **known.headers})
        if answer.status == UNCHANGED:
            return None
        if not answer.is_fine:
            msg = f"{self.where} gives no programme (answer {answer.status})."
            remedy = "Check [programme] url; it must show without signing in." if answer.status < 500 else ""
            raise SourceError(msg, remedy=remedy, retry_after_s=retry_after_s(answer.headers))
        return Copy(answer.body, validators(answer.headers))


def address_of(url: str) -> str:
    """An address that can be asked, or an empty one; calendars like to call theirs webcal."""
    scheme, _, rest = url.strip().partition("://")
    return web_url(f"https://{rest}" if scheme.lower() == "webcal" else url.strip())
