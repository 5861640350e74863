from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import pytest

from backchannel.pacing import dwell_s
from backchannel.post import Decision, Status, Verb
from backchannel.record import Move, Recorded, RecordPage, RecordQuery, Share
from backchannel.store.base import Arrival
from backchannel.store.house import Store
from tests.store.world import FULL, HALLS, NOON, after, arrival, content, decide, gone, key, order, receive

pytestmark = pytest.mark.anyio


SEEN: Final[tuple[tuple[dict[str, Any], list[int]], ...]] = (
    ({"post": key(2)}, [2]),
    ({"post": key(9)}, []),
    ({"by": "eve"}, [2]),
    ({"by": "mo"}, [4, 1]),
    ({"by": "ev"}, []),
    ({"by": "rule: blocked words"}, [3]),
    ({"by": "rule"}, [5, 3]),
    ({"verb": Verb.REJECT}, [3, 2, 1]),
    ({"verb": Verb.REJECT, "reason": "spam"}, [1]),
    ({"reason": ""}, [5, 4, 3]),
    ({"since": after(2)}, [5, 4, 3, 2]),
    ({"until": after(2)}, [2, 1]),
    ({"since": after(2), "until": after(3), "verb": Verb.REJECT}, [3, 2]),
)


async def decide_at(store: Store, minutes: float, verb: Verb, *numbers: int | str, **more: Any) -> None:
    """Carry an order out some minutes after noon."""
    await store.posts.decide(order(verb, *numbers, **more), after(minutes))


async def told(store: Store, **query: Any) -> tuple[Recorded, ...]:
    return (await store.record.decisions(RecordQuery(**query))).decisions


def short(decisions: tuple[Recorded, ...]) -> list[tuple[str, str, str]]:
    return [(each.key, each.decision.verb.value, each.decision.by) for each in decisions]


def ruled(number: int, rule: str, status: Status = Status.REJECTED) -> Arrival:
    return arrival(number, content(f"post {number}"), status=status, rule=rule, reasons=("spam",))


async def test_a_decision_stands_in_the_record_with_all_that_was_decided_and_the_post_as_it_is_now(
    store: Store,
) -> None:
    await receive(store, arrival(1, FULL))
    await decide_at(store, 1, Verb.APPROVE, 1, reason="for the break", halls=("side",))
    [recorded] = await told(store)
    assert recorded == Recorded(
        key(1),
        2,
        Decision("mo", Verb.APPROVE, "for the break", after(1)),
        Status.QUEUED,
        Status.APPROVED,
        halls=("side",),
        post=await store.posts.find(key(1)),
    )
    assert recorded.post is not None
    assert recorded.post.content == FULL


async def test_an_empty_record_is_a_page(store: Store) -> None:
    await receive(store, arrival(1))
    assert await store.record.decisions(RecordQuery()) == RecordPage(())


async def test_the_newest_stands_first_and_the_oldest_where_it_is_asked_for(store: Store) -> None:
    await receive(store, arrival(1), arrival(2))
    await decide_at(store, 1, Verb.HOLD, 1)
    await decide_at(store, 2, Verb.REJECT, 2, by="eve")
    await decide_at(store, 3, Verb.APPROVE, 1)
    newest = [(key(1), "approve", "mo"), (key(2), "reject", "eve"), (key(1), "hold", "mo")]
    assert short(await told(store)) == newest
    assert short(await told(store, oldest_first=True)) == newest[::-1]


async def test_a_decision_knows_what_came_before_and_after_it_on_its_post(store: Store) -> None:
    await receive(store, arrival(1), arrival(2))
    await decide_at(store, 1, Verb.APPROVE, 1, halls=("side",), reason="good")
    await decide_at(store, 2, Verb.WITHDRAW, 1, by="eve", reason="private")
    await decide_at(store, 3, Verb.REJECT, 2)
    withdrawn, approved = await told(store, post=key(1))
    assert (approved.earlier, approved.later) == (None, Decision("eve", Verb.WITHDRAW, "private", after(2)))
    assert (withdrawn.earlier, withdrawn.later) == (Move(Verb.APPROVE, "good", ("side",)), None)


