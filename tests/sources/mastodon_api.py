"""What a server with Mastodon's API answers: strict about what it is asked, with trouble to order."""

import asyncio
from collections import defaultdict
from itertools import count
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backchannel import hashtag
from tests.sources.mastodon_shapes import Status, about, about_v1
from tests.sources.mastodon_streaming import StreamingServer
from tests.sources.mastodon_trouble import Mode, trouble

LIMIT: Final = 300
NOW: Final = "Tue, 17 Nov 2026 09:00:00 GMT"
RESET: Final = "2026-11-17T09:02:00.000000Z"
RESET_S: Final = 120.0

_PAGING: Final = {"limit", "min_id", "max_id", "since_id"}
_KNOWN: Final = {
    "tag_timeline": _PAGING | {"any[]", "all[]", "none[]", "local", "remote", "only_media"},
    "of_account": _PAGING | {"exclude_reblogs", "exclude_replies", "only_media", "pinned", "tagged"},
    "search": {"q", "type", "limit", "offset", "resolve", "following", "account_id", "min_id", "max_id"},
    "lookup": {"acct"},
    "statuses": {"id[]"},
    "status": set[str](),
    "about": set[str](),
}


class MastodonServer:
    """Holds statuses and answers for them. `faults` lists every request that the real one would not understand."""

    def __init__(self) -> None:
        self.url = ""
        self.modes: defaultdict[str, Mode] = defaultdict(lambda: Mode.FINE)  # by the endpoint's name
        self.about: dict[str, Any] = about()
        self.has_v2 = True
        self.finds_words = True
        self.page_max = 40
        self.remaining = LIMIT
        self.requests: list[str] = []
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.faults: list[str] = []
        self.accounts: dict[str, str] = {}
        self.streaming = StreamingServer(self.faults)
        self._token = ""
        self._statuses: list[Status] = []
        self._ids = count(117_020_582_917_124_092)
        self._closing = asyncio.Event()

    @property
    def mode(self) -> Mode:
        """What it does with requests for a hashtag's timeline."""
        return self.modes["tag_timeline"]

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self.modes["tag_timeline"] = mode

    @property
    def token(self) -> str:
        """What its own people show; empty where it is open to all."""
        return self._token

    @token.setter
    def token(self, token: str) -> None:
        self._token = self.streaming.token = token

    def post(self, status: Status, *, streamed: bool = True) -> Status:
        """Publish a status; it gets the next id. Not every one that comes from another server is streamed."""
        published = status | {"id": str(next(self._ids))}
        self._statuses.append(published)
        if streamed:
            self.streaming.tell("update", _tags(published), published)
        return published

    def edit(self, uri: str, **changes: Any) -> None:
        """Change a status where it stands; only the streams of hashtags that it carries then hear of it."""
        status = self._find(uri)
        status.update(changes)
        self.streaming.tell("status.update", _tags(status), status)

    def delete(self, uri: str) -> None:
        """Take a status away."""
        status = self._find(uri)
        self._statuses.remove(status)
        self.streaming.tell("delete", _tags(status), status["id"])

    def close(self) -> None:
        """End every answer that never ends."""
        self._closing.set()

    def routes(self) -> list[Route]:
        """What is answered."""
        return [
            Route("/api/v1/timelines/tag/{tag}", self.tag_timeline),
            Route("/api/v1/statuses", self.statuses),
            Route("/api/v1/statuses/{id}", self.status),
            Route("/api/v1/accounts/lookup", self.lookup),
            Route("/api/v1/accounts/{id}/statuses", self.of_account),
            Route("/api/v2/search", self.search),
            Route("/api/{version}/instance", self.say_about),
        ]

    async def tag_timeline(self, request: Request) -> Response:
        """GET /api/v1/timelines/tag/{tag}."""
        self.requests.append(str(request.url.query))
        tags = (request.path_params["tag"], *request.query_params.getlist("any[]"))
        self.faults += ["a tag with its sign" for tag in tags if not tag or tag.startswith("#")]
        wanted = {hashtag.fold(tag) for tag in tags}
        found = [each for each in self._statuses if wanted & {hashtag.fold(tag) for tag in _tags(each)}]
        return self._answer("tag_timeline", request, lambda: self._page(request, found))

    async def of_account(self, request: Request) -> Response:
        """GET /api/v1/accounts/{id}/statuses."""
        found = [each for each in self._statuses if (each["account"] or {}).get("id") == request.path_params["id"]]
        if request.query_params.get("exclude_reblogs") == "true":
            found = [each for each in found if not each["reblog"]]
        is_known = request.path_params["id"] in self.accounts.values()
        return self._answer("of_account", request, lambda: self._page(request, found) if is_known else None)

    async def lookup(self, request: Request) -> Response:
        """GET /api/v1/accounts/lookup."""
        account_id = self.accounts.get(request.query_params.get("acct", ""))
        return self._answer("lookup", request, lambda: {"id": account_id} if account_id else None)

    async def search(self, request: Request) -> Response:
        """GET /api/v2/search: as a server with full-text search, looser than a phrase, newest first."""
        query = request.query_params
        words = query.get("q", "").strip('"').lower().split()
        found = [each for each in self._statuses if all(word in each["content"].lower() for word in words)]
        start, limit = int(query.get("offset", "0")), int(query.get("limit", "20"))
        shown = found[::-1][start : start + limit] if self.finds_words else []
        if not self._may(request):
            return self._json({"error": "Search queries pagination is not supported without authentication"}, 401)
        return self._answer("search", request, lambda: {"accounts": [], "statuses": shown, "hashtags": []})

    async def status(self, request: Request) -> Response:
        """GET /api/v1/statuses/{id}."""
        found = [each for each in self._statuses if each["id"] == request.path_params["id"]]
        return self._answer("status", request, lambda: next(iter(found), None))

    async def statuses(self, request: Request) -> Response:
        """GET /api/v1/statuses: those that are there, of at most twenty; older servers do not know it."""
        ids = request.query_params.getlist("id[]")
        if len(ids) > 20:
            self.faults.append("more than twenty at once")
        found = [each for each in self._statuses if each["id"] in ids]
        return self._answer("statuses", request, lambda: found)

    async def say_about(self, request: Request) -> Response:
        """GET /api/v2/instance, or the older /api/v1/instance."""
        is_v2 = request.path_params["version"] == "v2"
        told = self.about if is_v2 == self.has_v2 else None if is_v2 else about_v1(self.about["version"])
        return self._answer("about", request, lambda: told, is_free=True)

    def _answer(self, name: str, request: Request, content: Any, *, is_free: bool = False) -> Response:
        self.asked.append(f"{request.url.path}?{request.url.query}".removesuffix("?"))
        self.agents.add(request.headers.get("user-agent", ""))
        self.faults += [f"{name}: unknown parameter {each}" for each in set(request.query_params) - _KNOWN[name]]
        if int(request.query_params.get("limit", "20")) > 40:
            self.faults.append("limit above 40")
        if len(request.query_params.getlist("any[]")) > 4:
            self.faults.append("any[] more than four times")
        if self.modes[name] is not Mode.FINE:
            return trouble(self.modes[name], request, self._headers(), self._closing)
        if not is_free and not self._may(request):
            return self._json({"error": "This method requires an authenticated user"}, 422)
        self.remaining -= not is_free
        found = content()
        return self._json({"error": "Record not found"}, 404) if found is None else self._json(found)

    def _may(self, request: Request) -> bool:
        return not self.token or request.headers.get("authorization") == f"Bearer {self.token}"

    def _page(self, request: Request, found: list[Status]) -> list[Status]:
        """Newest first. min_id: those right after it; since_id: the newest ones after it; max_id: those before it."""
        query = request.query_params
        limit = min(int(query.get("limit", "20")), self.page_max)
        if "max_id" in query:
            found = [each for each in found if int(each["id"]) < int(query["max_id"])]
        if "min_id" in query:
            return [each for each in found if int(each["id"]) > int(query["min_id"])][:limit][::-1]
        found = [each for each in found if int(each["id"]) > int(query.get("since_id", "0"))]
        return found[::-1][:limit]

    def _find(self, uri: str) -> Status:
        return next(status for status in self._statuses if status["uri"] == uri)

    def _json(self, content: object, status: int = 200) -> Response:
        return JSONResponse(content, status, self._headers())

    def _headers(self) -> dict[str, str]:
        return {
            "date": NOW,
            "x-ratelimit-limit": str(LIMIT),
            "x-ratelimit-remaining": str(max(self.remaining, 0)),
            "x-ratelimit-reset": RESET,
            "link": f'<{self.url}/api/v1/timelines/tag/pink11?max_id=1>; rel="next"',  # forgets any[], as the real one
        }


def _tags(status: Status) -> list[str]:
    return [tag["name"] for tag in status["tags"]]
