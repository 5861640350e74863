"""The QR code of a screen: paired screens, and nobody else, show one that proves that one is in the hall."""

from datetime import UTC, datetime
from pathlib import Path

from backchannel.web.addresses import Addresses
from backchannel.web.rooms import SLOT, Rooms
from backchannel.web.way_in import LOOK_EVERY_S
from tests.served import made_config, served
from tests.web.test_screens import paired

PUBLIC = "http://wall.example"
NOON = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)


async def test_only_a_paired_screen_shows_the_code_and_only_that_of_its_own_hall(tmp_path: Path) -> None:
    where = Addresses("", PUBLIC)
    async with served(made_config(tmp_path, server={"port": 0, "public_url": PUBLIC}), clock=lambda: NOON) as house:
        plain = where.door("main")
        coded = where.door("main", Rooms(house.store.secret, lambda: NOON, ["main", "foyer"]).code("main"))
        assert plain is not None
        assert coded is not None
        desk = {"Authorization": (await house.badge())["Authorization"]}
        screen = {"Cookie": (await paired(house))[0].cookie}
        for headers in ({}, desk, {"Cookie": "screen=made-up"}):
            told = (await house.client.get("/screen/main/door", headers=headers)).json()
            assert told == {"qr": str(plain.qr), "again_in_s": LOOK_EVERY_S}
            assert str(coded.qr) not in (await house.client.get("/screen/main", headers=headers)).text
        told = (await house.client.get("/screen/main/door", headers=screen)).json()
        assert told == {"qr": str(coded.qr), "again_in_s": SLOT.total_seconds()}
        assert str(coded.qr) in (await house.client.get("/screen/main", headers=screen)).text
        other = (await house.client.get("/screen/foyer/door", headers=screen)).json()
        assert other["again_in_s"] == LOOK_EVERY_S
        assert (await house.client.get("/screen/attic/door", headers=screen)).status_code == 404


async def test_where_there_is_one_hall_the_code_alone_is_enough(tmp_path: Path) -> None:
    halls = [{"slug": "main", "name": "Main hall"}]
    config = made_config(tmp_path, server={"port": 0, "public_url": PUBLIC}, halls=halls)
    async with served(config, clock=lambda: NOON) as house:
        code = Rooms(house.store.secret, lambda: NOON, ["main"]).code("main")
        door = Addresses("", PUBLIC).door("", code)
        assert door is not None
        screen = {"Cookie": (await paired(house))[0].cookie}
        assert (await house.client.get("/screen/main/door", headers=screen)).json()["qr"] == str(door.qr)
        await house.client.get(door.url.removeprefix(PUBLIC))
        assert house.client.cookies["room"].startswith("main.")
