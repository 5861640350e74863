"""The recorded payloads beside the repository: real people's public posts, read in place and never copied."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "fixtures"


def fixtures(*names: str) -> Path:
    """A file or folder of the fixtures; where they are missing, the test is skipped and says so."""
    path = Path(os.environ.get("BACKCHANNEL_FIXTURES", BESIDE)).joinpath(*names)
    if not path.exists():
        pytest.skip("the recorded payloads (shared/fixtures) are not here; BACKCHANNEL_FIXTURES may name their folder")
    return path


def json_documents(path: Path) -> Iterator[object]:
    """The JSON documents of a file: the whole of a .json, each line of a .jsonl."""
    text = path.read_text()
    for document in text.split("\n") if path.suffix == ".jsonl" else [text]:
        if document.strip():
            yield json.loads(document)