async def test_of_a_post_that_is_gone_the_decisions_stay_and_nothing_else(store: Store) -> None:
    await receive(store, arrival(1, FULL))
    await decide_at(store, 1, Verb.REJECT, 1, reason="private")
    await receive(store, gone(1))
    [recorded] = await told(store)
    assert (recorded.decision.reason, recorded.post, recorded.reverse) == ("private", None, None)


async def test_the_record_is_seen_by_post_by_person_by_verb_by_reason_and_by_time(store: Store) -> None:
    await receive(store, *(arrival(number, content(str(number))) for number in (1, 2, 4)))
    await decide_at(store, 1, Verb.REJECT, 1, reason="spam")
    await decide_at(store, 2, Verb.REJECT, 2, reason="attack", by="eve")
    await store.posts.receive([ruled(3, "blocked words")], after(3))
    await decide_at(store, 4, Verb.APPROVE, 4)
    await store.posts.receive([ruled(5, "", Status.HELD)], after(5))
    for query, found in SEEN:
        assert [each.key for each in await told(store, **query)] == [key(number) for number in found], query


@pytest.mark.parametrize("oldest_first", [False, True])
async def test_pages_of_the_record_join_without_a_gap_even_within_one_moment(store: Store, oldest_first: bool) -> None:
    await receive(store, *(arrival(number, content(str(number))) for number in range(5)))
    await decide(store, Verb.APPROVE, *range(5))
    await decide(store, Verb.WITHDRAW, 3, 1)
    await decide_at(store, 1, Verb.RESTORE, 3)
    whole = await told(store, oldest_first=oldest_first, limit=200)
    assert len({each.place for each in whole}) == 8
    joined: list[Recorded] = []
    place = None
    while True:
        page = await store.record.decisions(RecordQuery(place=place, limit=3, oldest_first=oldest_first))
        joined += page.decisions
        place = page.next
        if place is None:
            break
        assert len(page.decisions) == 3
    assert tuple(joined) == whole


async def test_a_decision_that_comes_between_two_pages_moves_nothing(store: Store) -> None:
    await receive(store, *(arrival(number, content(str(number))) for number in range(4)))
    for number in range(3):
        await decide_at(store, number, Verb.HOLD, number)
    first = await store.record.decisions(RecordQuery(limit=2))
    await decide_at(store, 9, Verb.HOLD, 3)
    assert short(await told(store, place=first.next)) == [(key(0), "hold", "mo")]


async def test_no_page_of_the_record_is_larger_than_the_largest(store: Store) -> None:
    await receive(store, *(arrival(number, content(str(number))) for number in range(201)))
    await decide(store, Verb.APPROVE, *range(201))
    page = await store.record.decisions(RecordQuery(limit=10_000))
    assert len(page.decisions) == 200
    assert page.next is not None


async def test_what_one_order_decided_is_one_act_and_other_orders_are_not_in_it(store: Store) -> None:
    await receive(store, *(arrival(number, content(str(number))) for number in range(6)))
    await decide_at(store, 1, Verb.APPROVE, 0, 1, 2, idem="x")
    await decide_at(store, 1, Verb.APPROVE, 3, 4, idem="y")
    await decide_at(store, 2, Verb.REJECT, 5)
    acts = {each.key: each.act for each in await told(store)}
    assert acts[key(0)] == acts[key(1)] == acts[key(2)] != acts[key(3)] == acts[key(4)]
    assert acts[key(5)] == ""
    assert {each.key for each in await told(store, act=acts[key(0)])} == {key(0), key(1), key(2)}


