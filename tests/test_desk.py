"""The desk judges what comes in, before the store: what a rule decided stands in the log like any decision."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.cooperative import AT_ONCE
from backchannel.desk import Desk, Judge
from backchannel.hub.local import LocalHub
from backchannel.post import Author, Content, Media, Order, Post, ReplyTo, Sighting, Status, Verb, fold_of
from backchannel.programme import Binding, Programme, Session, Why
from backchannel.question import Question
from backchannel.rules import Rule, Rules, Verdict
from backchannel.store.base import History
from backchannel.store.house import Store
from backchannel.text import Span, SpanKind
from backchannel.updates import DESK, FLOOR
from tests.made_up import MORNING, Clock, content, sighting

pytestmark = pytest.mark.anyio

INES = Author("Ines Kowalczyk", "@ines@social.example", id="https://social.example/ines")
EVE = Author("Eve", "@eve@other.example", id="https://other.example/eve")


class Judged:
    """A desk with rules over a store."""

    def __init__(self, store: Store, *rules: Rule) -> None:
        self.store = store
        self.asked: list[set[Any]] = []
        self.desk = Desk(store.posts, LocalHub(), store.secret, Clock(), Judge(Rules(rules), self))

    async def shown(self, authors: Any) -> frozenset[tuple[str, str]]:
        self.asked.append(set(authors))
        return await self.store.authors.shown(authors)

    async def histories(self, keys: Any) -> Mapping[str, History]:
        return await self.store.authors.histories(keys)

    async def receive(self, *sightings: Sighting) -> list[Post]:
        await self.desk.receive(sightings)
        found = [await self.store.posts.find(self.desk.key(each)) for each in sightings]
        assert all(found)
        return [post for post in found if post]


async def test_a_verdict_is_a_decision_by_its_rule_with_its_reason_and_marks(store: Store) -> None:
    judged = Judged(store, Rule("adverts", "hold", words=("buy",)))
    [post] = await judged.receive(sighting("1", "Buy now"))
    assert (post.status, post.reasons, post.marks) == (Status.HELD, ("adverts: “buy”",), ((0, 3),))
    assert post.decision is not None
    assert (post.decision.by, post.decision.verb, post.decision.is_by_rule) == ("rule: adverts", Verb.HOLD, True)


class Counted(Rules):
    """Rules that note in which turn of the event loop they judged."""

    def __init__(self, turns: list[int], noted: list[int]) -> None:
        super().__init__()
        self._turns, self._noted = turns, noted

    def judge(self, *asked: Any, **besides: Any) -> Verdict:
        self._noted.append(len(self._turns))
        return super().judge(*asked, **besides)


async def test_while_many_posts_are_judged_and_bound_the_event_loop_has_other_work_done(store: Store) -> None:
    turns: list[int] = []
    judged: list[int] = []
    bound: list[int] = []

    def programme() -> Programme:
        bound.append(len(turns))
        return Programme()

    async def other_work() -> None:
        while True:
            turns.append(len(turns))
            await asyncio.sleep(0)

    judge = Judge(Counted(turns, judged), store.authors)
    desk = Desk(store.posts, LocalHub(), store.secret, Clock(), judge, programme=programme)
    async with asyncio.TaskGroup() as group:
        working = group.create_task(other_work(), name="other work")
        await desk.receive([sighting(str(number)) for number in range(5 * AT_ONCE)])
        working.cancel()
    for noted in (judged, bound):
        assert max(Counter(noted).values()) <= AT_ONCE
        assert len(noted) == 5 * AT_ONCE


async def test_a_rule_that_approves_shows_a_post_in_the_transaction_that_takes_it_in(store: Store) -> None:
    judged = Judged(store, Rule("friends", "approve", authors=("@ines@social.example",)))
    received = await judged.desk.receive([sighting("1"), sighting("2", author=EVE)])
    assert received.streams == {DESK, FLOOR, "hall:main", "hall:foyer"}
    [shown] = await store.log.since(FLOOR, 0, 9)
    assert shown.post is not None
    assert shown.post.decision is not None
    assert shown.post.decision.by == "rule: friends"


async def test_a_rule_that_queues_leaves_the_decision_to_a_person_and_says_why(store: Store) -> None:
    judged = Judged(store, Rule("look", "queue", "look twice", words=("runbook",)))
    [post] = await judged.receive(sighting("1"))
    assert (post.status, post.reasons, post.decision) == (Status.QUEUED, ("look twice: “runbook”",), None)


async def test_what_a_rule_did_is_undone_like_what_a_person_did(store: Store) -> None:
    judged = Judged(store, Rule("adverts", "reject", words=("buy",)))
    [post] = await judged.receive(sighting("1", "Buy now"))
    [outcome] = await judged.desk.decide(Order((post.key,), Verb.RESTORE, "Jo"))
    assert outcome.status is Status.QUEUED


async def test_a_post_belongs_to_what_was_on_when_it_was_said_and_nobody_says_things_in_the_future(
    store: Store,
) -> None:
    hours = [(name, MORNING + timedelta(hours=hour)) for name, hour in (("before", -1), ("now", 0), ("after", 1))]
    day = Programme(tuple(Session(name, name, start, start + timedelta(hours=1), "Aula") for name, start in hours))
    desk = Desk(store.posts, LocalHub(), store.secret, Clock(), programme=lambda: day)
    told = []
    for minutes in (-40, -2, 70):
        said = sighting(f"{minutes}", f"said at {minutes}", posted_at=MORNING + timedelta(minutes=minutes))
        await desk.receive([said])
        post = await store.posts.find(desk.key(said))
        told.append(post.session if post else None)
    assert told == [Binding("before", Why.TIME), Binding("before", Why.TIME), Binding("now", Why.TIME)]


async def test_an_author_is_no_stranger_once_a_post_is_approved(store: Store) -> None:
    judged = Judged(store, Rule("strangers", "hold", first_time=True))
    [first, other] = await judged.receive(
        sighting("1", "one", author=INES), sighting("2", "one more", author=INES, network="floor")
    )
    assert (first.status, other.status) == (Status.HELD, Status.HELD)
    await judged.desk.decide(Order((first.key,), Verb.APPROVE, "Jo"))
    statuses = [
        post.status
        for post in await judged.receive(
            sighting("3", "two", author=INES), sighting("4", "two", author=EVE), sighting("5", "2", author=Author("No"))
        )
    ]
    assert statuses == [Status.QUEUED, Status.HELD, Status.HELD]


async def test_history_is_looked_up_once_for_a_batch_and_only_where_a_rule_asks(store: Store) -> None:
    asking, other = (
        Judged(store, Rule("strangers", "hold", first_time=True)),
        Judged(store, Rule("a", "hold", words=("a",))),
    )
    await asking.receive(*(sighting(str(number)) for number in range(5)))
    await other.receive(sighting("9"))
    assert [len(authors) for authors in asking.asked] == [5]
    assert other.asked == []


async def test_what_the_same_author_says_twice_is_one_post(store: Store) -> None:
    judged = Judged(store)
    first, copy, other = await judged.receive(
        sighting("1", "Hello #pink11", author=INES),
        sighting("2", "hello  #Pink11", author=INES),
        sighting("3", "Hello #pink11", author=EVE),
    )
    assert [post.status for post in (first, copy, other)] == [Status.QUEUED, Status.COPY, Status.QUEUED]


async def test_a_boost_counts_for_its_original(store: Store) -> None:
    judged = Judged(store)
    carried = sighting("1")
    [post] = await judged.receive(Sighting(carried.network, carried.id, carried.content, boost="https://b.example/1"))
    assert (post.status, post.similar) == (Status.QUEUED, 1)


RUNBOOK = "Ask who wrote the runbook before the pager goes off, then buy that team a good coffee"


async def test_what_somebody_pastes_is_one_post_with_what_was_pasted(store: Store) -> None:
    judged = Judged(store)
    first, pasted, short, other = await judged.receive(
        sighting("1", RUNBOOK, author=INES),
        sighting("2", f"“{RUNBOOK}” indeed!", network="bluesky", author=EVE),
        sighting("3", "Great talk!", author=INES),
        sighting("4", "Great talk!", author=EVE),
    )
    assert [post.status for post in (first, pasted)] == [Status.QUEUED, Status.COPY]
    assert (pasted.copy_of, first.similar) == (first.key, 1)
    assert [post.status for post in (short, other)] == [Status.QUEUED, Status.QUEUED]


async def test_one_person_on_two_networks_is_one_voice(store: Store) -> None:
    said = "What a lovely first day"
    there = Author("Ines Kowalczyk", "@ines.example", id="did:plc:ines")
    first, copy = await Judged(store).receive(
        sighting("1", said, author=INES), sighting("2", said, network="bluesky", author=there)
    )
    assert copy.copy_of == first.key


async def test_a_quote_counts_for_what_it_quotes_unless_it_says_something(store: Store) -> None:
    judged = Judged(store)
    [first] = await judged.receive(sighting("1", author=INES))
    bare, told = (
        replace(sighting(number, text, author=EVE), quotes="1") for number, text in (("2", "This!"), ("3", RUNBOOK))
    )
    statuses = [post.status for post in await judged.receive(bare, told)]
    assert statuses == [Status.COPY, Status.QUEUED]
    [first] = await judged.receive(sighting("1", author=INES))
    assert first.similar == 1


LINK = Span(SpanKind.LINK, 0, 3, "https://a.example")
SAID = content("One two", author=INES, spans=(LINK,), media=(Media("image", "u"),), reply_to=ReplyTo("Bo"))


@pytest.mark.parametrize(
    "change",
    [
        {"author": EVE},
        {"text": "One, two"},
        {"spans": (Span(SpanKind.LINK, 0, 3, "https://b.example"),)},
        {"media": ()},
        {"media": (Media("image", "v"),)},
        {"reply_to": None},
        {"warning": "cats"},
    ],
)
def test_only_what_certainly_says_the_same_has_the_same_fold(change: dict[str, Any]) -> None:
    fold = fold_of("mastodon", SAID, b"secret")
    assert fold == fold_of("mastodon", content("ONE\ntwo", **{**fields(SAID), "url": "https://x.example"}), b"secret")
    assert fold != fold_of("mastodon", content(**{**fields(SAID), "text": SAID.text, **change}), b"secret")
    assert fold not in {fold_of("floor", SAID, b"secret"), fold_of("mastodon", SAID, b"other")}


def fields(said: Content) -> dict[str, Any]:
    return {name: getattr(said, name) for name in ("author", "spans", "media", "reply_to")}


def test_nothing_is_certain_of_a_post_without_words_or_without_an_author() -> None:
    assert fold_of("mastodon", content("", author=INES), b"secret") == ""
    assert fold_of("mastodon", content("One", author=Author("Ines")), b"secret") == ""


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_fold_takes_whatever_networks_send(text: str, author_id: str) -> None:
    assert isinstance(fold_of("mastodon", content(text, author=Author("", id=author_id)), b"secret"), str)


def known_as(post_id: str, ref: str) -> Sighting:
    return replace(sighting(post_id), ref=ref)


def deleted(ref: str) -> Sighting:
    return Sighting("mastodon", "", None, ref=ref)


async def test_a_delete_that_names_a_post_as_its_source_knows_it_reaches_that_post(store: Store) -> None:
    desk = Desk(store.posts, LocalHub(), store.secret, Clock(), seen=store.sightings)
    await desk.receive([known_as("1", "a"), known_as("2", "b")], source="here")
    received = await desk.receive(
        [deleted("a"), deleted("never seen"), known_as("3", "c"), deleted("c")], source="here"
    )
    assert (received.gone, received.new) == (2, 1)
    assert (await desk.receive([deleted("b")], source="elsewhere")).gone == 0
    status = [post.status if post else None for post in [await store.posts.find(desk.key(sighting(n))) for n in "123"]]
    assert status == [Status.GONE, Status.QUEUED, Status.GONE]


def question(post_id: str, text: str, session: str = "", hall: str = "main", **more: Any) -> Sighting:
    asked = sighting(post_id, text, network="floor", **more)
    return replace(asked, hall=hall, question=Question(hall), session=session)


async def test_a_question_belongs_to_the_session_that_it_asks_whatever_it_names(store: Store) -> None:
    day = Programme(
        (
            Session("now", "Reviews", MORNING, MORNING + timedelta(hours=1), "main", "main", hashtag="reviews"),
            Session("next", "Runbooks", MORNING + timedelta(hours=1), MORNING + timedelta(hours=2), "main", "main"),
        )
    )
    desk = Desk(store.posts, LocalHub(), store.secret, Clock(), programme=lambda: day)
    asked = question("1", "Does #reviews work?", session="next")
    asked = replace(
        asked, content=replace(asked.content or content(), spans=(Span(SpanKind.HASHTAG, 5, 13, "reviews"),))
    )
    await desk.receive([asked, question("2", "And this one?", session="no longer there")])
    first, second = [await store.posts.find(desk.key(each)) for each in (asked, question("2", ""))]
    assert first is not None
    assert second is not None
    assert (first.session, second.session) == (Binding("next", Why.HALL), None)


async def test_a_question_repeats_only_what_was_asked_in_the_same_place(store: Store) -> None:
    judged = Judged(store)
    words = "Will the slides of this talk be online after the conference?"
    remark, asked, again, elsewhere = await judged.receive(
        sighting("1", words, network="floor", author=INES),
        question("2", words, author=INES, session="one"),
        question("3", words, author=EVE, session="one"),
        question("4", words, author=INES, session="two"),
    )
    assert (remark.status, asked.status, elsewhere.status) == (Status.QUEUED,) * 3
    assert (again.status, again.copy_of, again.question) == (Status.COPY, asked.key, Question("main"))
