"""A network of one PDS on loopback: the real PDS and PLC directory, and what its people do there by XRPC."""

import asyncio
import json
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from httpx2 import AsyncClient, BasicAuth

from backchannel.clock import now
from tests.pds.packages import FOLDER, NODE
from tests.sources.jetstream_server import POST

Json = dict[str, Any]

START_S: Final = 120
ENDED_S: Final = 10
_NUMBERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class Pds:
    """A running PDS. `node` is the version of what runs it."""

    url: str
    node: str
    client: AsyncClient
    admin: BasicAuth

    async def ask(self, method: str, **params: str) -> Json:
        """The answer to a query that anybody may ask."""
        answer = await self.client.get(method, params=params)
        assert answer.is_success, f"{method}: {answer.text}"
        return dict(answer.json())

    async def join(self) -> "Person":
        """Let somebody make an account."""
        handle = f"person{next(_NUMBERS)}.test"
        wishes = {"handle": handle, "email": f"{handle}@mail.example", "password": "not-a-secret"}
        answer = await self.client.post("com.atproto.server.createAccount", json=wishes)
        assert answer.is_success, answer.text
        return Person(self, answer.json()["did"], handle, answer.json()["accessJwt"])

    async def compose(self, text: str) -> Json:
        """The text and the facets that the network's own client makes of a text."""
        composing = await asyncio.create_subprocess_exec(
            NODE, "compose.mjs", self.url, text, cwd=FOLDER, stdout=subprocess.PIPE
        )
        printed, _ = await composing.communicate()
        assert composing.returncode == 0
        return dict(json.loads(printed))

    async def take_down(self, did: str, *, applied: bool = True) -> None:
        """Close an account as those who run the PDS can, or open it again."""
        subject = {"$type": "com.atproto.admin.defs#repoRef", "did": did}
        body = {"subject": subject, "takedown": {"applied": applied}}
        await self._order("com.atproto.admin.updateSubjectStatus", body)

    async def delete(self, did: str) -> None:
        """Delete an account with all that it holds."""
        await self._order("com.atproto.admin.deleteAccount", {"did": did})

    async def _order(self, method: str, body: Json) -> None:
        answer = await self.client.post(method, json=body, auth=self.admin)
        assert answer.is_success, f"{method}: {answer.text}"


@dataclass(slots=True)
class Person:
    """Somebody with an account."""

    pds: Pds
    did: str
    handle: str
    token: str = field(repr=False)

    async def tell(self, method: str, body: Json | None = None) -> Json:
        """The answer to a procedure, which wants a body or wants none."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await self.pds.client.post(method, json=body, headers=headers)
        assert answer.is_success, f"{method}: {answer.text}"
        return dict(answer.json()) if answer.content else {}

    async def post(self, text: str, **more: Any) -> str:
        """Post; returns the record's key."""
        body = {"repo": self.did, "collection": POST, "record": _record(text, **more)}
        answer = await self.tell("com.atproto.repo.createRecord", body)
        return str(answer["uri"]).rpartition("/")[2]

    async def post_at_once(self, *texts: str) -> None:
        """Post several, in one commit."""
        creation = {"$type": "com.atproto.repo.applyWrites#create", "collection": POST}
        writes = [creation | {"value": {"$type": POST} | _record(text)} for text in texts]
        await self.tell("com.atproto.repo.applyWrites", {"repo": self.did, "writes": writes})

    async def edit(self, rkey: str, text: str, **more: Any) -> None:
        """Put other words into a post."""
        await self._put(POST, rkey, _record(text, **more))

    async def delete(self, rkey: str) -> None:
        """Delete a post."""
        await self.tell("com.atproto.repo.deleteRecord", {"repo": self.did, "collection": POST, "rkey": rkey})

    async def introduce(self, name: str, **more: Any) -> None:
        """Say who one is."""
        await self._put("app.bsky.actor.profile", "self", {"displayName": name} | more)

    async def upload(self, content: bytes, kind: str) -> Json:
        """Bring in a picture; returns what a post names it by."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        answer = await self.pds.client.post("com.atproto.repo.uploadBlob", content=content, headers=headers)
        assert answer.is_success, answer.text
        return dict(answer.json()["blob"])

    async def rename(self, handle: str) -> None:
        """Take another handle."""
        await self.tell("com.atproto.identity.updateHandle", {"handle": handle})
        self.handle = handle

    async def deactivate(self) -> None:
        """Go away for a while."""
        await self.tell("com.atproto.server.deactivateAccount", {})

    async def activate(self) -> None:
        """Come back."""
        await self.tell("com.atproto.server.activateAccount")

    async def _put(self, collection: str, rkey: str, record: Json) -> None:
        body = {"repo": self.did, "collection": collection, "rkey": rkey, "record": {"$type": collection} | record}
        await self.tell("com.atproto.repo.putRecord", body)


def _record(text: str, **more: Any) -> Json:
    return {"text": text, "createdAt": now().isoformat(timespec="milliseconds").replace("+00:00", "Z")} | more


@asynccontextmanager
async def running_pds(folder: Path, appview_url: str) -> AsyncGenerator[Pds]:
    """A PDS while the block lasts. It ends when its standard input does, whatever becomes of us."""
    with (folder / "pds.log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(
            NODE, "server.mjs", folder, appview_url, cwd=FOLDER, env={"LOG_ENABLED": "false"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
    assert server.stdin and server.stdout
    try:
        async with asyncio.timeout(START_S):
            line = await server.stdout.readline()
        assert line, (folder / "pds.log").read_text()
        told = json.loads(line)
        async with AsyncClient(base_url=f"{told['url']}/xrpc/", timeout=30) as client:
            yield Pds(told["url"], told["node"], client, BasicAuth("admin", told["adminPassword"]))
    finally:
        server.stdin.close()
        async with asyncio.timeout(ENDED_S):
            await server.wait()
