"""A recording, played back as if the networks were live: JSON Lines, as DESIGN.md "The wire" describes them."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from math import isfinite
from pathlib import Path
from typing import Final

from backchannel.errors import SourceError, StartError
from backchannel.media.fetcher import DEPTH_MAX, depth_of
from backchannel.post import Sighting
from backchannel.sources.base import Batch
from backchannel.sources.fields import Fields
from backchannel.sources.shape import read

LINE_MAX: Final = 256 * 1024
BATCH_MAX: Final = 100


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
        if line.reason:
            return f"line {line.number}: {line.reason}"
        post = line.fields.one("post")
        found = read(
            line.fields.text("kind"),
            post,
            post.text("network"),
            unnamed=f"{self._path.name}:{line.number}",
            at=post.moment("posted_at") or self._clock(),
        )
        return f"line {line.number}: {found}" if isinstance(found, str) else found


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
