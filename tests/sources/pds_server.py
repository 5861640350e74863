"""A PDS on a real socket: opens sessions with app passwords, and passes searches on as the real one does."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.sources.appview_server import Mode, troubled
from tests.sources.jetstream_server import DID, POST, made_up
from tests.sources.serving import serving

Json = dict[str, Any]


def view(rkey: str, at: str = "2026-11-17T11:00:00.000Z", did: str = DID, **more: Any) -> Json:
    """A post as the AppView shows it, nobody's; `more` replaces fields of the view, `record` those of the record."""
    author = {"did": did, "handle": "ines.example", "displayName": "Ines", "labels": []}
    record = made_up(**more.pop("record", {}))
    shown: Json = {"uri": f"at://{did}/{POST}/{rkey}", "cid": "bafyreimadeup", "author": author, "record": record}
    return shown | {"indexedAt": at, "labels": [], "likeCount": 0} | more


class PdsServer:
    """Holds one account and what may be found. `faults` lists every request that the real one would not understand."""

    def __init__(self) -> None:
        self.url = ""
        self.mode = Mode.FINE
        self.refusal = ""
        self.posts: list[Json] = []
        self.calls: list[str] = []
        self.searches: list[dict[str, str]] = []
        self.faults: list[str] = []
        self._tokens = count(1)
        self._valid: set[str] = set()
        self._renewals: set[str] = set()

    def expire(self, *, renewals: bool = False) -> None:
        """Let the tokens grow old."""
        self._valid.clear()
        if renewals:
            self._renewals.clear()

    async def create_session(self, request: Request) -> Response:
        """POST com.atproto.server.createSession."""
        self.calls.append("create")
        if self.refusal:
            return JSONResponse({"error": self.refusal, "message": "The words of the server"}, 401)
        if await request.json() != {"identifier": "desk.example", "password": "abcd-efgh"}:
            error = {"error": "AuthenticationRequired", "message": "Invalid identifier or password"}
            return JSONResponse(error, 401)
        return self._session()

    async def refresh_session(self, request: Request) -> Response:
        """POST com.atproto.server.refreshSession."""
        self.calls.append("refresh")
        renewal = request.headers.get("authorization", "").removeprefix("Bearer ")
        if renewal not in self._renewals:
            return JSONResponse({"error": "ExpiredToken", "message": "Token has been revoked"}, 400)
        self._renewals.discard(renewal)
        return self._session()

    async def search_posts(self, request: Request) -> Response:
        """GET app.bsky.feed.searchPosts: the newest first, in pages."""
        query = dict(request.query_params)
        self.calls.append("search")
        self.searches.append(query)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._valid:
            return JSONResponse({"error": "ExpiredToken", "message": "Token has expired"}, 400)
        if trouble := troubled(self.mode):
            return trouble
        if "q" not in query or not 1 <= int(query["limit"]) <= 100 or query.get("tag", "").startswith("#"):
            self.faults.append(f"asked for {query}")
        found = [each for each in reversed(self.posts) if each["indexedAt"] >= query["since"]]
        at, limit = int(query.get("cursor", "0")), int(query["limit"])
        more = {"cursor": str(at + limit)} if len(found) > at + limit else {}
        return JSONResponse({"posts": found[at : at + limit]} | more)

    def _session(self) -> Response:
        token, renewal = f"token{next(self._tokens)}", f"renewal{next(self._tokens)}"
        self._valid.add(token)
        self._renewals.add(renewal)
        return JSONResponse({"accessJwt": token, "refreshJwt": renewal, "handle": "desk.example", "did": DID})


@asynccontextmanager
async def pds_server() -> AsyncGenerator[PdsServer]:
    """A server that answers at `url` while the block lasts."""
    pds = PdsServer()
    routes = [
        Route("/xrpc/com.atproto.server.createSession", pds.create_session, methods=["POST"]),
        Route("/xrpc/com.atproto.server.refreshSession", pds.refresh_session, methods=["POST"]),
        Route("/xrpc/app.bsky.feed.searchPosts", pds.search_posts),
    ]
    async with serving(Starlette(routes=routes)) as url:
        pds.url = url
        yield pds
