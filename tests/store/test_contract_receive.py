from dataclasses import replace
from typing import Any

import pytest

from backchannel.post import Author, Content, Media, Post, Result, Sighting, Status, Verb
from backchannel.store.base import Arrival, Bookmark, Received
from backchannel.store.house import Store
from backchannel.store.tables import decisions, posts
from backchannel.text import Span, SpanKind
from backchannel.updates import DESK, Kind
from tests.store.peek import rows_of
from tests.store.world import FULL, NOON, after, arrival, content, decide, gone, key, order, receive

pytestmark = pytest.mark.anyio


async def test_a_post_comes_back_as_it_was_received(store: Store) -> None:
    await receive(store, arrival(1, FULL, reasons=("a word",)))
    post = await store.posts.find(key(1))
    assert post is not None
    assert post.content == FULL
    assert (post.status, post.version, post.reasons, post.received_at) == (Status.QUEUED, 1, ("a word",), NOON)
    assert (post.arrived, post.moved, post.halls, post.decision) == (1, 1, None, None)


async def test_nobody_is_found_under_an_unknown_key(store: Store) -> None:
    assert await store.posts.find(key(1)) is None


async def test_a_batch_is_counted_and_names_the_streams_with_news(store: Store) -> None:
    await receive(store, arrival(1), arrival(2), arrival(3))
    batch = [arrival(1), arrival(2, content("other", edited_at=NOON)), gone(3), arrival(4), gone(5)]
    received = await store.posts.receive(batch, NOON)
    assert received == Received(new=1, changed=1, gone=2, known=1, streams=frozenset({DESK}))


async def test_a_batch_of_repeats_has_no_news(store: Store) -> None:
    await receive(store, arrival(1))
    assert await store.posts.receive([arrival(1), arrival(1)], NOON) == Received(known=2)


async def test_an_empty_batch_is_nothing(store: Store) -> None:
    assert await store.posts.receive([], NOON) == Received()


async def test_a_batch_larger_than_one_query_can_name_is_taken_whole(store: Store) -> None:
    batch = [arrival(number) for number in range(1201)]
    assert (await store.posts.receive(batch, NOON)).new == 1201
    assert (await store.posts.receive(batch, NOON)).known == 1201


async def test_a_verdict_other_than_queued_is_a_decision_by_the_rule(store: Store, url: str) -> None:
    await receive(store, arrival(1, status=Status.HELD, reasons=("a word",)), arrival(2, status=Status.APPROVED))
    held, approved = await store.posts.find(key(1)), await store.posts.find(key(2))
    assert held is not None
    assert held.decision is not None
    assert (held.status, held.decision.by, held.decision.verb) == (Status.HELD, "rule", Verb.HOLD)
    assert approved is not None
    assert approved.status is Status.APPROVED
    assert [row["before"] for row in await rows_of(url, decisions)] == ["queued", "queued"]
    assert (await store.log.heads()).seqs == {DESK: 2, "floor": 1, "hall:main": 1, "hall:side": 1}


async def test_a_repeat_is_not_judged_again(store: Store) -> None:
    await receive(store, arrival(1))
    assert (await store.posts.receive([arrival(1, status=Status.REJECTED)], NOON)).known == 1


async def found(store: Store, number: int = 1) -> Post:
    post = await store.posts.find(key(number))
    assert post is not None
    return post


JUDGED: dict[str, Any] = {"reasons": ("a word",), "rule": "words", "marks": ((0, 5),)}
# Where a post stood by a rule's own verdict, the verdict on its new words, and the verbs of the rules that follow.
Q, H, R, A = Status.QUEUED, Status.HELD, Status.REJECTED, Status.APPROVED


