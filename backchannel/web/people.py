"""People of the desk: who is signed in, who is invited, and how one comes and goes."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import msgspec
import segno
import structlog
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.roles import Command, Role
from backchannel.store.base import Badge, Badges, Invitation, Passwords, People, Person, Returner
from backchannel.text import tame_line
from backchannel.updates import BADGES
from backchannel.web.badges import Gate, hash_of, new_secret
from backchannel.web.bodies import read
from backchannel.web.replies import Json

NAME_MAX: Final = 40
HOURS_MAX: Final = 30 * 24
QUIET_ZONE: Final = 3

log = structlog.get_logger()


class InvitationRequest(msgspec.Struct, forbid_unknown_fields=True):
    """The body of `POST /api/invitations`."""

    name: Annotated[str, Meta(max_length=200)]
    role: Role
    hours: Annotated[float, Meta(gt=0, le=HOURS_MAX)] = 24


INVITATIONS: Final = msgspec.json.Decoder(InvitationRequest)


class PeopleDoor:
    """`/api/people`, `/api/invitations`, `/api/badges` and `/leave`."""

    def __init__(
        self,
        people: People,
        badges: Badges,
        passwords: Passwords,
        hub: Hub,
        gate: Gate,
        clock: Callable[[], datetime],
        url: str,
    ) -> None:
        self._people = people
        self._badges = badges
        self._passwords = passwords
        self._hub = hub
        self._gate = gate
        self._clock = clock
        self._url = url

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [
            Route("/leave", self.leave, methods=["POST"]),
            Route("/api/people", self.show),
            Route("/api/invitations", self.invite, methods=["POST"]),
            Route("/api/invitations/{id}", self.uninvite, methods=["DELETE"]),
            Route("/api/badges", self.sign_out_all, methods=["DELETE"]),
            Route("/api/badges/{id}", self.sign_out, methods=["DELETE"]),
        ]

    async def show(self, request: Request) -> Response:
        """`GET /api/people`: who is signed in, which invitations still work, and who has a password."""
        me = await self._gate.asking(request, Command.ADMIT)
        at = self._clock()
        signed_in, invited = await self._people.signed_in(at), await self._people.invited(at)
        return Json(people_json(signed_in, invited, await self._passwords.all(), me))

    async def invite(self, request: Request) -> Response:
        """`POST /api/invitations`: 201 with the link, which is told this once."""
        me = await self._gate.commanding(request, Command.ADMIT)
        asked = await read(request, INVITATIONS)
        name, at, lasts = tame_line(asked.name, NAME_MAX), self._clock(), timedelta(hours=asked.hours)
        if not name:
            raise Refusal(422, "name", "Say who is invited: the name stands in the list of people.")
        self._gate.check_name(name)
        badge = Badge(name, asked.role)
        secret = new_secret()
        invitation_id = await self._badges.invite(hash_of(secret), badge, at, at + lasts, me.name)
        log.info("invited", name=name, role=asked.role, by=me.name)
        link = f"{self._url}/join#{secret}"
        invitation = Invitation(invitation_id, badge, at + lasts, me.name)
        return Json({**invitation_json(invitation), "link": link, "qr": qr_json(link)}, 201)

    async def uninvite(self, request: Request) -> Response:
        """`DELETE /api/invitations/{id}`: the link works no more."""
        await self._gate.commanding(request, Command.ADMIT)
        if not await self._people.uninvite(request.path_params["id"]):
            raise Refusal(404, "invitation_unknown", "This invitation was used already, or ended.")
        return Json({"ended": True})

    async def sign_out(self, request: Request) -> Response:
        """`DELETE /api/badges/{id}`: one is signed out, on every server at once."""
        me = await self._gate.commanding(request, Command.ADMIT)
        return await self._end(me, (request.path_params["id"],))

    async def sign_out_all(self, request: Request) -> Response:
        """`DELETE /api/badges`: everybody is signed out but who asks."""
        me = await self._gate.commanding(request, Command.ADMIT)
        others = [person.badge.id for person in await self._people.signed_in(self._clock()) if person.badge.id != me.id]
        return await self._end(me, others)

    async def leave(self, request: Request) -> Response:
        """`POST /leave`: sign out here. The last owner may, too: the server's terminal makes another."""
        me = await self._gate.commanding(request, Command.LEAVE)
        await self._people.sign_out((me.id,), self._clock(), spares_owner=False)
        self._hub.wake((BADGES,))
        log.info("signed out", by=me.name, ended=1)
        response = RedirectResponse("/join?out=1", 303)
        self._gate.forget(response)
        response.headers["Clear-Site-Data"] = '"cache"'  # pictures that only the desk may see
        return response

    async def _end(self, me: Badge, badge_ids: Sequence[str]) -> Response:
        ended = await self._people.sign_out(badge_ids, self._clock(), keeps=me.who)
        if ended is None:
            raise Refusal(409, "last_owner", "This is the last owner. Invite another first, or nobody could invite.")
        self._hub.wake((BADGES,))
        log.info("signed out", by=me.name, ended=len(ended))
        return Json({"ended": len(ended)})


def people_json(
    signed_in: Sequence[Person], invited: Sequence[Invitation], returners: Sequence[Returner], me: Badge
) -> dict[str, Any]:
    """Who is signed in, who is invited, and who comes back by a password."""
    return {
        "people": [
            {
                "id": person.badge.id,
                "name": person.badge.name,
                "role": person.badge.role,
                "since": person.since,
                "seen_at": person.seen_at,
                "ends_at": person.ends_at,
                "browser": person.browser,
                "is_you": person.badge.id == me.id,
            }
            for person in signed_in
        ],
        "invitations": [invitation_json(invitation) for invitation in invited],
        "passwords": [
            {"id": each.who, "name": each.badge.name, "role": each.badge.role, "since": each.at} for each in returners
        ],
    }


def invitation_json(invitation: Invitation) -> dict[str, Any]:
    """An invitation without its secret."""
    badge = invitation.badge
    told = {"id": invitation.id, "name": badge.name, "role": badge.role}
    return told | {"until": invitation.until, "by": invitation.by}


def qr_json(text: str) -> dict[str, Any]:
    """A QR code as the page draws it: how many modules it is wide, and a path of their rows."""
    matrix = segno.make(text, error="m").matrix
    size = len(matrix) + 2 * QUIET_ZONE
    dark = ((x, y) for y, row in enumerate(matrix, QUIET_ZONE) for x, is_dark in enumerate(row, QUIET_ZONE) if is_dark)
    return {"size": size, "path": "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)}
