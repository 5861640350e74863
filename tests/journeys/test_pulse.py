"""How the server itself does: an owner goes there by keys, and reads in figures and on charts what just happened."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from backchannel import pulse
from backchannel.roles import Role
from tests.journeys.people import Visit, desk
from tests.served import made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


async def test_an_owner_sees_who_is_connected_and_what_was_written(
    tmp_path: Path, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "SAMPLE_EVERY_S", 0.2)
    async with served(made_config(tmp_path)) as house, house.feed("/feed/phone") as phone:
        await phone.frame("snapshot")
        page = await desk(house, visit, "Ada", Role.OWNER)
        await page.keyboard.press("g")
        await page.keyboard.press("v")
        connected = page.get_by_role("region", name="Connected")
        await expect(connected.locator("[data-figure=phones]")).to_have_text("1")
        await expect(connected.locator("[data-figure=consoles]")).to_have_text("1")
        await expect(page.locator(".plot canvas")).to_have_count(4)
        await house.approved("Written to one phone")
        most = page.get_by_role("region", name="Messages written").locator("[data-figure=deliveries][data-of=most]")
        await expect(most).not_to_have_text("0")
        await expect(page.locator("#inside")).to_have_text("2")
