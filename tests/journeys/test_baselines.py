"""How the layouts look in the shipped themes, roughly, beside a sheet of pictures that a person looked at.

A cell of the sheet is so small that it shows where things stand and in which colours, and no letter: a few pixels of
another smoothing change nothing in it. Another browser, or other fonts, break lines elsewhere: then this is skipped.

    BASELINES=keep python -m pytest tests/journeys/test_baselines.py     takes the sheet anew; look at it
"""

import os
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.PngImagePlugin import PngInfo
from playwright.async_api import Page

from backchannel.post import Status
from backchannel.text import from_plain
from backchannel.theme import Theme
from tests.journeys.laid_out import laid_out
from tests.journeys.people import Visit
from tests.made_up import content, post
from tests.served import made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

SHEET: Final = Path(__file__).with_name("baselines.png")
LAYOUTS: Final = ("columns", "spotlight", "lower-third", "questions", "now-next", "sponsor", "holding")
SAID: Final = (
    "Ask who wrote the runbook. Then ask who has opened it since. #pink11",
    "أفضل مكتب خدمة هو الذي لا تحتاج إلى الاتصال به. #pink11",
    "変更管理は「止める」仕事ではなく、「安全に通す」仕事だと気づいた。#pink11",
    "Major incident bingo is already full 🎉☕👩🏽‍🚒",
    "Lead time went from nine days to one and a half, and the nights on which somebody was woken from eleven to two. "
    * 3,
)
WIDTH, HEIGHT = 960, 540
CELL: Final = (96, 54)
BLOCKS: Final = (16, 9)
BLOCK_MAX: Final = 20  # of 255, in a sixteenth of the width
MEAN_MAX: Final = 2.5
# What the browser draws with: how wide it sets four scripts.
FONTS: Final = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `420 100px ${getComputedStyle(document.body).fontFamily}`;
  const widths = ["Handgloves", "لا تحتاج", "変更管理", "🎉☕"].map((text) => pen.measureText(text).width);
  return widths.map(Math.round).join(" ");
}"""


async def cell(screen: Page) -> Image.Image:
    """The page, small."""
    with Image.open(BytesIO(await screen.screenshot(caret="initial"))) as picture:
        return picture.convert("RGB").resize(CELL, Image.Resampling.BOX)


async def sheet(screen: Page) -> Image.Image:
    """A row for each theme, a cell for each layout."""
    wide, high = CELL
    made = Image.new("RGB", (wide * len(LAYOUTS), high * len(Theme)))
    for row, theme in enumerate(Theme):
        await screen.evaluate("theme => document.documentElement.dataset.theme = theme", theme.value)
        for column, layout in enumerate(LAYOUTS):
            await screen.evaluate("layout => shown(layout)", layout)
            made.paste(await cell(screen), (column * wide, row * high))
    return made


def differing(here: Image.Image, kept: Image.Image) -> list[str]:
    """The cells that look otherwise, and how much."""
    wide, high = CELL
    found = []
    for row, theme in enumerate(Theme):
        for column, layout in enumerate(LAYOUTS):
            left, top = column * wide, row * high
            box = (left, top, left + wide, top + high)
            difference = ImageChops.difference(here.crop(box), kept.crop(box)).convert("L")
            (mean,) = ImageStat.Stat(difference).mean
            worst = max(difference.resize(BLOCKS, Image.Resampling.BOX).tobytes())
            if mean > MEAN_MAX or worst > BLOCK_MAX:
                found.append(f"{layout} in {theme.value}: mean {mean:.1f}, worst {worst}")
    return found


@pytest.mark.only_in("chromium", reason="one browser and one set of fonts: another breaks lines elsewhere")
async def test_every_layout_looks_in_every_theme_as_when_somebody_looked_at_it(tmp_path: Path, visit: Visit) -> None:
    tamed = [from_plain(text) for text in SAID]
    posts = [
        post(f"mastodon:{number}", content=content(each.plain, spans=each.spans), status=Status.APPROVED)
        for number, each in enumerate(tamed)
    ]
    look = {"sponsors": [{"name": "Acme", "words": "Acme Change"}]}
    config = made_config(tmp_path, screen=look, server={"port": 0, "public_url": "https://wall.pink11.example"})
    async with served(config) as house:
        screen = await laid_out(visit, house.url, posts)
        await screen.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        browser = screen.context.browser
        drawn_with = f"Chromium {browser.version.split('.')[0] if browser else ''}, {await screen.evaluate(FONTS)}"
        here = await sheet(screen)
    if os.environ.get("BASELINES") == "keep":
        said = PngInfo()
        said.add_text("drawn with", drawn_with)
        here.quantize(128).save(SHEET, optimize=True, pnginfo=said)
    with Image.open(SHEET) as kept:
        before = str(kept.info.get("drawn with"))
        if before != drawn_with:
            pytest.skip(f"the sheet was drawn with {before}, and here is {drawn_with}")
        assert differing(here, kept.convert("RGB")) == []
