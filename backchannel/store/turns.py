"""What becomes of a post: the pure rules of a sighting and of an order, without a database.

A turn is one step of one post, from `before` to `after`. It has no numbers yet: they are given when turns are written.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from backchannel.concern import Concern, waits_for_another
from backchannel.post import RULE, TARGET, Author, Content, Decision, Order, Outcome, Post, Result, Status, Verb, moved
from backchannel.programme import WORDED, Binding, Why
from backchannel.store.base import Arrival

EDITED: Final = "Edited after it was approved"
STRAYED: Final = "Edited: what it was followed for is no longer in it"
LAPSED: Final = "Edited, and judged anew"
NAMED: Final = "Its author is known now, and it was judged anew"
TITLED: Final = "More is known of its link now, and it was judged anew"
# Where what came later than the words is filled in: nowhere that is shown without a person who saw it.
UNSHOWN: Final = frozenset({Status.QUEUED, Status.HELD, Status.REJECTED, Status.COPY})
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


def seen(before: Post | None, arrival: Arrival, at: datetime) -> list[Post]:
    """The steps that a sighting makes of a post that stands by itself; none where it changes nothing."""
    content = arrival.sighting.content
    if before is None:
        return [first(arrival, at)]
    if before.status is Status.GONE:
        return []
    if content is None:
        return [gone(before)]
    if not is_newer(content, before.content):
        return _titled(before, arrival, at)
    content = _with_known_author(content, before.content)
    if _was_approved(before) and _shown(content) == _shown(before.content):
        session = _session(before, arrival)
        return [_next(before, content=content, matched=arrival.sighting.matched, session=session, **_words(arrival))]
    return _edited(before, arrival, content, at)


def portrayed(before: Post | None, arrival: Arrival, at: datetime) -> list[Post]:
    """The steps that the name of its author, come later, makes of a post; none where it has one, or says more now."""
    content = arrival.sighting.content
    if before is None or content is None or before.status not in UNSHOWN or before.content.author.address:
        return []
    if replace(content, author=before.content.author) != before.content:
        return []
    if before.status is Status.COPY:
        return [_next(before, content=content)]
    return _judged(_with_what_came_late(before, content), before, arrival, NAMED, at)


def with_titles(before: Content, told: Content) -> Content | None:
    """A content with what a later report of the same words tells beside them for the first time; None where nothing is.

    What was told once stays: two servers look at a page at different times, and each would undo the other for ever.
    """
    if (told.text, told.spans, told.edited_at) != (before.text, before.spans, before.edited_at):
        return None
    spans = tuple(
        old if old.beside else replace(old, beside=new.beside)
        for old, new in zip(before.spans, told.spans, strict=True)
    )
    filled = replace(before, spans=spans)
    return filled if filled.told_beside > before.told_beside else None


def first(arrival: Arrival, at: datetime) -> Post:
    """A post that is new, as its verdict has it."""
    network, key, content = arrival.sighting.network, arrival.key, arrival.sighting.content
    if content is None:
        return Post(key, network, Status.GONE, 1, NOTHING, at, arrived=0, moved=0)
    post = Post(key, network, Status.QUEUED, 1, content, at, arrived=0, moved=0)
    # The reason stays with the post: it may quote it, and what is said of a decision outlives the post's text.
    verdict = None if arrival.status is Status.QUEUED else Decision(rule_of(arrival), VERB_TO[arrival.status], "", at)
    return replace(
        post,
        status=arrival.status,
        reasons=arrival.reasons,
        decision=verdict,
        marks=arrival.marks,
        matched=arrival.sighting.matched,
        session=arrival.session,
        question=arrival.sighting.question,
        is_first=arrival.is_first,
        release_at=_release_at(arrival, at),
        **_words(arrival),
    )


def gone(before: Post) -> Post:
    """The post once its network deleted it: nothing of what it said is left."""
    bare = replace(before, content=NOTHING, halls=None, reasons=(), marks=(), matched=(), descriptions=(), session=None)
    bare = replace(bare, is_first=False, question=None, pictures=())
    return _next(bare, status=Status.GONE, fold="", bands=(), saying="", copy_of="", release_at=None)


def ordered(post: Post, order: Order, at: datetime, two_people: Collection[Concern] = ()) -> Post | Result:
    """The post after an order, or why the order does not reach it. Some take the approval of two people."""
    if order.versions.get(post.key, post.version) != post.version:
        return Result.CONFLICT
    status = moved(post.status, order.verb)
    if post.release_at is not None and order.verb is Verb.HOLD:
        status = Status.HELD  # for good, where a rule held it for a time
    if post.approver and order.verb is Verb.RESTORE:
        status = Status.QUEUED  # where it is, as nobody approved it
    if status is Status.APPROVED and waits_for_another(post, order.by, two_people):
        status = None if post.approver else Status.QUEUED
    if status is None or (post.status is Status.COPY and post.content == NOTHING):  # out of a boost nothing can be made
        return Result.REFUSED
    if order.verb is Verb.APPROVE:
        order = _with_first_word(order, post)
    halls = {Verb.APPROVE: order.halls, Verb.RESTORE: None}.get(order.verb, post.halls)
    decision = Decision(order.by, order.verb, order.reason, at)
    return _next(post, status=status, halls=halls, decision=decision, copy_of="", release_at=None)


def _with_first_word(order: Order, post: Post) -> Order:
    """An approval, with what the one before it said where this one says nothing."""
    if not post.approver or post.decision is None:
        return order
    halls = post.halls if order.halls is None else order.halls
    return replace(order, reason=order.reason or post.decision.reason, halls=halls)


def outcome(result: Result, post: Post) -> Outcome:
    """The answer for one post: where it stands, and who brought it there."""
    by, at = (post.decision.by, post.decision.at) if post.decision else ("", None)
    return Outcome(post.key, result, post.status, post.version, by, at)


def rule_of(arrival: Arrival) -> str:
    """Who decides where the verdict does."""
    return f"{RULE}: {arrival.rule}" if arrival.rule else RULE


def _edited(before: Post, arrival: Arrival, content: Content, at: datetime) -> list[Post]:
    """The steps of a post whose words are new: nobody decided on them, so they are judged like a new post's."""
    told = (EDITED,) if _was_approved(before) or EDITED in before.reasons else ()
    strayed = (STRAYED,) if before.matched and not arrival.sighting.matched else ()
    post = replace(before, content=content, reasons=(*told, *strayed), matched=arrival.sighting.matched)
    post = replace(post, session=_session(before, arrival), **_words(arrival))
    return _judged(post, before, arrival, LAPSED, at)


