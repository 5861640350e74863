"""The lens: brings the picture that an address shows, by the guarded way and through the darkroom."""

from backchannel.errors import SourceError
from backchannel.media.darkroom import Darkroom, NoPictureError, Print
from backchannel.media.dialling import GuardedBackend, GuardedTransport
from backchannel.media.fetcher import Fetcher
from backchannel.media.guard import PUBLIC

ACCEPT = "image/webp,image/png,image/jpeg,image/gif;q=0.8,image/avif;q=0.8"
DEADLINE_S = 10.0
SERVER_TROUBLE = 500
BUSY = 429


class NotYetError(Exception):
    """No picture came, and one may come later."""


class Lens:
    """Looks at addresses that strangers wrote. Raises NoPictureError, or NotYetError where a later try may do."""

    def __init__(self, darkroom: Darkroom, body_max: int, way: GuardedTransport | None = None) -> None:
        way = way or GuardedTransport(GuardedBackend(PUBLIC))
        self._darkroom = darkroom
        self._fetcher = Fetcher(deadline_s=DEADLINE_S, body_max=body_max, transport=way, beyond=way, unpacks=False)

    async def look(self, url: str) -> Print:
        """What an address shows, made small and plain."""
        try:
            answer = await self._fetcher.get(url, headers={"Accept": ACCEPT})
        except SourceError as error:
            raise NotYetError(str(error)) from error
        if answer.status >= SERVER_TROUBLE or answer.status == BUSY:
            raise NotYetError(f"answer {answer.status}")
        if not answer.is_fine:
            raise NoPictureError(f"answer {answer.status}")
        return await self._darkroom.develop(answer.body)

    async def close(self) -> None:
        """Close the connections that are kept for the next request."""
        await self._fetcher.close()
