"""Posts, outcomes and health as JSON: what integrators and our own pages read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from backchannel.collector import Health
from backchannel.feed import View
from backchannel.post import Outcome, Post
from backchannel.store.base import Counts

Card = Callable[[View, Post], str]


def post_json(post: Post, *, for_moderator: bool = False) -> dict[str, Any]:
    """A post as DESIGN's “A post in JSON”; who decided and why is for moderators only."""
    content = post.content
    author = content.author
    shown: dict[str, Any] = {
        "key": post.key,
        "network": post.network,
        "status": post.status,
        "version": post.version,
        "author": {"name": author.name, "address": author.address, "url": author.url, "avatar": author.avatar},
        "text": content.text,
        "spans": content.spans,
        "url": content.url,
        "language": content.language,
        "warning": content.warning,
        "sensitive": content.sensitive,
        "media": content.media,
        "reply_to": content.reply_to,
        "posted_at": content.posted_at,
        "received_at": post.received_at,
        "halls": post.halls,
        "similar": post.similar,
    }
    if for_moderator:
        shown |= {"reasons": post.reasons, "decision": post.decision, "matched": post.matched}
    return shown


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    """What became of one post of an order."""
    return {
        "key": outcome.key,
        "outcome": outcome.outcome,
        "status": outcome.status,
        "version": outcome.version,
        "by": outcome.by,
        "at": outcome.at,
    }


def health_json(health: Health) -> dict[str, Any]:
    """How a source is."""
    return {
        "name": health.name,
        "title": health.title,
        "network": health.network,
        "state": health.state,
        "last_heard_at": health.last_heard_at,
        "last_post_at": health.last_post_at,
        "lag_s": health.lag_s,
        "received": health.received,
        "duplicates": health.duplicates,
        "refused": dict(health.refused),
        "rate_limit_left": health.rate_limit_left,
        "budget_left": health.budget_left,
        "error": health.error,
        "remedy": health.remedy,
        "next_try_at": health.next_try_at,
    }


def counts_json(counts: Counts) -> dict[str, Any]:
    """The console's counts, by status."""
    by_status = {status.value: count for status, count in counts.by_status.items()}
    return {"counts": by_status, "oldest_queued_at": counts.oldest_queued_at}


def as_seen_by(card: Card) -> Callable[[View, Post], Any]:
    """How the fan-out renders a post for a view: a card for our pages, JSON for integrators."""

    def render(view: View, post: Post) -> Any:
        return post_json(post) if view is View.POSTS else card(view, post)

    return render


def utc(at: datetime) -> str:
    """A time as everywhere on the wire: RFC 3339."""
    return at.isoformat()
