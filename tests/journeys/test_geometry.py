"""The geometry of a screen: every layout in every size, over the recording and over what is hardest to set.

Nothing is smaller than the last row can read, nothing is cut without “…”, nothing leaves the safe area.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from backchannel.picture import Picture
from backchannel.post import Decision, Media, Post, Status, Verb
from backchannel.sources.recording import Recording
from backchannel.text import Span, SpanKind, from_plain
from tests.journeys.laid_out import laid_out
from tests.journeys.people import Visit
from tests.made_up import MORNING, Clock, content, post
from tests.served import made_config, served

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

ROOT: Final = Path(__file__).resolve().parents[2]
EVERY: Final = 8
SHAPES: Final = ((1600, 900), (900, 1600), (1, 10_000), (10_000, 1))
SIZES: Final = ((1280, 720), (1920, 1080), (3840, 2160), (1024, 768), (1080, 1920))
HARD: Final = (
    "Short.",
    "word " * 1000,
    "x" * 500,
    "🎉☕👩🏽‍🚒🏳️‍🌈" * 25,
    "Z\u0351\u036b\u0343\u036a\u0302\u0350a\u0347\u0363\u0348l\u0349\u035ag\u0349o " * 30,
    "أفضل مكتب خدمة هو الذي لا تحتاج إلى الاتصال به. #pink11 https://pink11.example/برنامج " * 4,
    "変更管理は「止める」仕事ではなく、「安全に通す」仕事だと気づいた。" * 8,
    "https://pink11.example/" + "a-very-long-way/" * 20,
    "One\nword\na\nline\n" * 20,
)


async def recorded() -> list[Post]:
    """What the recording says: of all lengths, every so many-th."""

    async def at_once(_seconds: float) -> None:
        return None

    told: dict[str, Post] = {}
    recording = Recording(ROOT / "tests" / "recordings" / "pink11.jsonl", 1e6, clock=Clock(), sleep=at_once)
    async for batch in recording.follow(None):
        for each in batch.sightings:
            if each.content is not None:
                key = f"{each.network}:{len(told)}"
                shown = Post(key, each.network, Status.APPROVED, 1, each.content, MORNING, arrived=1, moved=1)
                told.setdefault(each.content.text, shown)
    return sorted(told.values(), key=lambda each: len(each.content.text))[::EVERY]


def hard() -> list[Post]:
    """What is hardest to set, tamed as everything is that comes in."""
    tamed = [from_plain(text) for text in HARD]
    said = [
        content(each.plain, "W" * 80 if number % 2 else "م" * 60, spans=each.spans) for number, each in enumerate(tamed)
    ]
    return [post(f"floor:{number}", content=each, status=Status.APPROVED) for number, each in enumerate(said)]


def pictured() -> list[Post]:
    """Pictures of the oddest shapes, none of which ever arrives; among them a custom emoji, and the card of a page."""
    approved = Decision("Sam", Verb.APPROVE, "", MORNING)
    told = []
    for number, (width, height) in enumerate(SHAPES):
        url = f"https://pictures.example/{number}"
        said = content(HARD[number], media=(Media("image", url, "Five boxes", width, height),))
        kept = (Picture(url, f"a{number}", width, height, MORNING),)
        told.append(post(f"pictured:{number}", content=said, status=Status.APPROVED, decision=approved, pictures=kept))
    emoji = Span(SpanKind.EMOJI, 0, 6, "blob", "https://pictures.example/0")
    link = Span(SpanKind.LINK, 7, 11, f"https://{'a-long-name.' * 5}pink11.example/", "What this page is called " * 8)
    said = content(":blob: Here", spans=(emoji, link))
    return [*told, replace(told[0], key="pictured:page", content=said), of_x()]


def of_x() -> Post:
    """A post of X, whose author has more to show than others: a picture, and a second name as long as they may be."""
    said = content(HARD[0])
    author = replace(said.author, name="Maximiliane " * 4, address="@WWWWWWWWWWWWWWW")
    return post("x:1", content=replace(said, author=author), status=Status.APPROVED)


@pytest.mark.only_in("chromium", reason="one font set; Firefox is asked of whole screens in test_screen.py")
async def test_in_every_layout_and_size_all_can_be_read_and_nothing_is_cut_without_a_word(
    tmp_path: Path, visit: Visit
) -> None:
    posts = [*await recorded(), *hard(), *pictured()]
    look = {"sponsors": [{"name": "Acme", "words": "Acme"}]}
    config = made_config(tmp_path, screen=look, server={"port": 0, "public_url": "https://a-long-name.pink11.example"})
    offending: dict[str, list[str]] = {}
    async with served(config) as house:
        screen = await laid_out(visit, house.url, posts)
        for width, height in SIZES:
            await screen.set_viewport_size({"width": width, "height": height})
            offending[f"{width}x{height}"] = await screen.evaluate("measured()")
    assert {size: those for size, those in offending.items() if those} == {}
