"""Where it takes two people to show a post, the first approval leaves it in the queue."""

from dataclasses import replace
from typing import Any

import pytest

from backchannel.concern import Concern
from backchannel.post import Media, Outcome, Post, Result, Status, Verb
from backchannel.record import Move, RecordQuery, Share
from backchannel.store.house import Store
from backchannel.updates import DESK
from tests.store.world import NOON, after, arrival, content, key, order, receive

pytestmark = pytest.mark.anyio

PICTURE = content("Look", media=(Media("image", "https://example.org/1.png"),))
TWO = (Concern.MEDIA, Concern.FIRST)


async def put(store: Store, verb: Verb, by: str, minute: float = 1, **more: Any) -> Outcome:
    decided = await store.posts.decide(order(verb, 1, by=by, **more), after(minute), TWO)
    return decided.outcomes[0]


async def post(store: Store) -> Post:
    found = await store.posts.find(key(1))
    assert found is not None
    return found


async def test_the_first_approval_leaves_it_in_the_queue_and_somebody_elses_shows_it(store: Store) -> None:
    await receive(store, arrival(1, PICTURE))
    decided = await store.posts.decide(order(Verb.APPROVE, 1, by="Jo", versions={key(1): 1}), after(1), TWO)
    assert decided.outcomes == (Outcome(key(1), Result.DONE, Status.QUEUED, 2, "Jo", after(1)),)
    assert decided.streams == {DESK}
    assert (await post(store)).approver == "Jo"
    assert (await put(store, Verb.APPROVE, "Sam", versions={key(1): 2})).status is Status.APPROVED
    assert (await post(store)).approver == ""


async def test_nobody_is_two_people(store: Store) -> None:
    await receive(store, arrival(1, PICTURE))
    for _ in range(2):  # sent again, under its number
        assert (await put(store, Verb.APPROVE, "Jo", idem="a")).status is Status.QUEUED
    again = await put(store, Verb.APPROVE, "Jo", idem="b")
    assert (again.outcome, again.status, again.by) == (Result.REFUSED, Status.QUEUED, "Jo")
    assert (await post(store)).version == 2
    assert (await put(store, Verb.APPROVE, "Sam", idem="a")).status is Status.APPROVED


async def test_what_concerns_nobody_takes_one_person(store: Store) -> None:
    await receive(store, arrival(1))
    assert (await put(store, Verb.APPROVE, "Jo")).status is Status.APPROVED


async def test_a_first_post_is_one_until_it_is_judged_anew(store: Store) -> None:
    await receive(store, arrival(1, is_first=True))
    await receive(store, arrival(1))
    assert (await post(store)).is_first
    assert (await put(store, Verb.APPROVE, "Jo")).status is Status.QUEUED
    await receive(store, arrival(1, content("Edited", edited_at=NOON), is_first=False))
    assert (await put(store, Verb.APPROVE, "Jo")).status is Status.APPROVED


async def test_a_held_post_that_one_person_approved_waits_in_the_queue(store: Store) -> None:
    await receive(store, arrival(1, PICTURE, status=Status.HELD, rule="doubts", hold_s=15))
    assert (await put(store, Verb.APPROVE, "Jo")).status is Status.QUEUED
    assert (await post(store)).release_at is None


@pytest.mark.parametrize("by", ["Jo", "Sam"])
@pytest.mark.parametrize(
    ("verb", "status"), [(Verb.RESTORE, Status.QUEUED), (Verb.REJECT, Status.REJECTED), (Verb.HOLD, Status.HELD)]
)
async def test_every_other_decision_ends_the_first_approval(store: Store, by: str, verb: Verb, status: Status) -> None:
    await receive(store, arrival(1, PICTURE))
    await put(store, Verb.APPROVE, "Jo")
    assert (await put(store, verb, by, 2)).status is status
    assert (await post(store)).approver == ""
    if status is Status.REJECTED:
        await put(store, Verb.RESTORE, by, 3)
    assert (await put(store, Verb.APPROVE, "Sam", 4)).status is Status.QUEUED
    assert (await put(store, Verb.APPROVE, "Jo", 5)).status is Status.APPROVED


async def test_what_was_shown_by_two_takes_two_again_after_an_undo(store: Store) -> None:
    await receive(store, arrival(1, PICTURE))
    for minute, (verb, by) in enumerate([(Verb.APPROVE, "Jo"), (Verb.APPROVE, "Sam"), (Verb.RESTORE, "Sam")]):
        await put(store, verb, by, minute)
    assert (await put(store, Verb.APPROVE, "Jo", 4)).status is Status.QUEUED


async def test_an_edit_ends_the_first_approval_unless_nothing_of_it_is_seen(store: Store) -> None:
    await receive(store, arrival(1, PICTURE))
    await put(store, Verb.APPROVE, "Jo")
    await receive(store, arrival(1, replace(PICTURE, edited_at=NOON)))
    assert (await post(store)).approver == "Jo"
    await receive(store, arrival(1, replace(PICTURE, text="Look here", edited_at=after(2))))
    edited = await post(store)
    assert (edited.status, edited.approver, edited.reasons) == (Status.QUEUED, "", ("Edited after it was approved",))
    assert (await put(store, Verb.APPROVE, "Sam", 3)).status is Status.QUEUED


async def test_an_edit_is_judged_as_if_nobody_had_approved_it(store: Store) -> None:
    await receive(store, arrival(1, PICTURE))
    await put(store, Verb.APPROVE, "Jo")
    edited = replace(PICTURE, text="Buy", edited_at=NOON)
    await receive(store, arrival(1, edited, status=Status.REJECTED, rule="adverts"))
    assert (await post(store)).status is Status.REJECTED


async def test_the_first_approval_says_where_and_why_unless_the_second_one_does(store: Store) -> None:
    await receive(store, arrival(1, PICTURE))
    await put(store, Verb.APPROVE, "Jo", reason="critical", halls=("side",))
    await put(store, Verb.APPROVE, "Sam", 2)
    shown = await post(store)
    assert shown.decision is not None
    assert (shown.halls, shown.decision.by, shown.decision.reason) == (("side",), "Sam", "critical")


async def test_the_record_holds_both_and_takes_either_back(store: Store) -> None:
    await receive(store, arrival(1, PICTURE))
    await put(store, Verb.APPROVE, "Jo", 1)
    [only] = (await store.record.decisions(RecordQuery())).decisions
    assert (only.decision.by, only.before, only.after) == ("Jo", Status.QUEUED, Status.QUEUED)
    assert only.reverse == Move(Verb.RESTORE)
    assert await store.record.shares() == ()  # nothing is settled yet
    await put(store, Verb.APPROVE, "Sam", 2)
    second, first = (await store.record.decisions(RecordQuery())).decisions
    assert [each.decision.by for each in (second, first)] == ["Sam", "Jo"]
    assert (second.before, second.after, first.reverse) == (Status.QUEUED, Status.APPROVED, None)
    assert await store.record.shares() == (Share(Verb.APPROVE, "", "Sam", 1),)
