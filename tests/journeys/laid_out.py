"""A screen's page that its own script is kept away from: only a test lays it out, so that nothing else moves in it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from playwright.async_api import Page

from backchannel.feed import View
from backchannel.post import Post
from backchannel.web.cards import Cards
from tests.journeys.people import Visit

ROOT: Final = Path(__file__).resolve().parents[2]
LAYING_OUT: Final = Path(__file__).with_name("geometry.js").read_text(encoding="utf-8")


async def laid_out(visit: Visit, url: str, posts: Sequence[Post], **options: Any) -> Page:
    """The page of a screen with the layouts of geometry.js over these posts. No picture of theirs ever arrives."""

    async def alone(screen: Page) -> None:
        await screen.route("**/parcels/screen*.js", lambda route: route.abort())
        await screen.route("**/media/*", lambda _: None)

    cards = Cards(ROOT / "templates", ZoneInfo("UTC"))
    screen = await visit("screen", f"{url}/screen", before=alone, bypass_csp=True, **options)
    told: dict[str, Any] = {
        "cards": [cards.card(View.SCREEN, each) for each in posts],
        "questions": [
            {"key": each.key, "text": each.content.text, "language": "", "votes": 12 * number, "state": "open"}
            for number, each in enumerate(posts)
        ],
    }
    await screen.evaluate(LAYING_OUT, told)
    return screen
