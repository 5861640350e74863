"""What goes over a socket: frames encoded once for all, and the ring that answers who was away.

A frame is the JSON text of one update for one view. A client names its position as (epoch, seq); the ring gives it
exactly the frames it missed, in order, or says that it must take a snapshot. A dropped post's earlier frames turn into
drops in the ring, so nobody who comes late is sent what was taken back.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import msgspec

from backchannel.updates import Kind

RING_SIZE: Final = 1024
BEAT_EVERY_S: Final = 5.0


class View(StrEnum):
    """Who looks: each view has its own address, encoding and rights."""

    SCREEN = "screen"
    CONSOLE = "console"
    PHONE = "phone"
    POSTS = "posts"


@dataclass(frozen=True, slots=True)
class Frame:
    """One update, encoded: `text` is the JSON object that is sent."""

    seq: int
    kind: Kind
    key: str
    text: str


def encode(frame: dict[str, Any]) -> str:
    """A frame as JSON text."""
    return msgspec.json.encode(frame).decode()


def put(seq: int, key: str, form: str, card: Any) -> Frame:
    """The frame that shows a post; `form` is `html` for our own pages, `post` for integrators."""
    return Frame(seq, Kind.PUT, key, encode({"seq": seq, "op": "put", "key": key, form: card}))


def drop(seq: int, key: str) -> Frame:
    """The frame that takes a post away."""
    return Frame(seq, Kind.DROP, key, encode({"seq": seq, "op": "drop", "key": key}))


def stage(seq: int, fields: dict[str, Any]) -> Frame:
    """The frame that turns a hall's stage."""
    return Frame(seq, Kind.STAGE, fields["hall"], encode({"seq": seq, "op": "stage", **fields}))


def hello(epoch: str, seq: int, retry_spread_s: float) -> str:
    """The first frame of every connection."""
    return encode({"op": "hello", "epoch": epoch, "seq": seq, "retry_spread_s": retry_spread_s})


def come_back(retry_spread_s: float) -> str:
    """The reason of a socket's end where its client shall come back, within so many seconds: a socket tells no more."""
    return f"come back within {retry_spread_s:.1f} s"


def beat(seq: int, **more: Any) -> str:
    """The sign of life every five seconds; its number shows a client that it is behind."""
    return encode({"op": "beat", "seq": seq, **more})


def screen(of: Mapping[str, Any] | None, told_at: float) -> str:
    """What a page that is open as a screen is told of itself; it has no number, and is answered with `told_at`."""
    return encode({"op": "screen", "t": told_at, "screen": of})


def reactions(halls: Mapping[str, Mapping[str, int]]) -> str:
    """The totals of reactions in each hall; it has no number, since only the latest says anything."""
    return encode({"op": "reactions", "halls": halls})


def floor(*, is_paused: bool) -> str:
    """Whether phones may post; it has no number either."""
    return encode({"op": "floor", "is_paused": is_paused})


def message(frames: Iterable[str]) -> str:
    """One message of one frame, or of an array of frames."""
    texts = list(frames)
    return texts[0] if len(texts) == 1 else f"[{','.join(texts)}]"


class Ring:
    """The latest frames of one stream and view; `head` is the number of the last one.

    Frames are appended in order and without holes. Position `head` means: nothing is missing.
    """

    def __init__(self, head: int, size: int = RING_SIZE) -> None:
        self._frames: deque[Frame] = deque(maxlen=size)
        self.head = head

    def append(self, frame: Frame) -> None:
        """Take the next frame in; a drop replaces what the ring holds of that post."""
        if frame.seq != self.head + 1:
            msg = f"frame {frame.seq} does not follow {self.head}"
            raise ValueError(msg)
        if frame.kind is Kind.DROP:
            self._retract(frame.key)
        self._frames.append(frame)
        self.head = frame.seq

    def holds(self, seq: int) -> bool:
        """Whether somebody at position `seq` can go on from there."""
        return 0 <= self.head - seq <= len(self._frames)

    def after(self, seq: int) -> list[str] | None:
        """What is to be sent to somebody at position `seq`, or None where only a snapshot helps."""
        missed = self.missed(seq)
        return None if missed is None else [frame.text for frame in missed]

    def missed(self, seq: int) -> list[Frame] | None:
        """The frames that follow position `seq`, or None where not all of them are here any more."""
        if not self.holds(seq):
            return None
        held, missing = len(self._frames), self.head - seq
        return [self._frames[index] for index in range(held - missing, held)]

    @property
    def before(self) -> int:
        """The earliest position that somebody can go on from."""
        return self.head - len(self._frames)

    def _retract(self, key: str) -> None:
        for index, frame in enumerate(self._frames):
            if frame.key == key and frame.kind is Kind.PUT:
                self._frames[index] = drop(frame.seq, key)
