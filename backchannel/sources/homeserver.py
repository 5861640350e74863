"""A Matrix homeserver: what is asked of it for one room, and what its refusals mean.

https://spec.matrix.org/latest/client-server-api/ (server discovery, /sync, /messages, /joined_rooms, /join, /directory)
"""

import asyncio
import json
from typing import Any, Final
from urllib.parse import quote, urlsplit

from backchannel.errors import SourceError
from backchannel.media.fetcher import Answer, Fetcher, Params
from backchannel.sources.fields import Fields
from backchannel.sources.patience import LONGEST_S, retry_after_s
from backchannel.text import web_url

# The newest of a room's messages where we never read it; more than so many at once are a gap, and paged for.
TIMELINE_MAX: Final = 20
PAGE_MAX: Final = 30
SYNC_MS: Final = 30_000
LIMITED_S: Final = 30.0

MESSAGE: Final = "m.room.message"
REDACTION: Final = "m.room.redaction"
ENCRYPTED: Final = "m.room.encrypted"
MEMBER: Final = "m.room.member"
ENCRYPTION: Final = "m.room.encryption"
TOMBSTONE: Final = "m.room.tombstone"

_NOTHING: Final = {"not_types": ["*"]}
# Servers leave out the names of people whom they believe us to know; after a restart we know nobody.
_NAMES: Final = {"lazy_load_members": True, "include_redundant_members": True}
_EVENTS: Final[dict[str, Any]] = {"types": [MESSAGE, REDACTION, ENCRYPTED, MEMBER, ENCRYPTION, TOMBSTONE], **_NAMES}
_CHECK_SERVER: Final = "Check the source's server in config.toml."


class PlaceLost(Exception):
    """The server does not know the place that we want to go on from."""


