"""One post, once: what says nearly the same as an earlier post is folded into it, and can be taken out again."""

from datetime import timedelta
from typing import Any, Final

import pytest

from backchannel.gist import gist_of
from backchannel.likeness import bands
from backchannel.post import Author, Decision, Media, Post, Result, Status, Verb
from backchannel.store.base import Arrival, Query, Received
from backchannel.store.house import Store
from backchannel.store.likenesses import NEWEST, WITHIN
from backchannel.store.tables import likenesses, posts
from backchannel.text import from_plain
from backchannel.updates import DESK, FLOOR
from tests.store.peek import rows_of
from tests.store.world import NOON, after, arrival, content, decide, gone, key, keys_of, order, receive

pytestmark = pytest.mark.anyio

TEXT: Final = "Ask who wrote the runbook before the pager goes off, then buy that team a good coffee"
OTHER: Final = "Five boxes on a slide are no architecture, they are five boxes on a slide with arrows between"


def said(number: int | str, text: str = TEXT, **more: Any) -> Arrival:
    """A post by somebody who says nothing else; `edited_at` makes it a later version."""
    author = Author(f"Author {number}", id=f"id-{number}")
    tame = from_plain(text)
    written = content(tame.plain, author=author, spans=tame.spans, edited_at=more.pop("edited_at", None))
    fold = f"{number} {text.casefold()}"
    return arrival(number, written, fold=fold, bands=bands(gist_of("test", written), b"secret"), **more)


async def found(store: Store, number: int | str) -> Post:
    post = await store.posts.find(key(number))
    assert post is not None
    return post


async def listed(store: Store, status: Status = Status.QUEUED) -> list[str]:
    return keys_of((await store.posts.page(Query(status))).posts)


async def indexed(url: str) -> set[tuple[int, int]]:
    return {(row["band"], row["arrived"]) for row in await rows_of(url, likenesses)}


async def test_what_somebody_else_says_again_is_a_copy_of_the_first(store: Store) -> None:
    await receive(store, said(1))
    again = [said(2, f"RT @author: {TEXT}"), said(3, f"So true! {TEXT} #pink11"), said(4, OTHER)]
    received = await store.posts.receive(again, after(5))
    assert received == Received(new=1, copies=2, streams=frozenset({DESK}))
    assert await listed(store) == [key(1), key(4)]
    assert (await found(store, 1)).similar == 2
    copy = await found(store, 3)
    assert (copy.status, copy.copy_of, copy.content.author.name) == (Status.COPY, key(1), "Author 3")


async def test_near_copies_are_folded_within_their_own_batch_and_known_when_they_come_again(store: Store) -> None:
    batch = [said(1), said(2, f"{TEXT}!"), said(3, f"So true! {TEXT}")]
    assert await store.posts.receive(batch, NOON) == Received(1, copies=2, streams=frozenset({DESK}))
    assert await store.posts.receive(batch, NOON) == Received(known=3)


async def test_short_posts_of_many_people_are_many_posts(store: Store) -> None:
    await receive(store, *(said(number, "Great talk! #pink11") for number in range(4)))
    assert len(await listed(store)) == 4


async def test_a_late_copy_by_somebody_else_stays_rejected_and_its_count_grows(store: Store) -> None:
    await receive(store, said(1))
    await decide(store, Verb.REJECT, 1, reason="spam")
    received = await store.posts.receive([said(2, f"{TEXT}!!")], after(9))
    assert received == Received(copies=1, streams=frozenset({DESK}))
    assert await listed(store) == []
    [told] = await store.log.since(DESK, 2, 9)
    assert told.post is not None
    assert (told.post.status, told.post.similar) == (Status.REJECTED, 1)
    assert told.post.decision == Decision("mo", Verb.REJECT, "spam", NOON)


async def test_a_copy_under_what_is_shown_is_itself_shown_to_nobody(store: Store) -> None:
    await receive(store, said(1))
    await decide(store, Verb.APPROVE, 1)
    await receive(store, said(2, f"So true! {TEXT}"))
    assert {logged.update.key for logged in await store.log.since(FLOOR, 0, 9)} == {key(1)}
    assert await listed(store, Status.APPROVED) == [key(1)]


async def test_what_came_long_before_is_not_looked_for(store: Store) -> None:
    await receive(store, said(1))
    await store.posts.receive([said(2), said(3)], NOON + WITHIN + timedelta(seconds=1))
    assert await listed(store) == [key(1), key(2)]
    assert (await found(store, 3)).copy_of == key(2)


