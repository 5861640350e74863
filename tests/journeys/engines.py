"""The browsers that the journeys run in, each started once for all of them."""

import re
from typing import Any, Final, Protocol

from playwright.async_api import Browser, BrowserContext, Playwright, Route

from tests.browser import CHROMIUM, FIREFOX, chromium, firefox, launch_arguments

# Playwright drives Debian's Firefox by WebDriver BiDi, where these options of a context have no effect. The browser's
# own preferences do the same, for a whole browser. To be removed when the options work there.
Preference = tuple[str, bool | int | str]
PREFERENCES: Final[dict[tuple[str, object], Preference]] = {
    ("service_workers", "block"): ("dom.serviceWorkers.enabled", False),
    ("service_workers", "allow"): ("dom.serviceWorkers.enabled", True),
    ("color_scheme", "dark"): ("ui.systemUsesDarkTheme", 1),
    ("color_scheme", "light"): ("ui.systemUsesDarkTheme", 0),
    ("reduced_motion", "reduce"): ("ui.prefersReducedMotion", 1),
    ("locale", "fr-CA"): ("intl.accept_languages", "fr-CA"),
}
# As it is where nobody says otherwise, so that who says so shares a browser with all others.
LIGHT: Final = {"color_scheme": "light"}
# A page's worker answers for its server, so that a journey about something else would not see what the server says.
ALONE: Final = {"service_workers": "block"}
SCRIPTS: Final = re.compile(r"\.js(\?|$)")


class Engine(Protocol):
    """One of the browsers, with a name for test ids."""

    name: str

    async def context(self, **options: Any) -> BrowserContext:
        """A fresh profile with options of Playwright's new_context; the first one starts the browser."""
        ...

    async def close(self) -> None:
        """Ends what was started."""
        ...


class Chromium:
    """Chromium, by its own protocol."""

    name = CHROMIUM

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browser: Browser | None = None

    async def context(self, **options: Any) -> BrowserContext:
        """A fresh profile; the first one starts the browser."""
        options = ALONE | options
        if self._browser is None:
            self._browser = await self._playwright.chromium.launch(executable_path=chromium(), args=launch_arguments())
        return await self._browser.new_context(**options)

    async def close(self) -> None:
        """Ends the browser, if it was started."""
        if self._browser:
            await self._browser.close()


class Firefox:
    """Firefox as Debian ships it; one browser for every set of preferences."""

    name = FIREFOX

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._browsers: dict[frozenset[Preference], Browser] = {}

    async def context(self, **options: Any) -> BrowserContext:
        """A fresh profile; the first one with its preferences starts a browser."""
        options = ALONE | LIGHT | options
        has_scripts = options.pop("java_script_enabled", True)
        preferences = frozenset(PREFERENCES[asked] for asked in options.items() if asked[0] != "viewport")
        if preferences not in self._browsers:
            self._browsers[preferences] = await self._playwright.firefox.launch(
                channel="moz-firefox", executable_path=firefox(), firefox_user_prefs=dict(preferences)
            )
        context = await self._browsers[preferences].new_context(viewport=options["viewport"])
        if not has_scripts:
            await context.route(SCRIPTS, _empty)
        return context

    async def close(self) -> None:
        """Ends every browser that was started."""
        for browser in self._browsers.values():
            await browser.close()


async def _empty(route: Route) -> None:
    """Playwright cannot act in a Firefox whose scripts are off, and none of our pages has words for that alone."""
    await route.fulfill(content_type="text/javascript", body="")
