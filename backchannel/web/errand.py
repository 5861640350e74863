"""A sign-in under way elsewhere: what a browser is sent away with, and what it has to come back with.

All of it comes from one line that the browser keeps in a cookie, by a key of the store's: no server has to remember
it, each of several can take the browser back, and who knows the address that it was sent to knows nothing of the rest.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final

LASTS: Final = timedelta(minutes=10)
MOMENT_MAX: Final = 10  # digits of seconds: until the year 2286


@dataclass(frozen=True, slots=True)
class Errand:
    """`state` says that this browser went (RFC 6749, 10.12), `nonce` that the answer is to it, `verifier` is PKCE's."""

    state: str
    nonce: str
    verifier: str


class Errands:
    """Sends browsers away, and knows them again for `LASTS`."""

    def __init__(self, secret: bytes, clock: Callable[[], datetime]) -> None:
        self._secret = secret
        self._clock = clock

    def begin(self) -> tuple[str, Errand]:
        """The line that a browser keeps, and its errand."""
        line = f"{int(self._clock().timestamp())}.{secrets.token_urlsafe(32)}"
        return line, self._errand(line)

    def of(self, line: str) -> Errand | None:
        """The errand of a line that a browser kept; None where there is none, or it took too long.

        Whoever writes a later time into it has another errand than the one they were sent away with.
        """
        moment = line.partition(".")[0]
        if not (moment.isascii() and moment.isdigit() and len(moment) <= MOMENT_MAX):
            return None
        age = self._clock() - datetime.fromtimestamp(int(moment), UTC)
        return self._errand(line) if age < LASTS else None

    def _errand(self, line: str) -> Errand:
        return Errand(*(self._part(line, name) for name in ("state", "nonce", "verifier")))

    def _part(self, line: str, name: str) -> str:
        said = f"{name} {line}".encode(errors="replace")
        return blake2b(said, key=self._secret, digest_size=32, person=b"errand").hexdigest()
