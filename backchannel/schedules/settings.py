"""What config.toml says of the programme: where it is read, and sessions written by hand."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Annotated

from msgspec import Meta

from backchannel.errors import StartError
from backchannel.programme import Session
from backchannel.schedules.reading import TITLE_MAX, Entry, Reading, speakers_of
from backchannel.schedules.times import moment

Word = Annotated[str, Meta(max_length=100)]


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """A session written by hand. Times are by the venue's clock where they name no zone; no hall is the whole house."""

    title: Annotated[str, Meta(min_length=1, max_length=TITLE_MAX)]
    start: str
    end: str
    hall: Word = ""
    speakers: tuple[Annotated[str, Meta(max_length=300)], ...] = ()
    hashtag: Word = ""
    url: Annotated[str, Meta(max_length=900)] = ""
    language: Word = ""
    id: Word = ""


@dataclass(frozen=True, slots=True)
class ProgrammeSettings:
    """Where the programme is read, how often one looks whether it changed, and what is added by hand."""

    file: str = ""
    url: Annotated[str, Meta(max_length=900)] = ""
    every_s: Annotated[float, Meta(ge=10, le=3600)] = 60.0
    sessions: tuple[SessionSettings, ...] = ()


def by_hand(sessions: tuple[SessionSettings, ...], zone: tzinfo) -> tuple[Session, ...]:
    """The sessions of the configuration. Raises StartError that names the one that cannot be used."""
    reading = Reading()
    for each in sessions:
        entry = Entry(
            id=each.id,
            title=each.title,
            start=moment(each.start, zone),
            end=moment(each.end, zone),
            room=each.hall,
            speakers=speakers_of(each.speakers),
            hashtag=each.hashtag,
            url=each.url,
            language=each.language,
        )
        reading.take(entry)
        if reading.refused:
            [why] = reading.refused
            msg = f"[[programme.sessions]] ({each.title}): {why}; write start = 2026-11-17T09:00:00, and a later end"
            raise StartError(msg)
    return tuple(reading.sessions)
