"""What is small and grows is refused before it has grown: in time and in the server's memory."""

import asyncio
import json
import resource
import struct
import subprocess
import sys
import time
import tracemalloc
import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any, Final

import httpx2
import pytest
from PIL import Image, ImageCms

from backchannel.errors import SourceError
from backchannel.media.darkroom import EDGE_MAX, PROGRAM, Darkroom, NoPictureError
from backchannel.media.fetcher import Fetcher

MB: Final = 1024 * 1024
AT_MOST_S: Final = 5.0
AT_MOST: Final = 50 * MB


@contextmanager
def bounded() -> Iterator[None]:
    tracemalloc.start()
    started = time.monotonic()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < AT_MOST
    finally:
        tracemalloc.stop()
    assert time.monotonic() - started < AT_MOST_S


def gzip_bomb(size: int) -> bytes:
    """A gzip stream of zeros; its blocks are alike, so it is made in no time."""
    packer = zlib.compressobj(9, wbits=31)
    first = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + block * (size // MB)


async def test_ten_megabytes_that_unpack_to_ten_gigabytes_are_left_at_the_first_two() -> None:
    bomb = gzip_bomb(10_000 * MB)
    assert 9 * MB < len(bomb) < 12 * MB

    async def body() -> AsyncGenerator[bytes]:
        yield bomb  # all at once, which is the worst that a server can do

    way = httpx2.MockTransport(lambda _: httpx2.Response(200, content=body(), headers={"content-encoding": "gzip"}))
    with bounded(), pytest.raises(SourceError, match="more than 2048 kB"):
        async with Fetcher(transport=way) as fetcher:
            await fetcher.get("https://social.example/")


ROOM_FOR: Final = 40_000_000  # pixels, the setting's default


def png(width: int, height: int, body: bytes, *besides: tuple[bytes, bytes]) -> bytes:
    """A PNG of one bit a pixel, with whatever stands in its chunks."""

    def chunk(kind: bytes, said: bytes) -> bytes:
        return struct.pack(">I", len(said)) + kind + said + struct.pack(">I", zlib.crc32(kind + said))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + b"".join(chunk(*each) for each in besides)
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )


def zeros(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MB)) for _ in range(size // MB)) + packer.flush()


def frames(many: int) -> bytes:
    out = BytesIO()
    first, *others = (Image.new("P", (40, 40), number) for number in range(many))
    first.save(out, "GIF", save_all=True, append_images=others)
    return out.getvalue()


WIDE: Final = png(16_000, 16_000, zeros(32 * MB))
PAGE: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BOMBS: Final = {
    "256 megapixels in 31 kB": WIDE,
    "a header that lies": png(2**31 - 1, 2**31 - 1, zeros(MB)),
    "wide and flat": png(2_000_000_000, 1, zeros(MB)),
    "a GIF of 65,535 by 65,535": b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0" + bytes(6) + b",",
    "a JPEG of 65,500 by 65,500": b"\xff\xd8\xff\xc0\0\x11\x08" + struct.pack(">HH", 65500, 65500) + b"\x03" + bytes(9),
    "a WebP of 16,383 by 16,383": b"RIFF\x20\0\0\0WEBPVP8L\x14\0\0\0\x2f\xfe\xff\xff\x0f" + bytes(16),
    "words that unpack to 100 MB": png(8, 8, zeros(MB), (b"zTXt", b"a\0\0" + zeros(100 * MB))),
    "more rows than it says": png(8, 8, zeros(100 * MB), (b"iCCP", b"a\0\0" + zeros(100 * MB))),
    "nothing behind its first bytes": b"\x89PNG\r\n\x1a\n",
    "a page": PAGE,
    "entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc">]><svg>&b;</svg>',
    "a page that calls itself a picture": b"GIF89a" + PAGE,
    "nothing": b"",
}


