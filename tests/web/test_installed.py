"""What makes an app of the phone's page."""

from tests.served import Served


async def test_the_manifest_names_the_conference_and_icons_that_exist(house: Served) -> None:
    page = (await house.client.get("/")).text
    assert 'rel="manifest" href="/manifest.webmanifest"' in page
    answer = await house.client.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["name"], manifest["short_name"], manifest["display"]) == ("pink11", "#pink11", "standalone")
    for icon in manifest["icons"]:
        assert (await house.client.get(icon["src"])).headers["content-type"] == "image/png"


async def test_the_page_for_no_network_has_nothing_that_could_be_out_of_date(house: Served) -> None:
    await house.client.get("/")
    await house.approved("Said before")
    shell = (await house.client.get("/offline")).text
    assert "Said before" not in shell
    assert 'data-epoch="" data-seq="0"' in shell
    assert "No connection." in shell


async def test_the_worker_stands_at_the_root(house: Served) -> None:
    answer = await house.client.get("/worker.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-cache"
