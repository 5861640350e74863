"""What X told at once: posts, what is beside them, and problems; as an answer or as a line of its stream.

https://docs.x.com/x-api/fundamentals/response-codes-and-errors: posts and problems may come together, either may be
missing, and a problem may stand by itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backchannel.media.fetcher import DEPTH_MAX, nests_too_deep
from backchannel.sources import x_post
from backchannel.sources.fields import Fields
from backchannel.text import tame_line

POSTS_MAX: Final = 500
ERRORS_MAX: Final = 100
# Problems are told apart by the last words of their types.
ENDINGS: Final = frozenset({"operational-disconnect", "client-disconnected", "streaming-connection", "usage-capped"})
GONE: Final = frozenset({"resource-not-found", "not-authorized-for-resource"})


@dataclass(frozen=True, slots=True)
class Told:
    """What X told at once: posts with what is beside them, and problems. `cost` is how many posts must be paid for."""

    posts: tuple[Fields, ...]
    beside: x_post.Beside
    errors: tuple[Fields, ...]
    next_page: str = ""
    rate_limit_left: int | None = None

    @property
    def cost(self) -> int:
        """Every object counts, whatever can be read of it."""
        return len(self.posts)

    @property
    def ending(self) -> Fields:
        """The problem that ends the stream, or an empty one."""
        return next((each for each in self.errors if type_of(each) in ENDINGS), Fields(None))

    @property
    def trouble(self) -> str:
        """What X complains of without telling of a post, unless it ends the stream."""
        if self.posts or self.ending or not self.errors:
            return ""
        first = self.errors[0]
        return f"X tells of trouble: {first.line('title', 100) or first.line('message', 100) or 'it has no name'}"

    @property
    def gone(self) -> tuple[str, ...]:
        """The ids that were asked for and that nobody is shown any more."""
        return tuple(each.id("resource_id") or each.id("value") for each in self.errors if type_of(each) in GONE)


def told(answer: Fields, headers: Mapping[str, str]) -> Told:
    """An answer, or a line of the stream: posts may be a list or one, and problems may stand beside them."""
    errors = tuple(answer.many("errors", ERRORS_MAX))
    if not errors and answer.text("title") and (answer.text("type") or answer.text("detail")):
        errors = (answer,)  # a problem that stands by itself
    return Told(
        posts=tuple(answer.each("data", POSTS_MAX)),
        beside=x_post.beside(answer.one("includes")),
        errors=errors,
        next_page=answer.one("meta").text("next_token"),
        rate_limit_left=number(headers, "x-rate-limit-remaining"),
    )


def line(raw: bytes) -> Told | str:
    """A line of the stream, or the reason why it is none."""
    if nests_too_deep(raw):
        return f"a line of the stream nests more than {DEPTH_MAX} deep"
    try:
        fields = Fields(json.loads(raw.decode("utf-8-sig")))
    except ValueError:
        return "a line of the stream is no JSON"
    found = told(fields, {})
    return found if found.posts or found.errors else "a line of the stream tells of no post"


def type_of(problem: Fields) -> str:
    """The kind of a problem, in X's words."""
    return problem.text("type").rstrip("/").rpartition("/")[2]


def words_of(problem: Fields) -> str:
    """What X says of a problem, for a person."""
    said = problem.text("detail") or problem.text("message") or problem.text("title")
    return f"It says: {tame_line(said, 200)}" if said else ""


def number(headers: Mapping[str, str], name: str) -> int | None:
    """A number that stands in a header."""
    text = headers.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
