"""One of the workers, as the first process has it: its process, what it knows, and whom it serves."""

import asyncio
import signal
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

from backchannel.admission import Admission
from backchannel.hub.channel import Channel
from backchannel.hub.link import WAITING_MAX, Link
from backchannel.hub.strand import NOWHERE
from backchannel.hub.telling import Left, Ready, Report, ToFirst, ToWorker, Want, encode, to_first

SILENT_LOOKS: Final = 10  # counted, not timed: while this process itself is held up nobody is called silent
STARTING_LOOKS: Final = 60
BUSY: Final = 1024 * 1024  # bytes that wait for it: one that is so far behind is given nobody more
EXIT_S: Final = 1.0

Hear = Callable[["Working", Ready | Left | Want], None]


class Process(Protocol):
    """What runs beside this process, as asyncio has it."""

    @property
    def returncode(self) -> int | None:
        """How it ended, as soon as it has."""

    async def wait(self) -> int:
        """Return once it has ended."""
        ...

    def kill(self) -> None:
        """End it as it is."""


class Working:
    """A worker; `hear` is given what it says that is not about itself."""

    def __init__(self, number: int, process: Process, end: socket.socket, admission: Admission, hear: Hear) -> None:
        self.number = number
        self.is_ready = False
        self.memory_mb = 0.0
        self.serving = 0
        self._process = process
        self._admission = admission
        self._hear = hear
        self._link = Link(end, self._read)
        self._places: dict[Channel, int] = {}
        self._viewers: Counter[tuple[Channel, str]] = Counter()
        self._looks = 0
        self._why = ""

    @property
    def is_standing(self) -> bool:
        """Whether it serves."""
        return self.is_ready and not self._link.over.is_set()

    @property
    def is_able(self) -> bool:
        """Whether it may be given another viewer."""
        return self.is_standing and self._link.waiting < BUSY

    @property
    def why(self) -> str:
        """Why it is no more."""
        status = self._process.returncode
        if self._why or status is None:
            return self._why
        return signal.Signals(-status).name if status < 0 else f"exit status {status}"

    def send(self, what: ToWorker, descriptor: int | None = None) -> None:
        """Tell it something."""
        self._link.send(encode(what), descriptor)
        if self._link.waiting > WAITING_MAX:
            self._give_up("it does not read")

    def knows(self, channel: Channel) -> bool:
        """Whether it was ever told of a channel."""
        return channel in self._places

    def place_in(self, channel: Channel) -> int:
        """The number up to which it was told."""
        return self._places.get(channel, NOWHERE)

    def stands(self, channel: Channel, seq: int) -> None:
        """Note up to which number it was told."""
        self._places[channel] = seq

    def take(self, channel: Channel, device: str) -> None:
        """Note that it serves one more."""
        self.serving += 1
        self._viewers[channel, device] += 1
        channel.clients += 1

    def leave(self, channel: Channel, device: str) -> None:
        """Note that one whom it served is gone."""
        if self._viewers[channel, device] == 1:
            del self._viewers[channel, device]
        else:
            self._viewers[channel, device] -= 1
        self.serving -= 1
        channel.clients -= 1
        self._admission.leave(device)

    def leave_all(self) -> None:
        """Note that all whom it served are gone."""
        for channel, device in list(self._viewers.elements()):
            self.leave(channel, device)

    def look(self) -> None:
        """Give it up where it has given no sign of life for as many looks as that takes."""
        self._looks += 1
        if self._looks > (SILENT_LOOKS if self.is_ready else STARTING_LOOKS):
            self._give_up("it gives no sign of life")

    async def over(self) -> None:
        """Return once it is no more; what is left of it is ended."""
        await self._link.over.wait()
        if not self._why:
            with suppress(TimeoutError):
                async with asyncio.timeout(EXIT_S):
                    await self.gone()
        await self.end()

    async def gone(self) -> None:
        """Return once its process has ended."""
        await self._process.wait()

    async def end(self) -> None:
        """End it as it is."""
        self._link.close()
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def _give_up(self, why: str) -> None:
        self._why = why
        self._link.close()

    def _read(self, message: bytes, _: int | None) -> None:
        told: ToFirst = to_first.decode(message)
        if isinstance(told, Report):
            self._looks = 0
            self.memory_mb = told.memory_mb
            self._admission.figures.add(told.counted)
            return
        if isinstance(told, Ready):
            self.is_ready, self._looks = True, 0
        self._hear(self, told)
