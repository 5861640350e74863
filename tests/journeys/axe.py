"""What axe-core finds wrong with a page, by the rules of WCAG 2.2 AA."""

from collections.abc import Mapping
from typing import Any, Final

from playwright.async_api import Page

from tests.browser import AXE, CHROMIUM

RULES: Final = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLOURS: Final = {
    "type": "rule",
    "values": ["color-contrast", "link-in-text-block"],
}  # what the dark changes


async def violations(page: Page, *, in_the_dark: bool = True) -> list[dict[str, Any]]:
    """What is wrong in the light, and with colours in the dark, where a browser can turn an open page."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await _broken(page, RULES)
    if in_the_dark and page.context.browser is not None and page.context.browser.browser_type.name == CHROMIUM:
        await page.emulate_media(color_scheme="dark")
        assert await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        found += [{"scheme": "dark", **each} for each in await _broken(page, OF_COLOURS)]
        await page.emulate_media(color_scheme="light")
    return found


async def _broken(page: Page, rules: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    return [
        {"rule": each["id"], "help": each["help"], "where": [node["html"][:200] for node in each["nodes"]]}
        for each in found["violations"]
    ]
