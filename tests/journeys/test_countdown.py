"""What a rule holds for a time counts down on its card, and a key stops it."""

from pathlib import Path
from re import compile as pattern

import pytest
from playwright.async_api import expect

from tests.journeys.people import Visit, connected, desk
from tests.served import made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

RULES = [
    {"name": "break", "verdict": "hold", "reason": "a break", "hold_s": 600, "words": ["coffee"]},
    {"name": "hasty", "verdict": "hold", "hold_s": 1, "words": ["tea"]},
]


@pytest.mark.only_in("chromium", reason="Firefox drives the keys and cards that it uses in other journeys")
async def test_a_card_counts_down_and_is_stopped_by_a_key(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path, moderation={"rules": RULES})) as house:
        stopped, shown = await house.post("Where is the c0ffee?"), await house.post("Where is the tea?")
        console = await desk(house, visit)
        await console.keyboard.press("g")
        await console.keyboard.press("h")
        await console.wait_for_url("**/console?list=held")
        await connected(console)
        card = console.locator(f"[data-key='{stopped}']")
        await expect(card.locator(".countdown time")).to_have_text(pattern(r"^in \d:\d\d$|^in \d+ s$"))
        await expect(card).to_contain_text("Held by a rule: a break: “coffee”")
        await card.focus()
        await console.keyboard.press("h")
        await expect(console.locator(f"[data-key='{stopped}'][data-version='2']")).to_be_visible()
        await expect(card.locator(".countdown")).to_have_count(0)
        await expect(card).to_contain_text("a break")
        await expect(console.locator("#on-air")).to_contain_text("tea")
        for key, status in ((stopped, "held"), (shown, "approved")):
            post = await house.store.posts.find(key)
            assert post is not None
            assert (post.status, post.release_at) == (status, None)
