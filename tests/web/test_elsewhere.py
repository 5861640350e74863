from pathlib import Path

import pytest

from backchannel.config import parse
from backchannel.errors import StartError
from backchannel.networks import NETWORKS
from tests.served import Served, made_config, served


async def test_a_feed_tells_other_walls_what_is_approved_and_nothing_else(house: Served) -> None:
    waiting = await house.post("Still waiting.")
    key = await house.approved("Ask who wrote the runbook. #pink11", halls=["foyer"])
    answer = await house.client.get("/feed.json?hall=foyer")
    assert answer.headers["Content-Type"].startswith("application/feed+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    feed = answer.json()
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "#pink11")
    [item] = feed["items"]
    assert (item["id"], item["content_text"]) == (key, "Ask who wrote the runbook. #pink11")
    assert item["authors"][0]["name"] == "Somebody in the hall"
    assert "next_url" not in feed
    assert waiting not in (await house.client.get("/feed.json")).text
    assert (await house.client.get("/feed.json?hall=main")).json()["items"] == []
    await house.decide("withdraw", key)
    assert (await house.client.get("/feed.json?hall=foyer")).json()["items"] == []


async def test_a_wall_that_asks_again_hears_in_one_line_that_nothing_is_new(house: Served) -> None:
    await house.approved("First.")
    etag = {"If-None-Match": (await house.client.get("/feed.json")).headers["ETag"]}
    assert (await house.client.get("/feed.json", headers=etag)).status_code == 304
    await house.approved("Second.")
    assert (await house.client.get("/feed.json", headers=etag)).status_code == 200


async def test_a_long_feed_comes_in_pages(house: Served) -> None:
    keys = await house.fill(60)
    await house.decide("approve", *keys[:30])
    await house.decide("approve", *keys[30:])
    first = (await house.client.get("/feed.json")).json()
    rest = (await house.client.get(first["next_url"])).json()
    assert [len(page["items"]) for page in (first, rest)] == [50, 10]
    assert {item["id"] for page in (first, rest) for item in page["items"]} == set(keys)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("hall=attic", 404),
        ("after=x", 400),
        ("after=%D9%A3", 400),
        (f"after={'9' * 20}", 400),
        (f"after={'9' * 5000}", 400),
    ],
)
async def test_what_there_is_not_is_refused(house: Served, query: str, status: int) -> None:
    assert (await house.client.get(f"/feed.json?{query}")).status_code == status


async def test_nobody_may_frame_the_wall_unless_the_configuration_says_so(house: Served, tmp_path: Path) -> None:
    answer = await house.client.get("/embed")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "set-cookie" not in answer.headers
    sites = ["https://pink11.example", "https://*.pink11.example:8443"]
    async with served(made_config(tmp_path, server={"port": 0, "embed_on": sites})) as other:
        await other.approved("On other people's pages.")
        answer = await other.client.get("/embed")
        policy = answer.headers["Content-Security-Policy"]
        assert f"frame-ancestors {sites[0]} {sites[1]};" in policy
        assert "On other people" in answer.text
        other_pages = (await other.client.get("/")).headers["Content-Security-Policy"]
        assert "frame-ancestors 'self'" in other_pages


@pytest.mark.parametrize("site", ["pink11.example", "https://pink11.example/wall", "https://a; script-src *", "*"])
def test_a_site_that_is_no_origin_stops_the_start(site: str) -> None:
    with pytest.raises(StartError, match="embed_on"):
        parse({"server": {"embed_on": [site]}}, NETWORKS)