async def test_who_floods_a_band_hides_the_newest_of_it_from_nobody(store: Store) -> None:
    own = [said(number, f"{TEXT} {number}") for number in range(100, 100 + 2 * NEWEST)]
    same_band = [Arrival(each.key, each.sighting, fold=each.fold, bands=said(1).bands) for each in own]
    await receive(store, *same_band)
    await receive(store, said(1))
    await receive(store, said(2))
    assert (await found(store, 2)).copy_of == key(1)


async def test_the_nearest_of_several_is_the_one_that_a_copy_repeats(store: Store) -> None:
    await receive(store, said(1), said(2, f"So true! {TEXT}"))
    await decide(store, Verb.RESTORE, 2)
    await receive(store, said(3, f"So true! {TEXT}!"), said(4))
    assert ((await found(store, 3)).copy_of, (await found(store, 4)).copy_of) == (key(2), key(1))


async def test_a_near_copy_that_a_person_takes_out_is_a_post_of_its_own_and_stays_one(store: Store) -> None:
    await receive(store, said(1), said(2))
    await decide(store, Verb.REJECT, 1)
    decided = await store.posts.decide(order(Verb.RESTORE, 2, versions={key(2): 1}), NOON)
    assert decided.outcomes[0].outcome is Result.DONE
    assert await listed(store) == [key(2)]
    await receive(store, said(2, f"{TEXT}!", edited_at=after(1)))
    assert await listed(store) == [key(2)]
    await decide(store, Verb.APPROVE, 2)
    assert (await found(store, 1)).status is Status.REJECTED


async def test_an_edit_of_a_copy_is_compared_anew(store: Store) -> None:
    await receive(store, said(1), said(2), said(3))
    await receive(store, said(2, f"So true! {TEXT}", edited_at=after(1)), said(3, OTHER, edited_at=after(1)))
    stays, own = await found(store, 2), await found(store, 3)
    assert (stays.copy_of, stays.content.text, stays.version) == (key(1), f"So true! {TEXT}", 2)
    assert (own.status, own.copy_of) == (Status.QUEUED, "")
    assert (await found(store, 1)).similar == 1
    await receive(store, said(4, f"{OTHER}."))
    assert (await found(store, 4)).copy_of == key(3)


async def test_an_edit_of_the_first_keeps_the_copies_that_still_say_the_same(store: Store) -> None:
    await receive(store, said(1), said(2), said(3, f"So true! {TEXT}"))
    await decide(store, Verb.APPROVE, 1)
    await receive(store, said(1, f"{TEXT}.", edited_at=after(1)))
    assert (await found(store, 1)).similar == 2
    await receive(store, said(1, OTHER, edited_at=after(2)))
    assert ((await found(store, 1)).similar, (await found(store, 2)).similar) == (0, 1)
    assert await listed(store) == [key(1), key(2)]


async def test_who_takes_the_place_of_what_went_stands_only_for_those_that_say_the_same(store: Store) -> None:
    first, one, other = TEXT, f"{TEXT} for all this", f"Please do listen: {TEXT}"
    for minute, arrived in enumerate([said(1, first), said(2, one), said(3, other), said(4, one.upper())]):
        await store.posts.receive([arrived], after(minute))
    assert (await found(store, 1)).similar == 3
    await decide(store, Verb.HOLD, 1)
    await receive(store, gone(1))
    assert await listed(store, Status.HELD) == [key(3), key(2)]
    assert ((await found(store, 2)).similar, (await found(store, 4)).copy_of) == (1, key(2))


async def test_the_index_holds_what_stands_and_nothing_that_is_gone(store: Store, url: str) -> None:
    await receive(store, said(1), said(2), said(9, OTHER))
    assert await indexed(url) == {(band, 1) for band in said(1).bands} | {(band, 3) for band in said(9, OTHER).bands}
    await receive(store, gone(1), said(9, "Great talk!", edited_at=after(1)))
    heir = await found(store, 2)
    assert heir.status is Status.QUEUED
    assert await indexed(url) == {(band, heir.arrived) for band in said(1).bands}
    await receive(store, gone(2))
    assert await indexed(url) == set()
    assert {row["bands"] for row in await rows_of(url, posts)} == {None}


async def test_a_verdict_on_an_author_is_none_on_somebody_elses_copy(store: Store) -> None:
    blocked = {"status": Status.REJECTED, "rule": "blocked authors"}
    trusted = {"status": Status.APPROVED, "rule": "trusted authors"}
    await receive(
        store, said(1, **blocked), said(2, **blocked), said(3), said(4, **trusted), said(5), said(6, **blocked)
    )
    statuses = [(await found(store, number)).status for number in range(1, 7)]
    rejected, copy = Status.REJECTED, Status.COPY
    assert statuses == [rejected, copy, Status.QUEUED, Status.APPROVED, copy, copy]