@pytest.mark.parametrize(
    ("first", "second", "verbs"),
    [
        *[(Q, Q, []), (Q, H, ["hold"]), (Q, R, ["reject"]), (Q, A, ["approve"])],
        *[(H, Q, ["hold", "restore"]), (H, H, ["hold"]), (H, R, ["hold", "reject"]), (H, A, ["hold", "approve"])],
        *[(R, Q, ["reject", "restore"]), (R, R, ["reject"])],
        *[(R, H, ["reject", "restore", "hold"]), (R, A, ["reject", "restore", "approve"])],
        *[(A, Q, ["approve", "restore"]), (A, H, ["approve", "restore", "hold"])],
        *[(A, R, ["approve", "restore", "reject"]), (A, A, ["approve", "restore", "approve"])],
    ],
)
async def test_an_edit_is_judged_like_a_new_post(
    store: Store, url: str, first: Status, second: Status, verbs: list[str]
) -> None:
    await receive(store, arrival(1, status=first, rule="first", reasons=("first",), marks=((1, 2),)))
    await receive(store, arrival(1, content("other", edited_at=after(1)), status=second, **JUDGED))
    post, told = await found(store), ("Edited after it was approved",) if first is Status.APPROVED else ()
    assert (post.status, post.content.text) == (second, "other")
    assert (post.reasons, post.marks) == ((*told, "a word"), ((0, 5),))
    rows = await rows_of(url, decisions)
    assert [row["verb"] for row in rows] == verbs
    assert {row["by"] for row in rows} <= {"rule", "rule: first", "rule: words"}
    shown = [logged.post is not None for logged in await store.log.since("floor", 0, 9)]
    assert shown[-1:] == ([second is Status.APPROVED] if Status.APPROVED in {first, second} else [])


@pytest.mark.parametrize("verdict", [Q, H, R, A])
@pytest.mark.parametrize(
    ("verbs", "stays"),
    [
        ([Verb.REJECT], R),
        ([Verb.HOLD], H),
        ([Verb.APPROVE, Verb.WITHDRAW], Status.WITHDRAWN),
        ([Verb.HOLD, Verb.RESTORE], Q),
    ],
)
async def test_no_rule_moves_what_a_person_put_aside_or_back(
    store: Store, verbs: list[Verb], stays: Status, verdict: Status
) -> None:
    await receive(store, arrival(1))
    for verb in verbs:
        await decide(store, verb, 1)
    await receive(store, arrival(1, content("other", edited_at=after(1)), status=verdict, **JUDGED))
    post = await found(store)
    assert (post.status, post.content.text, post.marks) == (stays, "other", ((0, 5),))
    assert post.decision is not None
    assert post.decision.by == "mo"


async def test_what_a_rule_decided_is_undone_like_any_decision(store: Store) -> None:
    await receive(store, arrival(1, status=Status.REJECTED, **JUDGED))
    await decide(store, Verb.RESTORE, 1)
    post = await found(store)
    assert (post.status, post.reasons, post.marks) == (Status.QUEUED, ("a word",), ((0, 5),))


async def test_who_has_an_approved_post_is_known_in_one_question(store: Store) -> None:
    eve = content(author=Author("Eve", id="id-eve"))
    await receive(store, arrival(1), arrival(2, eve), arrival(3, content(author=Author("Bo", id="id-bo"))))
    await decide(store, Verb.APPROVE, 1, 3)
    await decide(store, Verb.WITHDRAW, 3)
    asked = [("test", "id-ada"), ("other", "id-ada"), ("test", "id-eve"), ("test", "id-bo")]
    assert await store.authors.shown(asked) == {("test", "id-ada")}
    assert await store.authors.shown([*asked, *(("test", str(number)) for number in range(1000))]) == {asked[0]}
    assert await store.authors.shown([]) == frozenset()


async def test_the_second_of_two_sightings_in_one_batch_applies_to_the_first(store: Store) -> None:
    edits = [arrival(1, content(text, edited_at=after(minute))) for minute, text in enumerate(("other", "last"))]
    received = await store.posts.receive([arrival(1), arrival(2), *edits], NOON)
    post = await store.posts.find(key(1))
    assert (received.new, received.changed) == (2, 2)
    assert post is not None
    assert (post.content.text, post.version, post.arrived, post.moved) == ("last", 3, 1, 1)


