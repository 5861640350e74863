"""Whatever a document holds, it is read or refused in words: nothing else comes out of it."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.errors import SourceError
from backchannel.schedules.document import read
from backchannel.schedules.reading import LONGEST, TITLE_MAX
from tests.schedules.test_devoxx import SLOT
from tests.schedules.test_frab import PRETALX, XML, schedule
from tests.schedules.test_ical import WHOLE, calendar

BERLIN = ZoneInfo("Europe/Berlin")
WILD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["2026-11-17T09:00", "00:30"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PRETALX, *SLOT, "days"]), inner),
    max_leaves=8,
)


def survives(document: bytes) -> None:
    try:
        reading = read(document, BERLIN)
    except SourceError as error:
        assert str(error).startswith("The programme ")
        return
    for session in reading.sessions:
        assert session.title
        assert len(session.title) <= TITLE_MAX
        assert session.id
        assert session.start < session.end <= session.start + LONGEST
    assert len({session.id for session in reading.sessions}) == len(reading.sessions)


def mutated(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(list(whole)), WILD, min_size=1).map(lambda changed: whole | changed)


@settings(max_examples=50)
@given(mutated(PRETALX))
def test_mutated_events_of_frab(event: dict[str, Any]) -> None:
    survives(schedule(event, PRETALX))


@settings(max_examples=50)
@given(mutated(SLOT))
def test_mutated_slots_of_devoxx(slot: dict[str, Any]) -> None:
    survives(json.dumps({"slots": [slot, SLOT]}).encode())


@settings(max_examples=50)
@given(WILD)
def test_any_json_at_all(wild: Any) -> None:
    for document in (
        wild,
        {"schedule": wild},
        {"slots": wild},
        {"schedule": {"conference": {"days": [{"rooms": wild}]}}},
    ):
        survives(json.dumps(document).encode())


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A document with a piece cut out and something else in its place."""
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(start + 40, len(whole))))
    return (
        whole[:start]
        + draw(st.binary(max_size=12) | st.sampled_from([b"\r\n", b"<", b"&", b":", b";", b"\0"]))
        + whole[end:]
    )


@settings(max_examples=50)
@given(damaged(XML.encode()))
def test_damaged_xml(document: bytes) -> None:
    survives(document)


@settings(max_examples=50)
@given(damaged(calendar(WHOLE, WHOLE)))
def test_damaged_calendars(document: bytes) -> None:
    survives(document)


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=6))
def test_calendars_of_any_lines(lines: list[str]) -> None:
    survives(calendar(("UID:1", *lines), WHOLE))
