"""Caution with guesses: who guessed wrong waits, and twice as long each time. Pure; the time, in seconds, comes in."""

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

KNOWN_MAX: Final = 10_000  # whoever floods us with names has the oldest forgotten
FORGOTTEN_AFTER_S: Final = 3600.0
FIRST_S: Final = 4.0


class Caution:
    """Counts guesses by whoever they are about, or come from. The first `free` ones wait for nothing."""

    def __init__(self, free: int, longest_s: float, now: Callable[[], float]) -> None:
        self._free = free
        self._longest_s = longest_s
        self._now = now
        self._guesses: OrderedDict[str, tuple[int, float]] = OrderedDict()  # how many, and when the last one was

    def wait_s(self, whom: str) -> float:
        """For how many seconds nothing is guessed; 0 where one may."""
        many, last = self._guesses.get(whom, (0, 0.0))
        if many < self._free:
            return 0.0
        pause_s = min(FIRST_S * 2.0 ** min(many - self._free, 20), self._longest_s)
        return max(0.0, last + pause_s - self._now())

    def guess(self, whom: str) -> None:
        """Count a guess, before it is known to be wrong: many at once would else be one."""
        now = self._now()
        many, last = self._guesses.pop(whom, (0, now))
        self._guesses[whom] = (1 if now - last > FORGOTTEN_AFTER_S else many + 1, now)
        while len(self._guesses) > KNOWN_MAX:
            self._guesses.popitem(last=False)

    def take_back(self, whom: str) -> None:
        """The guess was right, though others from the same place may have been wrong."""
        many, last = self._guesses.get(whom, (1, 0.0))
        if many > 1:
            self._guesses[whom] = (many - 1, last)
        else:
            self.forgive(whom)

    def forgive(self, whom: str) -> None:
        """The guess was right: nothing is held against them."""
        self._guesses.pop(whom, None)


def network_of(host: str) -> str:
    """What is counted as one place: an address of IPv4, or the /64 of IPv6 that a home or a phone has to itself."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False))