async def test_no_picture_blows_up() -> None:
    darkroom = Darkroom(ROOM_FOR)
    assert len(WIDE) < 40_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, bomb in BOMBS.items():
        started = time.monotonic()
        try:
            shown = await darkroom.develop(bomb)
        except NoPictureError:
            pass
        else:
            assert (shown.width, shown.height) == (8, 8), name
        assert time.monotonic() - started < AT_MOST_S, name
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < AT_MOST


async def test_a_picture_of_too_many_pixels_is_told_by_its_head() -> None:
    with pytest.raises(NoPictureError, match="too many pixels"):
        await Darkroom(ROOM_FOR).develop(WIDE)


@pytest.mark.parametrize(
    ("page", "why"),
    [("a page", "first bytes"), ("entities", "first bytes"), ("a page that calls itself a picture", "no picture")],
)
async def test_a_page_is_no_picture(page: str, why: str) -> None:
    with pytest.raises(NoPictureError, match=why):
        await Darkroom(ROOM_FOR).develop(BOMBS[page])


def test_a_decoder_that_takes_more_memory_than_it_may_ends() -> None:
    told = _developed(WIDE, cpu_s=60, memory=200 * MB, pixels_max=10**9)
    assert told.returncode != 0 or "memory" in json.loads(told.stdout.partition(b"\n")[0])["refused"]


def test_a_decoder_that_takes_more_time_than_it_may_ends() -> None:
    assert _developed(WIDE, cpu_s=0, memory=4096 * MB, pixels_max=10**9).returncode < 0


def _developed(body: bytes, *, cpu_s: int, memory: int, pixels_max: int) -> subprocess.CompletedProcess[bytes]:
    limits = map(str, (cpu_s, memory, pixels_max, EDGE_MAX))
    return subprocess.run([sys.executable, "-I", str(PROGRAM), *limits], input=body, capture_output=True, check=False)


async def test_a_decoder_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.monotonic()
    with pytest.raises(NoPictureError, match="too long"):
        await Darkroom(ROOM_FOR, deadline_s=0.01).develop(WIDE)
    assert time.monotonic() - started < AT_MOST_S


async def test_no_more_than_two_pictures_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[asyncio.subprocess.Process] = []
    at_once: list[int] = []
    start = asyncio.create_subprocess_exec

    async def counted(*command: str, **more: Any) -> asyncio.subprocess.Process:
        started.append(await start(*command, **more))
        at_once.append(sum(each.returncode is None for each in started))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", counted)
    darkroom = Darkroom(ROOM_FOR)
    told = await asyncio.gather(*(darkroom.develop(WIDE) for _ in range(5)), return_exceptions=True)
    assert [str(each) for each in told] == ["too many pixels"] * 5
    assert max(at_once) == 2


async def test_what_is_kept_is_a_small_picture_of_ours_and_nothing_that_came_with_it() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6  # turn it by a quarter
    out = BytesIO()
    besides = {"exif": exif, "comment": b"<script>alert(1)</script>", "xmp": b"<x:xmpmeta>a script at home</x:xmpmeta>"}
    colours = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes() + b"home"
    Image.new("RGB", (4000, 2000), "navy").save(out, "JPEG", icc_profile=colours, **besides)
    shown = await Darkroom(ROOM_FOR).develop(out.getvalue())
    assert (shown.width, shown.height) == (800, 1600)
    with Image.open(BytesIO(shown.body)) as picture:
        assert (picture.format, picture.size, dict(picture.getexif())) == ("WEBP", (800, 1600), {})
        assert not picture.info.keys() & {"exif", "xmp", "icc_profile", "comment"}
    assert b"home" not in shown.body
    assert b"script" not in shown.body


async def test_of_what_moves_the_first_frame_is_kept() -> None:
    shown = await Darkroom(ROOM_FOR).develop(frames(50))
    with Image.open(BytesIO(shown.body)) as picture:
        assert getattr(picture, "n_frames", 1) == 1
