import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Close, CloseCode, Frame, Opcode

from backchannel.hub.viewer import GONE, Viewer
from tests.hub.wire import Wire


class Hall:
    """Notes what its viewers say of themselves."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def leave(self, viewer: Viewer) -> None:
        self.said.append("left")

    def stop(self, viewer: Viewer) -> None:
        self.said.append("stopped")

    def go_on(self, viewer: Viewer) -> None:
        self.said.append("goes on")


def seated() -> tuple[Hall, Wire]:
    hall = Hall()
    return hall, Wire(Viewer(hall, 0))


def closed_with(wire: Wire) -> int:
    (frame,) = wire.frames()
    assert frame.opcode is Opcode.CLOSE
    return Close.parse(frame.data).code


def test_a_ping_is_answered_with_its_own_words() -> None:
    _, wire = seated()
    wire.say(Opcode.PING, b"still there?")
    assert wire.frames() == [Frame(Opcode.PONG, b"still there?")]


def test_a_farewell_is_answered_and_ends_the_connection() -> None:
    hall, wire = seated()
    wire.say(Opcode.CLOSE, Close(CloseCode.GOING_AWAY, "").serialize())
    assert closed_with(wire) == CloseCode.GOING_AWAY
    assert wire.is_over
    assert hall.said == ["left"]


@pytest.mark.parametrize("opcode", [Opcode.TEXT, Opcode.BINARY, Opcode.CONT])
def test_whoever_speaks_is_shown_out(opcode: Opcode) -> None:
    _, wire = seated()
    wire.say(opcode, b"let me in")
    assert closed_with(wire) == CloseCode.POLICY_VIOLATION


def test_what_is_longer_than_a_control_frame_is_not_waited_for() -> None:
    _, wire = seated()
    wire.viewer.data_received(Frame(Opcode.TEXT, bytes(100_000)).serialize(mask=True)[:10])
    assert closed_with(wire) == CloseCode.MESSAGE_TOO_BIG


def test_a_frame_without_a_mask_breaks_the_protocol() -> None:
    _, wire = seated()
    wire.viewer.data_received(Frame(Opcode.PING, b"").serialize(mask=False))
    assert closed_with(wire) == CloseCode.PROTOCOL_ERROR


@given(words=st.lists(st.binary(max_size=125), min_size=1, max_size=4), cuts=st.lists(st.integers(1, 40), max_size=20))
def test_frames_may_come_in_pieces(words: list[bytes], cuts: list[int]) -> None:
    _, wire = seated()
    said = b"".join(Frame(Opcode.PING, each).serialize(mask=True) for each in words)
    for cut in cuts:
        wire.viewer.data_received(said[:cut])
        said = said[cut:]
    wire.viewer.data_received(said)
    assert [frame.data for frame in wire.frames()] == words


@given(noise=st.lists(st.binary(min_size=1, max_size=60), max_size=5))
def test_noise_ends_a_viewer_or_does_nothing_and_never_raises(noise: list[bytes]) -> None:
    _, wire = seated()
    for each in noise:
        if not wire.is_over:
            wire.viewer.data_received(each)
    assert wire.is_over == (wire.viewer.seq == GONE)


def test_one_that_does_not_read_is_not_answered_and_ends_without_a_farewell() -> None:
    hall, wire = seated()
    wire.viewer.pause_writing()
    wire.say(Opcode.PING)
    assert wire.written == b""
    wire.viewer.close(CloseCode.SERVICE_RESTART)
    assert (wire.was_aborted, wire.written, hall.said) == (True, b"", ["stopped", "left"])


def test_a_viewer_that_is_gone_is_closed_once() -> None:
    hall, wire = seated()
    wire.viewer.close(CloseCode.SERVICE_RESTART)
    wire.viewer.close(CloseCode.SERVICE_RESTART)
    wire.viewer.abort()
    assert hall.said == ["left"]
