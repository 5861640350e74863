"""What a search of the desk finds, for moderators and programs."""

from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.roles import Command
from backchannel.store.base import PAGE_MAX, Finds, Posts
from backchannel.web.badges import Gate
from backchannel.web.lists import Lists
from backchannel.web.replies import Json
from backchannel.web.wire import found_json

KEY_MAX: Final = 100


class FoundDoor:
    """`/api/found`."""

    def __init__(self, finds: Finds, posts: Posts, gate: Gate, lists: Lists) -> None:
        self._finds = finds
        self._posts = posts
        self._gate = gate
        self._lists = lists

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/api/found", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET /api/found`: how many posts a search leaves of a list; with `keys`, which of these are among them."""
        await self._gate.asking(request, Command.SEE)
        wanted = request.query_params
        query = self._lists.query(wanted.get("list", "queue"), wanted.get("q", ""))
        if "keys" not in wanted:
            return Json(found_json(await self._finds.found(query)))
        keys = tuple(dict.fromkeys(key for key in wanted["keys"].split(",") if key))
        if len(keys) > PAGE_MAX or any(len(key) > KEY_MAX for key in keys):
            raise Refusal(400, "keys", "keys are at most %(num)s keys of posts with commas between them.", num=PAGE_MAX)
        page = await self._posts.page(replace(query, among=keys, limit=PAGE_MAX))
        return Json({"keys": [post.key for post in page.posts]})
