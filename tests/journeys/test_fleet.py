"""Screens as a fleet: paired by a code, told what to do, asked to confirm, and started without a network."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.journeys.people import Visit, desk, free_port, pictured
from tests.served import made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


KEPT = """async () => {
  const isKept = async () => navigator.serviceWorker.controller
    && await caches.match("/screen") && await caches.match("/screen-state");
  while (!await isKept()) await new Promise((resolve) => setTimeout(resolve, 100));
}"""


class Wire:
    """The socket of a screen, which can be cut off so that neither side hears of it."""

    def __init__(self) -> None:
        self.is_whole = True

    async def lay(self, page: Page) -> None:
        await page.route_web_socket(re.compile("/feed/screen"), self._carry)

    def _carry(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(lambda message: server.send(message) if self.is_whole else None)
        server.on_message(lambda message: socket.send(message) if self.is_whole else None)


async def test_a_screen_is_paired_and_commanded_and_confirms_what_is_taken_back(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path, screen={"lease_s": 15})) as house:
        key = await house.approved("Regretted at once.")
        await house.approved("Stays where it is.")
        wire = Wire()
        left = await visit("screen", f"{house.url}/screen")
        right = await visit("screen", f"{house.url}/screen", before=wire.lay)
        console = await desk(house, visit, place="/console/screens")
        for screen, name in ((left, "Main left"), (right, "Main right")):
            await expect(screen.locator(f'.stage [data-key="{key}"]')).to_be_visible()
            code = await screen.locator(".screen-pairing b").inner_text()
            await console.get_by_label("The code that it shows").fill(code)
            await console.get_by_label("Its name").fill(name)
            await console.get_by_role("button", name="Pair it").click()
            await expect(screen.locator(".screen-plate")).to_have_text(name)
            await expect(screen.locator(".screen-pairing")).to_be_hidden()
        row = console.locator(".fleet-screen").filter(has_text="Main left")
        await expect(row).to_contain_text("1920 × 1080")
        await expect(row).to_contain_text("last receipt")

        black = row.get_by_role("button", name="Black: Main left")
        await black.click()
        await expect(left.locator("body")).to_have_attribute("data-layout", "black")
        await expect(right.locator("body")).to_have_attribute("data-layout", "columns")
        await expect(black).to_have_attribute("aria-pressed", "true")  # the console may hear of it after the screen
        await black.click()
        await expect(left.locator("body")).to_have_attribute("data-layout", "columns")

        await left.evaluate("document.querySelector('.screen-plate').hidden = true")  # it told its name a moment ago
        await row.get_by_role("button", name="Identify: Main left").click()
        await expect(left.locator(".screen-plate")).to_be_visible()
        await row.get_by_label("Layout: Main left").select_option(label="Spotlight")
        await expect(left.locator("body")).to_have_attribute("data-layout", "spotlight")
        await expect(right.locator("body")).to_have_attribute("data-layout", "columns")
        await row.get_by_label("Layout: Main left").select_option(label="As its hall")

        wire.is_whole = False
        await house.decide("withdraw", key)
        await expect(console.locator("#status")).to_contain_text("1 of 2 screens confirmed in")
        await expect(console.locator("#status")).to_contain_text("Not yet: Main right.")
        await expect(left.locator(f'.stage [data-key="{key}"]')).to_have_count(0)
        await pictured(right, "cut-off-1-within-the-lease")
        await expect(right.locator("body")).to_have_attribute("data-layout", "holding", timeout=25_000)
        await pictured(right, "cut-off-2-after-the-lease")
        wire.is_whole = True
        await expect(right.locator("body")).to_have_attribute("data-layout", "columns", timeout=25_000)
        await expect(right.locator(f'.stage [data-key="{key}"]')).to_have_count(0)
        await pictured(right, "cut-off-3-back")

        await left.evaluate("document.body.dataset.before = ''")
        await row.get_by_role("button", name="Reload: Main left").click()
        await expect(left.locator("body:not([data-before])")).to_have_attribute("data-layout", "columns")
        await console.goto(f"{house.url}/console?list=rejected")
        await console.get_by_text("On which screens, and how long").click()
        for name in ("Main left", "Main right"):
            await expect(console.locator(".shown-on li").filter(has_text=f"{name}, Main hall: ")).to_have_count(1)


@pytest.mark.only_in("chromium", reason="the same worker is asked in Firefox by the phone's journey")
async def test_a_screen_that_starts_without_a_network_shows_what_it_had_for_the_rest_of_its_lease(
    tmp_path: Path, visit: Visit
) -> None:
    config = made_config(tmp_path, server={"port": free_port()}, screen={"lease_s": 20})
    async with served(config) as house:
        await house.approved("Still here after the restart.")
        screen = await visit("screen", f"{house.url}/screen", service_workers="allow")
        await expect(screen.locator(".stage .post")).to_be_visible()
        await screen.evaluate(KEPT)
        await pictured(screen, "restarted-1-before")
    await screen.reload()
    await expect(screen.locator(".stage .post")).to_contain_text("Still here after the restart.")
    await expect(screen.locator(".screen-age")).to_contain_text("As of")
    await pictured(screen, "restarted-2-without-a-network")
    await expect(screen.locator("body")).to_have_attribute("data-layout", "holding", timeout=30_000)
    await screen.reload()
    await expect(screen.locator("body")).to_have_attribute("data-layout", "holding")
    await expect(screen.get_by_text("The room is still talking.")).to_be_visible()
    await pictured(screen, "restarted-3-after-the-lease")
    async with served(config):
        await expect(screen.locator(".stage .post")).to_contain_text("Still here after the restart.", timeout=30_000)
        await expect(screen.locator(".screen-lost")).not_to_be_visible()
        await pictured(screen, "restarted-4-back")
