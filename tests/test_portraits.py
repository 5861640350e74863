"""What the desk does with the name of an author that comes after the post: nobody sees it on a screen unasked."""

from dataclasses import replace

import pytest

from backchannel.collector import Collector
from backchannel.desk import Desk, Judge
from backchannel.hub.local import LocalHub
from backchannel.post import Absence, Author, Order, Portrait, Post, Presence, Sighting, Status, Verb
from backchannel.rules import Rule, Rules
from backchannel.sources.base import Batch
from backchannel.store.house import Store
from backchannel.updates import DESK, FLOOR
from tests.made_up import Clock, content
from tests.test_collector import Scripted

DID = "did:plc:ines"
NAMELESS = Author("ines…", url=f"https://bsky.app/profile/{DID}", id=DID)
INES = Author("Ines Kowalczyk", "@ines.example", NAMELESS.url, "https://cdn.example/ines.png", DID)
EVE = replace(INES, name="Free Tickets", address="@eve.example")
RULES = (
    Rule("blocked authors", "reject", authors=("@blocked.example",)),
    Rule("blocked words", "hold", words=("tickets",)),
    Rule("trusted authors", "approve", authors=("@trusted.example",)),
)


def sighting(text: str, author: Author = NAMELESS, **more: object) -> Sighting:
    return Sighting("bluesky", text, replace(content(text), author=author, **more), matched=("#pink11",))  # type: ignore[arg-type]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return Desk(store.posts, LocalHub(), store.secret, clock, Judge(Rules(RULES), store.authors))


async def post(store: Store, desk: Desk, text: str) -> Post:
    found = await store.posts.find(desk.key(sighting(text)))
    assert found is not None
    return found


async def decide(desk: Desk, text: str, verb: Verb) -> None:
    await desk.decide(Order((desk.key(sighting(text)),), verb, "Mo"))


async def name(desk: Desk, author: Author) -> None:
    await desk.receive_portraits([Portrait("bluesky", author)])


async def test_what_waits_gets_the_name_by_one_update_and_waits_on(store: Store, desk: Desk) -> None:
    await desk.receive([sighting("hello")])
    before = await post(store, desk, "hello")
    await name(desk, INES)
    after = await post(store, desk, "hello")
    assert after == replace(before, version=2, content=replace(before.content, author=INES))
    assert (await store.log.heads()).seqs == {DESK: 2, FLOOR: 0, "hall:main": 0, "hall:foyer": 0}


async def test_a_name_changes_a_post_once(store: Store, desk: Desk) -> None:
    await desk.receive([sighting("hello")])
    for author in (INES, INES, EVE):
        await name(desk, author)
    assert (await post(store, desk, "hello")).content.author == INES


async def test_what_is_approved_keeps_the_name_that_was_approved(store: Store, desk: Desk) -> None:
    await desk.receive([sighting("hello")])
    await decide(desk, "hello", Verb.APPROVE)
    before = await store.log.heads()
    await name(desk, EVE)
    assert (await post(store, desk, "hello")).content.author == NAMELESS
    assert await store.log.heads() == before


async def test_what_was_withdrawn_keeps_its_name_too_since_it_may_come_back_by_itself(store: Store, desk: Desk) -> None:
    await desk.receive([sighting("hello")])
    await decide(desk, "hello", Verb.APPROVE)
    await desk.receive_absence(Absence("bluesky", DID, Presence.AWAY))
    await name(desk, EVE)
    await desk.receive_absence(Absence("bluesky", DID, Presence.HERE))
    shown = await post(store, desk, "hello")
    assert (shown.status, shown.content.author) == (Status.APPROVED, NAMELESS)


async def test_the_short_name_of_an_approved_post_is_filled_in_once_it_is_back_in_the_queue(
    store: Store, desk: Desk
) -> None:
    await desk.receive([sighting("hello")])
    await decide(desk, "hello", Verb.APPROVE)
    await decide(desk, "hello", Verb.RESTORE)
    await name(desk, INES)
    queued = await post(store, desk, "hello")
    assert (queued.status, queued.content.author) == (Status.QUEUED, INES)


async def test_a_name_that_a_rule_holds_moves_what_waits(store: Store, desk: Desk) -> None:
    await desk.receive([sighting("hello")])
    await name(desk, EVE)
    held = await post(store, desk, "hello")
    assert (held.status, held.reasons) == (Status.HELD, ("blocked words: “tickets”",))
    assert held.decision is not None
    assert held.decision.by == "rule: blocked words"


@pytest.mark.parametrize(
    ("address", "status"), [("@blocked.example", Status.REJECTED), ("@trusted.example", Status.APPROVED)]
)
async def test_an_author_whom_a_rule_knows_is_judged_by_it_once_named(
    store: Store, desk: Desk, address: str, status: Status
) -> None:
    await desk.receive([sighting("hello")])
    await name(desk, replace(INES, address=address))
    assert (await post(store, desk, "hello")).status is status


async def test_what_a_person_put_aside_stays_there_whatever_the_name(store: Store, desk: Desk) -> None:
    await desk.receive([sighting("rejected"), sighting("held")])
    await decide(desk, "rejected", Verb.REJECT)
    await decide(desk, "held", Verb.HOLD)
    await name(desk, replace(INES, address="@trusted.example"))
    for text, status in (("rejected", Status.REJECTED), ("held", Status.HELD)):
        found = await post(store, desk, text)
        assert (found.status, found.content.author.address) == (status, "@trusted.example")
    assert (await store.log.heads()).seqs.get(FLOOR, 0) == 0


async def test_a_copy_gets_the_name_and_brings_it_along_when_it_takes_the_place_of_the_first(
    store: Store, desk: Desk
) -> None:
    first, copy = sighting("1"), sighting("2")
    assert first.content
    assert copy.content
    copy = replace(copy, content=replace(copy.content, text=first.content.text))
    await desk.receive([first, copy])
    await name(desk, INES)
    await desk.receive([replace(first, content=None)])
    heir = await store.posts.find(desk.key(copy))
    assert heir is not None
    assert (heir.status, heir.content.author) == (Status.QUEUED, INES)


async def test_an_edit_whose_author_is_not_known_yet_takes_no_name_away(store: Store, desk: Desk, clock: Clock) -> None:
    await desk.receive([sighting("hello", INES)])
    await decide(desk, "hello", Verb.APPROVE)
    await desk.receive([replace(sighting("hello", edited_at=clock.at))])
    shown = await post(store, desk, "hello")
    assert (shown.status, shown.content.author) == (Status.APPROVED, INES)


async def test_a_name_for_nobody_s_post_changes_nothing(store: Store, desk: Desk) -> None:
    await name(desk, INES)
    assert set((await store.log.heads()).seqs.values()) == {0}


async def test_the_collector_brings_portraits_to_the_desk_after_the_posts(
    store: Store, desk: Desk, clock: Clock
) -> None:
    batch = Batch((sighting("hello"),), cursor="7", portraits=(Portrait("bluesky", INES),))
    collector = Collector([Scripted("one", [batch])], desk, store.cursors, clock)
    await collector.run()
    assert (await post(store, desk, "hello")).content.author == INES
    assert (collector.health()[0].received, collector.health()[0].duplicates) == (1, 0)
