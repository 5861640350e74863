"""X's API v2 on a real socket, strict about what it is asked, with trouble to order; it can be stopped and started."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from itertools import count
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from backchannel.sources import snowflake
from tests.sources.serving import QuietServer

Json = dict[str, Any]

TOKEN: Final = "sesame"
PROBLEMS: Final = "https://api.x.com/2/problems"
KEPT: Final = timedelta(days=7)
RESET_S: Final = 120
KNOWN: Final = {
    "tweet.fields": "created_at lang possibly_sensitive entities edit_history_tweet_ids referenced_tweets attachments "
    "in_reply_to_user_id note_tweet edit_controls",
    "expansions": "author_id attachments.media_keys",
    "user.fields": "name username profile_image_url protected description created_at public_metrics",
    "media.fields": "url preview_image_url alt_text type width height",
}
# A rule as we write them: clauses of which one must match, then what must not.
_RULE: Final = re.compile(r'(?:\((?P<many>.+?)\)|(?P<one>"[^"]+"|[^\s()"]+))(?P<tail>(?: -(?:"[^"]+"|[^\s()"]+))*)')
_CLAUSE: Final = re.compile(r'"[^"]+"|[^\s()"]+')


class Mode(StrEnum):
    """What the server does with the next requests."""

    FINE = "fine"
    UNKNOWN_TOKEN = "401"
    NO_CREDITS = "402"
    NOT_ENROLLED = "403"
    LIMITED = "429"
    LIMITED_WITHOUT_RESET = "429 without reset"
    CAPPED = "429 capped"
    TAKEN = "429 taken"
    TROUBLE = "503"
    ODD = "400"
    HTML = "html"


BODIES: Final[dict[Mode, tuple[int, Json]]] = {
    Mode.UNKNOWN_TOKEN: (
        401,
        {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"},
    ),
    Mode.NO_CREDITS: (402, {"title": "CreditsDepleted", "detail": "No credits.", "type": f"{PROBLEMS}/credits"}),
    Mode.NOT_ENROLLED: (
        403,
        {
            "title": "Client Forbidden",
            "detail": "Use keys of an App that is attached to a Project.",
            "reason": "client-not-enrolled",
            "registration_url": "https://developer.x.com/en/docs/projects/overview",
            "type": f"{PROBLEMS}/client-forbidden",
        },
    ),
    Mode.LIMITED: (429, {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank"}),
    Mode.LIMITED_WITHOUT_RESET: (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}),
    Mode.CAPPED: (429, {"title": "UsageCapExceeded", "detail": "Monthly cap.", "type": f"{PROBLEMS}/usage-capped"}),
    Mode.TAKEN: (
        429,
        {
            "title": "ConnectionException",
            "detail": "This stream is currently at the maximum allowed connection limit.",
            "connection_issue": "TooManyConnections",
            "type": f"{PROBLEMS}/streaming-connection",
        },
    ),
    Mode.TROUBLE: (503, {"title": "Service Unavailable", "detail": "Over capacity.", "type": "about:blank"}),
    Mode.ODD: (400, {"title": "Invalid Request", "detail": "What is that?", "type": f"{PROBLEMS}/invalid-request"}),
}


def author(**more: Any) -> Json:
    """A user as API v2 shows one, nobody's; `more` replaces fields."""
    return {
        "id": "2244994945",
        "name": "Ines Kowalczyk",
        "username": "ines_pm",
        "description": "Change manager.",
        "profile_image_url": "https://pbs.twimg.example/ines_normal.jpg",
        "protected": False,
        "created_at": "2013-12-14T04:35:55.000Z",
        "public_metrics": {"followers_count": 513, "following_count": 80, "tweet_count": 3600, "listed_count": 9},
    } | more


def made_up(text: str = "See you at the runbook talk. #pink11", **more: Any) -> Json:
    """A post as API v2 shows one, nobody's; `text` is escaped already, `more` replaces fields."""
    return {
        "id": "1989000000000000001",
        "edit_history_tweet_ids": ["1989000000000000001"],
        "text": text,
        "author_id": "2244994945",
        "created_at": "2026-11-17T09:00:00.000Z",
        "lang": "en",
        "possibly_sensitive": False,
        "entities": {"hashtags": list(places(text, r"#(\w+)", "tag")), "mentions": list(places(text, r"@(\w+)"))},
    } | more


