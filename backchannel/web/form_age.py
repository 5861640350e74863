"""When a form was made: a time that only we can have written. What fills forms in a blink is told from people by it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

MOMENT_MAX: Final = 15  # digits: some ten thousand years
LEAST_AGE: Final = timedelta(seconds=2)


class FormAge:
    """Stamps forms, and tells which are younger than `least`; where that is nothing, none is."""

    def __init__(self, secret: bytes, clock: Callable[[], datetime], least: timedelta = LEAST_AGE) -> None:
        self._secret = secret
        self._clock = clock
        self._least = least

    def stamp(self) -> str:
        """The stamp of a form that is made now."""
        return self.stamp_at(self._clock())

    def stamp_at(self, at: datetime) -> str:
        """The stamp of a form that was made at a moment."""
        moment = str(int(at.timestamp() * 1000))
        return f"{moment}.{self._seal(moment)}"

    def is_ours(self, stamp: str) -> bool:
        """Whether we stamped it."""
        moment, _, seal = stamp.partition(".")
        is_moment = moment.isascii() and moment.isdigit() and len(moment) < MOMENT_MAX
        return is_moment and compare_digest(seal.encode(), self._seal(moment).encode())

    def is_too_young(self, stamp: str) -> bool:
        """Whether nobody could have read and filled in a form since; what is no stamp of ours was never made."""
        if not self._least:
            return False
        if not self.is_ours(stamp):
            return True
        made = datetime.fromtimestamp(int(stamp.partition(".")[0]) / 1000, UTC)
        return self._clock() - made < self._least

    def _seal(self, moment: str) -> str:
        return blake2b(moment.encode(), key=self._secret, digest_size=12, person=b"form").hexdigest()
