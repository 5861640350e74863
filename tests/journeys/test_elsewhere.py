"""The wall on other people's pages: live, gone where it is taken back, and in the frames of known sites alone."""

from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from tests.journeys.engines import Engine
from tests.journeys.people import Visit
from tests.served import made_config, served
from tests.sources.site import Site, site

READ: Final = "url => fetch(url).then((answer) => answer.json())"

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]


@pytest.mark.only_in("chromium", reason="its script is the phone's, which Firefox drives")
async def test_the_wall_in_a_frame_shows_what_comes_lets_go_what_is_taken_back_and_leads_out_of_it(
    tmp_path: Path, visit: Visit
) -> None:
    async with served(made_config(tmp_path)) as house:
        frame = await visit("phone", f"{house.url}/embed")
        await expect(frame.get_by_text("Nothing is on the wall yet.")).to_be_visible()
        first, second = await house.approved("First."), await house.approved("Second.")
        texts = frame.locator("#wall .post-text")
        await expect(texts).to_have_text(["Second.", "First."])
        await house.decide("withdraw", second)
        await expect(texts).to_have_text(["First."])
        assert (
            await frame.evaluate("document.querySelector('.top a').target || document.querySelector('base').target")
            == "_blank"
        )
        assert await frame.context.cookies() == []
        await expect(frame.locator(f'[data-key="{first}"]')).to_be_visible()


def homepage() -> Starlette:
    """A site of somebody else's, which shows in a frame whatever its address names."""

    async def page(request: Request) -> HTMLResponse:
        frame = request.query_params["frame"]
        return HTMLResponse(f'<!doctype html><title>Pink</title><iframe src="{frame}" width=390 height=700></iframe>')

    return Starlette(routes=[Route("/", page)])


async def framed(engine: Engine, by: Site, url: str) -> Page:
    context = await engine.context(viewport={"width": 800, "height": 800})
    page = await context.new_page()
    await page.goto(f"{by.url}/?frame={url}/embed")
    return page


async def test_a_site_of_the_configuration_may_frame_the_wall_and_no_other_may(tmp_path: Path, engine: Engine) -> None:
    async with (
        site(homepage()) as ours,
        site(homepage()) as strangers,
        served(made_config(tmp_path, server={"port": 0, "embed_on": [ours.url]})) as house,
    ):
        key = await house.approved("On other people's pages.")
        known, unknown = await framed(engine, ours, house.url), await framed(engine, strangers, house.url)
        wall = known.frame_locator("iframe").locator("#wall .post-text")
        await expect(wall).to_have_text("On other people's pages.")
        await expect(unknown.frame_locator("iframe").locator("#wall")).to_have_count(0)
        feed = await unknown.evaluate(READ, f"{house.url}/feed.json")  # which is for every site
        assert [item["id"] for item in feed["items"]] == [key]
        await house.decide("withdraw", key)
        await expect(wall).to_have_count(0)
        await known.context.close()
        await unknown.context.close()
