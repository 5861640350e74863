import asyncio

import pytest

from backchannel.roles import Role
from backchannel.store.badges import id_of
from backchannel.store.base import FOR_EVER, Badge, Returner
from backchannel.store.house import Store
from tests.store.test_contract_people import hash_like
from tests.store.world import NOON, after

pytestmark = pytest.mark.anyio


async def came(store: Store, name: str, secret: str, role: Role = Role.HOST, browser: str = "Firefox") -> str:
    """Sign somebody in by an invitation; the id of their badge."""
    await store.badges.invite(f"paper {secret}", Badge(name, role), NOON, after(10))
    await store.badges.redeem(f"paper {secret}", hash_like(secret), name, NOON, FOR_EVER, browser)
    return id_of(hash_like(secret))


async def back(store: Store, who: str, password_hash: str, secret: str) -> Badge | None:
    return await store.passwords.sign_in(who, password_hash, hash_like(secret), after(2), FOR_EVER, "Edge")


async def test_who_set_a_password_comes_back_under_the_same_name_and_role(store: Store) -> None:
    badge = await came(store, "Sam", "first")
    assert await store.passwords.find("sam") is None
    assert await store.passwords.set(badge, "sam", "hash", after(1))
    assert await store.passwords.find("sam") == Returner("sam", Badge("Sam", Role.HOST), "hash", after(1))
    assert await back(store, "sam", "hash", "second") == Badge("Sam", Role.HOST)
    found = await store.badges.find(hash_like("second"), after(3))
    assert found is not None
    assert (found.name, found.role, found.who) == ("Sam", Role.HOST, "sam")
    assert [each.browser for each in await store.people.signed_in(after(3))] == ["Firefox", "Edge"]


async def test_nobody_comes_back_by_a_password_that_is_another_by_now_or_was_ended(store: Store) -> None:
    badge = await came(store, "Sam", "first")
    await store.passwords.set(badge, "sam", "old", after(1))
    await back(store, "sam", "old", "second")
    assert await store.passwords.set(badge, "sam", "new", after(3))
    assert await back(store, "sam", "old", "third") is None
    assert await store.badges.find(hash_like("second"), after(3)) is None  # it came by the old one
    assert await store.badges.find(hash_like("first"), after(3)) is not None
    assert await store.passwords.take("sam")
    assert not await store.passwords.take("sam")
    assert await back(store, "sam", "new", "fourth") is None
    assert await store.passwords.all() == ()


async def test_of_two_of_one_name_the_first_has_the_password(store: Store) -> None:
    ids = [await came(store, "Sam", secret) for secret in ("one", "two")]
    tries = [store.passwords.set(badge, "sam", badge, after(1)) for badge in ids]
    set_by = [badge for badge, is_set in zip(ids, await asyncio.gather(*tries), strict=True) if is_set]
    assert len(set_by) == 1
    assert [each.password_hash for each in await store.passwords.all()] == set_by


async def test_no_program_sets_a_password(store: Store) -> None:
    await store.badges.add(hash_like("deck"), Badge("Deck", Role.HOST), NOON)
    assert not await store.passwords.set(id_of(hash_like("deck")), "deck", "hash", after(1))


async def test_who_is_signed_out_by_others_loses_the_password_and_who_leaves_keeps_it(store: Store) -> None:
    for name in ("Ada", "Sam"):
        badge = await came(store, name, name)
        await store.passwords.set(badge, name, "hash", after(1))
    ada, sam = (id_of(hash_like(name)) for name in ("Ada", "Sam"))
    await store.people.sign_out([sam], after(2), spares_owner=False)
    assert len(await store.passwords.all()) == 2
    await back(store, "Sam", "hash", "again")
    await store.people.sign_out([id_of(hash_like("again")), ada], after(3), keeps="Ada")
    assert [each.who for each in await store.passwords.all()] == ["Ada"]