def places(text: str, pattern: str, name: str = "username") -> Iterator[Json]:
    """Entities where they stand in a text."""
    for found in re.finditer(pattern, text):
        yield {"start": found.start(), "end": found.end(), name: found[1]}


def link(text: str, short: str, target: str, shown: str, **more: Any) -> Json:
    """The entity of a link in a text."""
    start = text.index(short)
    place = {"start": start, "end": start + len(short)}
    return place | {"url": short, "expanded_url": target, "display_url": shown} | more


class XServer:
    """Holds posts and answers for them. `faults` lists every request that the real one would not understand."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.url = ""
        self._streams: list[asyncio.Queue[bytes | None]] = []
        self._serving: QuietServer | None = None
        self._done: asyncio.Task[None] | None = None
        self._port = 0
        self.reset(clock)

    def reset(self, clock: Callable[[], datetime]) -> None:
        """Forget everything, so that the next test can have the server."""
        self.cut()
        self.mode = Mode.FINE
        self.stream_mode = Mode.FINE
        self.posts: dict[str, Json] = {}
        self.users: dict[str, Json] = {author()["id"]: author()}
        self.media: dict[str, Json] = {}
        self.rules: dict[str, Json] = {}
        self.unindexed: set[str] = set()  # ids that searches do not find yet
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.delivered = 0
        self.connects = 0
        self._clock = clock
        self._ids = count(1)

    @property
    def is_streaming(self) -> bool:
        """Whether somebody reads the stream."""
        return bool(self._streams)

    def post(self, text: str = "See you at the runbook talk. #pink11", *, quotes: str = "", **more: Any) -> str:
        """Publish a post; returns its id."""
        post_id = self._next_id()
        at = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        post = made_up(text, id=post_id, edit_history_tweet_ids=[post_id], created_at=at) | more
        self._publish(post, quotes)
        return str(post["id"])

    def edit(self, post_id: str, text: str) -> str:
        """Write a post anew; returns the id of the new version."""
        former, new_id = self.posts[post_id], self._next_id()
        history = [*former["edit_history_tweet_ids"], new_id]
        for version in former["edit_history_tweet_ids"]:
            self.posts[version]["edit_history_tweet_ids"] = history
        at = self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        entities = made_up(text)["entities"]
        self._publish(
            former
            | {"id": new_id, "text": text, "edit_history_tweet_ids": history, "created_at": at, "entities": entities}
        )
        return new_id

    def delete(self, post_id: str) -> None:
        """Take a post away, with all its versions."""
        for version in self.posts[post_id]["edit_history_tweet_ids"]:
            del self.posts[version]

    def say(self, line: bytes = b"") -> None:
        """Send a line to whoever reads the stream; an empty one keeps it alive."""
        for stream in self._streams:
            stream.put_nowait(line)

    def cut(self) -> None:
        """Break every stream off."""
        for stream in self._streams:
            stream.put_nowait(None)
        self._streams = []

    def _next_id(self) -> str:
        return str(int(snowflake.at(self._clock())) + next(self._ids))

    def _publish(self, post: Json, quotes: str = "") -> None:
        self.posts[post["id"]] = post
        rules = [rule for rule in self.rules.values() if self._matches(rule["value"], post, f" {quotes}")]
        if rules and self._streams:
            told = self._told([post]) | {"data": post, "matching_rules": [_without_value(rule) for rule in rules]}
            self.delivered += 1
            self.say(json.dumps(told, ensure_ascii=False).encode())

    def _told(self, posts: Iterable[Json]) -> Json:
        """Posts as an answer holds them."""
        shown = list(posts)
        keys = [key for post in shown for key in post.get("attachments", {}).get("media_keys", [])]
        users = {post["author_id"]: self.users[post["author_id"]] for post in shown}
        includes: Json = {"users": list(users.values())}
        if keys:
            includes["media"] = [self.media[key] for key in keys]
        return {"data": shown, "includes": includes}

    def _matches(self, value: str, post: Json, quoted: str = "") -> bool:
        rule = _RULE.fullmatch(value)
        assert rule
        text = (post["text"] + quoted).lower()

        def holds(clause: str) -> bool:
            if clause.startswith("#"):
                return clause[1:] in re.findall(r"#(\w+)", text)
            if clause.startswith("from:"):
                return str(self.users[post["author_id"]]["username"]).lower() == clause.removeprefix("from:").lower()
            if clause.startswith("is:"):
                return any(each["type"] == "retweeted" for each in post.get("referenced_tweets", []))
            return clause.strip('"').lower() in text

        clauses = (rule["many"] or rule["one"]).split(" OR ")
        unwanted = _CLAUSE.findall(rule["tail"].replace(" -", " "))
        return any(map(holds, clauses)) and not any(map(holds, unwanted))

    async def search(self, request: Request) -> Response:
        """GET /2/tweets/search/recent."""
        if refusal := self._refusal(request, self.mode, {"query", "max_results", "since_id", "next_token", *KNOWN}):
            return refusal
        query, size = request.query_params["query"], int(request.query_params.get("max_results", "10"))
        if not 10 <= size <= 100 or len(query) > 512 or not _RULE.fullmatch(query):
            self.faults.append(f"a search that X does not take: {query}, {size}")
        since = request.query_params.get("since_id", "0")
        oldest = int(snowflake.at(self._clock() - KEPT))
        if since != "0" and int(since) < oldest:
            words = f"'since_id' must be a tweet id created after [{oldest}]."
            error = {"parameters": {"since_id": [since]}, "message": words}
            return self._json({"errors": [error], **BODIES[Mode.ODD][1]}, 400)
        before = int(request.query_params.get("next_token", "b9999999999999999999")[1:])
        found = [
            each
            for each in self.posts.values()
            if max(int(since), oldest) < int(each["id"]) < before
            and each["id"] not in self.unindexed
            and self._matches(query, each)
        ]
        page = sorted(found, key=lambda each: int(each["id"]), reverse=True)[:size]
        self.delivered += len(page)
        meta: Json = {"result_count": len(page)}
        if len(found) > len(page):
            meta["next_token"] = f"b{page[-1]['id']}"
        return self._json({**(self._told(page) if page else {}), "meta": meta})

    async def lookup(self, request: Request) -> Response:
        """GET /2/tweets."""
        if refusal := self._refusal(request, self.mode, {"ids", *KNOWN}):
            return refusal
        ids = request.query_params["ids"].split(",")
        if not 1 <= len(ids) <= 100:
            self.faults.append(f"{len(ids)} ids")
        shown = [self.posts[each] for each in ids if each in self.posts and not self._is_hidden(self.posts[each])]
        self.delivered += len(shown)
        errors = [
            {
                "value": each,
                "resource_id": each,
                "resource_type": "tweet",
                "parameter": "ids",
                "title": "Authorization Error" if each in self.posts else "Not Found Error",
                "detail": f"Could not find tweet with ids: [{each}].",
                "type": f"{PROBLEMS}/{'not-authorized-for-resource' if each in self.posts else 'resource-not-found'}",
            }
            for each in ids
            if self.posts.get(each) not in shown
        ]
        return self._json({**(self._told(shown) if shown else {}), **({"errors": errors} if errors else {})})

    def _is_hidden(self, post: Json) -> bool:
        return bool(self.users[post["author_id"]]["protected"])

    async def show_rules(self, request: Request) -> Response:
        """GET /2/tweets/search/stream/rules."""
        refusal = self._refusal(request, self.mode, set())
        return refusal or self._json({**({"data": list(self.rules.values())} if self.rules else {}), "meta": {}})

    async def change_rules(self, request: Request) -> Response:
        """POST /2/tweets/search/stream/rules."""
        if refusal := self._refusal(request, self.mode, set()):
            return refusal
        change = await request.json()
        if set(change) == {"delete"} and set(change["delete"]) == {"ids"}:
            for rule_id in change["delete"]["ids"]:
                del self.rules[rule_id]
            return self._json({"meta": {"summary": {"deleted": len(change["delete"]["ids"]), "not_deleted": 0}}})
        if set(change) != {"add"} or any(set(each) - {"value", "tag"} for each in change["add"]):
            self.faults.append(f"a change of rules that X does not take: {change}")
        errors = [error for each in change["add"] if (error := self._add_rule(each))]
        return self._json(
            {"data": list(self.rules.values()), **({"errors": errors} if errors else {}), "meta": {}}, 201
        )

    def _add_rule(self, rule: Json) -> Json | None:
        value = rule["value"]
        if any(each["value"] == value for each in self.rules.values()):
            return {"value": value, "title": "DuplicateRule", "type": f"{PROBLEMS}/duplicate-rules"}
        if len(value) > 512 or not _RULE.fullmatch(value) or '"odd"' in value:
            return {"value": value, "title": "InvalidRule", "detail": "No.", "type": f"{PROBLEMS}/invalid-rules"}
        rule_id = str(next(self._ids))
        self.rules[rule_id] = {"id": rule_id, **rule}
        return None

    async def stream(self, request: Request) -> Response:
        """GET /2/tweets/search/stream."""
        self.connects += 1
        mode = self.mode if self.stream_mode is Mode.FINE else self.stream_mode
        mode = Mode.TAKEN if self._streams and mode is Mode.FINE else mode
        if refusal := self._refusal(request, mode, set(KNOWN)):
            return refusal
        stream: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._streams.append(stream)
        return StreamingResponse(self._lines(stream), headers=self._headers(), media_type="application/json")

    async def _lines(self, stream: asyncio.Queue[bytes | None]) -> AsyncIterator[bytes]:
        try:
            while (line := await stream.get()) is not None:
                yield line + b"\r\n"
        finally:
            self._leave(stream)

    def _leave(self, stream: asyncio.Queue[bytes | None]) -> None:
        if stream in self._streams:
            self._streams.remove(stream)

    def _refusal(self, request: Request, mode: Mode, known: set[str]) -> Response | None:
        self.requests.append(f"{request.method} {request.url.path} {request.url.query}".strip())
        self.faults += [f"unknown parameter {name}" for name in set(request.query_params) - known]
        for name, values in KNOWN.items():
            odd = set(request.query_params.get(name, "").split(",")) - {"", *values.split()}
            self.faults += [f"unknown {name} {value}" for value in odd]
        if mode is Mode.FINE and request.headers.get("authorization") != f"Bearer {TOKEN}":
            mode = Mode.UNKNOWN_TOKEN
        if mode is Mode.FINE:
            return None
        if mode is Mode.HTML:
            return Response("<!doctype html><title>Sign in to the Wi-Fi</title>", media_type="text/html")
        status, body = BODIES[mode]
        headers = {} if mode is Mode.LIMITED_WITHOUT_RESET else self._headers()
        return JSONResponse(body, status, headers)

    def _json(self, content: object, status: int = 200) -> Response:
        return JSONResponse(content, status, self._headers())

    def _headers(self) -> dict[str, str]:
        return {
            "date": format_datetime(self._clock(), usegmt=True),
            "x-rate-limit-limit": "450",
            "x-rate-limit-remaining": "449",
            "x-rate-limit-reset": str(int(self._clock().timestamp()) + RESET_S),
        }

    async def up(self, group: asyncio.TaskGroup) -> None:
        """Serve, again at the same port."""
        routes = [
            Route("/2/tweets", self.lookup),
            Route("/2/tweets/search/recent", self.search),
            Route("/2/tweets/search/stream", self.stream),
            Route("/2/tweets/search/stream/rules", self.show_rules, methods=["GET"]),
            Route("/2/tweets/search/stream/rules", self.change_rules, methods=["POST"]),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            port=self._port,
            log_level="critical",
            lifespan="off",
            ws="none",
            date_header=False,
        )
        self._serving = server = QuietServer(config)
        self._done = await server.begin(group, "x server")
        self._port = server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def down(self) -> None:
        """Break everything off and serve no more."""
        assert self._serving
        assert self._done
        self.cut()
        self._serving.end()
        await self._done


def _without_value(rule: Json) -> Json:
    return {name: value for name, value in rule.items() if name != "value"}


@asynccontextmanager
async def x_server(clock: Callable[[], datetime]) -> AsyncGenerator[tuple[XServer, asyncio.TaskGroup]]:
    """A server that answers at `url` while the block lasts, in this event loop; the group is for starting it again."""
    x = XServer(clock)
    async with asyncio.TaskGroup() as group:
        await x.up(group)
        try:
            yield x, group
        finally:
            await x.down()
