import asyncio
import json
from contextlib import aclosing
from itertools import pairwise

import pytest

from backchannel.cooperative import AT_ONCE
from backchannel.feed import RING_SIZE, View
from backchannel.hub import channel as channels
from backchannel.hub import fanout as fanouts
from backchannel.hub.strand import Position
from backchannel.post import Status, Verb
from backchannel.stage import Stage
from backchannel.store.base import Query
from backchannel.store.house import Store
from tests.hub.desked import frames_of, opened
from tests.made_up import gone, sighting

pytestmark = pytest.mark.timeout(30)


async def test_an_approved_post_reaches_phone_and_screen_with_the_next_number(store: Store) -> None:
    async with opened(store) as desked:
        for view in (View.PHONE, View.SCREEN):
            channel = desked.fanout.channel(view)
            await desked.reached(channel)
            async with aclosing(channel.follow(Position(store.epoch, channel.ring.head))) as messages:
                head = (await frames_of(messages))[0]["seq"]
                key = await desked.approved(f"post for {view}", "shown at once")
                assert await frames_of(messages) == [
                    {"seq": head + 1, "op": "put", "key": key, "html": "shown at once"}
                ]


async def test_a_screen_hears_of_a_post_and_of_the_turn_that_shows_it_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanouts, "TURN_COMES_WITHIN_S", 3600)
    async with opened(store) as desked:
        channel = desked.fanout.channel(View.SCREEN)
        async with aclosing(channel.follow(Position(store.epoch, channel.ring.head))) as messages:
            await frames_of(messages)
            key = await desked.approved("1")
            turned = await store.stages.change(Stage("main", on_air=(key,)), desked.clock())
            desked.hub.wake(turned.streams)
            assert [frame["op"] for frame in await frames_of(messages)] == ["put", "stage"]


async def test_no_screen_waits_for_a_turn_to_hear_that_a_post_was_taken_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(store) as desked:
        channel = desked.fanout.channel(View.SCREEN)
        key = await desked.approved("1")
        await desked.reached(channel)
        monkeypatch.setattr(fanouts, "TURN_COMES_WITHIN_S", 3600)
        async with aclosing(channel.follow(Position(store.epoch, channel.ring.head))) as messages:
            await frames_of(messages)
            await desked.decide(Verb.WITHDRAW, key)
            assert [frame["op"] for frame in await frames_of(messages)] == ["drop"]


async def test_nothing_unapproved_is_on_a_public_stream(store: Store) -> None:
    async with opened(store) as desked:
        key = await desked.receive("1", "nobody approved this")
        await desked.decide(Verb.HOLD, key)
        await desked.decide(Verb.REJECT, key)
        await desked.reached(desked.fanout.channel(View.CONSOLE))
        assert {shown.partition(":")[0] for shown in desked.rendered} == {"console"}
        for view in (View.PHONE, View.SCREEN, View.POSTS):
            assert desked.fanout.channel(view).ring.head == 0


async def test_a_post_for_one_hall_is_not_on_the_others_screen(store: Store) -> None:
    async with opened(store) as desked:
        await desked.approved("1", halls=("foyer",))
        await desked.reached(desked.fanout.channel(View.SCREEN, "foyer"))
        assert desked.fanout.channel(View.SCREEN, "foyer").ring.head == 1
        assert desked.fanout.channel(View.SCREEN, "main").ring.head == 0


async def test_who_was_away_gets_exactly_what_was_missed(store: Store) -> None:
    async with opened(store) as desked:
        keys = [await desked.approved(str(number), f"text {number}") for number in range(5)]
        channel = desked.fanout.channel(View.PHONE)
        await desked.reached(channel)
        async with aclosing(channel.follow(Position(store.epoch, 2))) as messages:
            await frames_of(messages)
            assert [(frame["seq"], frame["key"]) for frame in await frames_of(messages)] == [
                (3, keys[2]),
                (4, keys[3]),
                (5, keys[4]),
            ]


