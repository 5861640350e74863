"""Pictures come from our own address, and only those that everybody is shown."""

from pathlib import Path

import pytest

from backchannel.clock import now
from backchannel.post import Author, Content, Media, Sighting, key_of
from backchannel.store.base import Arrival, Fetched
from backchannel.web.pictures import KEPT_BY_BROWSERS
from tests.served import Served, made_config, served

URL = "https://pictures.example/1.png"
CAT = Fetched(URL, "c" * 32, 640, 480, b"RIFF....WEBP a cat" * 100)
ADDRESS = f"/media/{CAT.name}.webp"


async def pictured(house: Served) -> str:
    key = key_of("test", "1", house.store.secret)
    said = Content(Author("Ada", id="ada"), "Look", media=(Media("image", URL, "A cat"),))
    await house.store.posts.receive([Arrival(key, Sighting("test", "1", said))], now())
    await house.store.pictures.settle(key, [CAT], now())
    return key


async def test_only_the_desk_sees_a_picture_before_its_post_is_shown_and_after(house: Served) -> None:
    key, desk = await pictured(house), await house.badge()
    assert (await house.client.get(ADDRESS)).status_code == 404
    answer = await house.client.get(ADDRESS, headers=desk)
    assert (answer.status_code, answer.content) == (200, CAT.body)
    await house.decide("approve", key)
    while (await house.client.get(ADDRESS)).status_code != 200:
        pass  # what was known is believed for a second
    await house.decide("withdraw", key)
    while (await house.client.get(ADDRESS)).status_code != 404:
        pass
    assert (await house.client.get(ADDRESS, headers=desk)).status_code == 200


async def test_browsers_keep_a_picture_and_nobody_between_does(house: Served) -> None:
    await pictured(house)
    headers = (await house.client.get(ADDRESS, headers=await house.badge())).headers
    assert headers["content-type"] == "image/webp"
    assert headers["cache-control"] == KEPT_BY_BROWSERS
    assert headers["x-content-type-options"] == "nosniff"
    assert "content-encoding" not in headers


@pytest.mark.parametrize("name", ["0" * 32, "..%2f..%2fetc%2fpasswd", "http:%2f%2f127.0.0.1", "a'--"])
async def test_an_address_names_a_picture_and_nothing_to_fetch(house: Served, name: str) -> None:
    answer = await house.client.get(f"/media/{name}.webp", headers=await house.badge())
    assert answer.status_code == 404


async def test_programs_are_told_where_a_picture_is_shown(house: Served) -> None:
    key = await pictured(house)
    await house.decide("approve", key)
    (post,) = (await house.client.get("/api/posts")).json()["posts"]
    assert post["media"][0]["picture"] == ADDRESS


async def test_a_server_that_is_told_not_to_fetches_nothing(tmp_path: Path) -> None:
    async with served(made_config(tmp_path)) as house:
        key = key_of("test", "1", house.store.secret)
        said = Content(Author("Ada", id="ada"), "Look", media=(Media("image", URL),))
        await house.store.posts.receive([Arrival(key, Sighting("test", "1", said))], now())
        assert len(await house.store.pictures.unsettled(9)) == 1
