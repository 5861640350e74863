"""The recheck: what the network no longer has leaves the wall, and what strayed goes back to the desk."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from backchannel.desk import Desk
from backchannel.errors import SourceError
from backchannel.hub.local import LocalHub
from backchannel.post import Order, Post, Sighting, Status, Verb
from backchannel.recheck import IN_TURN_MAX, ROUND_EVERY_S, Recheck
from backchannel.sources.base import Batch
from backchannel.stage import Stage
from backchannel.store.house import Store
from backchannel.store.turns import EDITED, STRAYED
from tests.made_up import MORNING, Clock, content, sighting

pytestmark = pytest.mark.anyio


@dataclass
class Network:
    """A source that answers what it was told to, and remembers what it was asked."""

    name: str = "network:somewhere"
    network: str = "mastodon"
    says: dict[str, Sighting] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)
    broken: bool = False

    async def revisit(self, refs: Sequence[str]) -> Batch:
        self.asked.append(list(refs))
        if self.broken:
            raise SourceError("Not now.")
        return Batch(tuple(self.says[ref] for ref in refs if ref in self.says))


class House:
    """A desk that took posts in from one network, and what looks at them again."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.network = Network()
        self.desk = Desk(store.posts, LocalHub(), store.secret, Clock(), seen=store.sightings)
        self.recheck = Recheck(self.network, self.desk, store.sightings, store.stages)

    async def approved(self, *names: str) -> list[str]:
        seen = [replace(sighting(name), ref=f"ref {name}", matched=("#pink11",)) for name in names]
        await self.desk.receive(seen, None, self.network.name)
        keys = [self.desk.key(each) for each in seen]
        await self.desk.decide(Order(tuple(keys), Verb.APPROVE, "Jo"))
        return keys

    async def post(self, key: str) -> Post:
        found = await self.store.posts.find(key)
        assert found is not None
        return found


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


async def test_a_post_that_its_network_no_longer_has_is_gone(house: House) -> None:
    [deleted, kept] = await house.approved("1", "2")
    house.network.says["ref 1"] = Sighting("mastodon", "", None, ref="ref 1")
    await house.recheck.round()
    assert (await house.post(deleted)).status is Status.GONE
    assert (await house.post(kept)).status is Status.APPROVED


async def test_a_post_whose_hashtag_was_edited_away_goes_back_to_the_desk_and_says_why(house: House) -> None:
    [key] = await house.approved("1")
    strayed = content("No sign of it", edited_at=MORNING + timedelta(minutes=1))
    house.network.says["ref 1"] = Sighting("mastodon", "1", strayed, ref="ref 1")
    await house.recheck.round()
    post = await house.post(key)
    assert (post.status, post.reasons) == (Status.QUEUED, (EDITED, STRAYED))


async def test_what_is_on_air_is_asked_for_in_every_round_and_the_others_in_turn(house: House) -> None:
    keys = await house.approved(*map(str, range(IN_TURN_MAX + 5)))
    await house.store.stages.change(replace(Stage("main"), on_air=(keys[-1],)), MORNING)
    for _ in range(3):
        await house.recheck.round()
    first, second, third = house.network.asked
    assert [len(first), len(second), len(third)] == [IN_TURN_MAX + 1, 5, IN_TURN_MAX + 1]
    assert {each[0] for each in house.network.asked} == {f"ref {IN_TURN_MAX + 4}"}
    assert len({*first, *second}) == IN_TURN_MAX + 5


async def test_without_approved_posts_nobody_is_asked(house: House) -> None:
    await house.desk.receive([replace(sighting("1"), ref="ref 1")], None, house.network.name)
    await house.recheck.round()
    assert house.network.asked == []


async def test_a_round_that_fails_is_followed_by_the_next(house: House) -> None:
    await house.approved("1")
    house.network.broken = True
    waits: list[float] = []

    class Over(Exception):
        pass

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) > 2:
            raise Over

    recheck = Recheck(house.network, house.desk, house.store.sightings, house.store.stages, sleep)
    with pytest.raises(Over):
        await recheck.run()
    assert (len(house.network.asked), waits) == (2, [ROUND_EVERY_S] * 3)
