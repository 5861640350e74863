"""Screens and the codes that pair them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from backchannel.screen import CODE_LASTS, Opening, Pairing, Screen
from backchannel.stage import Layout, Panic
from backchannel.store import screens
from backchannel.store.house import Store
from tests.store.world import NOON, after

pytestmark = pytest.mark.anyio

LEFT = Screen("", "Hall B left", "side")


async def paired(store: Store, name: str = "Hall B left") -> Screen:
    await store.screens.offer(f"CODE {name}", f"hash {name}", NOON)
    outcome, screen = await store.screens.pair(f"CODE {name}", replace(LEFT, name=name), "Jo", NOON)
    assert outcome is Pairing.DONE
    assert screen is not None
    return screen


async def test_a_code_makes_a_screen_once(store: Store) -> None:
    assert await store.screens.offer("BCDFGHJK", "hash", NOON)
    tries = await asyncio.gather(*(store.screens.pair("BCDFGHJK", LEFT, "Jo", NOON) for _ in range(2)))
    assert sorted(outcome for outcome, _ in tries) == [Pairing.DONE, Pairing.UNKNOWN]
    found = await store.screens.find("hash")
    assert found is not None
    assert replace(found, id="") == LEFT
    assert await store.screens.all() == (found,)


async def test_a_code_that_ran_out_is_told_from_one_that_never_was(store: Store) -> None:
    await store.screens.offer("BCDFGHJK", "hash", NOON)
    assert await store.screens.pair("BCDFGHJK", LEFT, "Jo", NOON + CODE_LASTS) == (Pairing.EXPIRED, None)
    assert await store.screens.pair("XXXXXXXX", LEFT, "Jo", NOON) == (Pairing.UNKNOWN, None)
    assert await store.screens.find("hash") is None


async def test_a_code_is_given_to_one_screen_alone(store: Store) -> None:
    assert await store.screens.offer("BCDFGHJK", "hash", NOON)
    assert not await store.screens.offer("BCDFGHJK", "other", NOON)


async def test_no_two_screens_have_one_name_and_no_browser_is_two_screens(store: Store) -> None:
    screen = await paired(store)
    await store.screens.offer("NAMESAKE", "other", NOON)
    assert await store.screens.pair("NAMESAKE", LEFT, "Jo", NOON) == (Pairing.NAMED, screen)
    await store.screens.offer("SAMEFACE", "hash Hall B left", NOON)
    assert await store.screens.pair("SAMEFACE", replace(LEFT, name="New"), "Jo", NOON) == (Pairing.PAIRED, screen)


async def test_a_screen_is_changed_and_ended(store: Store) -> None:
    screen, other = await paired(store), await paired(store, "Other")
    changed = replace(screen, hall="main", layout=Layout.SPOTLIGHT, panic=Panic.BLACK, reloads=1, shows=2)
    assert await store.screens.change(changed) is Pairing.DONE
    assert await store.screens.change(replace(changed, name="Other")) is Pairing.NAMED
    assert await store.screens.all() == (changed, other)
    assert await store.screens.end(screen.id)
    assert not await store.screens.end(screen.id)
    assert await store.screens.change(changed) is Pairing.UNKNOWN
    assert await store.screens.find("hash Hall B left") is None
    assert (await paired(store)).id != screen.id  # its name is free again


async def test_how_pages_stand_is_written_together_and_forgotten_after_an_hour(store: Store) -> None:
    one = Opening("1", "screen", "main", NOON, NOON, "Chromium", 1920, 1080, 12, NOON)
    two = Opening("2", "", "side", NOON, after(1))
    await store.openings.keep([one, two], after(1))
    assert await store.openings.latest() == (two, one)
    assert two.is_there(after(1) + timedelta(seconds=14))
    again = replace(one, seen_at=after(90), latency_ms=None, is_over=True)
    await store.openings.keep([again], after(90))
    assert await store.openings.latest() == (again,)
    assert not again.is_there(after(90))


async def test_of_pages_that_nobody_paired_the_latest_are_remembered_and_of_others_all(store: Store) -> None:
    ours = Opening("ours", "screen", "main", NOON, NOON)
    await store.openings.keep([ours], NOON)
    many = [Opening(str(number), "", "main", NOON, NOON + timedelta(seconds=number)) for number in range(310)]
    for first in (0, 155):
        await store.openings.keep(many[first : first + 155], after(6))
    assert await store.openings.latest() == (*reversed(many[10:]), ours)


async def test_so_many_codes_are_open_at_once_and_more_than_one_script_asks_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert screens.OPEN_MAX >= 10_000  # 33 a second, for as long as each lasts
    monkeypatch.setattr(screens, "OPEN_MAX", 2)
    offered = [await store.screens.offer(f"MADEUP{number}", f"hash {number}", NOON) for number in range(3)]
    assert offered == [True, True, False]
    assert await store.screens.offer("BCDFGHJK", "hash", NOON + CODE_LASTS)
