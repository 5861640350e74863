import asyncio
from datetime import timedelta

import pytest

from backchannel.roles import Role
from backchannel.store.badges import id_of
from backchannel.store.base import Badge, Invitation, Person, Term
from backchannel.store.house import Store
from tests.store.world import NOON, after

pytestmark = pytest.mark.anyio

ADA, SAM, MO = Badge("Ada", Role.OWNER), Badge("Sam", Role.OWNER), Badge("Mo", Role.MODERATOR)


def hash_like(name: str) -> str:
    """What could be the hash of a secret."""
    return name.ljust(16, "0") + "f" * 48


async def sign_in(store: Store, *badges: Badge) -> list[str]:
    """Keep badges, a minute apart; their ids."""
    for minute, badge in enumerate(badges):
        await store.badges.add(hash_like(badge.name), badge, after(minute))
    return [id_of(hash_like(badge.name)) for badge in badges]


async def test_who_is_signed_in_is_listed_with_when_they_came_and_were_last_seen(store: Store) -> None:
    ada, mo = await sign_in(store, ADA, MO)
    await store.people.see(mo, after(7))
    assert await store.people.signed_in(after(9)) == (Person(ADA, NOON), Person(MO, after(1), after(7)))
    assert [person.badge.id for person in await store.people.signed_in(after(9))] == [ada, mo]
    found = await store.badges.find(hash_like("Mo"), after(9))
    assert found is not None
    assert found.id == mo


async def test_a_badge_that_was_signed_out_is_found_no_more(store: Store) -> None:
    ada, mo = await sign_in(store, ADA, MO)
    assert await store.people.standing({ada, mo, "other"}, after(9)) == {ada, mo}
    assert await store.people.sign_out([mo, "other"], after(9)) == frozenset({mo})
    assert await store.people.standing([ada, mo], after(9)) == {ada}
    assert await store.badges.find(hash_like("Mo"), after(9)) is None
    assert await store.people.sign_out([mo], after(9)) == frozenset()


async def test_the_last_owner_stays_unless_told_that_it_may_go(store: Store) -> None:
    ada, sam, mo = await sign_in(store, ADA, SAM, MO)
    assert await store.people.sign_out([ada, sam, mo], after(9)) is None
    assert await store.people.standing([ada, sam, mo], after(9)) == {ada, sam, mo}
    assert await store.people.sign_out([sam], after(9)) == frozenset({sam})
    assert await store.people.sign_out([ada], after(9)) is None
    assert await store.people.sign_out([ada], after(9), spares_owner=False) == frozenset({ada})
    assert await store.people.sign_out([mo], after(9)) == frozenset({mo})  # where there is no owner, none is locked out


async def test_two_owners_who_sign_each_other_out_at_once_leave_one(store: Store) -> None:
    ids = await sign_in(store, ADA, SAM)
    ended = await asyncio.gather(*(store.people.sign_out([each], after(9)) for each in ids))
    assert sorted(each is None for each in ended) == [False, True]
    assert len(await store.people.signed_in(after(9))) == 1


async def test_open_invitations_are_listed_until_they_are_used_lapse_or_are_ended(store: Store) -> None:
    papers = {name: hash_like(name) for name in ("used", "short", "ended", "long")}
    for minutes, (name, paper) in enumerate(papers.items(), 1):
        given = await store.badges.invite(paper, Badge(name, Role.HOST), NOON, after(minutes * 10), by="Ada")
        assert given == id_of(paper)
    await store.badges.redeem(papers["used"], hash_like("badge"), "Eve", NOON)
    assert await store.people.uninvite(id_of(papers["ended"]))
    assert not await store.people.uninvite(id_of(papers["ended"]))
    assert not await store.people.uninvite(id_of(papers["used"]))
    assert await store.people.invited(after(20)) == (
        Invitation(id_of(papers["long"]), Badge("long", Role.HOST), after(40), "Ada"),
    )
    assert await store.badges.redeem(papers["ended"], hash_like("late"), "Eve", NOON) is None


async def test_a_badge_ends_at_its_time_or_when_it_was_not_used_for_long(store: Store) -> None:
    term = Term(after(60), timedelta(minutes=20))
    used, left = (hash_like(name) for name in ("used", "left"))
    for each in (used, left):
        await store.badges.add(each, MO, NOON, term)
    await store.people.see(id_of(used), after(19))
    await store.people.see(id_of(used), after(38))
    ids = [id_of(used), id_of(left)]
    for minute, standing in ((19, {*ids}), (20, {ids[0]}), (57, {ids[0]}), (58, set()), (61, set())):
        at = after(minute)
        assert await store.people.standing(ids, at) == standing, minute
        assert {each.badge.id for each in await store.people.signed_in(at)} == standing, minute
        assert (await store.badges.find(used, at) is not None) == (ids[0] in standing), minute
    await store.people.see(id_of(used), after(59))
    assert await store.badges.find(used, after(59)) == MO
    assert await store.badges.find(used, after(60)) is None  # however often it was used


async def test_who_is_signed_in_is_listed_with_the_browser_and_when_that_ends(store: Store) -> None:
    term = Term(after(60), timedelta(minutes=20))
    await store.badges.invite("paper", MO, NOON, after(10))
    await store.badges.redeem("paper", hash_like("Mo"), "Mo", after(1), term, "Firefox 140, Linux")
    [person] = await store.people.signed_in(after(2))
    assert (person.term, person.browser, person.ends_at) == (term, "Firefox 140, Linux", after(21))
    await store.people.see(person.badge.id, after(45))
    [person] = await store.people.signed_in(after(46))
    assert person.ends_at == after(60)


async def test_an_owner_whose_badge_has_ended_is_none_and_leaves_no_trace(store: Store) -> None:
    await store.badges.add(hash_like("Sam"), SAM, NOON, Term(after(5)))
    [ada] = await sign_in(store, ADA)
    assert await store.people.sign_out([ada], after(5)) is None
    await store.badges.add(hash_like("Mo"), MO, after(5))
    assert {each.badge.name for each in await store.people.signed_in(NOON)} == {"Ada", "Mo"}
