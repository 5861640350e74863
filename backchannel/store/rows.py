"""A post as a row of `posts`, and back. What is read of it are the columns `WHOLE`."""

from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, func, select

from backchannel.post import Author, Content, Decision, Post, ReplyTo, Status, Verb
from backchannel.programme import Binding, Why
from backchannel.question import Question, State
from backchannel.sieve import sought
from backchannel.store.tables import posts

_copies: Final = posts.alias("copies")
# Counted where it is read, so that no counter can drift from what it counts.
_SIMILAR: Final[ColumnElement[int]] = (
    select(func.count())
    .select_from(_copies)
    .where(_copies.c.copy_of == posts.c.key, _copies.c.status == Status.COPY.value)
    .correlate(posts)
    .scalar_subquery()
    .label("similar")
)
WHOLE: Final = (*(column for column in posts.c if column.name != "sought"), _SIMILAR)  # all that `post_of` reads


def row_of(post: Post) -> dict[str, Any]:
    """The columns of a post that can change. A gone post has no author id left."""
    return {
        "key": post.key,
        "status": post.status.value,
        "version": post.version,
        "arrived": post.arrived,
        "moved": post.moved,
        "halls": post.halls,
        "reasons": post.reasons,
        "marks": post.marks,
        "fold": post.fold or None,
        "copy_of": post.copy_of or None,
        "bands": post.bands or None,
        "matched": post.matched,
        "saying": post.saying or None,
        "release_at": post.release_at,
        "session": post.session.session if post.session else None,
        "session_why": post.session.why.value if post.session else None,
        "descriptions": post.descriptions or None,
        "pictures": post.pictures or None,
        **_question_row(post.question),
        "is_first": post.is_first,
        "sought": sought(post.content, post.matched),
        **_content_row(post.content),
        **_decision_row(post.decision),
    }


def first_row_of(post: Post, network_id: str) -> dict[str, Any]:
    """All columns of a post that is new. A post gone before it was seen leaves nothing but its key."""
    return row_of(post) | {
        "network": post.network,
        "network_id": None if post.status is Status.GONE else network_id,
        "received_at": post.received_at,
    }


def post_of(row: RowMapping) -> Post:
    """The post that a row of `posts` holds."""
    return Post(
        key=row["key"],
        network=row["network"],
        status=Status(row["status"]),
        version=row["version"],
        content=_content_of(row),
        received_at=row["received_at"],
        arrived=row["arrived"],
        moved=row["moved"],
        halls=row["halls"],
        reasons=row["reasons"],
        decision=_decision_of(row),
        marks=row["marks"],
        similar=row["similar"],
        copy_of=row["copy_of"] or "",
        fold=row["fold"] or "",
        bands=row["bands"] or (),
        matched=row["matched"],
        descriptions=row["descriptions"] or (),
        pictures=row["pictures"] or (),
        remarks=row["remarks"],
        saying=row["saying"] or "",
        release_at=row["release_at"],
        is_first=row["is_first"],
        session=None if row["session_why"] is None else Binding(row["session"], Why(row["session_why"])),
        question=None if row["asks"] is None else Question(row["asks"], State(row["asks_state"]), row["asks_at"]),
    )


def _question_row(question: Question | None) -> dict[str, Any]:
    return {
        "asks": question.hall if question else None,
        "asks_state": question.state.value if question else None,
        "asks_at": question.at if question else None,
    }


def _content_row(content: Content) -> dict[str, Any]:
    author, reply_to = content.author, content.reply_to
    return {
        "author_id": author.id or None,
        "author_name": author.name,
        "author_address": author.address,
        "author_url": author.url,
        "author_avatar": author.avatar,
        "author_created_at": author.created_at,
        "author_followers": author.followers,
        "author_emoji": author.emoji or None,
        "text": content.text,
        "spans": content.spans,
        "url": content.url,
        "language": content.language,
        "media": content.media,
        "warning": content.warning,
        "warning_emoji": content.warning_emoji or None,
        "sensitive": content.sensitive,
        "reply_name": reply_to.name if reply_to else None,
        "reply_address": reply_to.address if reply_to else None,
        "posted_at": content.posted_at,
        "edited_at": content.edited_at,
    }


def _content_of(row: RowMapping) -> Content:
    return Content(
        author=Author(
            name=row["author_name"],
            address=row["author_address"],
            url=row["author_url"],
            avatar=row["author_avatar"],
            id=row["author_id"] or "",
            created_at=row["author_created_at"],
            followers=row["author_followers"],
            emoji=row["author_emoji"] or (),
        ),
        text=row["text"],
        spans=row["spans"],
        url=row["url"],
        language=row["language"],
        media=row["media"],
        warning=row["warning"],
        warning_emoji=row["warning_emoji"] or (),
        sensitive=row["sensitive"],
        reply_to=None if row["reply_name"] is None else ReplyTo(row["reply_name"], row["reply_address"]),
        posted_at=row["posted_at"],
        edited_at=row["edited_at"],
    )


def _decision_row(decision: Decision | None) -> dict[str, Any]:
    return {
        "decided_by": decision.by if decision else None,
        "decided_verb": decision.verb.value if decision else None,
        "decided_reason": decision.reason if decision else None,
        "decided_at": decision.at if decision else None,
    }


def _decision_of(row: RowMapping) -> Decision | None:
    if row["decided_by"] is None:
        return None
    return Decision(row["decided_by"], Verb(row["decided_verb"]), row["decided_reason"], row["decided_at"])
