"""The digest of a session: what was asked and said, for who spoke there. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backchannel.poll import Asked, Poll, Sort
from backchannel.post import Post
from backchannel.programme import Session
from backchannel.question import State

# What a plain text could mean in Markdown.
_MEANS: Final = re.compile(r"([\\`*_\[\]<>#|~&])")


@dataclass(frozen=True, slots=True)
class Digest:
    """A session's questions, and what else was said in it and may be shown."""

    session: Session
    poll: Poll
    posts: tuple[Post, ...] = ()

    @property
    def answered(self) -> tuple[Asked, ...]:
        """The questions that were answered, in the hall or in writing, the most wanted first."""
        return tuple(each for each in self.poll.sorted(Sort.VOTES) if _is_answered(each))

    @property
    def unanswered(self) -> tuple[Asked, ...]:
        """The questions that nobody answered yet."""
        return tuple(each for each in self.poll.sorted(Sort.VOTES) if not _is_answered(each))

    def to_markdown(self, moment: Callable[[datetime], str]) -> str:
        """All of it as a text; `moment` says a time as the venue's clocks do."""
        session = self.session
        who = f"{_plain(session.who)}, " if session.who else ""
        parts = [
            f"# {_plain(session.title)}",
            f"{who}{moment(session.start)} to {moment(session.end)}",
            _section("Not answered", [_question(each) for each in self.unanswered], "Every question was answered."),
            _section("Answered", [_question(each) for each in self.answered], "None was marked as answered."),
            _section("Said", [_said(each) for each in self.posts], "Nothing else was said."),
        ]
        return "\n\n".join(parts) + "\n"


def _is_answered(asked: Asked) -> bool:
    return asked.question.state is State.ANSWERED or bool(asked.answers)


def _section(title: str, lines: list[str], otherwise: str) -> str:
    return f"## {title}\n\n" + ("\n".join(lines) or otherwise)


def _question(asked: Asked) -> str:
    votes = "1 vote" if asked.votes == 1 else f"{asked.votes} votes"
    asks = f"- **{votes}**: {_plain(asked.post.content.text)} ({', '.join(map(_plain, asked.askers))})"
    return "\n".join([asks, *(f"  {_said(answer)}" for answer in asked.answers)])


def _said(post: Post) -> str:
    return f"- **{_plain(post.content.author.name or 'Somebody')}**: {_plain(post.content.text)}"


def _plain(text: str) -> str:
    """A text that means nothing but itself in Markdown, in one line."""
    return _MEANS.sub(r"\\\1", " ".join(text.split()))
