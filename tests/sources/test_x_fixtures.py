"""Every recorded payload of X is read, or refused with a reason."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.post import Sighting
from backchannel.sources import snowflake, x_api, x_post, x_told
from backchannel.sources.fields import Fields
from backchannel.sources.x_told import Told
from backchannel.text import SpanKind, Text
from tests.shared import fixtures, json_documents
from tests.sources.mangling import mangled
from tests.sources.x_server import author
from tests.test_text import check

REASONS = {
    "a post has no author",
    "a post has no id",
    "the post repeats another one",
    "a line of the stream is no JSON",
    "a line of the stream tells of no post",
    "X tells of trouble: Invalid Request",
    "X tells of trouble: JSON doesn't match expected schema",
    "X tells of trouble: Rate limit exceeded",
}


def lines() -> Iterator[bytes]:
    """Every document as the stream would send it; what twarc flattened is put together again."""
    root = fixtures("x")
    for path in sorted(root.rglob("*.json*")):
        text = path.read_bytes()
        if path.name == "http-recordings.json":
            continue  # heads of answers, without bodies
        for raw in text.split(b"\n") if path.suffix == ".jsonl" else [text]:
            if raw.strip():
                yield _whole(raw)
    for path in sorted(root.rglob("*.txt")):
        yield path.read_bytes()


def _whole(raw: bytes) -> bytes:
    try:
        flat = json.loads(raw)
    except ValueError:
        return raw
    if not isinstance(flat, dict) or "data" in flat or "text" not in flat:
        return raw
    media = [each for each in flat.get("attachments", {}).get("media", []) if isinstance(each, dict)]
    return json.dumps({"data": flat, "includes": {"users": [flat.get("author")], "media": media}}).encode()


def read(told: Told, **users: Any) -> Iterator[Sighting | str]:
    for post in told.posts:
        beside = told.beside
        if users:  # most were recorded without their authors: somebody stands in for them, so that the rest is read
            beside = x_post.Beside({post.id("author_id"): Fields(users)}, beside.media)
        yield x_post.read(post, beside)


def test_every_recorded_payload_is_read_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: Counter[str] = Counter()
    stood_in: Counter[str] = Counter()
    for raw in lines():
        told = x_told.line(raw)
        if isinstance(told, str):
            outcomes[told] += 1
            continue
        outcomes.update(filter(None, [told.trouble, "ends the stream" if told.ending else ""]))
        for found in read(told):
            outcomes["read" if isinstance(found, Sighting) else found] += 1
        for found in read(told, **author()):
            stood_in["read" if isinstance(found, Sighting) else found] += 1
            if isinstance(found, Sighting) and found.content:
                check(Text(found.content.text, found.content.spans))
    with capsys.disabled():
        print(f"\n{outcomes.total()} recorded payloads of X:", dict(outcomes.most_common()))  # noqa: T201 (the count is the result)
        print(f"{stood_in.total()} posts, somebody standing in for the author:", dict(stood_in.most_common()))  # noqa: T201
    assert outcomes["read"] >= 80
    assert outcomes["ends the stream"] == 3
    assert stood_in["read"] >= 400
    assert set(outcomes) - {"read", "ends the stream"} <= REASONS


def test_a_recorded_payload_that_is_mangled_is_read_or_refused() -> None:
    payloads = [json.loads(raw) for raw in lines() if len(raw) < 20_000 and not isinstance(x_told.line(raw), str)]

    @settings(max_examples=60)
    @given(mangled(st.sampled_from(payloads)))
    def tell(said: Any) -> None:
        told = x_told.line(json.dumps(said).encode())
        found = [told] if isinstance(told, str) else list(read(told, **author()))
        assert all(isinstance(each, Sighting) or each for each in found)

    tell()


def test_the_places_of_recorded_entities_are_found() -> None:
    """Where an entity stands is counted in code points of the escaped text: else these would not be found."""
    spans: Counter[SpanKind] = Counter()
    told_of: Counter[SpanKind] = Counter()
    kinds = {"hashtags": SpanKind.HASHTAG, "mentions": SpanKind.MENTION, "urls": SpanKind.LINK}
    for raw in lines():
        told = x_told.line(raw)
        for post in () if isinstance(told, str) else told.posts:
            text = post.text("text")
            for name, kind in kinds.items():
                places = [each for each in post.one("entities").many(name, 100) if each.whole("end")]
                told_of[kind] += len(places)
                shown = x_post._told(text, post.one("entities"), has_media=False)
                spans[kind] += sum(each.kind is kind for each in shown)
    assert told_of[SpanKind.LINK] > 30
    assert spans == told_of


def test_an_edit_and_its_original_are_one_post() -> None:
    found: list[Sighting] = []
    for name in ("edited_before.jsonl", "edited_after.jsonl"):
        for document in json_documents(fixtures("x", "twarc", name)):
            told = x_told.line(json.dumps(document).encode())
            assert isinstance(told, Told)
            found += [each for each in read(told) if isinstance(each, Sighting)]
    assert len({each.id for each in found}) == 1
    before, after = (each.content for each in found)
    assert before
    assert after
    assert before.edited_at is None
    assert after.edited_at is not None
    assert after.edited_at > (before.posted_at or after.edited_at)


def test_recorded_ids_tell_when_they_were_made() -> None:
    apart: list[timedelta] = []
    for raw in lines():
        told = x_told.line(raw)
        for post in () if isinstance(told, str) else told.posts:
            made, said = snowflake.made_at(post.id("id")), post.moment("created_at")
            if made and said:
                apart.append(abs(made - said))
    close = [each for each in apart if each < timedelta(seconds=2)]
    assert len(close) > 80
    assert len(close) / len(apart) > 0.98  # a library's made-up example has an id of another time


def test_the_limits_of_recorded_answers_are_understood() -> None:
    for recorded in json.loads(fixtures("x", "http-recordings.json").read_text()):
        headers = {name.lower(): value for name, value in recorded["headers"].items()}
        if "x-rate-limit-reset" not in headers:
            continue
        wait_s = x_api.reset_s(headers)
        assert wait_s is not None
        assert 1 <= wait_s <= x_api.RESET_MAX_S
        until_s = int(headers["x-rate-limit-reset"]) - parsedate_to_datetime(headers["date"]).timestamp()
        assert wait_s == pytest.approx(min(max(until_s, 1), x_api.RESET_MAX_S))
