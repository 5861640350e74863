"""A desk and a fan-out over a real store, and what clients of its channels are told."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from backchannel.desk import Desk
from backchannel.feed import View
from backchannel.hub.channel import Channel
from backchannel.hub.fanout import Fanout
from backchannel.hub.local import LocalHub
from backchannel.post import Author, Order, Post, Verb
from backchannel.store.house import Store
from tests.made_up import Clock, sighting


class Desked:
    """A desk and a fan-out over one store."""

    def __init__(self, store: Store, hub: LocalHub | None = None) -> None:
        self.clock = Clock()
        self.store = store
        self.hub = hub or LocalHub(poll_every_s=60)
        self.desk = Desk(store.posts, self.hub, store.secret, self.clock, forgetting=store.forgetting)
        self.rendered: list[str] = []

        async def tally() -> Mapping[str, Any]:
            return {"counts": {"queued": 1}}

        self.fanout = Fanout(
            store.log,
            store.posts,
            self.hub,
            halls=["main", "foyer"],
            render=self._render,
            tally=tally,
            clock=self.clock,
        )

    def _render(self, view: View, post: Post) -> str:
        if "unrenderable" in post.content.text:
            raise ValueError(view)
        self.rendered.append(f"{view}:{post.key}")
        return post.content.text

    async def receive(self, post_id: str, text: str = "words") -> str:
        """Have a post come in; returns its key."""
        author = Author("Ines", f"@{post_id.replace(' ', '.')}@social.example", id=f"author of {post_id}")
        seen = sighting(post_id, text, author=author)
        await self.desk.receive([seen])
        return self.desk.key(seen)

    async def decide(self, verb: Verb, *keys: str, halls: tuple[str, ...] | None = None) -> None:
        """Decide on posts."""
        await self.desk.decide(Order(keys, verb, "Jo", halls=halls))

    async def approved(self, post_id: str, text: str = "words", halls: tuple[str, ...] | None = None) -> str:
        """Have a post come in and approve it; returns its key."""
        key = await self.receive(post_id, text)
        await self.decide(Verb.APPROVE, key, halls=halls)
        return key

    async def reached(self, channel: Channel) -> None:
        """Wait until the channel stands where the log stands."""
        while channel.ring.head < (await self.store.log.heads()).seqs.get(channel.stream, 0):
            await asyncio.sleep(0)


@asynccontextmanager
async def opened(store: Store, hub: LocalHub | None = None) -> AsyncGenerator[Desked]:
    """A desk whose fan-out runs."""
    desked = Desked(store, hub)
    await desked.fanout.open()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(desked.fanout.run(), name="fan-out")
        yield desked
        running.cancel()


async def frames_of(messages: AsyncGenerator[str]) -> list[dict[str, Any]]:
    """The frames of the next message."""
    message = json.loads(await anext(messages))
    return message if isinstance(message, list) else [message]
