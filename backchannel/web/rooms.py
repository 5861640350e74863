"""Rooms: whoever took the code from a screen is in that hall, and does not wait for strangers on the same Wi-Fi.

The code is in the address behind the QR code of a screen that the desk paired, and of no page that anybody can open. It
is a keyed hash of the hall and a quarter of an hour: nothing is kept, every server knows it, and a photograph of it is
worth nothing half an hour later. It says nothing of a person. Whoever opens that address gets a ticket for the day, a
cookie that is good on this device only; without a code, or with an old one, the address is the same page.

Those who came by one code share a pace: where one leaks, it floods nobody but itself.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from hmac import compare_digest
from re import fullmatch
from typing import Final

SLOT: Final = timedelta(minutes=15)
LASTS: Final = timedelta(hours=12)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # 31: for people who read it out, too
LENGTH: Final = 8
TICKET: Final = r"([a-z0-9-]{1,40})\.([0-9]{1,9})\.([0-9a-f]{24})"


class Rooms:
    """Makes the codes of the halls, and knows who came by one."""

    def __init__(self, secret: bytes, clock: Callable[[], datetime], halls: Collection[str]) -> None:
        self._secret = secret
        self._clock = clock
        self._halls = halls

    def code(self, hall: str) -> str:
        """The code of a hall now."""
        return self._code(hall, self._slot())

    @property
    def changes_in_s(self) -> float:
        """In how many seconds there is another one."""
        return ((self._slot() + 1) * SLOT - (self._clock() - EPOCH)).total_seconds()

    def ticket(self, device: str, hall: str, code: str) -> str:
        """What a device shows from now on that it was there; empty where this is no code of the hall, or an old one.

        Where there is one hall, its name may be left out.
        """
        hall = hall or (next(iter(self._halls)) if len(self._halls) == 1 else "")
        if hall not in self._halls or len(code) != LENGTH:
            return ""
        now = self._slot()
        slot = next((each for each in (now, now - 1) if _same(code, self._code(hall, each))), None)
        return "" if slot is None else f"{hall}.{slot}.{self._seal(device, hall, slot)}"

    def room_of(self, device: str, ticket: str) -> str:
        """By which code a device came, the same for all who came by it; empty without a ticket that is good."""
        read = fullmatch(TICKET, ticket)
        if read is None or read[1] not in self._halls or not _same(read[3], self._seal(device, read[1], int(read[2]))):
            return ""
        age = self._clock() - (EPOCH + int(read[2]) * SLOT)
        return f"{read[1]}.{read[2]}" if timedelta() <= age < LASTS else ""

    def _slot(self) -> int:
        return (self._clock() - EPOCH) // SLOT

    def _code(self, hall: str, slot: int) -> str:
        number = int.from_bytes(self._hash(b"room", hall, str(slot)))
        return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(LENGTH))

    def _seal(self, device: str, hall: str, slot: int) -> str:
        return self._hash(b"ticket", device, hall, str(slot)).hex()

    def _hash(self, person: bytes, *words: str) -> bytes:
        return blake2b("\0".join(words).encode(), key=self._secret, digest_size=12, person=person).digest()


def _same(one: str, other: str) -> bool:
    return compare_digest(one.encode(errors="replace"), other.encode())
