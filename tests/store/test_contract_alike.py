"""What waits and is like a post: by words, by where links lead, by who wrote it."""

import pytest

from backchannel.likeness import Common
from backchannel.post import Author, Content, Media, Verb
from backchannel.store.base import Arrival
from backchannel.store.house import Store
from backchannel.text import from_plain
from tests.store.world import arrival, decide, gone, key, receive

pytestmark = pytest.mark.anyio

SPAM = "Buy cheap followers today, they are real: https://cheap.example/followers"


def said(number: int, text: str, author: str = "") -> Arrival:
    """A post by somebody, with its links."""
    told = from_plain(text)
    return arrival(number, Content(Author(f"Somebody {number}", id=author or f"id-{number}"), told.plain, told.spans))


async def common(store: Store, number: int = 1) -> dict[str, set[Common]]:
    """What is like a post, in order, and in what."""
    alike = await store.copies.alike(key(number), 50)
    assert alike is not None
    return {each.post.key: set(each.common) for each in alike}


async def test_words_links_and_authors_make_posts_alike_and_most_in_common_comes_first(store: Store) -> None:
    await receive(
        store,
        said(1, SPAM, "eve"),
        said(2, "The runbook was fine", "eve"),
        said(3, "Look: https://www.cheap.example/other?x=1"),
        said(4, "Buy cheap followers today! They are real, honestly: https://cheap.example/now"),
        said(5, "A question about followers of standards"),
    )
    await decide(store, Verb.REJECT, 1)
    assert list((await common(store)).items()) == [
        (key(4), {Common.WORDS, Common.LINK}),
        (key(2), {Common.AUTHOR}),
        (key(3), {Common.LINK}),
    ]


async def test_only_what_waits_is_alike_and_never_the_post_itself(store: Store) -> None:
    await receive(store, *(said(number, SPAM.replace("today", f"today {number}")) for number in range(1, 6)))
    await decide(store, Verb.REJECT, 2)
    await decide(store, Verb.HOLD, 3)
    await receive(store, gone(4))
    assert list(await common(store)) == [key(5)]


async def test_who_was_approved_or_where_an_approved_post_leads_makes_nobody_alike(store: Store) -> None:
    await receive(
        store,
        said(1, "Look at https://videos.example/a", "eve"),
        said(2, "My talk: https://videos.example/b"),
        said(3, "Slides are up", "eve"),
        said(4, "Another film: https://videos.example/c"),
        said(5, "Thanks all", "eve"),
    )
    assert set(await common(store)) == {key(2), key(3), key(4), key(5)}
    await decide(store, Verb.APPROVE, 2)
    assert set(await common(store)) == {key(3), key(5)}
    await decide(store, Verb.APPROVE, 3)
    assert await common(store) == {}


def pictured(number: int, look: str, url: str = "", height: int = 640) -> Arrival:
    """A post by somebody with a picture and no words."""
    picture = Media("image", url or f"https://social.example/{number}.jpg", "", 480, height, look)
    return arrival(number, Content(Author(f"Somebody {number}", id=f"id-{number}"), "", media=(picture,)))


async def test_the_same_picture_makes_posts_alike_unless_it_was_ever_approved(store: Store) -> None:
    look, other = 'LEHV6nWB2yk8pyo0adR*.7kCMdnj"', "LGF5]+Yk^6#M@-5c,1J5@[or[Q6."
    await receive(
        store,
        pictured(1, look),
        pictured(2, look),
        pictured(3, other),
        pictured(4, look, height=800),  # all that is white has one blurhash
        pictured(5, look),
    )
    await decide(store, Verb.REJECT, 1)
    assert await common(store) == {key(2): {Common.PICTURE}, key(5): {Common.PICTURE}}
    await decide(store, Verb.APPROVE, 2)
    assert await common(store) == {}


async def test_where_nobody_tells_how_a_picture_looks_it_is_known_by_its_address(store: Store) -> None:
    shared = "https://social.example/shared_1%.jpg"
    await receive(store, pictured(1, "", shared), pictured(2, "", shared), pictured(3, ""))
    assert await common(store) == {key(2): {Common.PICTURE}}


async def test_other_scripts_are_alike_too(store: Store) -> None:
    await receive(
        store,
        said(1, "フォロワーを安く買えます。今すぐ連絡してください"),
        said(2, "フォロワーを安く買えます!今すぐに連絡してください"),
        said(3, "コーヒーの列が、受付の列より長いです。"),
    )
    assert await common(store) == {key(2): {Common.WORDS}}


async def test_a_post_that_is_gone_or_unknown_is_like_nothing(store: Store) -> None:
    await receive(store, said(1, SPAM), said(2, f"{SPAM} and more"))
    await receive(store, gone(1))
    assert await store.copies.alike(key(1), 50) is None
    assert await store.copies.alike(key(9), 50) is None


async def test_signs_of_a_pattern_are_only_signs(store: Store) -> None:
    await receive(store, said(1, "100%%%% ____ real: https://a_b.example/%_"), said(2, "Nothing like it at all"))
    assert await common(store) == {}
