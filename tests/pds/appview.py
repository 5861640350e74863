"""The AppView of a network of one PDS: knows whom and what the firehose told of.

It stands in for the one part of the network that cannot be had as a package.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backchannel.clock import now
from tests.pds.bridge import Told
from tests.sources.appview_server import AppViewServer, label
from tests.sources.jetstream_server import POST
from tests.sources.serving import serving

Json = dict[str, Any]

PROFILE: Final = "app.bsky.actor.profile"
SEARCH: Final = "app.bsky.feed.searchPosts"


class AppView(AppViewServer):
    """Knows people and posts. `searches` says in whose name a PDS searched, `told_at` when the firehose last told."""

    def __init__(self) -> None:
        super().__init__()
        self.searches: list[str] = []
        self.told_at = monotonic()
        self._handles: dict[str, str] = {}
        self._profiles: dict[str, Json] = {}
        self._posts: dict[str, Json] = {}

    async def index(self, told: Told) -> None:
        """Take in an event."""
        self.told_at = monotonic()
        if told.kind == "identity":
            self._handles[told.did] = told.body["handle"]
        elif told.kind == "commit" and told.body["collection"] == PROFILE:
            self._profiles[told.did] = told.body.get("record", {})
        elif told.kind == "commit" and told.body["collection"] == POST:
            self._index_post(told)
        profile = self._profiles.get(told.did, {})
        own = [label(each["val"], src=told.did) for each in profile.get("labels", {}).get("values", [])]
        self.know(told.did, self._handles.get(told.did, "handle.invalid"), profile.get("displayName", ""), labels=own)

    def _index_post(self, told: Told) -> None:
        uri = f"at://{told.did}/{POST}/{told.body['rkey']}"
        self._posts.pop(uri, None)
        if record := told.body.get("record"):
            seen_at = now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
            self._posts[uri] = {"uri": uri, "cid": told.body["cid"], "record": record, "indexedAt": seen_at}

    async def search_posts(self, request: Request) -> Response:
        """GET app.bsky.feed.searchPosts, which only a PDS may ask, in the name of one of its own."""
        claims = _claims(request.headers.get("authorization", ""))
        if claims.get("lxm") != SEARCH or not claims.get("iss"):
            return JSONResponse({"error": "AuthenticationRequired", "message": "no token of a PDS"}, 401)
        self.searches.append(claims["iss"])
        words, since = request.query_params["q"].casefold(), request.query_params["since"]
        found = [
            view | {"author": self._people[view["uri"].split("/")[2]], "labels": []}
            for view in reversed(self._posts.values())
            if words in view["record"]["text"].casefold() and view["indexedAt"] >= since
        ]
        return JSONResponse({"posts": found})


def _claims(authorization: str) -> Json:
    """What the token of a service says: https://atproto.com/specs/xrpc, inter-service authentication."""
    payload = f"{authorization}..".split(".")[1]
    claims: Json = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)) or b"{}")
    return claims


@asynccontextmanager
async def appview() -> AsyncGenerator[AppView]:
    """An AppView that answers at `url` while the block lasts."""
    view = AppView()
    routes = [Route("/xrpc/app.bsky.actor.getProfiles", view.get_profiles), Route(f"/xrpc/{SEARCH}", view.search_posts)]
    async with serving(Starlette(routes=routes)) as url:
        view.url = url
        yield view
