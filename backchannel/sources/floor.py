"""The floor: posts typed on phones."""

from dataclasses import dataclass
from typing import ClassVar, Final

from backchannel.sources.inbox import Inbox
from backchannel.wording import spoken

NETWORK: Final = "floor"
# Who gave no name; pages say it in their own language.
NAMELESS: Final = spoken("Somebody in the hall")


@dataclass(frozen=True, slots=True)
class FloorSettings:
    """The floor has nothing to set; naming it in the configuration opens it."""

    network: ClassVar[str] = NETWORK


class Floor(Inbox):
    """The source that phones speak to."""

    def __init__(self) -> None:
        super().__init__(NETWORK, "Floor", NETWORK)