async def test_who_comes_late_is_never_sent_what_was_withdrawn(store: Store) -> None:
    async with opened(store) as desked:
        key = await desked.approved("1", "regretted")
        channel = desked.fanout.channel(View.PHONE)
        await desked.reached(channel)
        await desked.decide(Verb.WITHDRAW, key)
        await desked.reached(channel)
        async with aclosing(channel.follow(Position(store.epoch, 0))) as messages:
            await frames_of(messages)
            frames = await frames_of(messages)
        assert [frame["op"] for frame in frames] == ["drop", "drop"]
        assert "regretted" not in str(frames)


async def test_after_a_restart_the_missed_frames_are_still_there(store: Store) -> None:
    async with opened(store) as desked:
        keys = [await desked.approved(str(number)) for number in range(3)]
    async with opened(store) as again:
        channel = again.fanout.channel(View.PHONE)
        messages = channel.follow(Position(store.epoch, 1))
        await frames_of(messages)
        assert [frame["key"] for frame in await frames_of(messages)] == keys[1:]
        await messages.aclose()


@pytest.mark.parametrize("position", [None, Position("another epoch", 1), Position("", 10**9)])
async def test_who_cannot_resume_gets_a_snapshot(store: Store, position: Position | None) -> None:
    async with opened(store) as desked:
        if position and not position.epoch:
            position = Position(store.epoch, position.seq)
        key = await desked.approved("1", "shown")
        channel = desked.fanout.channel(View.PHONE)
        await desked.reached(channel)
        async with aclosing(channel.follow(position)) as messages:
            await frames_of(messages)
            [snapshot] = await frames_of(messages)
        assert snapshot == {
            "op": "snapshot",
            "epoch": store.epoch,
            "seq": 1,
            "cards": [{"key": key, "html": "shown"}],
        }


async def test_after_a_snapshot_the_updates_go_on_without_a_gap(store: Store) -> None:
    async with opened(store) as desked:
        await desked.approved("1")
        channel = desked.fanout.channel(View.PHONE)
        await desked.reached(channel)
        async with aclosing(channel.follow(None)) as messages:
            await frames_of(messages)
            [snapshot] = await frames_of(messages)
            await desked.approved("2")
            [frame] = await frames_of(messages)
            assert frame["seq"] == snapshot["seq"] + 1


async def test_while_many_cards_are_rendered_others_have_their_turn(store: Store) -> None:
    async with opened(store) as desked:
        channel, heads = desked.fanout.channel(View.CONSOLE), [0]
        await desked.desk.receive([sighting(str(number)) for number in range(5 * AT_ONCE)])
        while channel.ring.head < 5 * AT_ONCE:
            await asyncio.sleep(0)
            heads.append(channel.ring.head)
        assert max(later - earlier for earlier, later in pairwise(heads)) <= AT_ONCE


async def test_who_is_too_far_behind_gets_a_snapshot_and_memory_stays_bounded(store: Store) -> None:
    async with opened(store) as desked:
        channel = desked.fanout.channel(View.CONSOLE)
        await desked.desk.receive([sighting(str(number)) for number in range(RING_SIZE + 10)])
        await desked.reached(channel)
        assert channel.ring.after(9) is None
        assert len(channel.ring.after(10) or ()) == RING_SIZE
        async with aclosing(channel.follow(Position(store.epoch, 0))) as messages:
            await frames_of(messages)
            [snapshot] = await frames_of(messages)
            assert snapshot["op"] == "snapshot"
            assert len(snapshot["cards"]) == 200


async def test_a_post_that_cannot_be_rendered_stops_nobody(store: Store) -> None:
    async with opened(store) as desked:
        channel = desked.fanout.channel(View.PHONE)
        async with aclosing(channel.follow(Position(store.epoch, 0))) as messages:
            await frames_of(messages)
            await desked.approved("1", "unrenderable")
            [frame] = await frames_of(messages)
            assert frame["op"] == "drop"
            await desked.approved("2", "fine")
            [frame] = await frames_of(messages)
            assert frame["html"] == "fine"


