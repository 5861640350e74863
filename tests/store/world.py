"""What the tests of the store make: posts, arrivals, orders, and moments."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from backchannel.post import Author, Content, Media, Order, ReplyTo, Sighting, Verb
from backchannel.store.base import Arrival, Page, Query
from backchannel.store.house import Store
from backchannel.text import Span, SpanKind

HALLS: Final = ("main", "side")
NOON: Final = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)
FULL: Final = Content(
    author=Author("Ada", "@ada@example.org", "https://example.org/@ada", "https://example.org/ada.png", "id-ada"),
    text="Hello #pink11",
    spans=(Span(SpanKind.HASHTAG, 6, 13, "pink11"),),
    url="https://example.org/1",
    language="en",
    media=(Media("image", "https://example.org/1.png", "A cat", 640, 480),),
    warning="cats",
    sensitive=True,
    reply_to=ReplyTo("Bob", "@bob@example.org"),
    posted_at=NOON - timedelta(minutes=3),
    edited_at=NOON - timedelta(minutes=2),
)


def after(minutes: float) -> datetime:
    """A moment so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def key(number: int | str) -> str:
    """The key of a post by its number."""
    return f"test:{number}"


def content(text: str = "hello", **more: Any) -> Content:
    """What a network says of a post, mostly empty."""
    return Content(more.pop("author", Author("Ada", id="id-ada")), text, **more)


def arrival(number: int | str, said: Content | None = None, **more: Any) -> Arrival:
    """A sighting of a post by its number."""
    return Arrival(key(number), Sighting("test", f"id-{number}", said or content()), **more)


def gone(number: int | str) -> Arrival:
    """A sighting that says a post is gone."""
    return Arrival(key(number), Sighting("test", f"id-{number}", None))


def order(verb: Verb, *numbers: int | str, by: str = "mo", **more: Any) -> Order:
    """An order for posts by their numbers."""
    return Order(tuple(map(key, numbers)), verb, by, **more)


async def receive(store: Store, *arrivals: Arrival) -> None:
    """Take a batch in at noon."""
    await store.posts.receive(arrivals, NOON)


async def decide(store: Store, verb: Verb, *numbers: int | str, **more: Any) -> None:
    """Carry an order out at noon."""
    await store.posts.decide(order(verb, *numbers, **more), NOON)


async def every_page(store: Store, **query: Any) -> Page:
    """All posts of a list as one page, read page by page; the position is the first page's."""
    first = page = await store.posts.page(Query(**query))
    shown = list(first.posts)
    while page.next is not None:
        page = await store.posts.page(Query(**query, after=page.next))
        shown += page.posts
    return Page(first.epoch, first.seq, tuple(shown))


def keys_of(posts: Sequence[Any]) -> list[str]:
    """The keys of posts, in their order."""
    return [post.key for post in posts]
