"""The wall on other people's pages: live, and gone where it is taken back."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.people import Visit
from tests.served import made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


@pytest.mark.only_in("chromium", reason="its script is the phone's, which Firefox drives")
async def test_the_wall_in_a_frame_shows_what_comes_lets_go_what_is_taken_back_and_leads_out_of_it(
    tmp_path: Path, visit: Visit
) -> None:
    async with served(made_config(tmp_path)) as house:
        frame = await visit("phone", f"{house.url}/embed")
        await expect(frame.get_by_text("Nothing is on the wall yet.")).to_be_visible()
        first, second = await house.approved("First."), await house.approved("Second.")
        texts = frame.locator("#wall .post-text")
        await expect(texts).to_have_text(["Second.", "First."])
        await house.decide("withdraw", second)
        await expect(texts).to_have_text(["First."])
        assert (
            await frame.evaluate("document.querySelector('.top a').target || document.querySelector('base').target")
            == "_blank"
        )
        assert await frame.context.cookies() == []
        await expect(frame.locator(f'[data-key="{first}"]')).to_be_visible()
