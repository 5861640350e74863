"""The phone's page itself: small, soon there on a hall's Wi-Fi, and of use where sockets, or all, are blocked."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import CDPSession, Page, expect

from backchannel.clock import now
from tests.journeys.people import Visit, free_port, type_post
from tests.served import Served, made_config, served

pytestmark = pytest.mark.journey

BYTES_MAX: Final = 50_000
REQUESTS_MAX: Final = 6
USEFUL_MAX_S: Final = 3.0
LATENCY_MS: Final = 400
BYTES_A_SECOND: Final = 400_000 / 8
NO_SOCKETS: Final = """
  window.WebSocket = class {
    constructor() { setTimeout(() => this.onclose?.({ code: 1006 }), 20); }
    close() {}
  };
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[Served]:
    async with served(made_config(tmp_path)) as up:
        yield up


@dataclass(slots=True)
class Load:
    """What a page asked for: addresses, and bytes as they went over the wire."""

    asked: list[str] = field(default_factory=list)
    received: int = 0


async def watched(session: CDPSession) -> Load:
    """What is loaded from now on, the socket's handshake included."""
    load = Load()

    def asked(event: dict[str, Any]) -> None:
        load.asked.append(event.get("url") or event["request"]["url"])

    def received(event: dict[str, Any]) -> None:
        load.received += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.webSocketCreated", asked)
    session.on("Network.loadingFinished", received)
    await session.send("Network.enable")
    return load


def busy_day() -> dict[str, Any]:
    """Twelve halls, and something on in each of them."""
    begins = now() - timedelta(minutes=5)
    times = {"start": begins.isoformat(), "end": (begins + timedelta(hours=1)).isoformat(), "speakers": ["Dana Okafor"]}
    rooms = [{"slug": f"hall-{number}", "name": f"Hall {number}"} for number in range(12)]
    day = [{"title": f"Blameless reviews, part {room['name']}", "hall": room["slug"], **times} for room in rooms]
    return {"halls": rooms, "programme": {"sessions": day}}


@pytest.mark.only_in("chromium", reason="only its own protocol slows the network and counts what was sent")
async def test_the_first_load_is_small_and_soon_of_use_on_a_slow_network(tmp_path: Path, visit: Visit) -> None:
    async with served(made_config(tmp_path, **busy_day())) as house:
        for number in range(9):
            await house.approved(f"A post of an ordinary length, number {number}, about runbooks and reviews. #pink11")
        phone = await visit("phone", f"{house.url}/join")
        session = await phone.context.new_cdp_session(phone)
        slow = {"latency": LATENCY_MS, "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        await session.send("Network.emulateNetworkConditions", {"offline": False, **slow})
        load = await watched(session)
        await phone.goto(house.url, wait_until="commit")
        await expect(phone.locator("#live article")).to_have_count(9)
        await phone.wait_for_load_state("networkidle")
        painted = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        useful_s = await phone.evaluate(
            f"Math.max({painted}, performance.timing.domInteractive - performance.timing.navigationStart)"
        )
        print(f"useful after {useful_s / 1000:.2f} s, {load.received} bytes, {len(load.asked)} requests")  # noqa: T201 (with -s)
    assert not [url for url in load.asked if "font" in url]
    assert len(load.asked) <= REQUESTS_MAX, load.asked
    assert 0 < load.received <= BYTES_MAX
    assert useful_s / 1000 <= USEFUL_MAX_S


async def test_where_sockets_are_blocked_the_page_asks_instead(house: Served, visit: Visit) -> None:
    phone = await visit("phone", f"{house.url}/join")
    await phone.add_init_script(NO_SOCKETS)
    await phone.goto(house.url)
    key = await house.approved("Heard without a socket")
    wall = phone.locator("#wall")
    await expect(wall).to_contain_text("Heard without a socket")
    await expect(phone.locator("#offline")).to_be_empty()
    await house.decide("withdraw", key)
    await expect(wall).not_to_contain_text("Heard without a socket")


async def test_a_phone_in_a_pocket_lets_its_socket_go_and_catches_up(house: Served, visit: Visit) -> None:
    phone = await visit("phone", f"{house.url}/join")
    await phone.clock.install()
    await phone.goto(house.url)
    await hide(phone, is_hidden=True)
    await phone.clock.fast_forward(61_000)
    async with asyncio.timeout(15):
        while await clients(house):
            await asyncio.sleep(0)
    await house.approved("Said meanwhile")
    assert "Said meanwhile" not in await phone.locator("#wall").inner_text()
    await hide(phone, is_hidden=False)
    await expect(phone.locator("#wall")).to_contain_text("Said meanwhile")


async def clients(house: Served) -> float:
    """How many phones are connected."""
    figures = (await house.client.get("/metrics")).text
    return sum(float(line.split()[-1]) for line in figures.splitlines() if 'view="phone"' in line)


async def hide(page: Page, *, is_hidden: bool) -> None:
    told = str(is_hidden).lower()
    await page.evaluate(
        f"Object.defineProperty(document, 'hidden', {{ configurable: true, get: () => {told} }});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )


async def test_without_a_network_an_installed_page_shows_nothing_stale_and_keeps_what_is_written(
    tmp_path: Path, visit: Visit
) -> None:
    config = made_config(tmp_path, server={"port": free_port()})
    async with served(config) as house:
        await house.approved("Said before")
        phone = await visit("phone", house.url, service_workers="allow")
        await expect(phone.locator("#wall")).to_contain_text("Said before")
        await phone.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    await phone.reload()
    await expect(phone.locator("#offline")).to_contain_text("No connection")
    await expect(phone.locator("body")).not_to_contain_text("Said before")
    await type_post(phone, "Written in the cellar")
    await expect(phone.locator("#outbox")).to_contain_text("Written in the cellar")
    async with served(config) as house:
        await expect(phone.locator("#posts")).to_contain_text("Written in the cellar", timeout=25_000)
        await phone.get_by_role("link", name="Live").click()
        await expect(phone.locator("#wall")).to_contain_text("Said before")
        await expect(phone.locator("#offline")).to_be_empty()


async def test_the_public_account_is_a_tap_away_and_names_nobody(house: Served, visit: Visit) -> None:
    await house.approved("Ask who wrote the runbook.")
    for text, reason in (("Buy my book", "spam"), ("Buy it now", "spam"), ("Call 0800 1", "a private remark")):
        await house.decide("reject", await house.post(text, name="Ines"), reason=reason)
    phone = await visit("phone", house.url)
    await phone.get_by_role("link", name="What becomes of posts here").click()
    page = phone.locator("main")
    await expect(page).to_contain_text("4 posts reached us")
    await expect(page.get_by_role("listitem").filter(has_text="not shown")).to_contain_text("3")
    await expect(page.get_by_role("listitem").filter(has_text="Advertising or spam")).to_contain_text("2")
    await expect(page.get_by_role("listitem").filter(has_text="Another reason")).to_contain_text("1")
    for secret in ("Ines", "Jo", "private remark", "Buy"):
        await expect(page).not_to_contain_text(secret)
