import asyncio
from dataclasses import replace

import pytest

from backchannel.post import Verb
from backchannel.stage import Layout, Panic, Stage
from backchannel.store.house import Store, open_store
from backchannel.updates import DESK, FLOOR, Kind
from tests.store.world import HALLS, NOON, after, arrival, decide, gone, key, order, receive

pytestmark = pytest.mark.anyio


async def kinds(store: Store, stream: str) -> list[tuple[Kind, str, int]]:
    logged = await store.log.since(stream, 0, 99)
    assert [each.update.seq for each in logged] == list(range(1, len(logged) + 1))
    return [(each.update.kind, each.update.key, each.update.version) for each in logged]


async def shown(store: Store, *numbers: int) -> None:
    await receive(store, *map(arrival, numbers))
    await decide(store, Verb.APPROVE, *numbers)


async def turned(store: Store, hall: str = "main", *numbers: int) -> Stage:
    stage = replace(await store.stages.read(hall), on_air=tuple(map(key, numbers)), turned_at=NOON)
    return (await store.stages.change(stage, NOON)).stage


async def test_a_hall_that_never_turned_shows_nothing_at_version_0(store: Store) -> None:
    assert await store.stages.read("side") == Stage("side")
    assert await store.stages.all() == (Stage("main"), Stage("side"))
    assert (await store.log.heads()).stages == {}


async def test_a_stage_is_read_as_it_was_written(store: Store, url: str) -> None:
    await shown(store, 1, 2, 3)
    wished = Stage(
        "main",
        layout=Layout.SPOTLIGHT,
        calm=True,
        spotlight=key(3),
        panic=Panic.HOLDING,
        on_air=(key(3), key(1)),
        next=(key(2),),
        position=7,
        aged_out=2,
        turned_at=after(1),
        sponsors=False,
        sponsor="Acme",
        is_sponsored=True,
        sponsored_at=after(2),
        lined_up=(key(2), key(1)),
    )
    changed = await store.stages.change(wished, NOON)
    assert changed.done
    assert changed.streams == {DESK, "hall:main"}
    assert changed.stage == replace(wished, version=1)
    async with open_store(url, HALLS) as again:
        assert await again.stages.read("main") == changed.stage
        assert (await again.log.heads()).stages == {"main": changed.stage}


async def test_a_change_is_one_numbered_update_for_the_hall_and_the_desk(store: Store) -> None:
    await shown(store, 1)
    stage = await turned(store, "main", 1)
    for stream in ("hall:main", DESK):
        assert (await kinds(store, stream))[-1] == (Kind.STAGE, "main", 1)
        last = (await store.log.since(stream, 0, 9))[-1]
        assert (last.post, last.stage) == (None, stage)
    for stream in ("hall:side", FLOOR):
        assert Kind.STAGE not in [kind for kind, _, _ in await kinds(store, stream)]


async def test_what_a_screen_may_have_forgotten_is_put_again_before_the_stage(store: Store) -> None:
    await shown(store, 1)
    await receive(store, arrival(2))
    await store.stages.change(Stage("main", on_air=(key(1),)), NOON, again=[key(1), key(2), "test:unknown"])
    assert (await kinds(store, "hall:main"))[1:] == [(Kind.PUT, key(1), 2), (Kind.STAGE, "main", 1)]
    assert (await kinds(store, FLOOR))[1:] == []


async def test_of_two_changes_of_one_version_the_first_wins_and_the_other_gets_its_stage(store: Store) -> None:
    wished = [Stage("main", panic=panic) for panic in (Panic.BLACK, Panic.FREEZE, Panic.HOLDING)]
    answers = await asyncio.gather(*(store.stages.change(stage, NOON) for stage in wished))
    [winner] = [answer for answer in answers if answer.done]
    assert {answer.stage for answer in answers} == {winner.stage}
    assert [answer.streams for answer in answers if not answer.done] == [frozenset(), frozenset()]
    assert await kinds(store, "hall:main") == [(Kind.STAGE, "main", 1)]


async def test_a_stage_never_names_a_post_that_may_not_be_shown_in_its_hall(store: Store) -> None:
    await receive(store, *map(arrival, (1, 2, 3)))
    await decide(store, Verb.APPROVE, 1)
    await decide(store, Verb.APPROVE, 2, halls=("side",))
    wished = Stage("main", spotlight=key(3), on_air=(key(3), key(2), key(1)), next=(key(2), "test:unknown"))
    changed = await store.stages.change(wished, NOON)
    assert changed.stage == Stage("main", version=1, on_air=(key(1),))


@pytest.mark.parametrize("verb", [Verb.WITHDRAW, Verb.RESTORE])
async def test_a_post_taken_back_leaves_the_stage_in_the_same_transaction(store: Store, verb: Verb) -> None:
    await shown(store, 1, 2)
    stage = replace(
        await turned(store, "main", 1, 2),
        spotlight=key(1),
        next=(key(1),),
        panic=Panic.FREEZE,
        lined_up=(key(1), key(2)),
    )
    stage = (await store.stages.change(stage, NOON)).stage
    side = await turned(store, "side", 2)
    decided = await store.posts.decide(order(verb, 1), NOON)
    left = await store.stages.read("main")
    assert left == replace(stage, version=3, spotlight=None, on_air=(key(2),), next=(), lined_up=(key(2),))
    assert await store.stages.read("side") == side
    assert {DESK, "hall:main"} <= decided.streams
    assert (await kinds(store, "hall:main"))[-2:] == [(Kind.DROP, key(1), 3), (Kind.STAGE, "main", 3)]
    assert (await kinds(store, DESK))[-1] == (Kind.STAGE, "main", 3)


async def test_a_post_deleted_at_its_network_leaves_every_stage(store: Store) -> None:
    await shown(store, 1)
    for hall in HALLS:
        await turned(store, hall, 1)
    await receive(store, gone(1))
    assert [stage.on_air for stage in await store.stages.all()] == [(), ()]


async def test_a_stage_that_names_none_of_what_is_withdrawn_stays_as_it_is(store: Store) -> None:
    await shown(store, 1, 2)
    stage = await turned(store, "main", 1)
    await decide(store, Verb.WITHDRAW, 2)
    assert await store.stages.read("main") == stage
