"""A picture's way: fetched once, seen at the desk, then on the wall; from our own store, whatever it belongs to."""

from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from PIL import Image
from playwright.async_api import expect

from backchannel.media.darkroom import Print
from tests.journeys.people import Visit, desk
from tests.served import made_config, served
from tests.sources.mastodon_server import mastodon_server
from tests.sources.mastodon_shapes import account, made_up

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]

FILES: Final = "https://files.social.example"
BLOB: Final = {"shortcode": "blob", "url": f"{FILES}/blob.gif", "static_url": f"{FILES}/blob.png"}
PHOTO: Final = {"type": "image", "url": f"{FILES}/board.png", "description": "A whiteboard with five boxes"}
LINK: Final = '<a href="https://talk.example/slides">https://talk.example/slides</a>'
# The pictures of a card that are there, and where they are from.
THERE: Final = "pictures => pictures.filter((each) => each.naturalWidth).map((each) => each.getAttribute('src'))"


def photo() -> bytes:
    """A small picture, as we keep them."""
    written = BytesIO()
    Image.new("RGB", (160, 90), "#f6b3c5").save(written, "WEBP")
    return written.getvalue()


@pytest.mark.only_in(
    "chromium", reason="which pictures there are says the server; Firefox shows cards in other journeys"
)
async def test_what_somebody_approved_shows_its_photo_its_emoji_and_what_its_link_is_called(
    tmp_path: Path, visit: Visit
) -> None:
    asked: list[str] = []

    async def look(url: str) -> Print:
        asked.append(url)
        return Print(photo(), 160, 90)

    async with mastodon_server() as mastodon:
        writer = account(display_name="Ines :blob:", emojis=[BLOB])
        mastodon.post(made_up("Look :blob:", account=writer, emojis=[BLOB], media_attachments=[PHOTO]))
        card = {"url": "https://talk.example/slides", "title": "Slides of the talk"}
        mastodon.post(made_up(f"All of it: {LINK}", spoiler_text="work :blob:", emojis=[BLOB], card=card))
        config = made_config(tmp_path, sources=[{"network": "mastodon", "server": mastodon.url}])
        async with served(config, look=look) as house:
            console = await desk(house, visit)
            cards = console.locator("#cards article.post")
            await expect(cards).to_have_count(2, timeout=15_000)
            await expect(console.locator("#cards img")).to_have_count(4)
            screen, phone = await visit("screen", f"{house.url}/screen"), await visit("phone", house.url)
            keys = await cards.evaluate_all("cards => cards.map((card) => card.dataset.key)")
            await house.decide("approve", *keys)
            for page in (screen.locator(".columns"), phone.locator("#live")):
                await expect(page.locator("img")).to_have_count(4)
                await expect(page.locator(".post-name img.emoji")).to_have_attribute("alt", ":blob:")
                await expect(page.locator(".post-page")).to_contain_text("Slides of the talk talk.example")
            await expect(screen.locator(".post-warning img.emoji")).to_be_visible()
            await expect(screen.get_by_alt_text("A whiteboard with five boxes")).to_be_visible()
            there = await screen.locator(".columns img").evaluate_all(THERE)
            assert len(there) == 4
            assert {each.partition("media/")[0] for each in there} == {"/"}
    assert set(asked) == {f"{FILES}/blob.png", f"{FILES}/board.png"}
