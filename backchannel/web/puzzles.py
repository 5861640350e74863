"""Puzzles: whoever would be refused because very many come at once may work a moment for it instead.

A phone looks for the one number below `MOST` that gives a hash: SHA-256 over some salt and the number, as ALTCHA's
first puzzles are. So what it costs has an end, other than with leading zeros, and a cheap phone is done in two seconds.
The number is a keyed hash of device and salt: nothing is kept of a puzzle until it is solved, and every server on one
store knows every puzzle.

ALTCHA's own libraries were looked at. What is hard about these puzzles is the page's half, and theirs wants
SubtleCrypto, which no browser has on the plain http of a hall's Wi-Fi; the server's half knows no device and no clock
but the machine's, and leaves it to us that each answer is taken once.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from hmac import compare_digest
from re import fullmatch
from secrets import token_urlsafe
from typing import Final

MOST: Final = 50_000  # hashes: a cheap phone reckons 30,000 in a second, and needs half of them as a rule
LASTS: Final = timedelta(minutes=2)
SPENT_MAX: Final = 20_000
ANSWER: Final = r"(([0-9]{13})\.[A-Za-z0-9_-]{12})\.([0-9]{1,6})"


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Which number below `most` is it, that behind `salt` and a dot gives this hash? In hexadecimal."""

    salt: str
    hash: str
    most: int

    def to_wire(self) -> dict[str, object]:
        """As a phone is told of it."""
        return asdict(self)


class Puzzles:
    """Sets puzzles, each for one device, and takes each answer once; of several servers each one once."""

    def __init__(self, secret: bytes, clock: Callable[[], datetime], most: int = MOST) -> None:
        self._secret = secret
        self._clock = clock
        self._most = most
        self._spent: OrderedDict[tuple[str, str], datetime] = OrderedDict()  # with when it would have ended

    def new(self, device: str) -> Puzzle:
        """A puzzle for a device, good for a while."""
        until = int((self._clock() + LASTS).timestamp() * 1000)
        salt = f"{until:013}.{token_urlsafe(9)}"
        number = self._number(device, salt)
        return Puzzle(salt, sha256(f"{salt}.{number}".encode()).hexdigest(), self._most)

    def is_solved(self, device: str, answer: str) -> bool:
        """Whether an answer, `SALT.NUMBER`, is this device's, right, in time, and was not taken yet."""
        read = fullmatch(ANSWER, answer)
        if read is None or (device, read[1]) in self._spent:
            return False
        left = datetime.fromtimestamp(int(read[2]) / 1000, UTC) - self._clock()
        return timedelta() < left <= LASTS and compare_digest(read[3], str(self._number(device, read[1])))

    def spend(self, device: str, answer: str) -> bool:
        """Take an answer; whether it was good. It is not from then on."""
        if not self.is_solved(device, answer):
            return False
        now, salt = self._clock(), answer.rpartition(".")[0]
        while self._spent and (len(self._spent) >= SPENT_MAX or next(iter(self._spent.values())) < now):
            self._spent.popitem(last=False)
        self._spent[device, salt] = now + LASTS
        return True

    def _number(self, device: str, salt: str) -> int:
        digest = blake2b(f"{device}\0{salt}".encode(), key=self._secret, digest_size=16, person=b"puzzle").digest()
        return int.from_bytes(digest) % self._most
