from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, Final

import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, async_playwright, expect

from tests.browser import CHROMIUM, FIREFOX
from tests.journeys.engines import Chromium, Engine, Firefox
from tests.journeys.people import Visit

# What browsers themselves report: refusals and failed connections. What the page does then is for the tests to see.
BROWSERS_OWN = {
    CHROMIUM: (
        "net::ERR_",
        "WebSocket connection to",
        "status of 409",
        "status of 422",
        "status of 429",
        "registration blocked by",
    ),
    FIREFOX: ("can’t establish a connection to the server at ws:", "The connection to ws:"),
}
expect.set_options(timeout=15_000)  # two noisy cores, two workers and two browsers: only what never comes is wrong
Before = Callable[[Page], Awaitable[Any]]
NONE: Final[Mapping[str, str]] = {}
SIZES = {"screen": (1920, 1080), "console": (1280, 800), "phone": (390, 844)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", (CHROMIUM, FIREFOX), indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if _runs(item)]


def _runs(item: pytest.Item) -> bool:
    """Whether a test runs in its browser, or does not drive one; a test may say so of one set of parameters."""
    only = item.get_closest_marker("only_in")
    parameters: dict[str, str] = getattr(getattr(item, "callspec", None), "params", {})
    return only is None or parameters.get("engine") in {None, *only.args}


@pytest.fixture(scope="session")
async def engines() -> AsyncGenerator[dict[str, Engine]]:
    """The browsers, each started once, when a test first wants it."""
    async with async_playwright() as playwright:
        known: tuple[Engine, ...] = (Chromium(playwright), Firefox(playwright))
        yield {each.name: each for each in known}
        for each in known:
            await each.close()


@pytest.fixture
def engine(request: pytest.FixtureRequest, engines: dict[str, Engine]) -> Engine:
    return engines[request.param]


@pytest.fixture
async def visit(engine: Engine) -> AsyncGenerator[Visit]:
    """Opens pages as one of the three users; fails where a page logged an error or asked a third party for anything.

    What is to be done `before` a page opens is done to it while it is blank.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def opened(
        who: str, url: str, cookies: Mapping[str, str] = NONE, before: Before | None = None, **options: object
    ) -> Page:
        width, height = SIZES[who]
        context = await engine.context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        own = "/".join(url.split("/")[:3])
        if cookies:
            await context.add_cookies([{"name": name, "value": value, "url": own} for name, value in cookies.items()])
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.set_default_navigation_timeout(30_000)  # a page of the desk comes in a hundred files
        _listen(page, who, own, complaints, BROWSERS_OWN[engine.name])
        if before is not None:
            await before(page)
        await page.goto(url)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert complaints == []


def _listen(page: Page, who: str, own: str, complaints: list[str], expected: tuple[str, ...]) -> None:
    def complain(text: str) -> None:
        if not any(words in text for words in expected):
            complaints.append(f"{who}: {text}")

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complain(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith((own, "data:", "blob:")):
            complaints.append(f"{who} asked {request.url}")

    page.on("pageerror", lambda error: complain(str(error)))  # Firefox's word on a socket comes this way
    page.on("console", said)
    page.on("request", asked)
