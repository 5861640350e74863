"""What was told of a feed's entries: so that what did not change is not told again, also after a restart.

Only entries that the feed still holds are remembered; what left it and comes back, the store knows by its key.
"""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import msgspec

from backchannel.sources.subscription import Validators

NOT_WANTED: Final = ""  # it was read, and is none of ours
BEFORE_US: Final = "-"  # it was there when we came, too old to be told


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: the digest of what was told of it, and the last time of an edit, in unix seconds."""

    digest: str = NOT_WANTED
    edited_s: int = 0

    @property
    def was_told(self) -> bool:
        """Whether a post was made of it."""
        return self.digest not in {NOT_WANTED, BEFORE_US}


@dataclass(frozen=True, slots=True)
class Told:
    """A place in a feed. `interest` names what is followed: for another one every entry is looked at anew."""

    interest: str
    validators: Validators = field(default_factory=Validators)
    lines: dict[str, Line] = field(default_factory=dict)

    def stored(self) -> str:
        """The place as a cursor."""
        return msgspec.json.encode(self).decode()


def digest_of(words: str) -> str:
    """A short name for something that is only compared."""
    return blake2b(words.encode(errors="surrogatepass"), digest_size=6).hexdigest()


def place_of(cursor: str | None, interest: str) -> Told | None:
    """The stored place, or None where there is none for this interest."""
    try:
        told = msgspec.json.decode((cursor or "").encode(), type=Told)
    except msgspec.MsgspecError:
        return None
    return told if told.interest == interest else None
