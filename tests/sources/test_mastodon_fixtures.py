"""Every recorded status of the fediverse is read into a sighting, or refused with a reason."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backchannel.post import Sighting
from backchannel.sources import status
from backchannel.text import Text
from tests.shared import fixtures, json_documents
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


def test_every_recorded_status_is_read_or_refused(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes: Counter[str] = Counter()
    for path in sorted(fixtures("mastodon").rglob("*")):
        for document in documents(path) if path.is_file() else ():
            for each in statuses(document):
                read = status.read(each, "social.example")
                outcomes["read" if isinstance(read, Sighting) else read] += 1
                if isinstance(read, Sighting) and read.content:
                    check(Text(read.content.text, read.content.spans))
    with capsys.disabled():
        print(f"\n{outcomes.total()} recorded statuses:", dict(outcomes.most_common()))  # noqa: T201 (the count is the result)
    assert outcomes["read"] >= 150
    assert set(outcomes) - {"read"} <= REASONS


def test_the_errors_of_servers_are_no_statuses() -> None:
    for name in ("legacy-1.x-mastodonkit/RequestError.json", "flavours-tootsdk/streaming_error.json"):
        for document in json_documents(fixtures("mastodon", name)):
            assert isinstance(status.read(document, "social.example"), str)