async def test_an_order_that_reached_one_post_alone_is_no_act(store: Store) -> None:
    await receive(store, arrival(1), arrival(2, content("else")))
    await decide(store, Verb.REJECT, 2, by="eve")
    await decide(store, Verb.APPROVE, 1, 2, 9)
    assert {each.act for each in await told(store)} == {""}


async def test_what_rules_decided_in_one_batch_is_no_act(store: Store) -> None:
    await receive(store, ruled(1, "x"), ruled(2, "x"))
    assert {each.act for each in await told(store)} == {""}


async def test_folded_an_act_is_one_line_that_counts_what_can_be_taken_back(store: Store) -> None:
    await receive(store, *(arrival(number, content(str(number))) for number in range(5)))
    await decide_at(store, 1, Verb.APPROVE, 4, 0, 1, 2)
    await decide_at(store, 2, Verb.WITHDRAW, 1)
    await decide_at(store, 3, Verb.REJECT, 3)
    await receive(store, gone(2))
    rejected, withdrawn, approved = await told(store, folded=True)
    assert (rejected.key, rejected.together, rejected.standing) == (key(3), 1, 1)
    assert (withdrawn.key, withdrawn.together) == (key(1), 1)
    assert (approved.key, approved.together, approved.standing) == (key(0), 4, 2)
    assert short(await told(store, folded=True, verb=Verb.APPROVE)) == [(key(0), "approve", "mo")]


async def test_who_asks_for_a_post_or_an_act_gets_nothing_folded(store: Store) -> None:
    await receive(store, *(arrival(number, content(str(number))) for number in range(2)))
    await decide(store, Verb.APPROVE, 0, 1)
    [recorded] = await told(store, folded=True, post=key(1))
    assert recorded.key == key(1)
    assert len(await told(store, folded=True, act=recorded.act)) == 2


async def test_folded_pages_join_without_a_gap_and_keep_acts_whole(store: Store) -> None:
    await receive(store, *(arrival(number, content(str(number))) for number in range(8)))
    for first in range(0, 8, 2):
        await decide_at(store, first, Verb.HOLD, first, first + 1)
    page = await store.record.decisions(RecordQuery(limit=3, folded=True))
    rest = await store.record.decisions(RecordQuery(limit=3, folded=True, place=page.next))
    assert [each.key for each in (*page.decisions, *rest.decisions)] == [key(6), key(4), key(2), key(0)]
    assert rest.next is None


async def test_every_decision_names_what_takes_it_back(store: Store) -> None:
    await receive(store, arrival(1), arrival(2, content("else")))
    await decide_at(store, 1, Verb.APPROVE, 1, halls=("side",))
    await decide_at(store, 2, Verb.RESTORE, 1)
    await decide_at(store, 1, Verb.APPROVE, 2)
    await decide_at(store, 2, Verb.WITHDRAW, 2, reason="attack")
    [restored, approved] = await told(store, post=key(1))
    assert (restored.reverse, approved.reverse) == (Move(Verb.APPROVE, "", ("side",)), None)
    assert (await told(store, post=key(2)))[0].reverse == Move(Verb.RESTORE)
    await decide_at(store, 3, Verb.RESTORE, 2)
    assert (await told(store, post=key(2)))[0].reverse == Move(Verb.REJECT, "attack")


async def test_what_takes_a_decision_back_is_an_order_that_the_desk_accepts(store: Store) -> None:
    await receive(store, arrival(1))
    for minute, verb in enumerate((Verb.HOLD, Verb.APPROVE, Verb.WITHDRAW, Verb.RESTORE, Verb.APPROVE, Verb.RESTORE)):
        await decide_at(store, minute, verb, 1)
        recorded, *_ = await told(store)
        assert recorded.reverse is not None
        assert recorded.post is not None
        back = order(recorded.reverse.verb, 1, versions={key(1): recorded.post.version})
        assert (await store.posts.decide(back, after(minute + 0.2))).outcomes[0].outcome.value == "done"
        recorded, *_ = await told(store)
        assert recorded.reverse is not None
        await decide_at(store, minute + 0.4, recorded.reverse.verb, 1)


