"""Every recorded status of the fediverse is read into a sighting, or refused with a reason."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.errors import SourceError
from backchannel.interest import Interest
from backchannel.media.fetcher import Answer
from backchannel.post import Sighting
from backchannel.sources import capabilities, frame, status
from backchannel.sources.frame import Frame, Kind
from backchannel.sources.instance import RESET_MAX_S, number, reset_s
from backchannel.text import Text
from tests.shared import fixtures, json_documents
from tests.sources.mangling import mangled
from tests.test_text import check

REASONS = {
    "the post is not public",
    "the author does not want to be indexed",
    "the author opted out in the profile",
    "it is a boost of a post without the hashtag",
    "it is a boost: the post is not public",
    "the post is empty",
}


def documents(path: Path) -> Iterator[Any]:
    """What a file holds: JSON, JSON Lines, or the data of an event stream; payloads inside strings are opened."""
    if path.suffix in {".json", ".jsonl"}:
        yield from json_documents(path)
    elif path.name.endswith(".sse.txt"):
        for line in path.read_text().split("\n"):
            if line.startswith("data: {"):
                yield json.loads(line.removeprefix("data: "))


def statuses(value: Any) -> Iterator[dict[str, Any]]:
    """The statuses anywhere in a JSON value, inner ones too."""
    if isinstance(value, dict):
        if "account" in value and "content" in value:
            yield value
        for inner in value.values():
            yield from statuses(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from statuses(inner)
    elif isinstance(value, str) and value.startswith(("{", "[")):
        try:
            yield from statuses(json.loads(value))
        except ValueError:
            return


def every_status() -> list[dict[str, Any]]:
    files = (path for path in sorted(fixtures("mastodon").rglob("*")) if path.is_file())
    return [each for path in files for document in documents(path) for each in statuses(document)]


def test_every_recorded_status_is_read_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: Counter[str] = Counter()
    for each in every_status():
        read = status.read(each, "social.example")
        outcomes["read" if isinstance(read, Sighting) else read] += 1
        if isinstance(read, Sighting) and read.content:
            check(Text(read.content.text, read.content.spans))
    with capsys.disabled():
        print(f"\n{outcomes.total()} recorded statuses:", dict(outcomes.most_common()))  # noqa: T201 (the count is the result)
    assert outcomes["read"] >= 150
    assert set(outcomes) - {"read"} <= REASONS


def test_a_recorded_status_that_is_mangled_is_read_or_refused() -> None:
    @settings(max_examples=60)
    @given(mangled(st.sampled_from(every_status())))
    def read(said: Any) -> None:
        found = status.read(said, "social.example")
        assert isinstance(found, Sighting) or found

    read()


def test_the_errors_of_servers_are_no_statuses() -> None:
    for name in ("legacy-1.x-mastodonkit/RequestError.json", "flavours-tootsdk/streaming_error.json"):
        for document in json_documents(fixtures("mastodon", name)):
            assert isinstance(status.read(document, "social.example"), str)


def frames() -> Iterator[str]:
    """The recorded messages of streaming servers, those of clients among them."""
    yield from filter(None, fixtures("mastodon", "streaming-docs.ws.DERIVED.jsonl").read_text().split("\n"))
    for path in [
        *fixtures("mastodon").glob("docs-ws-*"),
        *fixtures("mastodon", "flavours-tootsdk").glob("streaming_*"),
    ]:
        yield path.read_text()


def test_every_recorded_frame_of_a_stream_is_read() -> None:
    kinds: Counter[str] = Counter()
    for each in frames():
        found = frame.read(each)
        kinds[found.kind.name if isinstance(found, Frame) else found] += 1
        meaning = frame.meaning(found, "social.example", Interest(["pink11"])) if isinstance(found, Frame) else ""
        assert isinstance(meaning, Sighting) or meaning in {"", *REASONS}
    assert kinds == {
        Kind.NEW.name: 5,
        Kind.EDIT.name: 3,
        Kind.GONE.name: 4,
        Kind.ERROR.name: 3,
        Kind.OTHER.name: 5,
        "a frame of the stream has no event": 2,  # what a client says
    }


@pytest.mark.parametrize(
    ("name", "flavour", "version", "has_stream"),
    [
        ("flavours-tootsdk/instancev2_mastodon_4.5.json", "Mastodon", (4, 5), True),
        ("flavours-tootsdk/instancev2_gotosocial.json", "GoToSocial", (3, 3), True),
        ("flavours-tootsdk/instancev2_pixelfed.json", "Pixelfed", (0, 12), False),
        ("flavours-tootsdk/instancev2_pleroma.json", "Pleroma", (2, 7), True),
        ("flavours-tootsdk/instance_akkoma.json", "Akkoma", (3, 10), True),
        ("flavours-tootsdk/instance_friendica_nocontact.json", "Friendica", (2023, 5), False),
        ("flavours-tootsdk/instance_sharkey_contact_removed.json", "Sharkey", (2024, 1), True),
        ("flavours-soapbox/akkoma-instance.json", "Akkoma", (3, 3), True),
        ("flavours-soapbox/gotosocial-instance.json", "GoToSocial", (0, 2), True),
        ("responses/test_instance_v1.00.json", "Mastodon", (4, 6), True),
        ("responses/test_entity_instancev2.00.json", "Mastodon", (4, 6), True),
        ("responses/test_entity_instanceurls.00.json", "Mastodon", (4, 6), True),
        ("responses/test_entity_instanceurls.01.json", "Mastodon", (4, 6), True),
    ],
)
def test_what_servers_say_of_themselves_is_understood(
    name: str, flavour: str, version: tuple[int, int], has_stream: bool
) -> None:
    [said] = json_documents(fixtures("mastodon", name))
    can = capabilities.read(said)
    assert (can.flavour, can.version, bool(can.streaming)) == (flavour, version, has_stream)


def test_the_limits_of_recorded_answers_are_understood() -> None:
    [recorded] = json_documents(fixtures("mastodon", "http-recordings.json"))
    assert isinstance(recorded, list)
    limited = [each["headers"] for each in recorded if "x-ratelimit-reset" in each["headers"]]
    assert len(limited) > 5
    for headers in limited:
        left = number(headers, "x-ratelimit-remaining")
        assert left is not None
        assert 0 <= left < 300
        assert 1 <= reset_s(headers) <= RESET_MAX_S


def test_an_answer_that_is_no_json_is_given_up_in_plain_words() -> None:
    paths = sorted(fixtures("mastodon", "docs-examples").glob("*.elided.txt"))
    for path in paths:
        with pytest.raises(SourceError, match=r"social\.example answered with broken JSON"):
            Answer("social.example", 200, {"content-type": "application/json"}, path.read_bytes()).json()
    assert len(paths) == 6


def test_notes_of_misskeys_own_api_are_no_statuses() -> None:
    [notes] = json_documents(fixtures("misskey", "notes-rawr.json"))
    assert isinstance(notes, list)
    assert {status.read(each, "social.example") for each in notes} == {"a post has no id"}
