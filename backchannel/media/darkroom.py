"""The darkroom: strangers' pictures are decoded in a child process with limits, one for each, and kept as WebP."""

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec

PROGRAM: Final = Path(__file__).with_name("developing.py")
DEADLINE_S: Final = 4.5
CPU_S: Final = 4
MEMORY_MAX: Final = 1024 * 1024 * 1024
EDGE_MAX: Final = 1600
PRINT_MAX: Final = 2 * 1024 * 1024
AT_ONCE: Final = 2
MAGIC: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


class NoPictureError(Exception):
    """What came is not shown as a picture; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Print:
    """A picture as it is kept: WebP without metadata, named by what it shows."""

    body: bytes
    width: int
    height: int

    @property
    def name(self) -> str:
        """The name that these very bytes have everywhere."""
        return blake2b(self.body, digest_size=16).hexdigest()


class _Told(msgspec.Struct):
    refused: str = ""
    width: int = 0
    height: int = 0


class Darkroom:
    """Develops pictures, two at once. `pixels_max` is how many pixels a picture may have before it is made smaller."""

    def __init__(self, pixels_max: int, *, deadline_s: float = DEADLINE_S) -> None:
        self._pixels_max = pixels_max
        self._deadline_s = deadline_s
        self._places = asyncio.Semaphore(AT_ONCE)

    async def develop(self, body: bytes) -> Print:
        """The first frame of a picture. Raises NoPictureError."""
        if not looks_like_a_picture(body):
            raise NoPictureError("its first bytes are no picture's")
        async with self._places:
            return _read(await self._developed(body))

    async def _developed(self, body: bytes) -> bytes:
        limits = map(str, (CPU_S, MEMORY_MAX, self._pixels_max, EDGE_MAX))
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(PROGRAM),
            *limits,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},  # no secret of ours
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self._deadline_s):
                async with asyncio.TaskGroup() as both:
                    both.create_task(_feed(child, body), name="picture in")
                    out = both.create_task(_drain(child), name="picture out")
                await child.wait()
            return out.result()
        except TimeoutError as error:
            raise NoPictureError("it takes too long to decode") from error
        finally:
            if child.returncode is None:
                with suppress(ProcessLookupError):
                    child.kill()
                await child.wait()


async def _feed(child: asyncio.subprocess.Process, body: bytes) -> None:
    if child.stdin is None:
        raise TypeError(child)
    with suppress(BrokenPipeError, ConnectionResetError):  # it gave up before it had read all
        child.stdin.write(body)
        await child.stdin.drain()
        child.stdin.close()


async def _drain(child: asyncio.subprocess.Process) -> bytes:
    if child.stdout is None:
        raise TypeError(child)
    out = bytearray()
    while len(out) <= PRINT_MAX and (piece := await child.stdout.read(64 * 1024)):
        out += piece
    return bytes(out)


def looks_like_a_picture(body: bytes) -> bool:
    """Whether the first bytes are those of a format that we take; SVG and HTML never are."""
    is_boxed = body[4:12] in {b"ftypavif", b"ftypavis"} or (body[:4] == b"RIFF" and body[8:12] == b"WEBP")
    return is_boxed or body.startswith(MAGIC)


def _read(out: bytes) -> Print:
    line, _, body = out.partition(b"\n")
    try:
        told = msgspec.json.decode(line, type=_Told)
    except msgspec.MsgspecError as error:
        raise NoPictureError("its decoder ended") from error
    if told.refused or not told.width or not told.height or len(out) > PRINT_MAX:
        raise NoPictureError(told.refused or "too large even when made small")
    return Print(body, told.width, told.height)
