"""Posts, outcomes and health as JSON: what integrators and our own pages read."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from backchannel.collector import Health
from backchannel.feed import View
from backchannel.post import CRITICAL, Media, Outcome, Post, Verb
from backchannel.record import Recorded, Share
from backchannel.service import Flow, ahead_s
from backchannel.stage import Stage
from backchannel.store.base import Alike, Claim, Counts, Folded, Found
from backchannel.web.catalogues import ENGLISH, Tongue
from backchannel.web.troubles import retold

Card = Callable[[View, Post], str]
SETTLED: Final = frozenset({Verb.APPROVE, Verb.REJECT, Verb.WITHDRAW})


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
        "media": [_media_json(post, media, for_moderator=for_moderator) for media in post.media],
        "reply_to": content.reply_to,
        "posted_at": content.posted_at,
        "received_at": post.received_at,
        "halls": post.halls,
        "similar": post.similar,
        "session": {"id": post.session.session or None, "why": post.session.why} if post.session else None,
        "question": {"hall": post.question.hall, "state": post.question.state} if post.question else None,
    }
    if for_moderator:
        shown |= {"reasons": post.reasons, "decision": post.decision, "matched": post.matched}
        shown |= {"release_at": post.release_at}
    return shown


def _media_json(post: Post, media: Media, *, for_moderator: bool) -> dict[str, Any]:
    """A picture, sound or film; `picture` is where we show it ourselves, null where we do not."""
    kept = post.picture_of(media.picture_url, is_public=not for_moderator)
    return {
        "kind": media.kind,
        "url": media.url,
        "alt": media.alt,
        "width": media.width,
        "height": media.height,
        "look": media.look,
        "picture": f"/media/{kept.name}.webp" if kept else None,
    }


def folded_json(folded: Folded) -> dict[str, Any]:
    """A post with its copies, for moderators: what was decided on the first covers all."""
    first, *copies = (post_json(post, for_moderator=True) for post in (folded.first, *folded.copies))
    return {"first": first, "copies": copies, "boosts": folded.boosts}


def alike_json(alike: Sequence[Alike]) -> dict[str, Any]:
    """What waits and is like a post, and in what."""
    return {
        "similar": [{"post": post_json(each.post, for_moderator=True), "common": sorted(each.common)} for each in alike]
    }


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


def health_json(health: Health, tongue: Tongue = ENGLISH) -> dict[str, Any]:
    """How a source is; what there is to say of it in the reader's language."""
    refused: Counter[str] = Counter()
    for reason, count in health.refused.items():
        refused[retold(reason, tongue)] += count
    return {
        "name": health.name,
        "title": retold(health.title, tongue),
        "network": health.network,
        "state": health.state,
        "last_heard_at": health.last_heard_at,
        "last_post_at": health.last_post_at,
        "lag_s": health.lag_s,
        "received": health.received,
        "duplicates": health.duplicates,
        "refused": dict(refused),
        "rate_limit_left": health.rate_limit_left,
        "budget_left": health.budget_left,
        "error": retold(health.error, tongue),
        "remedy": retold(health.remedy, tongue),
        "next_try_at": health.next_try_at,
    }


def claim_json(claim: Claim) -> dict[str, Any]:
    """Who is at the desk, with which post in hand."""
    return {"by": claim.by, "key": claim.key, "since": claim.since}


def counts_json(counts: Counts) -> dict[str, Any]:
    """The console's counts, by status."""
    by_status = {status.value: count for status, count in counts.by_status.items()}
    return {"counts": by_status, "oldest_queued_at": counts.oldest_queued_at}


def found_json(found: Found) -> dict[str, Any]:
    """What a search finds, the most first."""
    by_network, by_reason = Counter(found.by_network), Counter(found.by_reason)
    return {
        "posts": found.posts,
        "by_network": dict(by_network.most_common()),
        "by_reason": dict(by_reason.most_common()),
    }


def recorded_json(recorded: Recorded) -> dict[str, Any]:
    """A decision of the record; `reverse` is the order that takes it back, None where it cannot be."""
    decision = recorded.decision
    return {
        "key": recorded.key,
        "version": recorded.version,
        "verb": decision.verb,
        "before": recorded.before,
        "after": recorded.after,
        "by": decision.by,
        "reason": decision.reason,
        "halls": recorded.halls,
        "at": decision.at,
        "act": recorded.act,
        "together": recorded.together,
        "standing": recorded.standing,
        "later": recorded.later,
        "reverse": recorded.reverse,
        "post": post_json(recorded.post, for_moderator=True) if recorded.post else None,
    }


def shares_json(shares: Sequence[Share]) -> dict[str, Any]:
    """How many of the posts that were decided on are not shown, by reason and by person, the most first."""
    by_actor: Counter[str] = Counter()
    hidden_by: Counter[str] = Counter()
    by_reason: Counter[str] = Counter()
    for share in (share for share in shares if share.verb in SETTLED):
        by_actor[share.by] += share.posts
        if share.verb is not Verb.APPROVE:
            hidden_by[share.by] += share.posts
            by_reason[share.reason] += share.posts
    critical = sum(share.posts for share in shares if (share.verb, share.reason) == (Verb.APPROVE, CRITICAL))
    return {
        "decided": by_actor.total(),
        "not_shown": by_reason.total(),
        "critical_shown": critical,
        "by_reason": [{"reason": reason, "not_shown": posts} for reason, posts in by_reason.most_common()],
        "by_actor": [{"by": by, "decided": posts, "not_shown": hidden_by[by]} for by, posts in by_actor.most_common()],
    }


def service_json(flow: Flow, stages: Sequence[Stage]) -> dict[str, Any]:
    """The service level; `by_minute` tells of the last hour, the latest minute first."""
    ahead = {stage.hall: flow.ahead.get(stage.hall, ()) for stage in stages}
    return {
        "at": flow.at,
        "waiting": flow.waiting,
        "oldest_s": flow.waits_s(flow.oldest_at),
        "waiting_p50_s": flow.waits_s(flow.half_at),
        "waiting_p95_s": flow.waits_s(flow.most_at),
        "came_a_minute": flow.came_a_minute,
        "decided_a_minute": flow.decided_a_minute,
        "backlog_min": flow.backlog_min,
        "needs_hands": flow.needs_hands,
        "by_minute": {"came": flow.came, "decided": flow.decided},
        "halls": [
            {"hall": stage.hall, "ahead": len(ahead[stage.hall]), "ahead_s": ahead_s(ahead[stage.hall], stage)}
            for stage in stages
        ],
    }


def as_seen_by(card: Card) -> Callable[[View, Post], Any]:
    """How the fan-out renders a post for a view: a card for our pages, JSON for integrators."""

    def render(view: View, post: Post) -> Any:
        return post_json(post) if view is View.POSTS else card(view, post)

    return render


def utc(at: datetime) -> str:
    """A time as everywhere on the wire: RFC 3339."""
    return at.isoformat()
