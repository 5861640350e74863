"""Who is asking: badges by cookie or bearer, invitations that become badges, and the device behind a phone."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from starlette.requests import HTTPConnection
from starlette.responses import Response

from backchannel.errors import Refusal
from backchannel.roles import TAKEN_WORDS, Command, is_taken, may, refused_words
from backchannel.store.base import FOR_EVER, Badge, Badges, Passwords, People, Returner, Term
from backchannel.web.browser import browser_of
from backchannel.web.head import Asking
from backchannel.web.headers import OriginRule

INVITATION_LASTS: Final = timedelta(hours=24)
SEEN_EVERY: Final = timedelta(minutes=5)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
COOKIE_LASTS: Final = timedelta(days=30)
UNKNOWN: Final = "?"  # a browser that does not say which one it is

log = structlog.get_logger()


def new_secret() -> str:
    """A secret nobody can guess: 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What the store keeps of a secret. No salt is needed: the secret is 256 random bits."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


async def issue(badges: Badges, badge: Badge, at: datetime, term: Term = FOR_EVER) -> str:
    """Make a bearer badge; the secret is returned once and kept nowhere."""
    secret = new_secret()
    await badges.add(hash_of(secret), badge, at, term)
    return secret


async def invite(badges: Badges, badge: Badge, at: datetime, lasts: timedelta = INVITATION_LASTS) -> str:
    """Make an invitation that works once, within a while; the secret belongs in a link's fragment."""
    secret = new_secret()
    await badges.invite(hash_of(secret), badge, at, at + lasts)
    return secret


def check(badge: Badge, command: Command) -> None:
    """Raise Refusal 403 where the holder of a badge may not do this."""
    if not may(badge.role, command):
        log.warning("role refused", by=badge.name, role=badge.role, command=command)
        raise Refusal(403, "role", refused_words(badge.name, badge.role, command))


