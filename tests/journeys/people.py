"""What the three users do, in a browser, against a server in a process of its own."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

from backchannel.roles import Role
from tests.served import Served

Visit = Callable[..., Awaitable[Page]]
ROOT: Final = Path(__file__).resolve().parents[2]
GREETS_WITHIN_S: Final = 60  # two noisy cores, and others start as well
SIGN_IN: Final = re.compile(r"\S+/join#\S+")


def free_port() -> int:
    """A port that nobody uses, to be used again after a restart."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """A `server.py run` in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, url: str, greeting: str, log: Path) -> None:
        self._process = process
        self._log = log
        self.pid = process.pid
        self.url = url
        self.greeting = greeting

    @property
    def sign_in(self) -> str:
        """The link that signs the first moderator in."""
        link = SIGN_IN.search(self.greeting)
        assert link is not None
        return link[0]

    async def says(self, words: str) -> None:
        """Return once it printed these words, before its greeting was over or after it."""
        assert self._process.stdout is not None
        line = self.greeting
        async with asyncio.timeout(20):
            while words not in line:
                line = (await self._process.stdout.readline()).decode()
                assert line, f"the server ended before it said {words!r}"

    async def kill(self) -> None:
        """End it as a power cut does."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def end(self, by: signal.Signals = signal.SIGINT) -> str:
        """End it as Ctrl+C does; returns what it logged."""
        self._process.send_signal(by)
        assert await self._process.wait() == 0
        return self._log.read_text()


async def start(config: Path, url: str, *arguments: str) -> Running:
    """Start the server and wait until it greets."""
    log = config.with_suffix(".log")
    with log.open("a") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "server.py"),
            "--config",
            str(config),
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
        )
    try:
        return Running(process, url, await _greeting(process, log.read_text), log)
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise


async def _greeting(process: asyncio.subprocess.Process, logged: Callable[[], str]) -> str:
    assert process.stdout is not None
    said = ""
    async with asyncio.timeout(GREETS_WITHIN_S):
        while not SIGN_IN.search(said):
            line = (await process.stdout.readline()).decode()
            assert line, f"the server ended before it greeted: {said}{logged()}"
            said += line
    return said


@asynccontextmanager
async def running(config: Path, url: str, *arguments: str) -> AsyncGenerator[Running]:
    """A server for a while."""
    server = await start(config, url, *arguments)
    try:
        yield server
    finally:
        await server.kill()


async def pictured(page: Page, name: str) -> None:
    """Keep a picture of a page where $JOURNEY_PICTURES names a folder: what it shows is for people to look at."""
    if folder := os.environ.get("JOURNEY_PICTURES"):
        engine = page.context.browser.browser_type.name if page.context.browser else ""
        await page.screenshot(path=Path(folder) / f"{name}-{engine}.png", caret="initial")  # no style of its own


async def sign_in(visit: Visit, link: str, name: str = "Jo") -> Page:
    """Open an invitation and go on to the desk."""
    page = await visit("console", link)
    await page.get_by_label("What should the others call you?").fill(name)
    await page.get_by_role("button", name="Open the desk").click()
    await page.wait_for_url("**/console")
    await connected(page)
    return page


async def desk(
    house: Served,
    visit: Visit,
    name: str = "Jo",
    role: Role = Role.MODERATOR,
    place: str = "/console",
    **options: Any,
) -> Page:
    """Somebody's desk, or another of their pages; they signed in before."""
    page = await visit("console", house.url + place, cookies={"badge": await badge_of(house, name, role)}, **options)
    await connected(page)
    return page


async def badge_of(house: Served, name: str, role: Role = Role.MODERATOR) -> str:
    """What the browser of somebody who signed in keeps."""
    return (await house.badge(name, role))["Authorization"].split()[1]


async def connected(page: Page) -> None:
    """Wait until the console's socket follows."""
    await page.locator("#link", has_text="Connected").wait_for()


async def type_post(phone: Page, text: str, name: str = "") -> None:
    """Write a post on a phone and send it."""
    await phone.get_by_role("link", name="Write").click()
    await phone.get_by_label("Your words").fill(text)
    if name:
        await phone.get_by_label("Name").fill(name)
    await phone.get_by_role("button", name="Send to the desk").click()
