"""The desk's rules: every version is kept, and of two writers one wins."""

import asyncio
from dataclasses import replace

import pytest

from backchannel.post import Author, Verb
from backchannel.rule import Rule
from backchannel.rulebook import Clause, Kind, Preset, Rulebook
from backchannel.store.base import History
from backchannel.store.house import Store, open_store
from tests.store.world import HALLS, NOON, after, arrival, content, decide, gone, key, keys_of, receive

pytestmark = pytest.mark.anyio

MUTE = Clause(Rule("Mute Eve", "reject", authors=("@eve@x.example",), until=after(60)), Kind.MUTE, "Sam", NOON)
CRYPTO = Clause(Rule("No crypto", "hold", "No adverts", words=("crypto", "nft"), on=False, has_media=False), by="Jo")


def written(version: int = 0, *clauses: Clause, by: str = "Sam") -> Rulebook:
    return Rulebook(version, clauses, by=by, at=NOON)


async def test_without_any_version_the_rulebook_is_empty(store: Store) -> None:
    assert await store.rulebooks.newest() == Rulebook()
    assert await store.rulebooks.versions() == ()
    assert await store.rulebooks.version() == 0


async def test_a_version_is_read_as_it_was_written(store: Store, url: str) -> None:
    wished = replace(written(0, MUTE, CRYPTO), preset=Preset.KEYNOTE, trust_after=5)
    kept = await store.rulebooks.write(wished)
    assert kept.done
    assert kept.book == replace(wished, version=1)
    async with open_store(url, HALLS) as again:
        assert await again.rulebooks.newest() == kept.book


async def test_older_versions_stay_as_they_were(store: Store) -> None:
    for version, clauses in enumerate([(MUTE,), (MUTE, CRYPTO), (CRYPTO,)]):
        assert (await store.rulebooks.write(written(version, *clauses))).done
    newest, older, first = await store.rulebooks.versions()
    assert [book.version for book in (newest, older, first)] == [3, 2, 1]
    assert await store.rulebooks.version() == 3
    assert (newest.clauses, older.clauses, first.clauses) == ((CRYPTO,), (MUTE, CRYPTO), (MUTE,))
    assert await store.rulebooks.versions(before=3, limit=1) == (older,)


async def test_of_two_who_change_one_version_the_first_wins_and_the_other_gets_the_newest(store: Store) -> None:
    wished = [written(0, MUTE, by=name) for name in ("Sam", "Jo", "Ada")]
    answers = await asyncio.gather(*map(store.rulebooks.write, wished))
    [winner] = [answer for answer in answers if answer.done]
    assert {answer.book for answer in answers} == {winner.book}
    assert await store.rulebooks.versions() == (winner.book,)


async def test_the_latest_posts_are_those_that_stand_whatever_became_of_them(store: Store) -> None:
    for number in range(1, 5):
        await store.posts.receive([arrival(number, content(f"said {number}"))], after(number))
    await store.posts.receive([arrival(5, content("said 1"), fold="same")], after(5))
    await store.posts.receive([gone(4)], after(6))
    await decide(store, Verb.REJECT, 2)
    assert keys_of(await store.latest.posts(9)) == [key(5), key(3), key(2), key(1)]
    assert keys_of(await store.latest.posts(2)) == [key(5), key(3)]


async def test_an_author_is_known_by_what_became_of_the_other_posts(store: Store) -> None:
    ada, bob = Author("Ada", id="id-ada"), Author("Bob", id="id-bob")
    await receive(store, *(arrival(number, content(f"said {number}", author=ada)) for number in range(1, 8)))
    await receive(store, arrival(8, content("mine", author=bob)), arrival(9, content("whose", author=Author("?"))))
    await decide(store, Verb.APPROVE, 1, 2, 3, 4)
    await decide(store, Verb.WITHDRAW, 4)
    await decide(store, Verb.REJECT, 5)
    await decide(store, Verb.HOLD, 6)
    assert await store.authors.histories([*map(key, (1, 5, 7, 8, 9)), "test:unknown"]) == {
        key(1): History(shown=2, not_shown=2, waiting=2),
        key(5): History(shown=3, not_shown=1, waiting=2),
        key(7): History(shown=3, not_shown=2, waiting=1),
        key(8): History(),
    }
