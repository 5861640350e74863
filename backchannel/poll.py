"""The poll: the questions of one session with their votes, in the order in which people read them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backchannel.post import Post
from backchannel.question import Question, State


class Sort(StrEnum):
    """In which order open questions stand."""

    VOTES = "votes"
    NEWEST = "newest"


class Cast(StrEnum):
    """What became of a vote."""

    COUNTED = "counted"
    TAKEN_BACK = "taken_back"
    SAME = "same"  # it stood, or was taken back, before: nothing changed
    UNKNOWN = "unknown"  # there is no such question, or it is shown no longer


@dataclass(frozen=True, slots=True)
class Ballot:
    """One device's vote for a question, or the undoing of it."""

    key: str
    device: str
    up: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a ballot. `key` names the question that stands for the one that was meant."""

    outcome: Cast
    key: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that may be shown; `votes` counts the devices that want it answered, `askers` names all who asked.

    `answers` are what who spoke wrote afterwards, and somebody of the desk approved.
    """

    post: Post
    votes: int = 0
    askers: tuple[str, ...] = ()
    answers: tuple[Post, ...] = ()

    @property
    def question(self) -> Question:
        """What makes it a question."""
        return self.post.question or Question("")


ANSWERS: Final = "desk"  # the network of answers in writing
ANSWER_MAX: Final = 600  # characters


def answers_to(key: str) -> str:
    """The author's id of every answer in writing to a question: by it they are found."""
    return f"answer/{key}"


# What is being answered stands above all, and what was answered below.
_PLACE: Final[Mapping[State, int]] = {State.CURRENT: 0, State.OPEN: 1, State.ANSWERED: 2}
NEXT_MAX: Final = 3

Totals = Mapping[str, tuple[int, State]]  # by the key of a question: its votes, and how far it has come


@dataclass(frozen=True, slots=True)
class Poll:
    """The questions of a hall's session. `session` is empty where the programme knows of none."""

    hall: str
    session: str
    questions: tuple[Asked, ...] = ()

    @property
    def current(self) -> Asked | None:
        """What is being answered."""
        return next((each for each in self.questions if each.question.state is State.CURRENT), None)

    @property
    def open(self) -> tuple[Asked, ...]:
        """What nobody took up yet, the most wanted first."""
        return tuple(each for each in self.sorted(Sort.VOTES) if each.question.state is State.OPEN)

    @property
    def next(self) -> tuple[Asked, ...]:
        """What would be answered next."""
        return self.open[:NEXT_MAX]

    def sorted(self, sort: Sort) -> tuple[Asked, ...]:
        """All of it, in an order; of two with as many votes the one that came first stands first."""
        keys = {Sort.VOTES: _by_votes, Sort.NEWEST: _by_age}
        return tuple(sorted(self.questions, key=keys[sort]))

    @property
    def totals(self) -> Totals:
        """What of it changes from second to second."""
        return {each.post.key: (each.votes, each.question.state) for each in self.questions}


def last_of_each(ballots: Iterable[Ballot], homes: Mapping[str, str]) -> dict[tuple[str, str], bool]:
    """What each device wanted last of each question; `homes` names the one that stands for what was voted for."""
    return {(homes[each.key], each.device): each.up for each in ballots if each.key in homes}


def _by_votes(asked: Asked) -> tuple[int, int, int]:
    return _PLACE[asked.question.state], -asked.votes, asked.post.arrived


def _by_age(asked: Asked) -> tuple[int, int]:
    return _PLACE[asked.question.state], -asked.post.arrived
