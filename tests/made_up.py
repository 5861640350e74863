"""Made-up posts, and a clock that tests turn by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from backchannel.post import Author, Content, Post, Sighting, Status

MORNING: Final = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self, at: datetime = MORNING) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """What time it is."""
        return self.at

    def turn(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


def content(text: str = "Ask who wrote the runbook.", name: str = "Ines Kowalczyk", **more: Any) -> Content:
    """What a network says of a post."""
    author = Author(name, address="@ines@social.example", id=f"https://social.example/{name}")
    return replace(Content(author, text, posted_at=MORNING), **more)


def sighting(
    post_id: str, text: str = "Ask who wrote the runbook.", network: str = "mastodon", **more: Any
) -> Sighting:
    """A post as a source reports it: unless told otherwise, each by somebody else, so that none is a copy."""
    said = content(text, **more)
    author = more.get("author") or replace(said.author, id=f"{said.author.id}/{post_id}")
    return Sighting(network, post_id, replace(said, author=author))


def gone(post_id: str, network: str = "mastodon") -> Sighting:
    """A delete as a source reports it."""
    return Sighting(network, post_id, None)


def post(key: str = "mastodon:1", text: str = "Ask who wrote the runbook.", **more: Any) -> Post:
    """A post as the store knows it."""
    made = Post(key, key.partition(":")[0], Status.QUEUED, 1, content(text), MORNING, arrived=1, moved=1)
    return replace(made, **more)