async def test_what_a_person_rejected_is_rejected_for_everybody(store: Store) -> None:
    await receive(store, said(1))
    await decide(store, Verb.REJECT, 1)
    await receive(store, said(2, status=Status.APPROVED, rule="trusted authors"))
    assert (await found(store, 2)).copy_of == key(1)


async def test_a_post_with_another_picture_by_the_same_author_is_another_post(store: Store) -> None:
    first = said(1)
    assert first.sighting.content is not None
    for number, picture in ((1, "a"), (2, "b")):
        written = content(TEXT, media=(Media("image", f"https://a.example/{picture}"),))
        await receive(store, arrival(number, written, fold=picture, bands=first.bands))
    assert await listed(store) == [key(1), key(2)]


def quoting(number: int | str, of: int | str, text: str = "This!", is_little: bool = True, **more: Any) -> Arrival:
    """A post that quotes another and, where it is so, adds nothing to it."""
    own = said(number, text, **more)
    quotes = key(of) if is_little else ""
    return Arrival(own.key, own.sighting, fold=own.fold, bands=own.bands, quotes=quotes)


async def test_a_quote_that_adds_nothing_counts_as_a_copy_of_what_it_quotes(store: Store) -> None:
    await receive(
        store, said(1), said(2), quoting(3, of=1), quoting(4, of=2), quoting(5, of=1, text=OTHER, is_little=False)
    )
    assert await listed(store) == [key(1), key(5)]
    assert [(await found(store, number)).copy_of for number in (3, 4)] == [key(1), key(1)]
    assert (await found(store, 1)).similar == 3


async def test_a_quote_of_what_is_not_known_is_a_post_of_its_own(store: Store) -> None:
    await receive(store, quoting(3, of=1))
    assert await listed(store) == [key(3)]
    await receive(store, said(1), gone(1), quoting(4, of=1))
    assert await listed(store) == [key(3), key(4)]


async def test_a_quote_goes_with_what_it_quoted_and_leaves_nothing_when_it_is_deleted(store: Store, url: str) -> None:
    await receive(store, said(1), quoting(2, of=1), quoting(3, of=1), gone(1))
    assert await listed(store) == []
    await receive(store, gone(2))
    row = next(row for row in await rows_of(url, posts) if row["key"] == key(2))
    assert (row["status"], row["text"], row["author_id"]) == ("gone", "", None)


async def test_a_quote_that_is_edited_to_say_something_is_a_post_of_its_own(store: Store) -> None:
    await receive(store, said(1), quoting(2, of=1))
    await receive(store, quoting(2, of=1, text="So true", edited_at=after(1)))
    assert ((await found(store, 2)).copy_of, (await found(store, 2)).content.text) == (key(1), "So true")
    await receive(store, quoting(2, of=1, text=OTHER, is_little=False, edited_at=after(2)))
    assert await listed(store) == [key(1), key(2)]
    assert (await found(store, 1)).similar == 0


async def test_a_quote_can_be_taken_out(store: Store) -> None:
    await receive(store, said(1), quoting(2, of=1))
    await decide(store, Verb.RESTORE, 2)
    assert await listed(store) == [key(1), key(2)]


async def test_the_copies_of_a_post_are_listed_newest_first_and_boosts_are_counted(store: Store) -> None:
    for minute, number in enumerate([1, 2, 3]):
        await store.posts.receive([said(number)], after(minute))
    await receive(store, quoting(4, of=1), Arrival(key(1), said(1).sighting, boost="test:boost"))
    folded = await store.copies.of(key(1), 9)
    assert folded is not None
    assert (folded.first.key, keys_of(folded.copies), folded.boosts) == (key(1), [key(3), key(2), key(4)], 1)
    assert folded.first.similar == 4
    fewer = await store.copies.of(key(1), 2)
    assert fewer is not None
    assert keys_of(fewer.copies) == [key(3), key(2)]


async def test_what_stands_for_nothing_has_no_copies_and_what_is_gone_is_not_known(store: Store) -> None:
    await receive(store, said(1), said(2), said(3, OTHER), gone(3))
    for number in (2, 3, 4):
        folded = await store.copies.of(key(number), 9)
        assert (folded.copies if folded else None) == (() if number == 2 else None)
