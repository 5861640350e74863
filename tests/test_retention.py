"""Retention, with the clock in hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backchannel.config import Privacy, parse
from backchannel.errors import StartError
from backchannel.hub.local import LocalHub
from backchannel.networks import NETWORKS
from backchannel.post import Status, Verb
from backchannel.retention import Retention, Terms
from backchannel.store.house import open_store
from tests import migrated
from tests.store.test_contract_forgetting import dumped, found_in, known, lived
from tests.store.world import HALLS, NOON, after, arrival, decide, key, order, receive

pytestmark = pytest.mark.anyio

A_MONTH = timedelta(days=30)


async def test_what_was_put_aside_loses_its_words_after_its_days_and_nothing_else_does(tmp_path: Path) -> None:
    async with open_store(migrated.at(tmp_path / "kept.db"), HALLS) as store:
        await receive(store, *(arrival(number) for number in range(4)))
        await decide(store, Verb.REJECT, 0)
        await decide(store, Verb.APPROVE, 1, 2)
        await store.posts.decide(order(Verb.WITHDRAW, 2), after(60))
        clock = [NOON + A_MONTH]
        retention = Retention(store.retiring, LocalHub(), lambda: clock[0], Terms(unshown=A_MONTH))
        assert await retention.look() == 0
        clock[0] += timedelta(minutes=1)
        assert await retention.look() == 1
        clock[0] += timedelta(hours=1)
        assert await retention.look() == 1
        left = [await store.posts.find(key(number)) for number in range(4)]
        assert [post.status if post else None for post in left] == [
            Status.GONE,
            Status.APPROVED,
            Status.GONE,
            Status.QUEUED,
        ]


async def test_once_the_conference_is_over_nothing_that_anybody_said_is_left(tmp_path: Path) -> None:
    url = migrated.at(tmp_path / "over.db")
    async with open_store(url, HALLS) as store:
        await lived(store)
        await store.messages.send("main", "Jo", "The canary asks", NOON)
        clock = [NOON]
        retention = Retention(store.retiring, LocalHub(), lambda: clock[0], Terms(over=after(60)))
        assert await retention.look() == 0
        assert (await known(store)).posts == 4
        clock[0] = after(60)
        assert await retention.look() > 4
        counts = (await store.posts.counts()).by_status
        assert counts[Status.GONE] == sum(counts.values())
        assert found_in(await dumped(url)) == []
        assert await retention.look() == 0


@pytest.mark.parametrize(("ends", "over"), [("2026-11-19", datetime(2026, 12, 19, 23, tzinfo=UTC)), ("", None)])
def test_a_month_after_the_last_day_by_the_venues_clock_it_is_over(ends: str, over: datetime | None) -> None:
    assert Privacy(ends=ends).over(ZoneInfo("Europe/Berlin")) == over


@pytest.mark.parametrize("ends", ["2026-02-30", "19.11.2026", "9999-12-31"])
def test_a_day_that_there_is_not_stops_the_start(ends: str) -> None:
    with pytest.raises(StartError, match="ends"):
        parse({"privacy": {"ends": ends}}, NETWORKS)
