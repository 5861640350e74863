"""The floor: posts typed on phones."""

from dataclasses import dataclass
from typing import ClassVar, Final

from backchannel.sources.inbox import Inbox

NETWORK: Final = "floor"


@dataclass(frozen=True, slots=True)
class FloorSettings:
    """The floor has nothing to set; naming it in the configuration opens it."""

    network: ClassVar[str] = NETWORK


class Floor(Inbox):
    """The source that phones speak to."""

    def __init__(self) -> None:
        super().__init__(NETWORK, "Floor", NETWORK)
