"""`/privacy`: what is kept of people, for how long, and whom they ask; in every language that pages speak."""

from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backchannel.web.cards import Cards
from backchannel.web.times import day_of
from backchannel.web.tongues import tongue_of

WEB: Final = ("https://", "http://")


class PrivacyDoor:
    """The notice. `over` is when everything is deleted, None where nobody said."""

    def __init__(
        self,
        cards: Cards,
        conference: Any,
        *,
        contact: str,
        over: datetime | None,
        keep_unshown_days: int,
        has_pictures: bool,
    ) -> None:
        self._cards = cards
        self._conference = conference
        self._contact = contact.strip()
        self._over = over
        self._keep_unshown_days = keep_unshown_days
        self._has_pictures = has_pictures

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/privacy", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET /privacy`: the same for everybody."""
        tongue = tongue_of(request)
        html = self._cards.page(
            "privacy",
            tongue,
            conference=self._conference,
            contact=self._contact,
            contact_url=leads_to(self._contact),
            over=day_of(self._over.date(), tongue) if self._over else "",
            keep_unshown_days=self._keep_unshown_days,
            has_pictures=self._has_pictures,
        )
        return HTMLResponse(html)


def leads_to(contact: str) -> str:
    """Where a contact leads; empty where it is neither a page nor an address of e-mail."""
    if contact.startswith(WEB):
        return contact
    name, is_parted, host = contact.partition("@")
    is_mail = is_parted and name and "." in host and not any(char in contact for char in ' <>",;:/\\')
    return f"mailto:{contact}" if is_mail else ""