async def test_a_post_gone_in_the_batch_it_came_with_stays_gone(store: Store, url: str) -> None:
    assert await store.posts.receive([arrival(1), gone(1), arrival(1)], NOON) == Received(
        new=1, gone=1, known=1, streams=frozenset({DESK})
    )
    [row] = await rows_of(url, posts)
    assert (row["status"], row["text"], row["network_id"], row["author_id"]) == ("gone", "", None, None)


@pytest.mark.parametrize(
    ("stored", "sighted", "applies"),
    [
        (content(edited_at=after(1)), content("new", edited_at=after(2)), True),
        (content(edited_at=after(1)), content("new", edited_at=after(1)), False),
        (content(edited_at=after(2)), content("new", edited_at=after(1)), False),
        (content(edited_at=after(1)), content("new"), False),
        (content(), content("new", edited_at=after(1)), True),
        (content(), content("new"), False),
        (content(), content(media=(Media("image", "https://another-server.example/1.png"),)), False),
        (content(edited_at=after(1)), content(language="de", edited_at=after(2)), True),
    ],
)
async def test_only_a_later_version_replaces_the_content(
    store: Store, stored: Content, sighted: Content, applies: bool
) -> None:
    await receive(store, arrival(1, stored))
    received = await store.posts.receive([arrival(1, sighted)], NOON)
    post = await store.posts.find(key(1))
    assert post is not None
    assert (received.changed, received.known) == (int(applies), int(not applies))
    assert (post.content, post.version) == ((sighted, 2) if applies else (stored, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Buy now"},
        {"spans": ()},
        {"warning": ""},
        {"media": (Media("image", "https://example.org/2.png", "A cat", 640, 480),)},
        {"author": replace(FULL.author, name="Eve")},
        {"author": replace(FULL.author, avatar="https://example.org/2.png")},
    ],
)
async def test_an_approved_post_that_looks_different_goes_back_to_the_queue(
    store: Store, url: str, change: dict[str, Any]
) -> None:
    await receive(store, arrival(1, FULL), arrival(2))
    await decide(store, Verb.APPROVE, 1, halls=("side",))
    received = await store.posts.receive([arrival(1, replace(FULL, **change, edited_at=after(1)))], after(2))
    post = await store.posts.find(key(1))
    assert post is not None
    assert post.decision is not None
    assert (post.status, post.halls, post.reasons) == (Status.QUEUED, None, ("Edited after it was approved",))
    assert (post.arrived, post.moved) == (1, 4)
    assert (post.decision.by, post.decision.verb, post.decision.at) == ("rule", Verb.RESTORE, after(2))
    assert received.streams == {DESK, "floor", "hall:side"}
    assert [row["verb"] for row in await rows_of(url, decisions)] == ["approve", "restore"]


async def test_an_approved_post_that_looks_the_same_stays_and_is_put_again(store: Store) -> None:
    await receive(store, arrival(1, FULL))
    await decide(store, Verb.APPROVE, 1)
    received = await store.posts.receive([arrival(1, replace(FULL, language="de", edited_at=after(1)))], NOON)
    post = await store.posts.find(key(1))
    assert post is not None
    assert (post.status, post.version, post.moved) == (Status.APPROVED, 3, 2)
    assert received.streams == {DESK, "floor", "hall:main", "hall:side"}


async def test_the_reason_for_going_back_is_told_once(store: Store) -> None:
    await receive(store, arrival(1))
    for minute, text in enumerate(("second", "third")):
        await decide(store, Verb.APPROVE, 1)
        await receive(store, arrival(1, content(text, edited_at=after(minute))))
    post = await store.posts.find(key(1))
    assert post is not None
    assert post.reasons == ("Edited after it was approved",)


@pytest.mark.parametrize("verb", [None, Verb.APPROVE, Verb.REJECT, Verb.HOLD])
async def test_a_post_that_is_gone_loses_its_content(store: Store, url: str, verb: Verb | None) -> None:
    await receive(store, arrival(1, FULL, reasons=("says Hello",), marks=((0, 5),), fold="f"))
    if verb:
        await decide(store, verb, 1)
    await receive(store, gone(1))
    [row] = await rows_of(url, posts)
    assert row["status"] == "gone"
    known = {
        "key", "network", "status", "version", "received_at", "arrived", "moved",
        "decided_by", "decided_verb", "decided_reason", "decided_at",
    }  # fmt: skip
    assert not [column for column, value in row.items() if column not in known and value]


