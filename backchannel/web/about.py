"""`/about`: what became of everything that was said, in numbers and without names, and how this works."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backchannel.post import Reason, Status
from backchannel.record import Account
from backchannel.store.base import Accounts
from backchannel.web.cards import REASON_WORDS, Cards
from backchannel.web.times import duration
from backchannel.web.tongues import tongue_of
from backchannel.wording import spoken

KEPT: Final = timedelta(seconds=30)  # it counts all posts, and anybody may ask
BY_RULE: Final = spoken("A rule of the conference")
OTHERWISE: Final = spoken("Another reason, or none given")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its words; `state` is the bowl that it hangs from."""

    state: str
    words: str
    many: int


class AboutDoor:
    """The public account."""

    def __init__(self, accounts: Accounts, cards: Cards, conference: Any, clock: Callable[[], datetime]) -> None:
        self._accounts = accounts
        self._cards = cards
        self._conference = conference
        self._clock = clock
        self._kept: dict[str, tuple[datetime, str]] = {}  # by language

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/about", self.about)]

    async def about(self, request: Request) -> Response:
        """`GET /about`: the same for everybody, counted anew every half a minute."""
        now, tongue = self._clock(), tongue_of(request)
        kept = self._kept.get(tongue.tag)
        if kept is None or not timedelta() <= now - kept[0] < KEPT:
            account = await self._accounts.account()
            html = self._cards.page(
                "about",
                tongue,
                conference=self._conference,
                at=now,
                figures=figures(account),
                reasons=reasons(account),
                wait=None if account.wait_s is None else duration(account.wait_s, tongue),
            )
            kept = self._kept[tongue.tag] = now, html
        return HTMLResponse(kept[1])


def figures(account: Account) -> tuple[Figure, ...]:
    """What became of all posts; what nobody needs to know of is left out where there is none."""
    many = account.by_status
    told = (
        Figure("shown", spoken("shown"), many[Status.APPROVED]),
        Figure("rejected", spoken("not shown"), many[Status.REJECTED]),
        Figure("queued", spoken("waiting for a person"), many[Status.QUEUED] + many[Status.HELD]),
    )
    seldom = (
        Figure("withdrawn", spoken("shown, and taken down again"), many[Status.WITHDRAWN]),
        Figure("withdrawn", spoken("taken back by their authors, or deleted since"), many[Status.GONE]),
        Figure("queued", spoken("said what another had said; one card stands for both"), many[Status.COPY]),
    )
    return (*told, *(figure for figure in seldom if figure.many))


def reasons(account: Account) -> tuple[tuple[str, int], ...]:
    """Why posts were put aside, the most frequent first. What a person typed as a reason stays at the desk."""
    counted: Counter[str] = Counter()
    for aside in account.asides:
        known = aside.reason in set(Reason)
        words = REASON_WORDS[Reason(aside.reason)] if known else BY_RULE if aside.is_by_rule else OTHERWISE
        counted[words] += aside.many
    return tuple(counted.most_common())
