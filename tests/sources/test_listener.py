"""Whatever a homeserver answers, a room is listened to or given up in plain words."""

import asyncio
import copy
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


odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=10),
    st.sampled_from(["m.room.redaction", "$mended", "$soup", "m.replace"]),
    st.lists(st.none() | st.dictionaries(st.sampled_from(["type", "event_id"]), st.text(max_size=3)), max_size=3),
)


def places(thing: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: what it is in, and by which name or number."""
    named = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    return [place for name, inner in named for place in ((thing, name), *places(inner))]


@st.composite
def mangled(draw: st.DrawFn) -> Any:
    """The recorded answer, with other things in some places."""
    answer = copy.deepcopy(RECORDED)
    for _ in range(draw(st.integers(1, 5))):
        if found := places(answer):
            inside, name = draw(st.sampled_from(found))
            inside[name] = draw(odd)
    return answer


@settings(max_examples=60)
@given(mangled(), odd | st.sampled_from(RECORDED["rooms"]["join"][ROOM]["timeline"]["events"]))
def test_a_mangled_answer_is_told_or_given_up_in_plain_words(answer: Any, asked: Any) -> None:
    try:
        heard = asyncio.run(listened(answer, asked))
    except SourceError as error:
        assert str(error)
        return
    assert all(isinstance(each, Sighting) and (each.id or each.ref) for each in heard.sightings)
    assert all(heard.refused)