async def test_shares_count_the_last_word_on_each_post(store: Store) -> None:
    await receive(store, *(arrival(number, content(str(number))) for number in range(5)))
    await decide_at(store, 1, Verb.REJECT, 0, 1, reason="spam")
    await decide_at(store, 2, Verb.REJECT, 2, reason="spam", by="eve")
    await decide_at(store, 3, Verb.REJECT, 3, reason="attack")
    await decide_at(store, 4, Verb.RESTORE, 0)
    await decide_at(store, 5, Verb.APPROVE, 0, 4)
    assert await store.record.shares() == (
        Share(Verb.APPROVE, "", "mo", 2),
        Share(Verb.REJECT, "attack", "mo", 1),
        Share(Verb.REJECT, "spam", "eve", 1),
        Share(Verb.REJECT, "spam", "mo", 1),
    )
    assert await store.record.shares(since=after(3)) == (
        Share(Verb.APPROVE, "", "mo", 2),
        Share(Verb.REJECT, "attack", "mo", 1),
    )


async def test_a_post_that_is_gone_still_counts_among_what_was_not_shown(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.REJECT, 1, reason="attack")
    await receive(store, gone(1))
    assert await store.record.shares() == (Share(Verb.REJECT, "attack", "mo", 1),)


def moments(*minutes: float) -> list[datetime]:
    return [after(-each) for each in minutes]


async def test_the_flow_counts_what_came_and_what_people_decided_minute_by_minute(store: Store) -> None:
    for number, at in enumerate(moments(61, 59.9, 1.5, 1.2, 0.4)):
        await store.posts.receive([arrival(number, content(str(number)), fold=str(number))], at)
    await store.posts.receive([ruled(8, "blocked words")], after(-0.3))
    await store.posts.receive([arrival(9, content("4"), fold="4")], after(-0.2))  # a copy
    await store.posts.decide(order(Verb.APPROVE, 1, 2), after(-2.5))
    await store.posts.decide(order(Verb.WITHDRAW, 1), after(-2.4))
    await store.posts.decide(order(Verb.RESTORE, 2), after(-2.3))
    await store.posts.decide(order(Verb.REJECT, 0), NOON)
    flow = await store.record.flow(NOON)
    assert (len(flow.came), len(flow.decided)) == (60, 60)
    assert (flow.came[:3], flow.came[59], sum(flow.came)) == ((1, 2, 0), 1, 4)
    assert (flow.decided[:4], sum(flow.decided)) == ((1, 0, 2, 0), 3)


async def test_the_flow_tells_how_long_the_queue_waits(store: Store) -> None:
    assert (await store.record.flow(NOON)).oldest_at is None
    for number in range(40):
        await store.posts.receive([arrival(number, content(str(number)))], after(number - 40))
    await decide(store, Verb.HOLD, 0, 1)
    flow = await store.record.flow(NOON)
    assert (flow.waiting, flow.oldest_at) == (38, after(-38))
    assert (flow.half_at, flow.most_at) == (after(-19), after(-37))


async def test_the_flow_tells_what_each_hall_has_ahead(store: Store) -> None:
    texts = ("short", "long " * 40, "on air", "elsewhere")
    await receive(store, *(arrival(number, content(text)) for number, text in enumerate(texts)))
    assert (await store.record.flow(NOON)).ahead == {}
    await decide(store, Verb.APPROVE, 2)
    for hall in HALLS:
        on_air = replace(await store.stages.read(hall), on_air=(key(2),), position=5 if hall == "main" else 99)
        await store.stages.change(on_air, NOON)
    await decide(store, Verb.APPROVE, 0, 1)
    await decide(store, Verb.APPROVE, 3, halls=("side",))
    flow = await store.record.flow(NOON)
    assert flow.ahead == {"main": (dwell_s("short"), dwell_s(texts[1])), "side": ()}
