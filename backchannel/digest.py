"""The digest of a session: what was asked and said, for who spoke there. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from backchannel.poll import Asked, Poll, Sort
from backchannel.post import Post
from backchannel.programme import Session
from backchannel.question import State

# What a plain text could mean in Markdown.
_MEANS: Final = re.compile(r"([\\`*_\[\]<>#|~&])")


class Speaks(Protocol):
    """A language: web/catalogues.py has them."""

    def say(self, words: str, **values: object) -> str:
        """Words in this language."""
        ...

    def count(self, one: str, many: str, num: int, **values: object) -> str:
        """The form that goes with a number."""
        ...


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

    def to_markdown(self, moment: Callable[[datetime], str], tongue: Speaks) -> str:
        """All of it as a text; `moment` says a time as the venue's clocks do."""
        session, say = self.session, tongue.say
        who = f"{_plain(session.who)}, " if session.who else ""
        parts = [
            f"# {_plain(session.title)}",
            who + say("%(start)s to %(end)s", start=moment(session.start), end=moment(session.end)),
            _section(
                say("Not answered"),
                [_question(each, tongue) for each in self.unanswered],
                say("Every question was answered."),
            ),
            _section(
                say("Answered"),
                [_question(each, tongue) for each in self.answered],
                say("None was marked as answered."),
            ),
            _section(say("Said"), [_said(each, tongue) for each in self.posts], say("Nothing else was said.")),
        ]
        return "\n\n".join(parts) + "\n"


def _is_answered(asked: Asked) -> bool:
    return asked.question.state is State.ANSWERED or bool(asked.answers)


def _section(title: str, lines: list[str], otherwise: str) -> str:
    return f"## {title}\n\n" + ("\n".join(lines) or otherwise)


def _question(asked: Asked, tongue: Speaks) -> str:
    votes = tongue.count("%(num)s vote", "%(num)s votes", asked.votes)
    asks = f"- **{votes}**: {_plain(asked.post.content.text)} ({', '.join(map(_plain, asked.askers))})"
    return "\n".join([asks, *(f"  {_said(answer, tongue)}" for answer in asked.answers)])


def _said(post: Post, tongue: Speaks) -> str:
    name = post.content.author.name or tongue.say("Somebody")
    return f"- **{_plain(name)}**: {_plain(post.content.text)}"


def _plain(text: str) -> str:
    """A text that means nothing but itself in Markdown, in one line."""
    return _MEANS.sub(r"\\\1", " ".join(text.split()))
