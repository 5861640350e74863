from pathlib import Path

import pytest

from backchannel.errors import StartError
from backchannel.sponsor import Sponsor
from backchannel.web.sponsors import SponsorCards
from tests.served import made_config, served


def test_a_picture_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"\[\[screen.sponsors\]\] \(Acme\) image: .*acme.svg cannot be read"):
        SponsorCards([Sponsor("Acme", image=str(tmp_path / "acme.svg"))])


async def test_screens_have_the_cards_and_the_desk_switches_them_off(tmp_path: Path) -> None:
    (tmp_path / "acme.svg").write_text("<svg/>")
    sponsors = [{"name": "Acme", "image": str(tmp_path / "acme.svg")}, {"name": "Borealis", "words": "Borealis <IT>"}]
    async with served(made_config(tmp_path, screen={"sponsors": sponsors})) as house:
        page = (await house.client.get("/screen")).text
        assert 'data-sponsor="Acme" hidden' in page
        assert "Borealis &lt;IT&gt;" in page
        address = page.split('class="sponsor-image" src="')[1].split('"')[0]
        picture = await house.client.get(address)
        assert (picture.text, picture.headers["content-type"]) == ("<svg/>", "image/svg+xml")
        assert (await house.client.get("/sponsors/other.svg")).status_code == 404
        badge = await house.badge()
        assert 'data-stage="sponsors"' in (await house.client.get("/console", headers=badge)).text
        answer = await house.client.post("/api/halls/main/stage", json={"sponsors": False}, headers=badge)
        assert answer.json()["sponsors"] is False


async def test_without_sponsors_the_desk_has_no_switch_for_them(tmp_path: Path) -> None:
    async with served(made_config(tmp_path)) as house:
        page = (await house.client.get("/console", headers=await house.badge())).text
        assert 'data-stage="sponsors"' not in page
