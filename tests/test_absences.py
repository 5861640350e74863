"""What the desk does when a network says that all an author wrote is hidden, back, or gone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backchannel.collector import Collector
from backchannel.desk import AWAY, Desk
from backchannel.hub.local import LocalHub
from backchannel.post import Absence, Order, Post, Presence, Reason, Sighting, Status, Verb
from backchannel.sources.base import Batch
from backchannel.store.house import Store
from tests.made_up import Clock, content
from tests.test_collector import Scripted

INES = "https://social.example/Ines"
TEXTS = ("queued", "approved", "held", "rejected")


def sighting(text: str, name: str = "Ines", **more: object) -> Sighting:
    return Sighting("bluesky", text, replace(content(text, name), **more))  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(store: Store, clock: Clock) -> Desk:
    """A desk with one post of Ines in every list, and one of somebody else."""
    desk = Desk(store.posts, LocalHub(), store.secret, clock)
    await desk.receive([*map(sighting, TEXTS), sighting("other", "Otto")])
    await decide(desk, "approved", Verb.APPROVE, halls=("main",))
    await decide(desk, "held", Verb.HOLD)
    await decide(desk, "rejected", Verb.REJECT)
    await decide(desk, "other", Verb.APPROVE)
    return desk


async def decide(desk: Desk, text: str, verb: Verb, halls: tuple[str, ...] | None = None) -> None:
    await desk.decide(Order((desk.key(sighting(text)),), verb, "Mo", halls=halls))


async def heed(desk: Desk, *presences: Presence) -> None:
    for presence in presences:
        await desk.receive_absence(Absence("bluesky", INES, presence))


async def post(store: Store, desk: Desk, text: str) -> Post:
    found = await store.posts.find(desk.key(sighting(text)))
    assert found is not None
    return found


async def statuses(store: Store, desk: Desk) -> list[str]:
    return [(await post(store, desk, text)).status.value for text in (*TEXTS, "other")]


async def test_while_an_author_is_away_nothing_of_theirs_is_shown_or_queued(store: Store, desk: Desk) -> None:
    await heed(desk, Presence.AWAY, Presence.AWAY)
    assert await statuses(store, desk) == ["held", "withdrawn", "held", "rejected", "approved"]
    decision = (await post(store, desk, "approved")).decision
    assert decision is not None
    assert (decision.by, decision.reason) == ("bluesky", AWAY)


async def test_when_the_author_is_back_all_is_as_it_was(store: Store, desk: Desk) -> None:
    await heed(desk, Presence.AWAY, Presence.HERE, Presence.HERE)
    assert await statuses(store, desk) == ["queued", "approved", "held", "rejected", "approved"]
    assert (await post(store, desk, "approved")).halls == ("main",)


async def test_what_a_person_decided_meanwhile_stays(store: Store, desk: Desk) -> None:
    await heed(desk, Presence.AWAY)
    await decide(desk, "approved", Verb.RESTORE)
    await decide(desk, "approved", Verb.REJECT)
    await heed(desk, Presence.HERE)
    assert (await post(store, desk, "approved")).status is Status.REJECTED


async def test_what_was_edited_meanwhile_waits_for_a_person(store: Store, desk: Desk, clock: Clock) -> None:
    await heed(desk, Presence.AWAY)
    edited = sighting("approved", edited_at=clock.at + timedelta(minutes=1))
    await desk.receive([edited])
    await heed(desk, Presence.HERE)
    assert (await post(store, desk, "approved")).status is Status.QUEUED


async def test_a_deleted_account_takes_its_posts_with_it(store: Store, desk: Desk) -> None:
    await heed(desk, Presence.GONE, Presence.HERE)
    assert await statuses(store, desk) == ["gone"] * 4 + ["approved"]
    assert (await post(store, desk, "approved")).content.text == ""


OUT = Sighting("bluesky", "out", None, only_known=True, leaver=INES)


async def test_who_asks_to_be_off_the_wall_is_with_all_that_is_there_and_comes_back_by_a_person_only(
    store: Store, desk: Desk, clock: Clock
) -> None:
    batch = Batch((sighting("new"), OUT), cursor="7")
    collector = Collector([Scripted("one", [batch])], desk, store.cursors, clock)
    await collector.run()
    assert await statuses(store, desk) == ["held", "withdrawn", "held", "rejected", "approved"]
    assert (await post(store, desk, "new")).status is Status.HELD
    decision = (await post(store, desk, "approved")).decision
    assert decision is not None
    assert (decision.by, decision.reason) == ("bluesky", Reason.OPT_OUT)
    assert await store.posts.find(desk.key(OUT)) is None
    assert await store.cursors.read("one") == "7"
    await heed(desk, Presence.HERE)
    assert await statuses(store, desk) == ["held", "withdrawn", "held", "rejected", "approved"]


async def test_the_conferences_own_hashtag_alone_is_enough(store: Store, clock: Clock) -> None:
    desk = Desk(store.posts, LocalHub(), store.secret, clock, opt_outs=("quiet",))
    await desk.receive([sighting("approved"), sighting("More #quiet")])
    assert (await post(store, desk, "approved")).status is Status.QUEUED
    await desk.receive([sighting("#quiet")])
    assert (await post(store, desk, "approved")).status is Status.HELD


async def test_an_author_nobody_knows_is_nobody(store: Store, desk: Desk) -> None:
    for presence in Presence:
        await desk.receive_absence(Absence("bluesky", "did:plc:nobody", presence))
    assert await statuses(store, desk) == ["queued", "approved", "held", "rejected", "approved"]


async def test_absences_are_carried_out_after_the_sightings_of_their_batch(store: Store, clock: Clock) -> None:
    desk = Desk(store.posts, LocalHub(), store.secret, clock)
    batch = Batch((sighting("queued"),), cursor="7", absences=(Absence("bluesky", INES, Presence.AWAY),))
    collector = Collector([Scripted("one", [batch])], desk, store.cursors, clock)
    await collector.run()
    assert (await post(store, desk, "queued")).status is Status.HELD
    assert await store.cursors.read("one") == "7"
    assert (collector.health()[0].received, collector.health()[0].duplicates) == (1, 0)
