"""Passwords, where the organiser wants them: who was invited sets one, and signs in again without an invitation.

A name that nobody has is answered like a wrong password, and takes as long. Two passwords are reckoned at a time, since
each takes 64 MiB and a core for a moment; who guesses wrong waits, by name and by place.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from math import ceil
from time import monotonic
from typing import Final, TypeVar

import structlog
from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.roles import Command
from backchannel.store.base import Passwords, Returner
from backchannel.text import fold, tame_line
from backchannel.updates import BADGES
from backchannel.web.badges import Gate, hash_of
from backchannel.web.bodies import form_of
from backchannel.web.caution import Caution, network_of
from backchannel.web.obvious import is_obvious
from backchannel.web.replies import Json

PASSWORD_MIN, PASSWORD_MAX = 12, 200
AT_ONCE, WAITING_MAX = 2, 8
NAME_MAX: Final = 60

T = TypeVar("T")

log = structlog.get_logger()


def who_is(name: str) -> str:
    """What the store knows a name by: the same for all ways of writing it."""
    return hash_of(fold(tame_line(name, NAME_MAX)).strip())


class Reckoner:
    """Hashes and compares passwords by argon2id, two at a time. Raises Refusal 503 where too many wait."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._places = CapacityLimiter(AT_ONCE)
        self._inside = 0

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        return await self._reckon(partial(self._hasher.hash, password))

    async def is_right(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password that was kept; never where none was."""
        return await self._reckon(partial(self._compared, password, password_hash))

    async def _reckon(self, work: Callable[[], T]) -> T:
        if self._inside >= AT_ONCE + WAITING_MAX:
            raise Refusal(503, "busy", "Many sign in at once. Try again in a minute.")
        self._inside += 1
        try:
            return await to_thread.run_sync(work, limiter=self._places)
        finally:
            self._inside -= 1

    def _compared(self, password: str, password_hash: str | None) -> bool:
        if password_hash is None:
            self._hasher.hash(password)  # takes as long
            return False
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


class PasswordDoor:
    """`/sign-in`, `/password` and `/api/passwords/{id}`; closed where the organiser wants no passwords.

    `known` are words of this conference that would be guessed first.
    """

    def __init__(
        self,
        passwords: Passwords,
        gate: Gate,
        hub: Hub,
        clock: Callable[[], datetime],
        show_again: Callable[[Request, Refusal], Response],
        *,
        is_open: bool,
        known: Collection[str] = (),
    ) -> None:
        self._passwords = passwords
        self._gate = gate
        self._hub = hub
        self._clock = clock
        self._show_again = show_again
        self._is_open = is_open
        self._known = known
        self._reckoner = Reckoner()
        self._names = Caution(5, 60.0, monotonic)  # not longer: else whoever guesses keeps the right one out
        self._places = Caution(20, 900.0, monotonic)  # a whole venue is one place

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/password", self.set, methods=["POST"]),
            Route("/api/passwords/{id}", self.take, methods=["DELETE"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        """`POST /sign-in`: a name and its password become a badge, and the way goes on to the desk."""
        self._gate.check_page(request)
        self._check_open()
        async with form_of(request, part_max=4096) as form:
            name, password = str(form.get("name", "")), str(form.get("password", ""))
        try:
            secret = await self._come_back(request, who_is(name), password)
        except Refusal as refusal:
            return self._show_again(request, refusal)
        self._hub.wake((BADGES,))
        response = RedirectResponse("/console", 303)
        self._gate.remember(response, secret)
        return response

    async def _come_back(self, request: Request, who: str, password: str) -> str:
        """The secret of a new badge. Raises Refusal."""
        found = await self._passwords.find(who)
        await self._compare(request, who, password, found)
        secret = await self._gate.come_back(request, self._passwords, found) if found else None
        if secret is None:  # the password was ended meanwhile
            raise _wrong()
        return secret

    async def set(self, request: Request) -> Response:
        """`POST /password`: set one's password, or another; for the other one wants the one until now."""
        badge = await self._gate.commanding(request, Command.LEAVE)
        self._check_open()
        async with form_of(request, part_max=4096) as form:
            password, before = str(form.get("password", "")), str(form.get("before", ""))
        if badge.is_members:  # a password would still work once the organisation has let them go
            return RedirectResponse("/console/people?password=member", 303)
        who = who_is(badge.name)
        if fault := await to_thread.run_sync(_fault, password, (*self._known, badge.name)):
            return RedirectResponse(f"/console/people?password={fault}", 303)
        try:
            if badge.who and (found := await self._passwords.find(badge.who)):
                await self._compare(request, who, before, found)
        except Refusal as refusal:
            return RedirectResponse(f"/console/people?password={refusal.code}", 303)
        password_hash = await self._reckoner.hash(password)
        is_set = await self._passwords.set(badge.id, who, password_hash, self._clock())
        self._hub.wake((BADGES,))
        return RedirectResponse(f"/console/people?password={'set' if is_set else 'taken'}", 303)

    async def take(self, request: Request) -> Response:
        """`DELETE /api/passwords/{id}`: nobody comes back by it."""
        await self._gate.commanding(request, Command.ADMIT)
        if not await self._passwords.take(request.path_params["id"]):
            raise Refusal(404, "password_unknown", "This password was ended already.")
        return Json({"ended": True})

    def _check_open(self) -> None:
        if not self._is_open:
            raise Refusal(404, "closed", "Nobody signs in by password here. Ask for an invitation.")

    async def _compare(self, request: Request, who: str, password: str, kept: Returner | None) -> None:
        """Raises Refusal for what is not the password that was kept, and for who guessed wrong too often."""
        place = _place(request)
        if wait_s := max(self._names.wait_s(who), self._places.wait_s(place)):
            refusal = Refusal(
                429, "slowly", "That was wrong too often. Try again in %(num)s seconds.", num=ceil(wait_s)
            )
            refusal.retry_after_s = ceil(wait_s)
            raise refusal
        self._names.guess(who)
        self._places.guess(place)
        if not await self._reckoner.is_right(password[:PASSWORD_MAX], kept.password_hash if kept else None):
            log.warning("password refused")
            raise _wrong()
        self._names.forgive(who)
        self._places.take_back(place)


def _wrong() -> Refusal:
    return Refusal(403, "wrong", "That name and that password do not belong together.")


def _place(request: Request) -> str:
    return network_of(request.client.host) if request.client else ""


def _fault(password: str, known: Collection[str]) -> str:
    """What is wrong with a password; empty where it will do. It looks into files."""
    if len(password) < PASSWORD_MIN:
        return "short"
    if len(password) > PASSWORD_MAX:
        return "long"
    return "easy" if is_obvious(password, known) else ""
