"""How long X wants to be left alone after trouble, and how often it may be connected to.

https://docs.x.com/x-api/fundamentals/handling-disconnections
"""

from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

CONNECTS_MAX: Final = 50
WINDOW: Final = timedelta(minutes=15)


class Trouble(StrEnum):
    """What kind of trouble there is: each has waits of its own."""

    LINE = "line"  # the connection broke, or could not be made
    ANSWER = "answer"  # an HTTP status other than 2xx
    LIMIT = "limit"  # too many requests


_STEP_S: Final[Mapping[Trouble, float]] = {Trouble.LINE: 0.25, Trouble.ANSWER: 5.0, Trouble.LIMIT: 60.0}
_MAX_S: Final[Mapping[Trouble, float]] = {Trouble.LINE: 16.0, Trouble.ANSWER: 320.0, Trouble.LIMIT: 960.0}


class Backoff:
    """Counts troubles in a row. The first broken line is mended at once."""

    def __init__(self) -> None:
        self._count = 0
        self._kind = Trouble.LINE
        self._connects: deque[datetime] = deque(maxlen=CONNECTS_MAX)

    def worked(self) -> None:
        """Say that something was heard: what comes now is a new trouble."""
        self._count = 0

    def wait_s(self, kind: Trouble) -> float:
        """Seconds until the next try."""
        self._count = self._count + 1 if kind is self._kind else 1
        self._kind = kind
        if kind is Trouble.LINE:
            return min((self._count - 1) * _STEP_S[kind], _MAX_S[kind])
        return min(_STEP_S[kind] * 2.0 ** (self._count - 1), _MAX_S[kind])

    def connect(self, at: datetime) -> None:
        """Count a connection."""
        self._connects.append(at)

    def until_connect_s(self, at: datetime) -> float:
        """Seconds until X takes another connection: it takes so many in its window, whatever became of them."""
        if len(self._connects) < CONNECTS_MAX:
            return 0.0
        return max((self._connects[0] + WINDOW - at).total_seconds(), 0.0)