class Gate:
    """Tells who asks, and refuses who may not.

    A browser is signed in for `lasts`, and as long as it was used within `idle`.
    """

    def __init__(
        self,
        badges: Badges,
        people: People,
        origins: OriginRule,
        clock: Callable[[], datetime],
        *,
        networks: Collection[str],
        https: bool,
        lasts: timedelta = COOKIE_LASTS,
        idle: timedelta = COOKIE_LASTS,
    ) -> None:
        self._badges = badges
        self._people = people
        self._origins = origins
        self._clock = clock
        self._networks = networks
        self._https = https
        self._lasts = lasts
        self._idle = idle
        self._seen: dict[str, datetime] = {}  # by the id of a badge: it grows no longer than the list of people
        # The prefix makes browsers refuse the cookie from anywhere but this very host, over TLS.
        self._prefix = "__Host-" if https else ""

    async def badge(self, connection: HTTPConnection) -> Badge | None:
        """Whose badge the request carries, in its header or its cookie."""
        badge = await self._found(_bearer(connection) or self._kept(connection))
        if badge is not None:
            await self._see(badge)
        return badge

    def _kept(self, connection: HTTPConnection) -> str:
        """The secret of the badge that the browser was given; empty where it has none."""
        return self.lent(connection, "badge")

    async def _found(self, secret: str) -> Badge | None:
        return await self._badges.find(hash_of(secret), self._clock()) if secret else None

    async def _see(self, badge: Badge) -> None:
        """Note that somebody is here, seldom: it is a write."""
        now = self._clock()
        if now - self._seen.get(badge.id, EPOCH) >= SEEN_EVERY:
            self._seen[badge.id] = now
            await self._people.see(badge.id, now)

    async def asking(self, connection: HTTPConnection, command: Command) -> Badge:
        """Who asks for what roles.py lets somebody do. Raises Refusal 401 without a badge, 403 where it may not."""
        badge = await self.badge(connection)
        if badge is None:
            raise Refusal(401, "badge_missing", "Only people of the desk can do that. Open your invitation first.")
        check(badge, command)
        return badge

    async def commanding(self, connection: HTTPConnection, command: Command) -> Badge:
        """The same for what changes something: it comes from our own page, or with a bearer badge."""
        self._origins.check(connection, optional=bool(_bearer(connection)))
        return await self.asking(connection, command)

    def check_page(self, connection: Asking, *, optional: bool = False) -> None:
        """Raise Refusal where the request comes from a foreign page."""
        self._origins.check(connection, optional=optional)

    async def redeem(self, connection: HTTPConnection, invitation: str, name: str) -> str | None:
        """The secret of a new badge, or None where the invitation does not work (any more).

        The badge that the browser had before is ended: of two that it could carry, one would stay behind unseen.

        Who says no name keeps the one of the invitation: no decision is ever nobody's. Raises Refusal 422 for a name
        that would read as a rule's or a network's; the invitation is not used up by it.
        """
        self.check_name(name)
        secret, at = new_secret(), self._clock()
        invited = await self._badges.invitation(hash_of(invitation), at)
        if invited is None:
            log.warning("invitation refused")
            return None
        term, browser = self._term(at), _browser(connection)
        name = name or invited.name
        badge = await self._badges.redeem(hash_of(invitation), hash_of(secret), name, at, term, browser)
        if badge is None:
            log.warning("invitation refused")
            return None
        log.info("signed in", by=badge.name, role=badge.role, way="invitation")
        await self._end_before(connection)
        return secret

    async def come_back(self, connection: HTTPConnection, passwords: Passwords, returner: Returner) -> str | None:
        """The secret of a new badge for whose password was right; None where it is another by now."""
        secret, at = new_secret(), self._clock()
        term, browser = self._term(at), _browser(connection)
        known = (returner.who, returner.password_hash)
        if await passwords.sign_in(*known, hash_of(secret), at, term, browser) is None:
            return None
        log.info("signed in", by=returner.badge.name, role=returner.badge.role, way="password")
        await self._end_before(connection)
        return secret

    async def admit(self, connection: HTTPConnection, badge: Badge) -> str:
        """The secret of a new badge for whom somebody vouches whom we believe."""
        secret, at = new_secret(), self._clock()
        await self._badges.add(hash_of(secret), badge, at, self._term(at), _browser(connection))
        log.info("signed in", by=badge.name, role=badge.role, way="organisation")
        await self._end_before(connection)
        return secret

    def _term(self, at: datetime) -> Term:
        return Term(at + self._lasts, self._idle)

    async def _end_before(self, connection: HTTPConnection) -> None:
        """End the badge that the browser had until now."""
        if before := await self._found(self._kept(connection)):
            await self._people.sign_out((before.id,), self._clock(), spares_owner=False)

    def check_name(self, name: str) -> None:
        """Raise Refusal 422 for a name that nobody may take."""
        if is_taken(name, self._networks):
            raise Refusal(422, "name", TAKEN_WORDS, name=name[:60])

    def screen(self, connection: Asking) -> str:
        """What the browser of a projector proves itself by, hashed; empty where it was never offered for pairing."""
        secret = connection.cookies.get(f"{self._prefix}screen", "")
        return hash_of(secret) if secret else ""

    def name_screen(self, response: Response) -> str:
        """Give a projector's browser something to prove itself by; returns it hashed."""
        secret = new_secret()
        self._set_cookie(response, "screen", secret)
        return hash_of(secret)

    def forget(self, response: Response) -> None:
        """Take the badge out of the browser."""
        self.take_away(response, "badge")

    def lend(self, response: Response, name: str, value: str, lasts: timedelta) -> None:
        """Have the browser keep something for a while, for nobody but us."""
        self._set_cookie(response, name, value, lasts)

    def lent(self, connection: HTTPConnection, name: str) -> str:
        """What the browser was to keep; empty where it has nothing."""
        return connection.cookies.get(self._prefix + name, "")

    def take_away(self, response: Response, name: str) -> None:
        """Have the browser forget something."""
        response.delete_cookie(self._prefix + name, httponly=True, samesite="lax", secure=self._https)

    def remember(self, response: Response, secret: str) -> None:
        """Put a badge into the browser."""
        self._set_cookie(response, "badge", secret, self._lasts)

    def device(self, connection: Asking) -> str:
        """The device a phone said it is, hashed; empty for a stranger."""
        secret = connection.cookies.get(f"{self._prefix}device", "")
        return hash_of(secret)[:32] if secret else ""

    def welcome(self, response: Response) -> str:
        """Give a phone a name of its own, so that it finds its posts again; returns it hashed."""
        secret = secrets.token_urlsafe(16)
        self._set_cookie(response, "device", secret)
        return hash_of(secret)[:32]

    def ticket(self, connection: Asking) -> str:
        """What a phone shows of having been in a hall (rooms.py); empty where it shows nothing."""
        return connection.cookies.get(f"{self._prefix}room", "")

    def let_in(self, response: Response, ticket: str, lasts: timedelta) -> None:
        """Give a phone a ticket."""
        self._set_cookie(response, "room", ticket, lasts)

    def _set_cookie(self, response: Response, name: str, value: str, lasts: timedelta = COOKIE_LASTS) -> None:
        max_age = int(lasts.total_seconds())
        response.set_cookie(
            self._prefix + name, value, max_age=max_age, httponly=True, samesite="lax", secure=self._https
        )


def _browser(connection: HTTPConnection) -> str:
    return browser_of(connection.headers.get("user-agent", "")) or UNKNOWN


def _bearer(connection: HTTPConnection) -> str:
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""
