"""The phone's page asked for again by a browser that has it."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Response

from tests.made_up import MORNING, Clock
from tests.served import Served, made_config, served


async def page(house: Served, address: str = "/", etag: str = "", **headers: str) -> Response:
    """The page, as a browser asks for it that has been here before."""
    if "device" not in house.client.cookies:
        await house.client.get("/")
    return await house.client.get(address, headers=headers | ({"If-None-Match": etag} if etag else {}))


def idem(answer: Response) -> str:
    found = re.search(r'name="idem" value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("address", ["/", "/?tab=questions&hall=foyer", "/?tab=mine&lang=de"])
async def test_a_page_that_is_as_it_was_is_not_sent_again(house: Served, address: str) -> None:
    await house.approved("on the wall")
    first = await page(house, address)
    assert "on the wall" in first.text
    etag = first.headers["etag"]
    again = await page(house, address, etag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert first.headers["cache-control"] == again.headers["cache-control"] == "private, no-cache"
    assert "Cookie" in again.headers["vary"]


async def test_whatever_changes_on_it_makes_it_another_page(house: Served) -> None:
    etag = (await page(house)).headers["etag"]
    assert (await page(house, "/?hall=foyer", etag)).status_code == 200
    assert (await page(house, "/", etag, **{"Accept-Language": "de"})).status_code == 200

    key = await house.approved("said on this phone")
    shown = await page(house, "/", etag)
    assert shown.status_code == 200
    assert "said on this phone" in shown.text

    etag = shown.headers["etag"]
    await house.decide("withdraw", key)
    withdrawn = await page(house, "/", etag)
    assert withdrawn.status_code == 200

    etag = withdrawn.headers["etag"]
    await house.client.post("/reactions", json={"word": "yes", "hall": "main"}, headers=house.from_page)
    async with asyncio.timeout(10):
        while (await page(house, "/", etag)).status_code == 304:
            pass  # totals are told twice a second


async def test_a_form_that_was_sent_is_not_shown_from_memory(house: Served) -> None:
    first = await page(house)
    form = {"text": "regretted", "idem": idem(first)}
    assert (await house.client.post("/posts", data=form, headers=house.from_page)).status_code == 303
    headers = house.from_page | {"Accept": "application/json"}
    [own] = (await house.client.get("/posts/mine")).json()["posts"]
    await house.client.post(f"/posts/{own['key']}/take-back", headers=headers)
    again = await page(house, "/", first.headers["etag"])  # the page looks as it did, but the next post is another one
    assert again.status_code == 200
    assert idem(again) != idem(first)


@pytest.mark.parametrize("address", ["/?kiosk", "/?tab=mine&sent=1", "/?kind=question"])
async def test_a_page_that_says_what_was_done_or_is_for_everybody_is_never_kept(house: Served, address: str) -> None:
    answer = await page(house, address)
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_a_stranger_is_named_and_gets_the_page(house: Served) -> None:
    etag = (await page(house)).headers["etag"]
    house.client.cookies.clear()
    answer = await house.client.get("/", headers={"If-None-Match": etag})
    assert (answer.status_code, "device" in answer.cookies, "etag" in answer.headers) == (200, True, False)


async def test_shortly_before_something_begins_the_page_is_always_sent(tmp_path: Path) -> None:
    talk = {"title": "Soon", "start": "2026-11-17T09:00:00", "end": "2026-11-17T10:00:00"}
    clock = Clock()
    async with served(made_config(tmp_path, programme={"sessions": [talk]}), clock=clock) as house:
        for minutes, is_kept in ((-120, True), (-3, False), (10, True), (57, False)):
            clock.at = MORNING + timedelta(minutes=minutes)
            assert ("etag" in (await page(house)).headers) is is_kept, minutes
