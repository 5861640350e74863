import asyncio

import pytest

from backchannel.roles import Role
from backchannel.store.base import Badge, Term
from backchannel.store.house import Store
from tests.store.world import NOON, after

pytestmark = pytest.mark.anyio

MO = Badge("Mo", Role.MODERATOR)
GUEST = Badge("guest", Role.SCREEN)


async def test_a_badge_is_found_by_the_hash_of_its_secret(store: Store) -> None:
    await store.badges.add("hash", MO, NOON)
    assert await store.badges.find("hash", NOON) == MO
    assert await store.badges.find("other", NOON) is None


async def test_a_badge_of_an_organisation_says_so_and_in_which_browser_it_is(store: Store) -> None:
    vouched = Badge("Olu", Role.HOST, who="member:248")
    await store.badges.add("hash", vouched, NOON, Term(after(60)), "Firefox")
    found = await store.badges.find("hash", NOON)
    assert found is not None
    assert (found.who, found.is_members) == ("member:248", True)
    assert [(each.browser, each.ends_at) for each in await store.people.signed_in(NOON)] == [("Firefox", after(60))]
    await store.badges.add("other", MO, NOON)
    other = await store.badges.find("other", NOON)
    assert other is not None
    assert not other.is_members


async def test_an_invitation_becomes_a_badge_once(store: Store) -> None:
    await store.badges.invite("paper", GUEST, NOON, after(10))
    assert await store.badges.invitation("paper", after(9)) == GUEST
    assert await store.badges.redeem("paper", "hash", "Ada", after(9)) == Badge("Ada", Role.SCREEN)
    assert await store.badges.find("hash", after(9)) == Badge("Ada", Role.SCREEN)
    assert await store.badges.invitation("paper", after(9)) is None
    assert await store.badges.redeem("paper", "second", "Eve", after(9)) is None
    assert await store.badges.find("second", after(9)) is None


async def test_an_invitation_that_is_too_old_or_never_was_gives_nothing(store: Store) -> None:
    await store.badges.invite("paper", GUEST, NOON, after(10))
    for paper in ("paper", "other"):
        assert await store.badges.invitation(paper, after(10)) is None
        assert await store.badges.redeem(paper, "hash", "Ada", after(10)) is None


async def test_of_many_who_redeem_one_invitation_at_once_one_gets_a_badge(store: Store) -> None:
    await store.badges.invite("paper", MO, NOON, after(10))
    tries = [store.badges.redeem("paper", f"hash-{number}", f"{number}", NOON) for number in range(8)]
    assert sum(badge is not None for badge in await asyncio.gather(*tries)) == 1
