"""A recording, played back as if the networks were live: JSON Lines, as DESIGN.md "The wire" describes them."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import BufferedReader
from math import isfinite
from pathlib import Path
from re import compile as pattern
from typing import Final

from backchannel.errors import SourceError, StartError
from backchannel.media.fetcher import DEPTH_MAX, depth_of
from backchannel.post import MEDIA_MAX, Author, Content, Media, ReplyTo, Sighting
from backchannel.sources.base import Batch
from backchannel.sources.fields import Fields
from backchannel.sources.status import ALT_MAX, ID_MAX, WARNING_MAX
from backchannel.text import ADDRESS_MAX, NAME_MAX, from_plain, tame

LINE_MAX: Final = 256 * 1024
BATCH_MAX: Final = 100
KINDS: Final = frozenset({"seen", "edited", "gone"})

_NETWORK: Final = pattern(r"[a-z][a-z0-9_]{0,19}")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a recording: what it holds, or the reason why it cannot be read."""

    number: int
    fields: Fields
    reason: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.fields and not self.reason


class Recording:
    """Plays a recording, `speed` times as fast as it was made. The cursor is the number of lines played."""

    network = "recording"

    def __init__(
        self,
        path: Path,
        speed: float = 1.0,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if not (isfinite(speed) and speed > 0):
            msg = f"--speed {speed:g}: a recording is played at a speed above 0"
            raise StartError(msg)
        try:
            path.open("rb").close()
        except OSError as error:
            msg = f"{path}: cannot be read ({error.strerror}); name another file with --recording"
            raise StartError(msg) from error
        self._path = path
        self._speed = speed
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic
        self.name = f"recording:{path.name}"
        self.title = f"Recording {path.name}"

    async def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Yield what is due together as one batch; after a restart the next line is due at once."""
        yield Batch()
        played = int(cursor) if cursor and cursor.isdecimal() else 0
        group: list[_Line] = []
        pace = _Pace(self._speed, self._monotonic, starts_at_once=played > 0)
        for line in self._lines(after=played):
            if pace.wait_s(line) > 0 or len(group) == BATCH_MAX:
                if group:
                    yield self._batch(group)
                await self._sleep(max(pace.wait_s(line), 0))
                group = []
            pace.reach(line)
            group.append(line)
        if group:
            yield self._batch(group)

    def _lines(self, after: int) -> Iterator[_Line]:
        """The lines after so many, one at a time, so that a long recording is never in memory."""
        try:
            with self._path.open("rb") as file:
                for number, raw in enumerate(_raw_lines(file), 1):
                    if number > after:
                        yield _line(number, raw)
        except OSError as error:
            msg = f"The recording {self._path.name} can no longer be read ({error.strerror})."
            raise SourceError(msg) from error

    def _batch(self, lines: list[_Line]) -> Batch:
        read = [self._read(line) for line in lines if not line.is_blank]
        return Batch(
            tuple(each for each in read if isinstance(each, Sighting)),
            cursor=str(lines[-1].number),
            refused=tuple(each for each in read if isinstance(each, str)),
        )

    def _read(self, line: _Line) -> Sighting | str:
        kind, post = line.fields.text("kind"), line.fields.one("post")
        reason = line.reason or _unfit(kind, post)
        if reason:
            return f"line {line.number}: {reason}"
        post_id = post.id("id") or f"{self._path.name}:{line.number}"
        if kind == "gone":
            return Sighting(post.text("network"), post_id, None)
        content = _content(post)
        if not content.text and not content.media:
            return f"line {line.number}: the post is empty"
        if kind == "edited":
            content = replace(content, edited_at=content.posted_at or self._clock())
        return Sighting(post.text("network"), post_id, content)


class _Pace:
    """When each line is due, counted from the start of the playing."""

    def __init__(self, speed: float, monotonic: Callable[[], float], *, starts_at_once: bool) -> None:
        self._speed = speed
        self._monotonic = monotonic
        self._started = monotonic()
        self._offset_s: float | None = None if starts_at_once else 0.0
        self._reached_s = 0.0

    def wait_s(self, line: _Line) -> float:
        """Seconds until a line is due."""
        return self._due_s(line) - max(self._monotonic() - self._started, self._reached_s)

    def reach(self, line: _Line) -> None:
        """Say that a line's time has come, so that what is due with it comes with it."""
        self._reached_s = max(self._reached_s, self._due_s(line))

    def _due_s(self, line: _Line) -> float:
        """A line that names no time comes with the one before it."""
        after_s = line.fields.number("after_s")
        if after_s is None:
            return self._reached_s
        if self._offset_s is None:
            self._offset_s = after_s
        return (after_s - self._offset_s) / self._speed


def _raw_lines(file: BufferedReader) -> Iterator[bytes | None]:
    """Lines parted by newlines only, since posts may hold U+2028; None for one that is too long."""
    while raw := file.readline(LINE_MAX):
        is_whole = raw.endswith(b"\n") or len(raw) < LINE_MAX
        yield raw if is_whole else None
        while not is_whole:
            rest = file.readline(LINE_MAX)
            is_whole = rest.endswith(b"\n") or not rest


def _line(number: int, raw: bytes | None) -> _Line:
    if raw is None:
        return _Line(number, Fields(None), f"it is longer than {LINE_MAX // 1024} kB")
    if not raw.strip():
        return _Line(number, Fields(None))
    if depth_of(raw) > DEPTH_MAX:
        return _Line(number, Fields(None), f"it nests more than {DEPTH_MAX} deep")
    try:
        fields = Fields(json.loads(raw.decode("utf-8-sig")))
    except ValueError:
        return _Line(number, Fields(None), "it is no JSON")
    return _Line(number, fields, "" if fields else "it is no JSON object with something in it")


def _unfit(kind: str, post: Fields) -> str:
    """Why a line shows no post, or nothing."""
    if kind not in KINDS:
        return "its kind is none of seen, edited, gone"
    if not _NETWORK.fullmatch(post.text("network")):
        return "the post names no network"
    if len(post.id("id")) > ID_MAX:
        return "the post's id is too long"
    if kind == "gone":
        return "" if post.id("id") else "a post that is gone needs its id"
    return "" if post.one("author").line("name", NAME_MAX) else "the post has no author"


def _content(post: Fields) -> Content:
    text = from_plain(post.text("text"))
    return Content(
        author=_author(post.one("author")),
        text=text.plain,
        spans=text.spans,
        url=post.url("url"),
        language=post.language("language"),
        media=tuple(_media(part) for part in post.many("media", MEDIA_MAX)),
        warning=post.line("warning", WARNING_MAX),
        sensitive=post.flag("sensitive"),
        reply_to=_reply_to(post.one("reply_to")),
        posted_at=post.moment("posted_at"),
    )


def _author(author: Fields) -> Author:
    name, address, url = author.line("name", NAME_MAX), author.line("address", ADDRESS_MAX), author.url("url")
    return Author(name, address, url, avatar=author.url("avatar"), id=address or url or name)


def _media(part: Fields) -> Media:
    kind = part.line("kind", 20) or "unknown"
    alt = tame(part.text("alt"), ALT_MAX)
    return Media(kind, part.url("url"), alt, part.pixels("width"), part.pixels("height"))


def _reply_to(reply_to: Fields) -> ReplyTo | None:
    name = reply_to.line("name", NAME_MAX)
    return ReplyTo(name, reply_to.line("address", ADDRESS_MAX)) if name else None
