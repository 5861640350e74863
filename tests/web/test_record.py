import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.errors import Refusal
from backchannel.post import Verb
from backchannel.record import Place, RecordQuery
from backchannel.roles import Role
from backchannel.store.base import Record
from backchannel.web.badges import Gate
from backchannel.web.record import RecordDoor, read_place, written
from tests.served import Served

AT = datetime(2026, 11, 17, 14, 31, 52, 7, tzinfo=UTC)


async def read(house: Served, query: str = "", path: str = "/api/record") -> Any:
    answer = await house.client.get(f"{path}?{query}", headers=await house.badge())
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_decision_can_be_read_and_taken_back_from_the_record(house: Served) -> None:
    key = await house.approved("Ask who wrote the runbook.", halls=["main"], headers=await house.badge("Sam"))
    [decided] = (await read(house))["decisions"]
    assert (decided["by"], decided["verb"], decided["halls"], decided["later"]) == ("Sam", "approve", ["main"], None)
    assert decided["post"]["text"] == "Ask who wrote the runbook."
    back = decided["reverse"]
    assert back == {"verb": "restore", "reason": "", "halls": None}
    jo = await house.badge("Jo")
    versions = {key: decided["post"]["version"]}
    assert (await house.decide(back["verb"], key, versions=versions, headers=jo)).status_code == 200
    restored, approved = (await read(house, f"post={key}"))["decisions"]
    assert (approved["reverse"], approved["later"]["by"], approved["later"]["verb"]) == (None, "Jo", "restore")
    assert restored["reverse"] == {"verb": "approve", "reason": "", "halls": ["main"]}
    late = await house.decide(back["verb"], key, versions=versions, headers=await house.badge("Eve"))
    assert late.status_code == 409
    assert late.json()["outcomes"][0]["by"] == "Jo"


async def test_pages_of_the_record_join_and_an_act_is_one_line(house: Served) -> None:
    keys = [await house.post(f"post {number}") for number in range(5)]
    await house.decide("hold", *keys[:3], headers=await house.badge())
    for key in keys[3:]:
        await house.decide("reject", key, reason="spam")
    first = await read(house, "limit=2")
    rest = await read(house, f"limit=200&place={first['next']}")
    assert len({line["key"] for line in first["decisions"] + rest["decisions"]}) == 5
    assert rest["next"] is None
    folded = (await read(house, "folded=1"))["decisions"]
    assert [line["together"] for line in folded] == [1, 1, 3]
    act = (await read(house, f"act={folded[2]['act']}"))["decisions"]
    assert {line["key"] for line in act} == set(keys[:3])


async def test_shares_tell_what_was_not_shown_and_why(house: Served) -> None:
    sam = await house.badge("Sam")
    for number, (verb, reason) in enumerate(
        [
            ("reject", "spam"),
            ("reject", "spam"),
            ("reject", "attack"),
            ("approve", ""),
            ("approve", "critical"),
            ("hold", ""),
        ]
    ):
        await house.decide(verb, await house.post(f"post {number}"), reason=reason, headers=sam)
    assert await read(house, path="/api/record/shares") == {
        "decided": 5,
        "not_shown": 3,
        "critical_shown": 1,
        "by_reason": [{"reason": "spam", "not_shown": 2}, {"reason": "attack", "not_shown": 1}],
        "by_actor": [{"by": "Sam", "decided": 5, "not_shown": 3}],
    }


async def test_the_whole_record_or_what_is_asked_of_it_comes_as_a_file(house: Served) -> None:
    key = await house.post("words that stay here")
    await house.decide("reject", key, reason="=cmd()", headers=await house.badge("@sam"))
    await house.approved("shown", headers=await house.badge("Jo"))
    headers = await house.badge()
    answer = await house.client.get("/api/record.csv", headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="record.csv"'
    rejected, approved = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (rejected["key"], rejected["by"], rejected["reason"]) == (key, "'@sam", "'=cmd()")
    assert approved["verb"] == "approve"
    answer = await house.client.get("/api/record.jsonl?by=Jo", headers=headers)
    assert [json.loads(line)["by"] for line in answer.text.splitlines()] == ["Jo"]
    assert "words" not in answer.text


async def test_a_file_of_an_empty_record_has_its_headings(house: Served) -> None:
    answer = await house.client.get("/api/record.csv", headers=await house.badge())
    assert answer.content.decode("utf-8-sig").startswith("key,network,verb")
    assert (await house.client.get("/api/record.xlsx", headers=await house.badge())).status_code == 404


async def test_the_record_is_for_moderators_only(house: Served) -> None:
    screen = await house.badge("Screen 1", Role.SCREEN)
    for address in ("/api/record", "/api/record/shares", "/api/record.csv", "/api/record.jsonl", "/api/service"):
        assert (await house.client.get(address)).status_code == 401
        assert (await house.client.get(address, headers=screen)).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "verb=burn",
        "before=yesterday",
        "after=2026-13-01",
        "place=x",
        "place=WzFd",
        "limit=all",
        "by=%00",
        "post=" + "x" * 201,
    ],
)
async def test_a_wrong_question_is_refused_in_plain_words(house: Served, query: str) -> None:
    answer = await house.client.get(f"/api/record?{query}", headers=await house.badge())
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


class Nothing:
    """No record and no gate: what an address means is told without them."""


@pytest.fixture(scope="module")
def door() -> RecordDoor:
    record: Record = Nothing()  # type: ignore[assignment]
    gate: Gate = Nothing()  # type: ignore[assignment]
    return RecordDoor(record, gate, ZoneInfo("Europe/Helsinki"))


def test_an_address_says_what_of_the_record_is_wanted(door: RecordDoor) -> None:
    assert door.query({}) == RecordQuery()
    wanted = {
        "post": "mastodon:1",
        "by": "Sam",
        "verb": "reject",
        "reason": "",
        "act": "a",
        "limit": "9",
        "folded": "1",
    }
    assert door.query(wanted) == RecordQuery("mastodon:1", "Sam", Verb.REJECT, "", "a", limit=9, folded=True)
    assert door.query({"limit": "9999"}).limit == 200
    assert door.query({"verb": "", "by": "", "place": "", "before": "", "folded": "0"}) == RecordQuery()


@pytest.mark.parametrize(
    "text",
    ["2026-11-17T14:30", "2026-11-17T12:30Z", "2026-11-17T12:30+00:00", "2026-11-17T13:30 01:00", "2026-11-17 14:30"],
)
def test_a_time_without_a_zone_is_the_venues(door: RecordDoor, text: str) -> None:
    assert door.query({"before": text}).until == datetime(2026, 11, 17, 12, 30, tzinfo=UTC)


def test_a_place_comes_back_as_it_was_written() -> None:
    place = Place(AT, "mastodon:0a", 3)
    assert read_place(written(place)) == place
    assert read_place(written(Place(AT + timedelta(days=1), "floor:ü", 2**63 - 1))).version == 2**63 - 1


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1")))
def test_any_other_place_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_place(text)
