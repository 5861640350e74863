"""README's pictures, taken from the shipped recording while a scripted moderator decides.

    python -m tests.screenshots [FOLDER]

The conference's clock runs fast through the morning and slowly through the minutes that the pictures show, so that the
pages say what they said at 11:22 of that day. Nothing leaves the machine.
"""

import argparse
import asyncio
import json
import logging
import shutil
import subprocess
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog
from playwright.async_api import Page, async_playwright

from backchannel.networks import Rehearsal
from tests.journeys.engines import Chromium
from tests.journeys.people import connected
from tests.served import Served, made_config, served

ROOT: Final = Path(__file__).resolve().parent.parent
RECORDING: Final = ROOT / "tests" / "recordings" / "pink11.jsonl"
PICTURES: Final = ROOT / ".github" / "pictures"

DOORS_OPEN: Final = datetime(2026, 11, 11, 9, tzinfo=UTC)
# Seconds since the doors opened: what comes before is played fast; from here on everything is a little over lifelike.
SLOWLY_FROM_S: Final = 8330.0
FAST, SLOW = 600.0, 2.0
# What came before this was on the other hall's screens: the director of this one keeps real time.
ON_SCREEN_FROM_S: Final = 8300.0
# What came later than this stays in the queue, for its picture.
QUEUED_FROM_S: Final = 8420.0
PICTURES_AT_S: Final = 8541.0
POLL_S: Final = 0.2

SHOWN_LATE: Final = {"سميرة بن يوسف"}
HELD: Final = {"Oyelaran Adeyemi"}
SPAM: Final = {
    "CertFast Deals", "CertFast Deals 2", "CertFast Deals 3", "CertFast GOLD", "Career Boost 4U", "sandra_8841",
    "Follow Rocket 🚀", "Follow Rocket II", "Follow Rocket 3", "RoomsNear Bot", "Hotel Helper", "PINK11 PRIZE WALLET",
    "PinkDesk Token Official", "MugMint", "lena_grows", "PREMIUM BUNDLE WINNER DESK", "Victoria HR Agent",
    "grace.invests", "grace.invests.official", "Vote PINK11 ⭐", "Pіnk11 Resale", "PINK11 Official Team ✅",
    "#pink11 Security Team 🔒", "Itsm Quotes Daily", "Best of Ops", "Ops Wisdom 🤖", "Conference Echo",
    "Ops Quotes Repost", "Slide Collector", "All The Pink Posts",
}  # fmt: skip
ATTACKS: Final = {
    "truthteller_71", "RealITOnly", "not_impressed_99", "grumbly at nine", "k.rant", "q_exposed", "paying_customer",
    "nightshift_hero", "w_h_o_cares", "seen_enough", "front.row.critic", "lolfail", "bored_in_b",
}  # fmt: skip
PRIVATE: Final = {"On Hold Since Nine"}


# Each page with its place and its size.
PAGES: Final = {"screen": ("/screen", 1920, 1080), "console": ("/console", 1280, 800), "phone": ("/", 390, 844)}


def order(author: str, said_s: float) -> dict[str, Any] | None:
    """What the moderator does with a post, or None for what waits a little longer."""
    for reason, authors in {"spam": SPAM, "attack": ATTACKS, "private": PRIVATE}.items():
        if author in authors:
            return {"verb": "reject", "reason": reason}
    if said_s < ON_SCREEN_FROM_S:
        return {"verb": "approve", "halls": ["foyer"]}
    if author in HELD:
        return {"verb": "hold"}
    return {"verb": "approve"} if said_s < QUEUED_FROM_S or author in SHOWN_LATE else None


def elapsed_s(conference_s: float) -> float:
    """After how many real seconds the conference is so old."""
    fast_s = min(conference_s, SLOWLY_FROM_S)
    return fast_s / FAST + max(conference_s - SLOWLY_FROM_S, 0) / SLOW


def conference_s(elapsed: float) -> float:
    """How old the conference is after so many real seconds."""
    fast = min(elapsed, SLOWLY_FROM_S / FAST)
    return fast * FAST + max(elapsed - SLOWLY_FROM_S / FAST, 0) * SLOW


def retimed(recording: Path) -> Iterator[str]:
    """The lines of a recording, each at the real second at which it is due."""
    for line in recording.read_text(encoding="utf-8").split("\n"):
        if line:
            entry = json.loads(line)
            yield json.dumps(entry | {"after_s": elapsed_s(entry["after_s"])}, ensure_ascii=False)


