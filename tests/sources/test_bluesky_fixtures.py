"""Every recorded frame and record of Bluesky is read or refused, and its facets stand where their bytes do."""

import json
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.interest import Interest
from backchannel.post import Sighting
from backchannel.sources import event, facets, record, xrpc
from backchannel.sources.accounts import Accounts
from backchannel.sources.commits import Commits
from backchannel.sources.event import Event, Topic
from backchannel.sources.fields import Fields
from backchannel.sources.gathering import Gathering
from backchannel.sources.prefilter import Prefilter
from backchannel.sources.profile import DID, HANDLE
from backchannel.sources.profiles import Profiles
from backchannel.sources.xrpc import Xrpc
from backchannel.text import Text
from tests.made_up import Clock
from tests.shared import fixtures, json_documents
from tests.sources.mangling import mangled
from tests.test_text import check

REASONS = {"a record is no post", "the post is empty", "the author opted out in the post"}
FRAMES = ("jetstream-v1-capture.jsonl", "jetstream-v1-golden.jsonl", "jetstream-from-postviews.DERIVED.jsonl")
EXAMPLES = ("jetstream-docs-example.0.json", "jetstream-docs-example.1.json")


def records(value: Any) -> Iterator[dict[str, Any]]:
    """The records anywhere in a JSON value, and what is inside them."""
    if isinstance(value, dict):
        if "$type" in value and ("createdAt" in value or "text" in value):
            yield value
        for inner in value.values():
            yield from records(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from records(inner)


def every_record() -> Iterator[dict[str, Any]]:
    for path in sorted(fixtures("bluesky").rglob("*.json*")):
        for document in json_documents(path):
            yield from records(document)


def frames(name: str) -> list[bytes]:
    path: Path = fixtures("bluesky", name)
    raw = path.read_bytes()
    return [line for line in raw.split(b"\n") if line] if path.suffix == ".jsonl" else [raw]


def test_every_recorded_frame_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    topics: Counter[str] = Counter()
    for name in (*FRAMES, *EXAMPLES):
        for frame in frames(name):
            found = event.read(frame)
            assert isinstance(found, Event)
            assert found.place is not None
            assert found.at is not None
            topics[found.topic.value or "other"] += 1
    with capsys.disabled():
        print(f"\n{topics.total()} recorded frames:", dict(topics))  # noqa: T201 (the count is the result)
    assert topics[Topic.COMMIT] >= 280
    assert topics[Topic.ACCOUNT] >= 2


def test_a_recorded_frame_that_is_mangled_is_gathered_or_refused() -> None:
    profiles = Profiles(Xrpc("https://api.example"), Clock())
    commits = Commits(Interest(["a", "e", "ai"], phrases=["the"]), Accounts((), ()), profiles)
    kinds: Counter[str] = Counter()

    @settings(max_examples=100)
    @given(mangled(st.sampled_from([json.loads(frame) for name in (*FRAMES, *EXAMPLES) for frame in frames(name)])))
    def gather(said: Any) -> None:
        heard = Gathering(commits.read)
        heard.note(json.dumps(said).encode())
        heard.settle(commits.named)
        assert all(isinstance(each, Sighting) and each.id for each in heard.sightings)
        kinds["sightings"] += len(heard.sightings)
        assert all(heard.refused)

    gather()
    assert kinds["sightings"]


def test_every_recorded_record_is_read_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: Counter[str] = Counter()
    for number, each in enumerate(every_record()):
        found = record.read("did:plc:somebody", f"3l{number}", Fields(each))
        outcomes["read" if isinstance(found, Sighting) else found] += 1
        if isinstance(found, Sighting) and found.content:
            check(Text(found.content.text, found.content.spans))
    with capsys.disabled():
        print(f"\n{outcomes.total()} recorded records:", dict(outcomes.most_common()))  # noqa: T201 (as above)
    assert outcomes["read"] >= 400
    assert set(outcomes) - {"read"} <= REASONS


def test_facets_of_every_record_stand_where_their_bytes_stand(capsys: pytest.CaptureFixture[str]) -> None:
    seen: Counter[str] = Counter()
    for each in every_record():
        text, told = Fields(each).text("text"), list(Fields(each).many("facets", 1000))
        raw, cut = text.encode(), facets.runs(text, told)
        assert "".join(run.text for run in cut) == text
        wanted = sorted(
            (one.one("index").whole("byteStart") or 0, one.one("index").whole("byteEnd") or 0) for one in told
        )
        at = 0
        for run in cut:
            end = at + len(run.text.encode())
            assert run.kind is None or (at, end) in wanted
            assert raw[at:end].decode() == run.text
            at = end
        kinds = "beyond ASCII" if not text.isascii() else "ASCII"
        seen[f"facets, {kinds}"] += len(told)
        seen[f"spans, {kinds}"] += sum(run.kind is not None for run in cut)
    with capsys.disabled():
        print("\nfacets:", dict(seen))  # noqa: T201 (as above)
    assert seen["spans, beyond ASCII"] >= 100
    assert sum(count for name, count in seen.items() if name.startswith("spans")) >= 500


def test_most_of_the_recorded_network_is_told_apart_without_decoding() -> None:
    prefilter = Prefilter(["pink11"])
    recorded = frames(FRAMES[0])
    news = [frame for frame in recorded if json.loads(frame).get("commit", {}).get("operation") == "create"]
    assert sum(map(prefilter.passes, news)) <= len(news) // 20
    assert all(prefilter.passes(frame) for frame in recorded if frame not in news)


def examples(name: str) -> list[str]:
    """The examples of a file that the makers of the protocol test with."""
    lines = fixtures("bluesky", "interop", name).read_text().split("\n")
    return [line for line in lines if line.strip() and not line.startswith("#")]


def test_names_are_told_apart_as_the_protocol_does() -> None:
    assert all(map(DID.fullmatch, examples("did_syntax_valid.txt")))
    assert all(map(HANDLE.fullmatch, examples("handle_syntax_valid.txt")))
    assert not any(map(HANDLE.fullmatch, examples("handle_syntax_invalid.txt")))
    addresses = [each.removeprefix("at://").split("/") for each in examples("aturi_syntax_valid.txt")]
    of_records = [each for each in addresses if len(each) == 3 and each[0].startswith("did:")]
    assert len(of_records) > 10
    for did, _, rkey in of_records:
        assert record.post_id(did, rkey) == f"at://{did}/app.bsky.feed.post/{rkey}"


def test_times_are_read_as_the_protocol_writes_them() -> None:
    def moment(text: str) -> object:
        return Fields({"createdAt": text}).moment("createdAt")

    valid = examples("datetime_syntax_valid.txt")
    assert all(moment(each.replace("1985", "1999")) for each in valid if each[:4] in {"1985", "2000"})
    assert not any(map(moment, (each for each in valid if each[:4] not in {"1985", "2000"})))  # not of this age
    for name in ("datetime_syntax_invalid.txt", "datetime_parse_invalid.txt"):
        assert not any(map(moment, examples(name)))


def test_the_limits_of_recorded_answers_are_understood() -> None:
    limited = 0
    for recorded in json.loads(fixtures("bluesky", "http-recordings.json").read_text()):
        headers = {name.lower(): value for name, value in recorded["headers"].items()}
        if "ratelimit-reset" in headers:
            limited += 1
            until_s = int(headers["ratelimit-reset"]) - parsedate_to_datetime(headers["date"]).timestamp()
            assert xrpc.pause_s(headers) == pytest.approx(min(max(until_s, 1), xrpc.PAUSE_MAX_S))
    assert limited > 5
