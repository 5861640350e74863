import asyncio
import os
import socket
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backchannel.hub import link as links
from backchannel.hub.link import Link

pytestmark = pytest.mark.timeout(30)


class Far:
    """The far end of a link, and what came to it."""

    def __init__(self, end: socket.socket) -> None:
        self.heard: list[tuple[bytes, int | None]] = []
        self.link = Link(end, self._hear)

    def _hear(self, message: bytes, descriptor: int | None) -> None:
        self.heard.append((message, descriptor))

    async def hears(self, many: int) -> None:
        while len(self.heard) < many:
            await asyncio.sleep(0)


@pytest.fixture
def ends() -> Generator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def nobody_listens(_: bytes, __: int | None) -> None:
    """This end only speaks."""


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(0, 600_000), max_size=6), read_size=st.integers(1, 9) | st.just(links.READ_SIZE))
async def test_messages_come_whole_and_in_their_order(
    monkeypatch: pytest.MonkeyPatch, sizes: list[int], read_size: int
) -> None:
    monkeypatch.setattr(links, "READ_SIZE", read_size)
    messages = [bytes([number]) * (size if read_size > 9 else size % 50) for number, size in enumerate(sizes)]
    one, other = socket.socketpair()
    near, far = Link(one, nobody_listens), Far(other)
    for message in messages:
        near.send(message)
    await far.hears(len(messages))
    assert [message for message, _ in far.heard] == messages
    assert near.waiting == 0
    near.close()
    await far.link.over.wait()


async def test_a_descriptor_comes_with_its_message(ends: tuple[socket.socket, socket.socket]) -> None:
    near, far = Link(ends[0], nobody_listens), Far(ends[1])
    pipes = [os.pipe() for _ in range(40)]
    for number, (readable, writable) in enumerate(pipes):
        os.write(writable, b"%d" % number)
        os.close(writable)
        near.send(b"with one", readable)
        near.send(b"without")
    await far.hears(80)
    with_one, without = far.heard[::2], far.heard[1::2]
    told = []
    for message, descriptor in with_one:
        assert message == b"with one"
        assert descriptor is not None
        told.append(os.read(descriptor, 9))
        os.close(descriptor)
    assert told == [b"%d" % number for number in range(40)]
    assert without == [(b"without", None)] * 40
    for readable, _ in pipes:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(readable)  # it was the link's, which is done with it
    near.close()
    far.link.close()


async def test_a_far_end_that_does_not_read_is_given_up_and_holds_nobody_up(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    near = Link(ends[0], nobody_listens, waiting_max=1_000_000)
    readable, writable = os.pipe()
    for number in range(100):
        near.send(bytes(100_000), os.dup(readable) if number % 10 == 9 else None)
        if near.over.is_set():
            break
    assert near.over.is_set()
    assert near.waiting <= 1_000_000 + 100_100
    os.close(readable)
    ends[1].close()  # what was under way is gone with it
    with pytest.raises(BrokenPipeError):
        os.write(writable, b"nobody has the other end any more")
    os.close(writable)


async def test_who_speaks_to_nobody_is_told_so_and_raises_nothing(ends: tuple[socket.socket, socket.socket]) -> None:
    near = Link(ends[0], nobody_listens)
    ends[1].close()
    await near.over.wait()
    readable, writable = os.pipe()
    near.send(b"is anybody there?", readable)
    with pytest.raises(BrokenPipeError):
        os.write(writable, b"no")
    os.close(writable)


async def test_a_message_that_cannot_be_understood_ends_the_link(ends: tuple[socket.socket, socket.socket]) -> None:
    def hear(_: bytes, __: int | None) -> None:
        raise ValueError("what?")

    near, far = Link(ends[0], nobody_listens), Link(ends[1], hear)
    near.send(b"gibberish")
    await far.over.wait()
    await near.over.wait()