class Day:
    """The conference's clock, from the moment at which it is made."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self) -> datetime:
        """The time on the venue's wall."""
        return DOORS_OPEN + timedelta(seconds=conference_s(time.monotonic() - self._started))

    async def reaches(self, moment_s: float) -> None:
        """Wait until the conference is so old."""
        await asyncio.sleep(self._started + elapsed_s(moment_s) - time.monotonic())


async def moderate(house: Served, badge: dict[str, str]) -> None:
    """Decide on what waits, for ever."""
    while True:
        orders: dict[str, list[str]] = {}
        for post in await queued(house, badge):
            said = datetime.fromisoformat(post["received_at"])
            if told := order(post["author"]["name"], (said - DOORS_OPEN).total_seconds()):
                orders.setdefault(json.dumps(told), []).append(post["key"])
        for told_json, keys in orders.items():
            told = json.loads(told_json)
            await house.decide(told.pop("verb"), *keys, headers=badge, **told)
        await asyncio.sleep(POLL_S)


async def queued(house: Served, badge: dict[str, str]) -> list[dict[str, Any]]:
    """The queue, oldest first."""
    answer = await house.client.get("/api/posts?status=queued&limit=200", headers=badge)
    return list(answer.json()["posts"])


@asynccontextmanager
async def conference(folder: Path, day: Day) -> AsyncGenerator[tuple[Served, dict[str, str]]]:
    """The recording's conference, moderated by Sam; also the badge of Jo, who looks on."""
    recording = folder / RECORDING.name
    recording.write_text("\n".join(retimed(RECORDING)), encoding="utf-8")
    config = made_config(
        folder, server={"port": 0, "public_url": "http://pink11.example"}, conference={"name": "Pink Eleven"}
    )
    async with served(config, Rehearsal(recording, 1.0), day) as house, asyncio.TaskGroup() as group:
        moderating = group.create_task(moderate(house, await house.badge("Sam")), name="moderator")
        yield house, await house.badge("Jo")
        moderating.cancel()


async def opened(browser: Chromium, name: str, url: str, cookies: dict[str, str]) -> Page:
    """A page, as big as its picture."""
    place, width, height = PAGES[name]
    context = await browser.context(
        viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce"
    )
    await context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
    page = await context.new_page()
    await page.goto(url + place)
    return page


async def keep(page: Page, folder: Path, name: str) -> None:
    """Keep a page's picture; where pngquant is, in a third of the bytes."""
    file = folder / f"{name}.png"
    await page.screenshot(path=file)
    if pngquant := shutil.which("pngquant"):
        options = ["--quality", "80-100", "--speed", "1", "--strip", "--force", "--ext", ".png"]
        await asyncio.to_thread(subprocess.run, [pngquant, *options, str(file)], check=True)
    print(f"{file}: {file.stat().st_size // 1000} kB")


async def take(folder: Path) -> None:
    """Play the morning and take every picture at the same moment."""
    async with AsyncExitStack() as stack:
        browser = Chromium(await stack.enter_async_context(async_playwright()))
        stack.push_async_callback(browser.close)
        day = Day()
        house, jo = await stack.enter_async_context(conference(Path(stack.enter_context(TemporaryDirectory())), day))
        layout = await house.client.post("/api/halls/main/stage", json={"layout": "columns"}, headers=jo)
        layout.raise_for_status()
        await day.reaches(SLOWLY_FROM_S)
        while await queued(house, jo):
            await asyncio.sleep(POLL_S)
        cookies = {"badge": jo["Authorization"].split()[1]}
        screen, console, phone = [await opened(browser, name, house.url, cookies) for name in PAGES]
        await connected(console)
        await day.reaches(PICTURES_AT_S)
        await console.keyboard.press("a")
        await console.get_by_text("z undoes").wait_for()
        await screen.get_by_text("stricter than me").wait_for()
        await keep(screen, folder, "screen")
        await keep(phone, folder, "phone")
        await keep(console, folder, "console-light")
        await console.emulate_media(color_scheme="dark")
        await keep(console, folder, "console-dark")


def main() -> None:
    """Take the pictures into a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description="Takes README's pictures.")
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES, metavar="FOLDER")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    # The other hall's director has more to show than it can while the morning flies past, and would say so.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(take(folder))


if __name__ == "__main__":
    main()
