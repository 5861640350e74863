"""A question: a post that asks whoever speaks in a hall. Pure: the programme and the time are told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backchannel.programme import Programme, Session


class State(StrEnum):
    """How far a question has come on the stage."""

    OPEN = "open"  # nobody took it up yet
    CURRENT = "current"  # it is being answered: one in a session at a time
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Question:
    """What makes a post a question: the hall that it was asked in, and how far it has come, since when.

    `hall` is a slug, empty where nobody knows.
    """

    hall: str
    state: State = State.OPEN
    at: datetime | None = None


def addressed(programme: Programme, at: datetime, hall: str) -> Session | None:
    """The session that a question from a hall is for: what is on; in a break what comes next; at last what was last.

    Nobody can be asked in a session of the whole house without a speaker, such as lunch: it is a break.
    """
    here = [each for each in programme.sessions if each.is_in(hall) and (each.room or each.speakers)]
    on = [each for each in here if each.is_on(at)]
    if on:
        return max(on, key=lambda each: (each.start, each.id))
    coming = next((each for each in here if each.start > at), None)
    return coming or max(here, key=lambda each: each.end, default=None)


def changes_at(programme: Programme, at: datetime, hall: str) -> datetime | None:
    """When questions from a hall are next for another session, or None where they stay where they are."""
    present = addressed(programme, at, hall)
    edges = {edge for each in programme.sessions if each.is_in(hall) for edge in (each.start, each.end) if edge > at}
    return next((edge for edge in sorted(edges) if addressed(programme, edge, hall) != present), None)
