"""Whatever a homeserver answers, a room is listened to or given up in plain words."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any, Final

import httpx2
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.errors import SourceError
from backchannel.interest import Interest
from backchannel.media.fetcher import Fetcher
from backchannel.post import Sighting
from backchannel.sources.conversation import Conversation
from backchannel.sources.fields import Fields
from backchannel.sources.homeserver import Homeserver
from backchannel.sources.listener import Heard, Listener
from backchannel.sources.stretch import Place, Stretch
from tests.sources.feed_server import RECORDINGS
from tests.sources.mangling import mangled, odd
from tests.sources.matrix_server import ROOM, TOMAS

NOW: Final = datetime(2026, 11, 17, 15, 0, tzinfo=UTC)
RECORDED: Final = json.loads((RECORDINGS / "matrix-sync.json").read_text())


async def listened(answer: object, asked: object = None) -> Heard:
    """What an answer of /sync says, where every other question is answered by `asked`."""
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=asked))
    home = Homeserver("https://matrix.example", "sesame")
    room = Conversation(ROOM, "#foyer:matrix.example", via="matrix.example")
    whole = Heard()
    async with Fetcher(transport=transport) as fetcher:
        listener = Listener(home, room, Interest(), lambda: NOW, takes_all=True)
        stretch = Stretch(home, room, Fields(answer), Place(ROOM, "s0", "$before"))
        while stretch.is_open:
            await stretch.reach_back(fetcher)
        for events, _ in stretch.chunks():
            heard = await listener.hear(fetcher, events)
            whole.sightings += heard.sightings
            whole.refused += heard.refused
    return whole


def test_an_answer_is_told_in_its_order() -> None:
    heard = asyncio.run(listened(RECORDED))
    assert [(each.id or each.ref, each.is_gone) for each in heard.sightings] == [
        ("$soup @ines:matrix.example", False),
        (f"$reply {TOMAS}", False),
        ("$picture @ines:matrix.example", False),
        ("$soup @ines:matrix.example", False),
        ("$soup @ines:matrix.example", False),
        ("$gone", True),
    ]
    assert [each.ref for each in heard.sightings[3:5]] == ["$soup", "$mended"]
    assert heard.refused == ["it is a notice of a program", "the message was deleted", "the message is encrypted"]


odd_here = odd | st.sampled_from(["m.room.redaction", "$mended", "$soup", "m.replace"])


@settings(max_examples=60)
@given(
    mangled(st.just(RECORDED), odd_here),
    odd_here | st.sampled_from(RECORDED["rooms"]["join"][ROOM]["timeline"]["events"]),
)
def test_a_mangled_answer_is_told_or_given_up_in_plain_words(answer: Any, asked: Any) -> None:
    try:
        heard = asyncio.run(listened(answer, asked))
    except SourceError as error:
        assert str(error)
        return
    assert all(isinstance(each, Sighting) and (each.id or each.ref) for each in heard.sightings)
    assert all(heard.refused)
