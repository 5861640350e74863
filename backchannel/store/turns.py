"""What becomes of a post: the pure rules of a sighting and of an order, without a database.

A turn is one step of one post, from `before` to `after`. It has no numbers yet: they are given when turns are written.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from backchannel.post import TARGET, Author, Content, Decision, Order, Outcome, Post, Result, Status, Verb, moved
from backchannel.store.base import Arrival

RULE: Final = "rule"  # who decides where no person does
EDITED: Final = "Edited after it was approved"
NOTHING: Final = Content(Author(""), "")
VERB_TO: Final = {status: verb for verb, status in TARGET.items()}


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of one post. `network_id` is the network's own name for a post that is new."""

    before: Post | None
    after: Post
    network_id: str = ""

    @property
    def is_decision(self) -> bool:
        """Whether somebody, or a rule, decided it."""
        return self.after.decision is not None and (self.before is None or self.before.decision != self.after.decision)

    @property
    def moves(self) -> bool:
        """Whether the status changes, as it does for a new post."""
        return self.before is None or self.before.status is not self.after.status


def seen(before: Post | None, arrival: Arrival, at: datetime) -> Post | None:
    """The post after a sighting, or None where it changes nothing."""
    content = arrival.sighting.content
    if before is None:
        return _first(arrival, content, at)
    if before.status is Status.GONE:
        return None
    if content is None:
        return _next(before, status=Status.GONE, content=NOTHING, halls=None, reasons=())
    if not _is_newer(content, before.content):
        return None
    if before.status is Status.APPROVED and _shown(content) != _shown(before.content):
        # Nobody approved the new words, so they wait for a person like any others.
        return _next(
            before,
            status=Status.QUEUED,
            content=content,
            halls=None,
            reasons=tuple(dict.fromkeys((*before.reasons, EDITED))),
            decision=Decision(RULE, Verb.RESTORE, EDITED, at),
        )
    return _next(before, content=content)


def ordered(post: Post, order: Order, at: datetime) -> Post | Result:
    """The post after an order, or why the order does not reach it."""
    if order.versions.get(post.key, post.version) != post.version:
        return Result.CONFLICT
    status = moved(post.status, order.verb)
    if status is None:
        return Result.REFUSED
    halls = {Status.APPROVED: order.halls, Status.QUEUED: None}.get(status, post.halls)
    return _next(post, status=status, halls=halls, decision=Decision(order.by, order.verb, order.reason, at))


def outcome(result: Result, post: Post) -> Outcome:
    """The answer for one post: where it stands, and who brought it there."""
    by, at = (post.decision.by, post.decision.at) if post.decision else ("", None)
    return Outcome(post.key, result, post.status, post.version, by, at)


def _first(arrival: Arrival, content: Content | None, at: datetime) -> Post:
    network, key = arrival.sighting.network, arrival.key
    if content is None:
        return Post(key, network, Status.GONE, 1, NOTHING, at, arrived=0, moved=0)
    # The reason stays with the post: it may quote it, and what is said of a decision outlives the post's text.
    verdict = None if arrival.status is Status.QUEUED else Decision(RULE, VERB_TO[arrival.status], "", at)
    return Post(
        key, network, arrival.status, 1, content, at, arrived=0, moved=0, reasons=arrival.reasons, decision=verdict
    )


def _next(post: Post, **changed: Any) -> Post:
    return replace(post, version=post.version + 1, **changed)


def _is_newer(new: Content, old: Content) -> bool:
    """Whether `new` is a later version of the same post; the original tells no time of an edit.

    Only the time decides, never the words: two servers show one unedited post with addresses of their own for its
    pictures, and each would undo the other for ever.
    """
    return new.edited_at is not None and (old.edited_at is None or new.edited_at > old.edited_at)


def _shown(content: Content) -> tuple[object, ...]:
    """What a person approved: every word, name and picture that a screen shows, and where links lead."""
    author = content.author
    return (
        content.text,
        content.spans,
        content.media,
        content.warning,
        content.reply_to,
        (author.name, author.address, author.avatar),
    )
