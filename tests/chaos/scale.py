"""How much chaos: a little in the suite, all of it by `python -m tests.chaos`."""

import os
from random import Random
from secrets import randbits
from typing import Final

FULL: Final = "BACKCHANNEL_CHAOS"
SEED: Final = "BACKCHANNEL_CHAOS_SEED"


class Scale:
    """`of` says how many; `random` is the same again for the same seed, which a failure prints."""

    def __init__(self) -> None:
        self.is_full = bool(os.environ.get(FULL))
        self.seed = int(os.environ.get(SEED) or randbits(32))
        self.random = Random(self.seed)  # noqa: S311 (that it can be repeated is the point)

    def of(self, few: int, many: int) -> int:
        """`few` in the suite, `many` where all of it is wanted."""
        return many if self.is_full else few