async def test_a_post_gone_before_it_was_seen_stays_gone_and_nobody_hears_of_it(store: Store, url: str) -> None:
    received = await store.posts.receive([gone(1)], NOON)
    assert received == Received(gone=1)
    assert (await store.posts.receive([arrival(1, FULL)], NOON)) == Received(known=1)
    [row] = await rows_of(url, posts)
    assert (row["status"], row["text"], row["network_id"]) == ("gone", "", None)
    assert (await store.log.heads()).seqs[DESK] == 0


@pytest.mark.parametrize("said", [None, content("new", edited_at=after(1))])
async def test_what_matters_only_for_a_known_post_leaves_no_trace_of_another(
    store: Store, url: str, said: Content | None
) -> None:
    told = Arrival(key(1), Sighting("test", "id-1", said, only_known=True))
    assert await store.posts.receive([told], NOON) == Received()
    assert await rows_of(url, posts) == []
    received = await store.posts.receive([arrival(1), told], NOON)
    assert (received.new, received.changed + received.gone, received.known) == (1, 1, 0)


async def test_a_gone_post_is_dropped_wherever_it_was(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1, halls=("side",))
    assert (await store.posts.receive([gone(1)], NOON)).streams == {DESK, "floor", "hall:side"}
    for stream in (DESK, "floor", "hall:side"):
        assert (await store.log.since(stream, 0, 9))[-1].update.kind is Kind.DROP


async def test_a_bookmark_is_kept_with_its_batch_even_an_empty_one(store: Store) -> None:
    assert await store.cursors.read("tag") is None
    await store.posts.receive([arrival(1)], NOON, Bookmark("tag", "1"))
    await store.posts.receive([], NOON, Bookmark("tag", "2"))
    assert await store.cursors.read("tag") == "2"
    assert await store.cursors.read("other") is None


async def test_a_batch_that_fails_leaves_nothing_behind(store: Store) -> None:
    naive = content(posted_at=NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="offset-naive"):
        await store.posts.receive([arrival(1), arrival(2, naive)], NOON, Bookmark("tag", "1"))
    assert await store.posts.find(key(1)) is None
    assert await store.cursors.read("tag") is None
    assert (await store.log.heads()).seqs[DESK] == 0


SAID = "see https://talk.example/"


def linked(title: str = "", **more: Any) -> Content:
    return content(SAID, spans=(Span(SpanKind.LINK, 4, len(SAID), "https://talk.example/", title),), **more)


async def title(store: Store) -> str:
    return (await found(store)).content.spans[0].beside


async def test_the_title_of_a_page_comes_later_once_and_whoever_decided_without_it_is_told(store: Store) -> None:
    await receive(store, arrival(1, linked()))
    assert await store.posts.receive([arrival(1, linked("Slides")), arrival(1, linked("Others"))], NOON) == Received(
        changed=1, known=1, streams=frozenset({DESK})
    )
    assert (await title(store), (await found(store)).version) == ("Slides", 2)
    decided = await store.posts.decide(order(Verb.APPROVE, 1, versions={key(1): 1}), NOON)
    assert [each.outcome for each in decided.outcomes] == [Result.CONFLICT]


async def test_a_page_with_a_title_that_comes_later_is_judged_anew(store: Store) -> None:
    await receive(store, arrival(1, linked()))
    await receive(store, arrival(1, linked("Casino"), status=Status.HELD, **JUDGED))
    assert (await found(store)).status is Status.HELD


@pytest.mark.parametrize("verbs", [[Verb.APPROVE], [Verb.APPROVE, Verb.WITHDRAW]])
async def test_a_title_is_too_late_for_what_was_approved(store: Store, verbs: list[Verb]) -> None:
    await receive(store, arrival(1, linked()))
    for verb in verbs:
        await decide(store, verb, 1)
    assert (await store.posts.receive([arrival(1, linked("Slides"))], NOON)).known == 1
    assert await title(store) == ""