class Homeserver:
    """One homeserver, as the account that `token` belongs to."""

    def __init__(self, url: str, token: str) -> None:
        self.host = urlsplit(url).netloc
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    async def me(self, fetcher: Fetcher) -> str:
        """Whose token it is. Raises SourceError, as everything here."""
        return self._named(await self._get(fetcher, "account/whoami"), "user_id")

    async def room_id(self, fetcher: Fetcher, room: str) -> str:
        """The id of a room, which may be named by its alias."""
        if not room.startswith("#"):
            return room
        answer = await self._ask(fetcher, f"directory/room/{_path(room)}")
        if answer.status == 404 and _code(answer) == "M_NOT_FOUND":
            remedy = "Check the source's room in config.toml: an alias like #pink11:matrix.example, or the room's id."
            raise SourceError(f"{self.host} knows no room {room}.", remedy=remedy, needs_person=True)
        return self._named(await self._fine(answer), "room_id")

    async def joined(self, fetcher: Fetcher) -> tuple[str, ...]:
        """The rooms that we are in."""
        return (await self._get(fetcher, "joined_rooms")).texts("joined_rooms", 10_000)

    async def join(self, fetcher: Fetcher, room: str) -> Answer:
        """Try to enter a room; the answer may be a refusal."""
        return await fetcher.post_json(f"{self._url}/_matrix/client/v3/join/{_path(room)}", {}, self._headers)

    async def state(self, fetcher: Fetcher, room_id: str, kind: str) -> Fields | None:
        """A state of a room, None where it has none of this kind."""
        answer = await self._ask(fetcher, f"rooms/{_path(room_id)}/state/{kind}")
        return None if answer.status == 404 and _code(answer) == "M_NOT_FOUND" else await self._fine(answer)

    async def sync(self, fetcher: Fetcher, room_id: str, since: str) -> Fields:
        """What is new in a room since a place; the answer waits for news. Raises PlaceLost."""
        timeline, state = {**_EVENTS, "limit": TIMELINE_MAX}, {"types": [MEMBER], **_NAMES}
        room = {"rooms": [room_id], "timeline": timeline, "state": state, "ephemeral": _NOTHING}
        wanted = {"room": room | {"account_data": _NOTHING}, "presence": _NOTHING, "account_data": _NOTHING}
        # Nobody shall take the account for somebody who is there.
        params = [
            ("filter", json.dumps(wanted)),
            ("timeout", str(SYNC_MS if since else 0)),
            ("set_presence", "offline"),
        ]
        answer = await self._ask(fetcher, "sync", [*params, ("since", since)] if since else params)
        if since and answer.status == 400:
            raise PlaceLost
        return await self._fine(answer)

    async def before(self, fetcher: Fetcher, room_id: str, end: str, start: str) -> Fields:
        """A page of what came before `end`, newest first, not further back than `start`."""
        params = [("dir", "b"), ("from", end), ("limit", str(PAGE_MAX)), ("filter", json.dumps(_EVENTS))]
        known = [("to", start)] if start else []
        return await self._get(fetcher, f"rooms/{_path(room_id)}/messages", [*params, *known])

    async def event(self, fetcher: Fetcher, room_id: str, event_id: str) -> Fields | None:
        """One event as it is now, None where it is not there, or not for us."""
        answer = await self._ask(fetcher, f"rooms/{_path(room_id)}/event/{_path(event_id)}")
        return None if answer.status in {403, 404} else await self._fine(answer)

    async def _get(self, fetcher: Fetcher, path: str, params: Params = ()) -> Fields:
        return await self._fine(await self._ask(fetcher, path, params))

    async def _ask(self, fetcher: Fetcher, path: str, params: Params = ()) -> Answer:
        return await fetcher.get_json(f"{self._url}/_matrix/client/v3/{path}", params, self._headers)

    async def _fine(self, answer: Answer) -> Fields:
        """What an answer says, where it is one. A page of long messages would keep all others waiting."""
        if not answer.is_fine:
            raise self.refusal(answer)
        return Fields(await asyncio.to_thread(answer.json))

    def _named(self, answer: Fields, name: str) -> str:
        """What an answer is asked for."""
        if not answer.text(name):
            msg = f"{self.host} answered with something that is not Matrix."
            raise SourceError(msg, remedy=_CHECK_SERVER)
        return answer.text(name)

    def refusal(self, answer: Answer) -> SourceError:
        """What an answer other than 2xx means for the moderator."""
        where, code = f"{self.host} (answer {answer.status})", _code(answer)
        if answer.status == 401:
            remedy = "Sign the source's account in again, and put its access token where token_file or token_env says."
            return SourceError(f"{where} does not know the access token.", remedy=remedy, needs_person=True)
        if answer.status == 429:
            return SourceError(f"{where} wants us to ask less often.", retry_after_s=_retry_after_s(answer))
        if answer.status >= 500:
            return SourceError(f"{where} is in trouble itself.", retry_after_s=retry_after_s(answer.headers))
        if answer.status == 404 and code in {"", "M_UNRECOGNIZED"}:
            return SourceError(f"There is no Matrix at {where}.", remedy=_CHECK_SERVER, needs_person=True)
        words = words_of(answer)
        return SourceError(f"{where} refuses{f'. It says: {words}' if words else '.'}")


async def found(fetcher: Fetcher, server: str) -> str:
    """The address behind a server's name: many say in a file where their homeserver is. Raises SourceError."""
    if web_url(server):
        return server
    answer = await fetcher.get(f"https://{server}/.well-known/matrix/client")
    try:
        told = Fields(json.loads(answer.body)) if answer.is_fine else Fields(None)
    except (ValueError, RecursionError):
        told = Fields(None)
    return told.one("m.homeserver").url("base_url") or f"https://{server}"


def words_of(answer: Answer) -> str:
    """What the server says about its refusal."""
    return _said(answer).line("error", 200)


def _code(answer: Answer) -> str:
    return _said(answer).text("errcode")


def _said(answer: Answer) -> Fields:
    try:
        return Fields(answer.json())
    except SourceError:
        return Fields(None)


def _retry_after_s(answer: Answer) -> float:
    """Older servers say it in the body only."""
    wish_ms = _said(answer).number("retry_after_ms")
    wish = retry_after_s(answer.headers) if wish_ms is None else min(max(wish_ms / 1000, 0.0), LONGEST_S)
    return LIMITED_S if wish is None else wish


def _path(name: str) -> str:
    return quote(name, safe="")
