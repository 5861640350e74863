"""The wall on other people's pages: `/embed`, for a frame in the conference's site, and a JSON Feed for other walls."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from backchannel.errors import Refusal
from backchannel.post import Post, Status
from backchannel.store.base import Posts, Query
from backchannel.updates import FLOOR, hall_stream
from backchannel.web.addresses import Addresses
from backchannel.web.cards import Cards
from backchannel.web.headers import framed_by
from backchannel.web.lists import number
from backchannel.web.replies import Json
from backchannel.web.tongues import tongue_of

VERSION: Final = "https://jsonfeed.org/version/1.1"
KIND: Final = "application/feed+json"
POSTS: Final = 30
ITEMS: Final = 50


class ElsewhereDoor:
    """`/embed` and `/feed.json`: what is approved, and no more than every phone is shown."""

    def __init__(
        self,
        posts: Posts,
        cards: Cards,
        conference: Any,
        halls: Mapping[str, Any],
        where: Addresses,
        embed_on: Sequence[str],
    ) -> None:
        self._posts = posts
        self._cards = cards
        self._conference = conference
        self._halls = halls
        self._where = where
        self._headers = framed_by(embed_on)

    def routes(self) -> list[Route]:
        """Its addresses."""
        return [Route("/embed", self.embed), Route("/feed.json", self.feed)]

    async def embed(self, request: Request) -> Response:
        """`GET /embed`: the newest approved posts, live, without a cookie; the sites of the configuration frame it."""
        page = await self._posts.page(Query(Status.APPROVED, stream=FLOOR, limit=POSTS))
        tongue = tongue_of(request)
        html = self._cards.page(
            "embed",
            tongue,
            conference=self._conference,
            posts=page.posts,
            epoch=page.epoch,
            seq=page.seq,
            home=self._where.best,
        )
        return HTMLResponse(html, headers=self._headers)

    async def feed(self, request: Request) -> Response:
        """`GET /feed.json?hall=&after=`: approved posts, newest first, as JSON Feed 1.1; 304 where nothing is new."""
        hall, after = request.query_params.get("hall"), request.query_params.get("after", "")
        if hall is not None and hall not in self._halls:
            raise Refusal(404, "hall_unknown", "There is no hall “%(hall)s”.", hall=hall[:40])
        before = number(after)
        if after and before is None:
            raise Refusal(400, "after_unknown", "`after` is the `next_url` of a page before.")
        stream = hall_stream(hall) if hall else FLOOR
        query = Query(Status.APPROVED, stream, hall, after=before, limit=ITEMS)
        page = await self._posts.page(query)
        etag = f'"{page.epoch}.{page.seq}.{after}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "*"}
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        address = f"{self._where.best}/feed.json{f'?hall={hall}' if hall else ''}"
        told = {
            "version": VERSION,
            "title": " ".join(f"#{tag}" for tag in self._conference.hashtags),
            "description": self._conference.name,
            "home_page_url": self._where.best,
            "feed_url": address,
            "items": [item_of(post, self._where.best) for post in page.posts],
        }
        if page.next is not None:
            told["next_url"] = f"{address}{'&' if hall else '?'}after={page.next}"
        return Json(told, headers=headers, media_type=KIND)


def item_of(post: Post, home: str) -> dict[str, Any]:
    """A post as an entry of the feed; what is not said is left out, as the format wants it."""
    content = post.content
    author = {"name": content.author.name, "url": content.author.url}
    said = {
        "id": post.key,
        "url": content.url or home,
        "content_text": content.text,
        "summary": content.warning,
        "date_published": content.posted_at or post.received_at,
        "date_modified": content.edited_at,
        "language": content.language,
        "authors": [{name: value for name, value in author.items() if value}],
        "tags": [each.removeprefix("#") for each in post.matched if each.startswith("#")],
        "_backchannel": {"network": post.network, "sensitive": content.sensitive, "halls": post.halls},
    }
    return {name: value for name, value in said.items() if value}
