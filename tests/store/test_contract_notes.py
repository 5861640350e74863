import asyncio

import pytest

from backchannel.post import Media, Post, Result, Verb
from backchannel.store.base import Kept, Note
from backchannel.store.house import Store
from backchannel.updates import DESK, FLOOR, Kind
from tests.store.world import NOON, after, arrival, content, decide, gone, key, order, receive

pytestmark = pytest.mark.anyio

PICTURES = (Media("image", "https://example.org/1.png"), Media("image", "https://example.org/2.png", "A cat"))


async def found(store: Store, number: int = 1) -> Post:
    post = await store.posts.find(key(number))
    assert post is not None
    return post


async def updates(store: Store, stream: str) -> list[tuple[Kind, str]]:
    return [(each.update.kind, each.update.key) for each in await store.log.since(stream, 0, 100)]


async def test_notes_are_kept_in_order_and_only_the_desk_hears_of_them(store: Store) -> None:
    await receive(store, arrival(1))
    await decide(store, Verb.APPROVE, 1)
    before, floor = await found(store), await updates(store, FLOOR)
    first = await store.notes.add(key(1), "Sam", "Ask the author first.\nShe is here.", after(1))
    second = await store.notes.add(key(1), "Mo", "Done.", after(2))
    assert await store.notes.of(key(1)) == (first, second)
    now = await found(store)
    assert (now.version, now.remarks) == (before.version, before.remarks + 2)
    assert await updates(store, FLOOR) == floor
    assert (await updates(store, DESK))[-2:] == [(Kind.PUT, key(1))] * 2


async def test_a_note_is_taken_back_once_and_its_words_are_told_no_more(store: Store) -> None:
    await receive(store, arrival(1))
    note = await store.notes.add(key(1), "Sam", "He always does that.", after(1))
    assert note is not None
    tries = await asyncio.gather(*(store.notes.take_back(key(1), note.id, by, after(2)) for by in ("Sam", "Mo")))
    [taken] = [each for each in tries if each is not None]
    assert await store.notes.of(key(1)) == (Note(note.id, "Sam", "", after(1), Kept.NOTE, taken.taken_by, after(2)),)
    assert (await found(store)).remarks == 2
    assert await store.notes.take_back(key(1), "other", "Sam", after(3)) is None


async def test_nothing_is_kept_of_a_post_that_is_gone_or_never_was(store: Store) -> None:
    await receive(store, arrival(1))
    await store.notes.add(key(1), "Sam", "Look at this.", after(1))
    await receive(store, gone(1))
    assert await store.notes.of(key(1)) == ()
    assert await store.notes.add(key(1), "Sam", "Too late.", after(2)) is None
    assert await store.notes.add(key(2), "Sam", "Nobody's.", after(2)) is None


async def test_a_description_stands_in_for_the_authors_on_every_stream_of_the_post(store: Store) -> None:
    await receive(store, arrival(1, content(media=PICTURES)))
    await decide(store, Verb.APPROVE, 1)
    before = await found(store)
    described = await store.notes.describe(key(1), 0, "A full hall", "Sam", after(1))
    assert described.streams >= {DESK, FLOOR}
    now = await found(store)
    assert described.outcomes[0].outcome is Result.DONE
    assert (now.status, now.version, now.decision) == (before.status, before.version + 1, before.decision)
    assert now.content == before.content  # the author's words are never edited
    assert [media.alt for media in now.media] == ["A full hall", "A cat"]
    assert (await updates(store, FLOOR))[-1] == (Kind.PUT, key(1))
    [note] = await store.notes.of(key(1))
    assert (note.kind, note.by, note.text, note.at) == (Kept.DESCRIPTION, "Sam", "A full hall", after(1))
    await store.notes.describe(key(1), 0, "", "Mo", after(2))
    assert (await found(store)).media == PICTURES
    assert len(await store.notes.of(key(1))) == 2


async def test_what_the_author_described_and_what_is_not_there_cannot_be_described(store: Store) -> None:
    await receive(store, arrival(1, content(media=PICTURES)))
    for number, place, result in ((1, 1, Result.REFUSED), (1, 2, Result.UNKNOWN), (2, 0, Result.UNKNOWN)):
        decided = await store.notes.describe(key(number), place, "A dog", "Sam", after(1))
        assert [each.outcome for each in decided.outcomes] == [result]
        assert decided.streams == frozenset()
    assert (await found(store)).media == PICTURES


async def test_a_description_outlives_decisions_and_edits_until_the_picture_is_another(store: Store) -> None:
    await receive(store, arrival(1, content(media=PICTURES)))
    await store.notes.describe(key(1), 0, "A full hall", "Sam", after(1))
    await store.posts.decide(order(Verb.APPROVE, 1), after(2))
    await receive(store, arrival(1, content("Other words", media=PICTURES, edited_at=after(3))))
    assert (await found(store)).media[0].alt == "A full hall"
    other = (Media("image", "https://example.org/3.png"),)
    await receive(store, arrival(1, content("Other words", media=other, edited_at=after(4))))
    assert (await found(store)).media == other
    await receive(store, gone(1))
    assert (await found(store)).descriptions == ()


async def test_a_line_to_the_stage_is_acknowledged_once_and_the_newest_comes_first(store: Store) -> None:
    first = await store.messages.send("main", "Sam", "Five minutes left", NOON)
    second = await store.messages.send("main", "Mo", "Take the question from the left", after(1))
    await store.messages.send("side", "Mo", "Louder, please", after(1))
    assert await store.messages.latest("main", 10) == (second, first)
    assert await store.messages.latest("main", 1) == (second,)
    got = await store.messages.acknowledge("main", first.id, "Ada", after(2))
    assert got is not None
    assert (got.text, got.got_by, got.got_at) == ("Five minutes left", "Ada", after(2))
    assert await store.messages.acknowledge("main", first.id, "Eve", after(3)) == got
    assert await store.messages.acknowledge("side", first.id, "Eve", after(3)) is None
    assert await store.messages.latest("main", 10) == (second, got)
