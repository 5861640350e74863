"""Frames of a Jetstream for measuring: the recorded capture where it is, made-up posts where it is not."""

import json
import os
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

from tests.shared import BESIDE
from tests.sources.jetstream_server import DID, POST, dumps, made_up

CAPTURE: Final = ("bluesky", "jetstream-v1-capture.jsonl")
AT: Final = "2026-11-17T12:00:00.000000Z"

Json = dict[str, Any]


def origin() -> str:
    """Where the frames come from, in words."""
    path = _capture()
    return (
        f"the real capture ({path.name})" if path.exists() else "made-up posts, since the recorded capture is not here"
    )


def frames(count: int) -> Iterator[bytes]:
    """So many frames of version 2 of the wire, numbered upwards: none of them has the hashtag."""
    heads = list(_payloads())
    for seq, payload in enumerate(islice(cycle(heads), count), 1):
        yield b'{"$type":"message","payload":{"$type":"%s","seq":%d,%s' % (payload[0], seq, payload[1])


def _payloads() -> Iterator[tuple[bytes, bytes]]:
    """The kind of each event, and all of its frame that comes after its number."""
    path = _capture()
    lines = path.read_bytes().split(b"\n") if path.exists() else [_made_up(number) for number in range(50)]
    for event in map(json.loads, filter(None, lines)):
        kind = event["kind"]
        body = event["commit"] if kind == "commit" else {kind: event[kind]}
        told: Json = {"did": event["did"], "time": AT, "witnessedAt": AT} | body
        yield f"network.bsky.jetstream.subscribeEvents#{kind}".encode(), dumps(told)[1:].encode() + b"}"


def _made_up(number: int) -> bytes:
    record = made_up(
        f"Nothing to see at booth {number}, and nothing to wait for either. ☕" + " Really." * (number % 9)
    )
    commit = {
        "rev": "3l",
        "operation": "create",
        "collection": POST,
        "rkey": f"3l{number}",
        "record": record,
        "cid": "b",
    }
    return json.dumps({"did": DID, "time_us": 1, "kind": "commit", "commit": commit}).encode()


def _capture() -> Path:
    return Path(os.environ.get("BACKCHANNEL_FIXTURES", BESIDE)).joinpath(*CAPTURE)
