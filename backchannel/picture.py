"""A picture that we keep of a post: its name, its size, and when it came to us. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """What `url` showed when it was fetched. `name` is a hash of what it shows."""

    url: str
    name: str
    width: int
    height: int
    at: datetime
