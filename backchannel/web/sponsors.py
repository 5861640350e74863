"""The cards of sponsors as screens have them in their pages, and the door to their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.sponsor import Sponsor
from backchannel.web.beside import PICTURES, Beside, beside, given


@dataclass(frozen=True, slots=True)
class SponsorCard:
    """What a card shows; `image` is an address, empty where there are only words."""

    name: str
    words: str
    image: str


class SponsorCards:
    """All cards. Raises StartError for a picture that no screen can show."""

    def __init__(self, sponsors: Sequence[Sponsor] = ()) -> None:
        self._files: dict[str, Beside] = {}
        self.cards = tuple(SponsorCard(each.name, each.words, self._address(each)) for each in sponsors)

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/sponsors/{name}", self.give)]

    async def give(self, request: Request) -> Response:
        """`GET /sponsors/{name}`: a picture; its address names its content."""
        return given(self._files, request.url.path)

    def _address(self, sponsor: Sponsor) -> str:
        if not sponsor.image:
            return ""
        file = beside(sponsor.image, PICTURES, f"[[screen.sponsors]] ({sponsor.name}) image", "/sponsors/card")
        self._files[file.address] = file
        return file.address
