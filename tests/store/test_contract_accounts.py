"""What the public is told of the desk: every post once, where it stands, why, and how long people took."""

from backchannel.post import Author, Status, Verb
from backchannel.record import Aside
from backchannel.store.house import Store
from tests.store.world import NOON, after, arrival, content, decide, gone, order, receive


async def test_every_post_is_counted_where_it_stands(store: Store) -> None:
    said = [content(f"number {number}", author=Author("Ada", id=f"id-{number}")) for number in range(6)]
    await receive(store, *(arrival(number, each, fold=f"{number}") for number, each in enumerate(said)))
    await receive(store, arrival("again", said[0], fold="0"), gone("never seen"))
    await decide(store, Verb.APPROVE, 0, 1)
    await decide(store, Verb.WITHDRAW, 1, reason="attack")
    await decide(store, Verb.REJECT, 2, reason="spam")
    await decide(store, Verb.HOLD, 3)
    await receive(store, gone(4))
    account = await store.accounts.account()
    assert account.by_status == {
        Status.APPROVED: 1,
        Status.WITHDRAWN: 1,
        Status.REJECTED: 1,
        Status.HELD: 1,
        Status.GONE: 1,
        Status.QUEUED: 1,
        Status.COPY: 1,
    }
    assert set(account.asides) == {Aside("attack", False, 1), Aside("spam", False, 1)}


async def test_what_a_rule_put_aside_is_told_apart(store: Store) -> None:
    ruled = [arrival(number, content(f"{number}"), status=Status.REJECTED, rule="adverts") for number in (1, 2)]
    await receive(store, *ruled)
    account = await store.accounts.account()
    assert account.asides == (Aside("", True, 2),)
    assert account.wait_s is None  # nobody waited for a person


async def test_the_median_is_of_what_people_took_out_of_the_queue_for_the_first_time(store: Store) -> None:
    assert (await store.accounts.account()).wait_s is None
    await receive(store, *(arrival(number, content(f"number {number}")) for number in range(4)))
    for number, minutes in enumerate((1, 2, 40)):
        await store.posts.decide(order(Verb.APPROVE, number), after(minutes))
    await store.posts.decide(order(Verb.RESTORE, 0), after(50))
    await store.posts.decide(order(Verb.APPROVE, 0), after(500))
    assert (await store.accounts.account()).wait_s == 120
    await store.posts.decide(order(Verb.APPROVE, 3), NOON)
    assert (await store.accounts.account()).wait_s == 60
