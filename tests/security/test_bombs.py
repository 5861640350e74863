"""What is small and grows is refused before it has grown: in time and in memory."""

import time
import tracemalloc
import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Final

import httpx2
import pytest

from backchannel.errors import SourceError
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
