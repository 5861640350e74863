"""A session: what Bluesky asks of whoever searches. It is opened with an app password and renewed when it grows old.

Lexicons com.atproto.server.createSession and refreshSession.
"""

from typing import Final

from backchannel.errors import SourceError
from backchannel.media.fetcher import Fetcher, Params
from backchannel.sources.fields import Fields
from backchannel.sources.xrpc import Xrpc, XrpcRefusal

CREATE: Final = "com.atproto.server.createSession"
REFRESH: Final = "com.atproto.server.refreshSession"
REMEDY: Final = (
    "Make an app password at https://bsky.app/settings/app-passwords, put it into a file, and name the file as the "
    "source's app_password_file in config.toml, with the account that it belongs to as account."
)

_STALE: Final = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})


class Session:
    """Asks a server in the name of an account. The password goes to that server alone, and into no message."""

    def __init__(self, server: Xrpc, account: str, password: str) -> None:
        self._server = server
        self._account = account
        self._password = password
        self._token = ""
        self._renewal = ""

    async def ask(self, fetcher: Fetcher, method: str, params: Params = ()) -> Fields:
        """The answer to a query. Raises SourceError; one that needs a person says how to get a password that works."""
        if not self._token:
            await self._open(fetcher)
        try:
            return await self._server.ask(fetcher, method, params, self._token)
        except XrpcRefusal as refusal:
            if refusal.name not in _STALE:
                raise
        await self._renew(fetcher)
        return await self._server.ask(fetcher, method, params, self._token)

    async def _open(self, fetcher: Fetcher) -> None:
        body = {"identifier": self._account, "password": self._password}
        try:
            self._keep(await self._server.tell(fetcher, CREATE, body))
        except XrpcRefusal as refusal:
            if refusal.status not in {400, 401, 403}:
                raise
            raise SourceError(self._refused(refusal), remedy=REMEDY, needs_person=True) from refusal

    async def _renew(self, fetcher: Fetcher) -> None:
        renewal, self._token, self._renewal = self._renewal, "", ""
        try:
            self._keep(await self._server.tell(fetcher, REFRESH, token=renewal))
        except XrpcRefusal:
            await self._open(fetcher)

    def _keep(self, answer: Fields) -> None:
        self._token, self._renewal = answer.text("accessJwt"), answer.text("refreshJwt")
        if not self._token:
            msg = f"{self._server.host} opened a session without a token."
            raise SourceError(msg)

    def _refused(self, refusal: XrpcRefusal) -> str:
        words = {
            "AuthFactorTokenRequired": "it is the main password, which wants a code by mail; no app password does",
            "AccountTakedown": "the account is closed",
        }
        why = words.get(refusal.name) or refusal.words
        return f"{self._server.host} refuses the app password of {self._account}: {why}".rstrip(": ") + "."
