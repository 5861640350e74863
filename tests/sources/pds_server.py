"""A PDS on a real socket: opens sessions with app passwords, and passes searches on as the real one does."""

from collections.abc import AsyncGenerator, Set
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
        self._given: set[str] = set()
        self._valid: set[str] = set()
        self._renewals: set[str] = set()

    def expire(self, *, renewals: bool = False) -> None:
        """Let the tokens grow old, or with `renewals` have the app password taken back."""
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
        if refusal := self._refusal(request, self._renewals, "Token has been revoked"):
            return refusal
        return self._session()

    async def search_posts(self, request: Request) -> Response:
        """GET app.bsky.feed.searchPosts: the newest first, in pages."""
        query = dict(request.query_params)
        self.calls.append("search")
        self.searches.append(query)
        if refusal := self._refusal(request, self._valid, "Token has expired"):
            return refusal
        if trouble := troubled(self.mode):
            return trouble
        if "q" not in query or not 1 <= int(query["limit"]) <= 100 or query.get("tag", "").startswith("#"):
            self.faults.append(f"asked for {query}")
        found = [each for each in reversed(self.posts) if each["indexedAt"] >= query["since"]]
        at, limit = int(query.get("cursor", "0")), int(query["limit"])
        more = {"cursor": str(at + limit)} if len(found) > at + limit else {}
        return JSONResponse({"posts": found[at : at + limit]} | more)

    def _refusal(self, request: Request, valid: Set[str], words: str) -> Response | None:
        """The real one's answer to a token that is missing, was never given, or is good no longer."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token in valid:
            return None
        if not token:
            return JSONResponse({"error": "AuthMissing", "message": "Authentication Required"}, 401)
        if token in self._given:
            return JSONResponse({"error": "ExpiredToken", "message": words}, 400)
        return JSONResponse({"error": "InvalidToken", "message": "Token could not be verified"}, 400)

    def _session(self) -> Response:
        token, renewal = f"token{next(self._tokens)}", f"renewal{next(self._tokens)}"
        self._given |= {token, renewal}
        self._valid.add(token)
        self._renewals.add(renewal)  # one that was used is good for a while longer
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
