"""Who is at the desk, and which post each has in hand: soft, and over by itself."""

import pytest

from backchannel.store.base import CLAIM_LASTS, Claim
from backchannel.store.house import Store
from tests.store.world import NOON, after

pytestmark = pytest.mark.anyio

ALMOST = CLAIM_LASTS.total_seconds() / 60 * 0.9


async def test_of_several_with_one_post_the_first_comes_first(store: Store) -> None:
    await store.claims.claim("Sam", "post", NOON)
    await store.claims.claim("Jo", "post", after(0.1))
    await store.claims.claim("Ada", "", after(0.05))
    assert await store.claims.standing(after(0.1)) == (
        Claim("Sam", "post", NOON),
        Claim("Ada", "", after(0.05)),
        Claim("Jo", "post", after(0.1)),
    )


async def test_a_claim_that_is_renewed_is_as_old_as_it_was_and_another_post_begins_anew(store: Store) -> None:
    await store.claims.claim("Sam", "post", NOON)
    await store.claims.claim("Sam", "post", after(ALMOST))
    assert await store.claims.standing(after(ALMOST)) == (Claim("Sam", "post", NOON),)
    await store.claims.claim("Sam", "other", after(ALMOST))
    assert await store.claims.standing(after(ALMOST)) == (Claim("Sam", "other", after(ALMOST)),)


async def test_a_claim_lapses_and_what_comes_back_later_begins_anew(store: Store) -> None:
    await store.claims.claim("Sam", "post", NOON)
    assert await store.claims.standing(NOON + CLAIM_LASTS) == ()
    await store.claims.claim("Sam", "post", after(1))
    assert await store.claims.standing(after(1)) == (Claim("Sam", "post", after(1)),)
