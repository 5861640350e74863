"""A Matrix homeserver with one room on a real socket, strict about what it is asked, with trouble to order."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.sources.site import Site, site

Event = dict[str, Any]

ALIAS: Final = "#foyer:matrix.example"
ROOM: Final = "!foyer:matrix.example"
ME: Final = "@wall:matrix.example"
INES: Final = "@ines:matrix.example"
TOMAS: Final = "@tomas:skies.example"
TOKEN: Final = "sesame"
NOON_MS: Final = 1_794_916_800_000
# As long as a quiet answer waits here, whatever is asked for.
PATIENCE_S: Final = 0.02
_BASE: Final = "/_matrix/client/v3"


def text(body: str, **more: Any) -> Event:
    """The content of a message as clients write it."""
    return {"msgtype": "m.text", "body": body} | more


class MatrixServer:
    """Holds a room and answers for it. `faults` lists every request that the real one would not understand.

    `trouble` is what it answers instead: a status and a body.
    """

    def __init__(self) -> None:
        self.site: Site
        self.names = {INES: "Ines Kowalczyk", TOMAS: "Tomás Bergström"}
        self.joined = {ME}
        self.is_open = True
        self.state: dict[str, Event] = {}
        self.trouble: tuple[int, object] | None = None
        self.headers: dict[str, str] = {}
        self.ignores_to = False
        self.forgets_places = False
        self.requests: list[str] = []
        self.faults: list[str] = []
        self._events: list[Event] = []
        self._ids = count(1)
        self._news = asyncio.Event()
        self._given: set[str] = set()

    @property
    def url(self) -> str:
        """The base address."""
        return self.site.url

    def send(self, content: Event, sender: str = INES, kind: str = "m.room.message", **more: Any) -> str:
        """Put an event into the room; returns its id."""
        number = next(self._ids)
        event_id = f"$made/up+{number}"
        self._events.append(
            {
                "type": kind,
                "event_id": event_id,
                "sender": sender,
                "origin_server_ts": NOON_MS + number * 1000,
                "content": content,
            }
            | more
        )
        self._news.set()
        return event_id

    def say(self, body: str, sender: str = INES, **more: Any) -> str:
        """Say something."""
        return self.send(text(body, **more), sender)

    def edit(self, event_id: str, body: str, sender: str = INES) -> str:
        """Say something else instead."""
        relation = {"rel_type": "m.replace", "event_id": event_id}
        return self.send({**text(f"* {body}"), "m.new_content": text(body), "m.relates_to": relation}, sender)

    def redact(self, event_id: str, sender: str = INES) -> str:
        """Take something back."""
        redaction = self.send({"redacts": event_id}, sender, "m.room.redaction", redacts=event_id)
        redacted = self._find(event_id)
        redacted.update(content={}, unsigned={"redacted_because": self._find(redaction)})
        return redaction

    def _find(self, event_id: str) -> Event:
        return next(event for event in self._events if event["event_id"] == event_id)

    def _shown(self, event: Event) -> Event:
        """An event with its latest edit, as servers bundle it."""
        edits = [
            each
            for each in self._events
            if each["content"].get("m.relates_to", {}).get("event_id") == event["event_id"]
            and each["content"]["m.relates_to"].get("rel_type") == "m.replace"
            and each["sender"] == event["sender"]
        ]
        return event | {"unsigned": {"m.relations": {"m.replace": edits[-1]}}} if edits else event

    def _member(self, user: str) -> Event:
        content = {"membership": "join", "displayname": self.names.get(user)}
        return {
            "type": "m.room.member",
            "state_key": user,
            "sender": user,
            "event_id": f"$join{user}",
            "content": content,
        }

    def _members(self, events: list[Event]) -> list[Event]:
        return [self._member(user) for user in {event["sender"]: None for event in events}]

    async def sync(self, request: Request) -> Response:
        """GET /sync."""
        since, wanted = request.query_params.get("since"), self._filter(request, "room")
        is_unseen = request.query_params.get("set_presence") == "offline"
        if set(request.query_params) - {"since", "timeout", "filter", "set_presence"} or since == "" or not is_unseen:
            self.faults.append(f"sync with {request.query_params}")
        if since is not None and (self.forgets_places or since not in self._given):
            return _error(400, "M_INVALID_PARAM", "Invalid stream token")
        start = int(since[1:]) if since else 0
        if since and start == len(self._events) and int(request.query_params["timeout"]):
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), PATIENCE_S)
        if wanted.get("rooms") != [ROOM]:
            self.faults.append("sync for rooms that nobody follows")
        if ME not in self.joined:
            return JSONResponse({"next_batch": self._token(), "rooms": {"leave": {ROOM: {}}}})
        events = self._of_types(self._events[start:], wanted["timeline"])
        limit = wanted["timeline"]["limit"]
        if not events:
            return JSONResponse({"next_batch": self._token(), "rooms": {}})
        kept = events[-limit:]
        timeline = {
            "events": [self._shown(event) for event in kept],
            "limited": len(events) > limit,
            "prev_batch": self._token(self._events.index(kept[0])),
        }
        room = {"timeline": timeline, "state": {"events": self._members(kept)}}
        return JSONResponse({"next_batch": self._token(), "rooms": {"join": {ROOM: room}}})

    async def messages(self, request: Request) -> Response:
        """GET /rooms/{room}/messages."""
        query, wanted = request.query_params, self._filter(request, "types")
        if query["dir"] != "b" or set(query) - {"dir", "from", "to", "limit", "filter"}:
            self.faults.append(f"messages with {query}")
        if not {query["from"], query.get("to", query["from"])} <= self._given:
            return _error(400, "M_INVALID_PARAM", "Invalid token")
        end, limit = int(query["from"][1:]), min(int(query["limit"]), 1000)
        start = 0 if self.ignores_to else int(query.get("to", "s0")[1:])
        held = self._of_types(self._events[start:end], wanted)
        page = held[-limit:]
        answer: Event = {"start": query["from"], "chunk": [self._shown(event) for event in reversed(page)]}
        if len(held) > limit:
            answer["end"] = self._token(self._events.index(page[0]))
        return JSONResponse(answer | {"state": self._members(page)})

    async def event(self, request: Request) -> Response:
        """GET /rooms/{room}/event/{id}."""
        for event in self._events:
            if event["event_id"] == request.path_params["id"]:
                return JSONResponse(self._shown(event))
        return _error(404, "M_NOT_FOUND", "Event not found.")

    async def room_state(self, request: Request) -> Response:
        """GET /rooms/{room}/state/{kind}."""
        state = self.state.get(request.path_params["kind"])
        return _error(404, "M_NOT_FOUND", "Event not found.") if state is None else JSONResponse(state)

    async def whoami(self, request: Request) -> Response:
        """GET /account/whoami."""
        return JSONResponse({"user_id": ME, "device_id": "WALL"})

    async def directory(self, request: Request) -> Response:
        """GET /directory/room/{alias}."""
        if request.path_params["alias"] != ALIAS:
            return _error(404, "M_NOT_FOUND", "Room alias not found.")
        return JSONResponse({"room_id": ROOM, "servers": ["matrix.example"]})

    async def joined_rooms(self, request: Request) -> Response:
        """GET /joined_rooms."""
        return JSONResponse({"joined_rooms": [ROOM] if ME in self.joined else ["!other:matrix.example"]})

    async def join(self, request: Request) -> Response:
        """POST /join/{room}."""
        if await request.json() != {}:
            self.faults.append("join with a body")
        if not self.is_open:
            return _error(403, "M_FORBIDDEN", "You are not invited to this room.")
        self.joined.add(ME)
        return JSONResponse({"room_id": ROOM})

    def _filter(self, request: Request, key: str) -> Event:
        """The filter, or the part of it that says what is wanted of rooms."""
        wanted: Event = json.loads(request.query_params["filter"])
        return wanted[key] if key == "room" else wanted

    def _of_types(self, events: list[Event], wanted: Event) -> list[Event]:
        return [event for event in events if event["type"] in wanted["types"]]

    def _token(self, at: int | None = None) -> str:
        token = f"s{len(self._events) if at is None else at}"
        self._given.add(token)
        return token

    async def check(self, request: Request) -> Response | None:
        """What is answered instead."""
        self.requests.append(request.url.path.removeprefix(_BASE))
        if self.trouble is not None:
            status, body = self.trouble
            answer = PlainTextResponse(body, status) if isinstance(body, str) else JSONResponse(body, status)
            answer.headers.update(self.headers)
            return answer
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _error(401, "M_UNKNOWN_TOKEN", "Unrecognised access token.")
        return None


def _error(status: int, code: str, words: str) -> Response:
    return JSONResponse({"errcode": code, "error": words}, status)


def application(server: MatrixServer) -> Starlette:
    """The routes of a homeserver."""

    def answering(name: str) -> Any:
        async def answer(request: Request) -> Response:
            instead = await server.check(request)
            answered: Response = instead or await getattr(server, name)(request)
            return answered

        return answer

    routes = {
        "/account/whoami": "whoami",
        "/directory/room/{alias}": "directory",
        "/joined_rooms": "joined_rooms",
        "/rooms/{room}/state/{kind}": "room_state",
        "/rooms/{room}/messages": "messages",
        "/rooms/{room}/event/{id:path}": "event",
        "/sync": "sync",
    }
    return Starlette(
        routes=[
            *(Route(_BASE + path, answering(name)) for path, name in routes.items()),
            Route(f"{_BASE}/join/{{room}}", answering("join"), methods=["POST"]),
        ]
    )


@asynccontextmanager
async def matrix_server() -> AsyncGenerator[MatrixServer]:
    """A homeserver, while the block lasts."""
    server = MatrixServer()
    async with site(application(server)) as server.site:
        yield server
