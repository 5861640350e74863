"""Questions, on both engines: each in its session, merged with what was asked before, marked as they are answered."""

from typing import Any

import pytest

from backchannel.poll import ANSWERS, Ballot, Cast, Poll, answers_to
from backchannel.post import Author, Sighting, Status, Verb
from backchannel.programme import Binding, Why
from backchannel.question import Question, State
from backchannel.store.base import Arrival, Bound, Kept, Query
from backchannel.store.house import Store
from backchannel.updates import FLOOR, hall_stream
from tests.store.world import NOON, after, content, decide, key, receive

pytestmark = pytest.mark.anyio

REVIEWS = Binding("reviews", Why.HALL)


def question(number: int, name: str = "Ada", session: Binding | None = REVIEWS, hall: str = "main") -> Arrival:
    said = content(f"How is it done, number {number}?", author=Author(name, id=f"id-{number}"))
    sighting = Sighting("test", f"id-{number}", said, hall=hall, question=Question(hall))
    return Arrival(key(number), sighting, session=session)


async def ask(store: Store, *numbers: int, **more: Any) -> None:
    await receive(store, *(question(number, **more) for number in numbers))
    await decide(store, Verb.APPROVE, *numbers)


async def vote(store: Store, number: int, *devices: str, up: bool = True) -> list[Cast]:
    counted = await store.votes.cast([Ballot(key(number), device, up) for device in devices], NOON)
    return [each.outcome for each in counted]


async def poll(store: Store, session: str = "reviews") -> Poll:
    return await store.questions.poll("main", session)


async def totals(store: Store, session: str = "reviews") -> dict[str, int]:
    told = await poll(store, session)
    assert told.totals == await store.votes.totals("main", session)
    return {each.post.key: each.votes for each in told.questions}


async def test_only_approved_questions_are_in_a_poll_and_each_in_its_session(store: Store) -> None:
    await ask(store, 1)
    await receive(store, question(2))
    await ask(store, 3, session=Binding("lunch", Why.HALL))
    await ask(store, 4, session=None)
    await ask(store, 5, session=None, hall="side")
    assert await totals(store) == {key(1): 0}
    assert await totals(store, "lunch") == {key(3): 0}
    assert await totals(store, "") == {key(4): 0}


async def test_what_was_merged_into_a_question_goes_along_when_that_one_is_merged(store: Store) -> None:
    await ask(store, 1, 2, 3)
    await store.questions.merge(key(3), key(2), "Jo", after(1))
    await store.questions.merge(key(2), key(1), "Jo", after(2))
    await vote(store, 3, "x")
    assert await totals(store) == {key(1): 1}
    third = await store.posts.find(key(3))
    assert third is not None
    assert (third.status, third.copy_of) == (Status.COPY, key(1))


async def test_nothing_is_merged_into_itself_nor_into_what_is_no_question_or_was_put_aside(store: Store) -> None:
    await ask(store, 1, 2)
    await receive(store, Arrival(key(9), Sighting("test", "id-9", content("a remark"))))
    await decide(store, Verb.WITHDRAW, 2)
    for into in (1, 2, 9, 404):
        assert await store.questions.merge(key(1), key(into), "Jo", NOON) == Bound(None)
        assert await store.questions.merge(key(into), key(1), "Jo", NOON) == Bound(None)


async def test_one_question_of_a_session_is_current_and_the_one_before_is_open_again(store: Store) -> None:
    await ask(store, 1, 2)
    await store.questions.mark(key(1), State.CURRENT, "Jo", after(1))
    marked = await store.questions.mark(key(2), State.CURRENT, "Jo", after(2))
    assert {"desk", "floor", "hall:main"} <= marked.streams
    told = {each.post.key: each.question for each in (await poll(store)).questions}
    assert told == {
        key(1): Question("main", State.OPEN, after(2)),
        key(2): Question("main", State.CURRENT, after(2)),
    }


async def test_marking_is_no_decision_and_marking_twice_changes_nothing(store: Store) -> None:
    await ask(store, 1)
    await store.questions.mark(key(1), State.ANSWERED, "Jo", after(1))
    again = await store.questions.mark(key(1), State.ANSWERED, "Jo", after(2))
    assert again.streams == frozenset()
    await decide(store, Verb.WITHDRAW, 1, versions={key(1): 2})
    assert await store.questions.mark(key(1), State.OPEN, "Jo", after(3)) == Bound(None)
    assert await store.questions.mark(key(404), State.CURRENT, "Jo", after(3)) == Bound(None)


async def test_what_is_being_answered_goes_on_under_the_question_it_is_merged_into(store: Store) -> None:
    await ask(store, 1, 2)
    await store.questions.mark(key(2), State.CURRENT, "Jo", after(1))
    await store.questions.merge(key(2), key(1), "Jo", after(2))
    current = (await poll(store)).current
    assert current is not None
    assert current.post.key == key(1)


async def test_what_else_was_said_in_a_session_is_told_in_its_order_without_questions(store: Store) -> None:
    await ask(store, 1)
    for number in (2, 3, 4):
        said = Sighting("test", f"id-{number}", content(f"remark {number}"))
        await receive(store, Arrival(key(number), said, session=REVIEWS))
    await decide(store, Verb.APPROVE, 2, 3, 4)
    assert [post.key for post in await store.questions.said("reviews", 2)] == [key(3), key(4)]


async def test_an_approved_answer_is_on_no_wall_and_in_no_ones_list_of_what_was_said(store: Store) -> None:
    await ask(store, 1)
    told = content("Everything.", author=Author("Dana", id=answers_to(key(1))))
    await receive(store, Arrival(key(2), Sighting(ANSWERS, "id-2", told), session=REVIEWS))
    before = await store.log.heads()
    await decide(store, Verb.APPROVE, 2)
    [asked] = (await poll(store)).questions
    assert [post.key for post in asked.answers] == [key(2)]
    assert await store.questions.said("reviews", 9) == ()
    for stream, hall in ((FLOOR, None), (hall_stream("main"), "main")):
        page = await store.posts.page(Query(Status.APPROVED, stream=stream, hall=hall))
        assert [post.key for post in page.posts] == [key(1)]
        assert await store.log.since(stream, before.seqs[stream], 9) == ()
    page = await store.posts.page(Query(Status.APPROVED))
    assert [post.key for post in page.posts] == [key(2), key(1)]


async def test_who_picked_merged_and_answered_a_question_is_kept_beside_it(store: Store) -> None:
    await ask(store, 1, 2)
    await store.questions.mark(key(1), State.CURRENT, "Ada", after(1))
    await store.questions.merge(key(2), key(1), "Jo", after(2))
    await store.questions.mark(key(1), State.ANSWERED, "Ada", after(3))
    await store.questions.mark(key(1), State.ANSWERED, "Vi", after(4))
    kept = await store.notes.of(key(1))
    assert {each.kind for each in kept} == {Kept.STEP}
    assert [(each.by, each.text.split()[0], each.at) for each in kept] == [
        ("Ada", "Taken", after(1)),
        ("Jo", "Stands", after(2)),
        ("Ada", "Marked", after(3)),
    ]
    assert [(each.by, each.text.split()[0]) for each in await store.notes.of(key(2))] == [("Jo", "Merged")]