def _titled(before: Post, arrival: Arrival, at: datetime) -> list[Post]:
    """The steps that the title of a page, come later, makes of a post that nobody was shown yet."""
    told = arrival.sighting.content
    content = with_titles(before.content, told) if told and before.status in UNSHOWN else None
    if content is None:
        return []
    return _judged(_with_what_came_late(before, content), before, arrival, TITLED, at)


def _with_what_came_late(before: Post, content: Content) -> Post:
    """The same words with more beside them, to be judged anew: what was said of the edit of them stays."""
    told = tuple(reason for reason in before.reasons if reason in {EDITED, STRAYED})
    return replace(before, content=content, reasons=told)


def _judged(post: Post, before: Post, arrival: Arrival, lapsed: str, at: datetime) -> list[Post]:
    """The steps of a post that is judged anew; its reasons so far stay. `lapsed` says why an earlier verdict fell."""
    was_shown = before.status is Status.APPROVED
    told = tuple(dict.fromkeys((*post.reasons, *arrival.reasons)))
    post = replace(post, reasons=told, marks=arrival.marks, release_at=None, is_first=arrival.is_first)
    if not _was_approved(before) and before.decision is not None and not before.decision.is_by_rule:
        return [_next(post)]
    steps: list[Post] = []
    if _was_approved(before) or (
        before.status is not arrival.status and moved(before.status, VERB_TO[arrival.status]) is None
    ):
        restored = Decision(RULE, Verb.RESTORE, EDITED if was_shown else lapsed, at)
        post = _next(post, status=Status.QUEUED, halls=None, decision=restored)
        steps.append(post)
    if post.status is not arrival.status:
        # Where no rule matches any more, it is what is new that brings the post back.
        why = lapsed if arrival.status is Status.QUEUED else ""
        steps.append(
            _next(post, status=arrival.status, decision=Decision(rule_of(arrival), VERB_TO[arrival.status], why, at))
        )
    last = steps.pop() if steps else _next(post)
    return [*steps, replace(last, release_at=_release_at(arrival, at)) if last.status is Status.HELD else last]


def _was_approved(post: Post) -> bool:
    """Whether somebody approved its words, be it enough to show them or not."""
    return post.status is Status.APPROVED or post.approver != ""


def _release_at(arrival: Arrival, at: datetime) -> datetime | None:
    """When a post is shown that the verdict holds for a time."""
    is_for_a_time = arrival.status is Status.HELD and arrival.hold_s > 0
    return at + timedelta(seconds=arrival.hold_s) if is_for_a_time else None


def _session(before: Post, arrival: Arrival) -> Binding | None:
    """The session of a post that was edited: its new words may say another, but when it came they cannot."""
    told = arrival.session
    is_settled = before.session is not None and before.session.why is Why.PERSON
    return told if told is not None and told.why in WORDED and not is_settled else before.session


def _words(arrival: Arrival) -> dict[str, Any]:
    """By what the words of a post are found again."""
    return {"fold": arrival.fold, "bands": arrival.bands, "saying": arrival.saying}


def _next(post: Post, **changed: Any) -> Post:
    return replace(post, version=post.version + 1, **changed)


def _with_known_author(new: Content, old: Content) -> Content:
    """The content of an edit; who was named once stays named where the edit came before the name was looked up."""
    is_nameless = not new.author.address and new.author.id == old.author.id
    return replace(new, author=old.author) if is_nameless else new


def is_newer(new: Content, old: Content) -> bool:
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
