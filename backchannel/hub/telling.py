"""What the first process and its workers tell each other."""

from dataclasses import dataclass
from typing import Final

import msgspec

from backchannel.feed import Frame, View
from backchannel.figures import Counted
from backchannel.hub.strand import Position


@dataclass(frozen=True, slots=True)
class Passed:
    """A connection whose handshake is read: its descriptor, which is the holder's, and what is still to be written.

    `early` is what its client said meanwhile.
    """

    descriptor: int
    answer: bytes
    early: bytes = b""


class Open(msgspec.Struct, frozen=True, tag=True):
    """A strand, from `before` on; `words` are the last that were said there. Opened again, it begins anew."""

    strand: int
    view: View
    stream: str
    epoch: str
    before: int
    frames: list[Frame]
    words: str


class News(msgspec.Struct, frozen=True, tag=True):
    """What comes next on a strand."""

    strand: int
    frames: list[Frame]
    committed_at: float | None


class Say(msgspec.Struct, frozen=True, tag=True):
    """Words without a number, for everybody on a strand and for who comes later."""

    strand: int
    words: str


class Announce(msgspec.Struct, frozen=True, tag=True):
    """A message without a number, for everybody who is there."""

    strand: int
    message: str


class Snapshot(msgspec.Struct, frozen=True, tag=True):
    """A strand's snapshot, as it was wanted; without text it cannot be made just now."""

    strand: int
    seq: int
    text: str


class Seat(msgspec.Struct, frozen=True, tag=True):
    """A viewer; its descriptor comes with it."""

    strand: int
    position: Position | None
    device: str
    can_inflate: bool
    answer: bytes
    early: bytes


class Spread(msgspec.Struct, frozen=True, tag=True):
    """Over how many seconds clients had better come back."""

    spread_s: float


class End(msgspec.Struct, frozen=True, tag=True):
    """Ask everybody to come back, and end."""


class Ready(msgspec.Struct, frozen=True, tag=True):
    """Viewers can be passed on from now on."""


class Left(msgspec.Struct, frozen=True, tag=True):
    """A viewer is gone."""

    strand: int
    device: str


class Want(msgspec.Struct, frozen=True, tag=True):
    """A strand's snapshot is wanted."""

    strand: int


class Report(msgspec.Struct, frozen=True, tag=True):
    """What was done since the last report, and the memory that is in use: the sign of life."""

    counted: Counted
    memory_mb: float


ToWorker = Open | News | Say | Announce | Snapshot | Seat | Spread | End
ToFirst = Ready | Left | Want | Report

to_worker: Final = msgspec.msgpack.Decoder(ToWorker)
to_first: Final = msgspec.msgpack.Decoder(ToFirst)
encode: Final = msgspec.msgpack.Encoder().encode
