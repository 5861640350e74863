"""The bridge: tells what a PDS says on its firehose in the words of Jetstream, as a relay and a Jetstream do.

The firehose: https://atproto.com/specs/sync (com.atproto.sync.subscribeRepos), two objects of DAG-CBOR a frame; records
come as blocks of a CAR. Its cursor is exclusive.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import libipld  # type: ignore[import-not-found]
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from backchannel.clock import now
from tests.sources.jetstream_server import POST, JetstreamServer, jetstream_server

Json = dict[str, Any]

PATH: Final = "/xrpc/com.atproto.sync.subscribeRepos"
PAUSE_S: Final = 0.2
LINKS: Final = (b"\x01\x71\x12\x20", b"\x01\x55\x12\x20")  # how a CID begins: version 1, CBOR or raw, SHA-256
LINK_BYTES: Final = 36


@dataclass(frozen=True, slots=True)
class Told:
    """One event of somebody, as Jetstream tells of it."""

    kind: str
    did: str
    body: Json


def read(frame: bytes) -> tuple[int, list[Told]]:
    """The number of a frame, and what it tells. Raises ValueError where the PDS breaks off."""
    header, body = libipld.decode_dag_cbor_multi(frame)
    if header["op"] != 1:
        raise ValueError(body)
    kind = header["t"].removeprefix("#")
    if kind == "commit":
        return body["seq"], list(_commits(body))
    return body.get("seq", 0), [Told(kind, body["did"], _as_json(body))] if kind in {"identity", "account"} else []


def _commits(body: Json) -> Iterator[Told]:
    """An event for each record that a commit makes, changes or deletes."""
    _, blocks = libipld.decode_car(body["blocks"])
    for op in body["ops"]:
        collection, _, rkey = op["path"].partition("/")
        told = {"rev": body["rev"], "operation": op["action"], "collection": collection, "rkey": rkey}
        if op["action"] != "delete":
            told |= {"record": _as_json(blocks[op["cid"]]), "cid": libipld.encode_cid(op["cid"])}
        yield Told("commit", body["repo"], told)


def _as_json(value: Any) -> Any:
    """A value in the data model's JSON: https://atproto.com/specs/data-model."""
    if isinstance(value, dict):
        return {name: _as_json(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    if isinstance(value, bytes):
        is_link = len(value) == LINK_BYTES and value.startswith(LINKS)
        return {"$link": libipld.encode_cid(value)} if is_link else {"$bytes": libipld.encode_multibase("m", value)[1:]}
    return value


Index = Callable[[Told], Awaitable[None]]


async def listen(pds_url: str, jetstream: JetstreamServer, index: Index) -> None:
    """Pass on whatever the PDS tells, from its first event on, until cancelled; its restart is survived."""
    seq = 0
    while True:
        try:
            async with connect(f"{pds_url.replace('http', 'ws', 1)}{PATH}?cursor={seq}", max_size=None) as socket:
                async for frame in socket:
                    assert isinstance(frame, bytes)
                    seq, told = read(frame)
                    for each in told:
                        await index(each)
                        if each.kind != "commit" or each.body["collection"] == POST:
                            await jetstream.keep(each.kind, each.body, each.did, at=now())
        except (OSError, ConnectionClosed):
            await asyncio.sleep(PAUSE_S)


@asynccontextmanager
async def bridge(pds_url: str, index: Index) -> AsyncGenerator[JetstreamServer]:
    """A Jetstream of one PDS while the block lasts; `index` hears of everything first."""
    async with jetstream_server() as jetstream, asyncio.TaskGroup() as group:
        listening = group.create_task(listen(pds_url, jetstream, index), name="bridge")
        try:
            yield jetstream
        finally:
            listening.cancel()
