"""The countdown: what nobody stopped goes up by the rule that held it, and a person who is faster wins."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import pytest

from backchannel.countdown import AT_ONCE, NO_LONGER, NOBODY_STOPPED_IT, Countdown
from backchannel.desk import Desk, Judge
from backchannel.hub.local import LocalHub
from backchannel.post import Order, Post, Sighting, Status, Verb
from backchannel.rules import Rule, Rules
from backchannel.store.house import Store
from tests.made_up import Clock, sighting

pytestmark = pytest.mark.anyio

BREAK = Rule("break", "hold", hold_s=15, networks=("mastodon",))


class House:
    """A desk with rules that may change, and the countdown beside it."""

    def __init__(self, store: Store, *rules: Rule) -> None:
        self.store = store
        self.clock = Clock()
        self.judge_by(*rules)

    def judge_by(self, *rules: Rule) -> None:
        judge = Judge(Rules(rules), self.store.authors)
        self.desk = Desk(self.store.posts, LocalHub(), self.store.secret, self.clock, judge, sayings=self.store.sayings)
        self.countdown = Countdown(self.store.holds, self.desk, self.clock)

    async def post(self, sighting: Sighting) -> Post:
        found = await self.store.posts.find(self.desk.key(sighting))
        assert found is not None
        return found


def decision(post: Post) -> tuple[str, Verb, str]:
    assert post.decision is not None
    return post.decision.by, post.decision.verb, post.decision.reason


async def test_what_nobody_stopped_goes_up_when_its_time_is_over(store: Store) -> None:
    house = House(store, BREAK)
    held = sighting("1")
    await house.desk.receive([held])
    house.clock.turn(14)
    await house.countdown.round()
    assert (await house.post(held)).status is Status.HELD
    house.clock.turn(1)
    await house.countdown.round()
    post = await house.post(held)
    assert (post.status, post.halls, post.release_at) == (Status.APPROVED, None, None)
    assert decision(post) == ("rule: break", Verb.APPROVE, NOBODY_STOPPED_IT)


@pytest.mark.parametrize("verb", [Verb.HOLD, Verb.REJECT, Verb.RESTORE])
async def test_what_somebody_decided_in_time_stays_decided(store: Store, verb: Verb) -> None:
    house = House(store, BREAK)
    held = sighting("1")
    await house.desk.receive([held])
    await house.desk.decide(Order((house.desk.key(held),), verb, "Mo"))
    house.clock.turn(60)
    await house.countdown.round()
    assert decision(await house.post(held))[:2] == ("Mo", verb)


async def test_a_person_who_decides_while_the_round_runs_wins(store: Store) -> None:
    house = House(store, BREAK)
    held = sighting("1")
    await house.desk.receive([held])
    house.clock.turn(15)

    class Slow:
        async def due(self, at: datetime, limit: int) -> tuple[Post, ...]:
            due = await store.holds.due(at, limit)
            await house.desk.decide(Order((house.desk.key(held),), Verb.REJECT, "Mo"))
            return due

    await Countdown(Slow(), house.desk, house.clock).round()
    assert decision(await house.post(held))[:2] == ("Mo", Verb.REJECT)


async def test_what_the_rules_would_not_show_any_more_stays_held_for_a_person(store: Store) -> None:
    house = House(store, BREAK)
    held, shown = sighting("1", "Buy now"), sighting("2", "Good morning")
    await house.desk.receive([held, shown])
    house.judge_by(Rule("adverts", "reject", words=("buy",)), BREAK)
    house.clock.turn(15)
    await house.countdown.round()
    post = await house.post(held)
    assert (post.status, post.release_at) == (Status.HELD, None)
    assert decision(post) == ("rule: break", Verb.HOLD, NO_LONGER)
    assert (await house.post(shown)).status is Status.APPROVED


async def test_many_go_up_in_as_many_rounds_as_they_need(store: Store) -> None:
    house = House(store, BREAK)
    await house.desk.receive([sighting(str(number), f"Number {number}") for number in range(AT_ONCE + 1)])
    house.clock.turn(15)
    for left in (1, 0):
        await house.countdown.round()
        assert (await store.posts.counts()).by_status[Status.HELD] == left


async def test_a_round_that_fails_does_not_end_the_duty(store: Store) -> None:
    house = House(store)
    rounds: list[float] = []

    class Broken:
        async def due(self, at: datetime, limit: int) -> tuple[Post, ...]:
            raise OSError

    async def sleep(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Countdown(Broken(), house.desk, house.clock, sleep).run()
    assert len(rounds) == 3


async def test_who_says_what_was_said_before_is_known_for_it_and_who_said_it_first_is_not(store: Store) -> None:
    house = House(store, Rule("again", "reject", repeat=True), Rule("break", "hold", hold_s=15, repeat=False))
    first, again, other = sighting("1", "Win a car"), sighting("2", "WIN a car!"), sighting("3", "Good morning")
    await house.desk.receive([first, again])
    await house.desk.receive([other, sighting("4", "win a car")])
    statuses = [(await house.post(each)).status for each in (first, again, other, sighting("4"))]
    assert statuses == [Status.HELD, Status.REJECTED, Status.HELD, Status.REJECTED]
    house.clock.turn(15)
    await house.countdown.round()  # asked again, the first one is no repeat of itself
    assert (await house.post(first)).status is Status.APPROVED


async def test_what_is_said_before_is_looked_up_only_where_a_rule_asks(store: Store) -> None:
    class Unasked:
        async def said(self, sayings: Collection[str]) -> dict[str, str]:
            raise AssertionError

    desk = Desk(store.posts, LocalHub(), store.secret, Clock(), Judge(Rules([BREAK]), store.authors), sayings=Unasked())
    await desk.receive([replace(sighting("1"), matched=())])
