"""A second look at posts that a server told of: what they say now, and whether they are still there.

https://docs.joinmastodon.org/methods/statuses/#get and, for several at once, .../methods/statuses/#index
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from backchannel.errors import SourceError
from backchannel.interest import Interest
from backchannel.media.fetcher import Answer, Fetcher
from backchannel.post import Sighting
from backchannel.sources import status
from backchannel.sources.base import Batch
from backchannel.sources.fields import Fields
from backchannel.sources.instance import Instance, is_half_spent
from backchannel.sources.status import NETWORK

MANY_MAX: Final = 20
REFUSALS_MAX: Final = 3  # a server that refuses so often is not asked for the rest
GONE: Final = frozenset({404, 410})


@dataclass(slots=True)
class _Found:
    """What was found out so far, by the server's own names."""

    told: dict[str, Sighting | str] = field(default_factory=dict)
    refusals: list[SourceError] = field(default_factory=list)
    is_half_spent: bool = False

    @property
    def is_enough(self) -> bool:
        return self.is_half_spent or len(self.refusals) >= REFUSALS_MAX


class SecondLook:
    """Asks for posts by the server's own names. Half of what the server allows is left to the following."""

    def __init__(self, instance: Instance, interest: Interest) -> None:
        self._instance = instance
        self._interest = interest

    async def look(self, fetcher: Fetcher, refs: Sequence[str]) -> Batch:
        """What is known of the posts now; one of which nothing can be told is left out. Raises SourceError."""
        found = _Found()
        many = range(0, len(refs), MANY_MAX) if self._instance.can.tells_of_many else ()
        for at in many:
            if not found.is_enough:
                await self._ask_for_many(fetcher, refs[at : at + MANY_MAX], found)
        # What a list leaves out is asked for by itself: to be gone is for ever.
        for ref in refs:
            if ref not in found.told and not found.is_enough:
                await self._ask_for_one(fetcher, ref, found)
        if found.refusals and not found.told:
            raise found.refusals[0]
        return Batch(
            tuple(each for each in found.told.values() if isinstance(each, Sighting)),
            refused=tuple(each for each in found.told.values() if isinstance(each, str)),
        )

    async def _ask_for_many(self, fetcher: Fetcher, refs: Sequence[str], found: _Found) -> None:
        answer = await self._instance.ask(fetcher, "/api/v1/statuses", [("id[]", ref) for ref in refs])
        found.is_half_spent = is_half_spent(answer.headers)
        statuses = _said(answer) if answer.is_fine else None
        for each in statuses[:MANY_MAX] if isinstance(statuses, list) else ():
            self._note(each, refs, found)

    async def _ask_for_one(self, fetcher: Fetcher, ref: str, found: _Found) -> None:
        answer = await self._instance.ask(fetcher, f"/api/v1/statuses/{quote(ref, safe='')}")
        found.is_half_spent = is_half_spent(answer.headers)
        if answer.is_fine:
            self._note(_said(answer), (ref,), found)
        elif answer.status not in GONE:
            found.refusals.append(self._instance.refusal(answer, "its posts"))
        elif Fields(_said(answer)):  # else it is not the server itself that answers
            found.told[ref] = Sighting(NETWORK, "", None, ref=ref)

    def _note(self, told: object, refs: Sequence[str], found: _Found) -> None:
        ref = Fields(told).id("id")
        if ref in refs:
            found.told[ref] = status.read_again(told, self._instance.host, self._interest)


def _said(answer: Answer) -> Any:
    try:
        return answer.json()
    except SourceError:
        return None
