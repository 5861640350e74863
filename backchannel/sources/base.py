"""The port of a source: what it yields, and what it promises."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from backchannel.post import Absence, Portrait, Sighting


@dataclass(frozen=True, slots=True)
class Batch:
    """What a source heard at once. An empty batch says: the network answered, there is nothing new.

    `cursor` is where to go on from once the batch is on disk; None keeps the stored one. `refused` names, one reason
    each, what could not be read. `rate_limit_left` is the network's own count of requests left, where it tells.
    `caught_up` is false while older posts are still being fetched. `trouble` is said in the source's health although
    the source goes on (one hashtag of three is refused, say), `remedy` beside it. `absences` come after the sightings,
    in order. `lag_s` is how many seconds the source is behind its network, where it can tell. `budget_left` is how many
    posts may still be read today, where reading costs money. `portraits` say who wrote posts of earlier batches.
    """

    sightings: tuple[Sighting, ...] = ()
    cursor: str | None = None
    refused: tuple[str, ...] = ()
    rate_limit_left: int | None = None
    caught_up: bool = True
    trouble: str = ""
    absences: tuple[Absence, ...] = ()
    lag_s: float | None = None
    remedy: str = ""
    budget_left: int | None = None
    portraits: tuple[Portrait, ...] = ()


class Source(Protocol):
    """Follows the conference's hashtags on one network. Raises SourceError; never retries by itself."""

    @property
    def name(self) -> str:
        """Unique among the sources; keys the stored cursor."""

    @property
    def title(self) -> str:
        """What the moderator reads."""

    @property
    def network(self) -> str:
        """What it follows, as in the configuration."""

    def follow(self, cursor: str | None) -> AsyncGenerator[Batch]:
        """Yield batches from `cursor` on. Asking for the next batch says that the last one is on disk.

        The generator ends only where there will never be more (a recording was played to its end).
        """
        ...


@runtime_checkable
class Revisiting(Protocol):
    """A source that can be asked again for posts that it told of: not every network tells of deletes and edits."""

    @property
    def name(self) -> str:
        """The source's."""

    @property
    def network(self) -> str:
        """The source's."""

    async def revisit(self, refs: Sequence[str]) -> Batch:
        """What the network says now of posts, by the `ref` of their sightings. Raises SourceError.

        A post that the network no longer has is a sighting without content, named by `ref` alone; one of which nothing
        can be told now is left out. The batch has no cursor.
        """
        ...