async def test_a_page_rendered_a_moment_before_its_update_arrives_needs_no_snapshot(store: Store) -> None:
    async with opened(store) as desked, asyncio.TaskGroup() as group:
        channel = desked.fanout.channel(View.PHONE)
        async with aclosing(channel.follow(Position(store.epoch, 1))) as messages:
            greeting = group.create_task(frames_of(messages), name="greeting")
            await desked.approved("1")  # the position that the page claimed
            assert [(hello["op"], hello["seq"]) for hello in await greeting] == [("hello", 1)]
            key = await desked.approved("2")
            [frame] = await frames_of(messages)
        assert (frame["op"], frame["key"]) == ("put", key)


async def test_a_beat_comes_every_five_seconds_however_busy_the_stream_is(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(store) as desked:
        channel = desked.fanout.channel(View.PHONE)
        monkeypatch.setattr(channels, "BEAT_EVERY_S", 0.0)
        async with aclosing(channel.follow(Position(store.epoch, 0))) as messages:
            await frames_of(messages)
            await desked.approved("1")
            await desked.reached(channel)
            assert [frame["op"] for frame in await frames_of(messages)] == ["put", "beat"]


async def test_a_post_that_cannot_be_rendered_is_left_out_of_a_snapshot(store: Store) -> None:
    async with opened(store) as desked:
        await desked.approved("1", "unrenderable")
        await desked.approved("2", "fine")
        channel = desked.fanout.channel(View.PHONE)
        await desked.reached(channel)
        async with aclosing(channel.follow(None)) as messages:
            await frames_of(messages)
            [snapshot] = await frames_of(messages)
        assert [card["html"] for card in snapshot["cards"]] == ["fine"]


async def test_the_consoles_messages_end_with_the_counts(store: Store) -> None:
    async with opened(store) as desked:
        channel = desked.fanout.channel(View.CONSOLE)
        async with aclosing(channel.follow(Position(store.epoch, 0))) as messages:
            await frames_of(messages)
            await desked.receive("1")
            frames = await frames_of(messages)
        assert [frame["op"] for frame in frames] == ["put", "beat"]
        assert frames[-1]["counts"] == {"queued": 1}


async def test_a_post_deleted_at_its_network_leaves_everywhere(store: Store) -> None:
    async with opened(store) as desked:
        key = await desked.approved("1")
        await desked.desk.receive([gone("1")])
        for view in (View.PHONE, View.SCREEN, View.CONSOLE):
            channel = desked.fanout.channel(view)
            await desked.reached(channel)
            async with aclosing(channel.follow(Position(store.epoch, channel.ring.head - 1))) as messages:
                await frames_of(messages)
                frame = (await frames_of(messages))[0]
                assert (frame["op"], frame["key"]) == ("drop", key)
        assert (await store.posts.page(Query(Status.APPROVED))).posts == ()


async def test_ten_clients_cost_one_rendering(store: Store) -> None:
    async with opened(store) as desked:
        channel = desked.fanout.channel(View.PHONE)
        clients = [channel.follow(Position(store.epoch, 0)) for _ in range(10)]
        for client in clients:
            await frames_of(client)
        await desked.approved("1")
        for client in clients:
            assert (await frames_of(client))[0]["op"] == "put"
            await client.aclose()
        assert sum(shown.startswith("phone:") for shown in desked.rendered) == 1


async def test_every_beat_of_a_halls_screens_carries_its_reactions_and_nobody_is_woken_for_them(store: Store) -> None:
    async with opened(store) as desked:
        main, foyer = (desked.fanout.channel(View.SCREEN, hall) for hall in ("main", "foyer"))
        before = json.loads(main.beat())
        desked.fanout.carry_to_screens({"main": {"yes": 3}})
        assert json.loads(main.beat()) == before | {"reactions": {"main": {"yes": 3}}}
        assert "reactions" not in json.loads(foyer.beat())
        assert "reactions" not in json.loads(desked.fanout.channel(View.PHONE).beat())
