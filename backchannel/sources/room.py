"""Entering a Matrix room: as whom, through which server, and what keeps us out."""

from collections.abc import Callable, Mapping
from typing import Final

from backchannel.errors import SourceError
from backchannel.media.fetcher import Fetcher
from backchannel.sources.conversation import Conversation
from backchannel.sources.fields import Fields
from backchannel.sources.homeserver import ENCRYPTION, TOMBSTONE, Homeserver, found, words_of
from backchannel.text import tame_line

_OUTSIDE: Final = frozenset({403, 404})


async def enter(fetcher: Fetcher, server: str, token: str, room: str) -> tuple[Homeserver, Conversation]:
    """The homeserver of the account that `token` belongs to, and the room, which that account is in.

    Raises SourceError where the room does not let us in, is encrypted, or was left for another one.
    """
    home = Homeserver(await found(fetcher, server), token)
    me = await home.me(fetcher)
    room_id = await home.room_id(fetcher, room)
    if room_id not in await home.joined(fetcher):
        await _join(fetcher, home, room, me)
    for kind in ENDS:
        state = await home.state(fetcher, room_id, kind)
        if state is not None:
            raise ended(kind, room, state)
    return home, Conversation(room_id, room, via=me.partition(":")[2])


def ended(kind: str, room: str, state: Fields) -> SourceError:
    """Why a room that has this state cannot be followed."""
    words, remedy = ENDS[kind](room, state)
    return SourceError(words, remedy=remedy, needs_person=True)


def left(room: str, host: str) -> SourceError:
    """Why a room that we were in says nothing more."""
    remedy = "Invite it again: it tries to come back by itself."
    return SourceError(f"The account that reads {room} is no longer in the room, says {host}.", remedy=remedy)


ENDS: Final[Mapping[str, Callable[[str, Fields], tuple[str, str]]]] = {
    ENCRYPTION: lambda room, _: (
        f"The room {room} is encrypted, so nothing can be read in it.",
        "Rooms stay encrypted for good: make one without encryption, and write it as the source's room in config.toml.",
    ),
    TOMBSTONE: lambda room, state: (
        f"The room {room} was left for another one.",
        f"Write {state.line('replacement_room', 255) or 'the new room'} as the source's room in config.toml.",
    ),
}


async def _join(fetcher: Fetcher, home: Homeserver, room: str, me: str) -> None:
    answer = await home.join(fetcher, room)
    if answer.is_fine:
        return
    if answer.status not in _OUTSIDE:
        raise home.refusal(answer)
    name = tame_line(me, 255)
    words = f"The room {room} does not let {name} in. It says: {words_of(answer)}"
    raise SourceError(words, remedy=f"Invite {name} into the room, or open it for everybody.", needs_person=True)
