from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright

from tests.browser import chromium, launch_arguments
from tests.journeys.people import Visit

BROWSERS_OWN = ("net::ERR_", "WebSocket connection to", "status of 409", "status of 422")
SIZES = {"screen": (1920, 1080), "console": (1280, 800), "phone": (390, 844)}


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=launch_arguments())
        yield opened
        await opened.close()


@pytest.fixture
async def visit(browser: Browser) -> AsyncGenerator[Visit]:
    """Opens pages as one of the three users; fails where a page logged an error or asked a third party for anything."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def opened(who: str, url: str, **options: object) -> Page:
        width, height = SIZES[who]
        context = await browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        _listen(page, who, "/".join(url.split("/")[:3]), complaints)
        await page.goto(url)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert complaints == []


def _listen(page: Page, who: str, own: str, complaints: list[str]) -> None:
    def said(message: ConsoleMessage) -> None:
        # The browser itself reports refusals and failed connections; what the page does then is for the tests to see.
        if message.type in {"error", "warning"} and not any(word in message.text for word in BROWSERS_OWN):
            complaints.append(f"{who}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((own, "data:", "blob:")):
            complaints.append(f"{who} asked {request.url}")

    page.on("pageerror", lambda error: complaints.append(f"{who}: {error}"))
    page.on("console", said)
    page.on("request", asked)
