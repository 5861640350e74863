import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.post import Decision, Status, Verb
from backchannel.record import Recorded
from backchannel.web.export import BOM, FIELDS, FORMS, FORMULA, cell
from tests.made_up import content, post

AT = datetime(2026, 11, 17, 14, 31, 52, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def recorded(by: str = "Sam", reason: str = "", url: str = "https://social.example/1") -> Recorded:
    now = post(content=content("words that stay here", url=url))
    decision = Decision(by, Verb.REJECT, reason, AT)
    return Recorded("mastodon:1", 2, decision, Status.QUEUED, Status.REJECTED, act="a1", post=now)


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_a_line_tells_who_what_why_and_when_and_no_text() -> None:
    told = {
        "key": "mastodon:1",
        "network": "mastodon",
        "verb": "reject",
        "before": "queued",
        "after": "rejected",
        "by": "Sam",
        "reason": "spam",
        "at": "2026-11-17T14:31:52+00:00",
        "version": 2,
        "act": "a1",
        "url": "https://social.example/1",
    }
    assert json.loads(FORMS["jsonl"].line(recorded(reason="spam"))) == told
    [row] = read_csv(FORMS["csv"].head + FORMS["csv"].line(recorded(reason="spam")))
    assert row == {name: str(value) for name, value in told.items()}
    assert tuple(row) == FIELDS


def test_a_post_that_is_gone_has_no_address() -> None:
    assert json.loads(FORMS["jsonl"].line(replace(recorded(), post=None)))["url"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " \t=1", "\r\n=1", "＝1+1", '=HYPERLINK("http://x")'])
def test_no_cell_begins_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Sam", "", "3 = 3", "https://x.example/?a=1", "'=1"])
def test_a_cell_that_begins_no_formula_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


@given(by=TEXTS, reason=TEXTS, url=TEXTS)
def test_whatever_somebody_typed_a_file_has_one_line_a_decision(by: str, reason: str, url: str) -> None:
    decided = recorded(by, reason, url)
    [row] = read_csv(FORMS["csv"].head + FORMS["csv"].line(decided))
    assert (row["by"], row["reason"], row["url"]) == (cell(by), cell(reason), cell(url))
    assert not any(each.lstrip().startswith(FORMULA) for each in row.values())
    [line] = FORMS["jsonl"].line(decided).split("\n")[:-1]
    assert json.loads(line)["by"] == by
