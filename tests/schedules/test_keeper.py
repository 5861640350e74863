import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backchannel.errors import SourceError
from backchannel.programme import Session
from backchannel.schedules.keeper import Keeper, Shelf
from backchannel.schedules.place import Address, File, Place, address_of
from backchannel.schedules.settings import SessionSettings, by_hand
from backchannel.sources.subscription import Validators
from backchannel.store.house import Store
from tests.made_up import Clock
from tests.schedules.test_frab import PRETALX, schedule, without
from tests.sources.serving import serving

BERLIN = ZoneInfo("Europe/Berlin")
TITLE = PRETALX["title"]


def keeper(place: Place | None, by_hand: tuple[Session, ...] = (), **more: Any) -> Keeper:
    return Keeper(place, by_hand, {"main": ("Main hall", "Aula")}, ["pink11"], BERLIN, Clock(), **more)


def titles(kept: Keeper) -> list[str]:
    return [session.title for session in kept.programme.sessions]


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], File]:
    """Writes the programme's file anew, never in the same instant."""
    path, times = tmp_path / "schedule.json", iter(range(1_000_000, 2_000_000))

    def write(body: bytes) -> File:
        path.write_bytes(body)
        at = next(times)
        os.utime(path, (at, at))
        return File(path)

    return write


async def test_a_file_is_read_again_when_it_changes(written: Callable[[bytes], File]) -> None:
    kept = keeper(written(schedule(PRETALX)))
    await kept.begin()
    assert titles(kept) == [TITLE]
    before = kept.programme
    await kept.look()
    assert kept.programme is before
    written(schedule(without(title="Changed")))
    await kept.look()
    assert titles(kept) == ["Changed"]


async def test_the_last_good_programme_stays_while_a_new_one_is_broken(written: Callable[[bytes], File]) -> None:
    kept = keeper(written(schedule(PRETALX)))
    await kept.look()
    written(b'{"schedule": {"conf')
    for _ in range(2):  # it is still broken when nothing changed
        await kept.look()
        assert titles(kept) == [TITLE]
        assert kept.condition.error == "The programme is neither JSON nor XML nor iCalendar; it may be cut off."
        assert kept.condition.remedy
    written(schedule(without(title="Mended")))
    await kept.look()
    assert (titles(kept), kept.condition.error) == (["Mended"], "")


async def test_what_was_left_out_is_counted(written: Callable[[bytes], File]) -> None:
    overlapping = without(guid="other", date="2026-11-17T14:20:00+01:00")
    kept = keeper(written(schedule(PRETALX, overlapping, without("title"))))
    await kept.look()
    assert (kept.condition.sessions, kept.condition.overlaps) == (2, 1)
    assert kept.condition.refused == {"without a title": 1}


async def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    kept = keeper(File(tmp_path / "nothing.json"))
    await kept.begin()
    assert kept.condition.error == f"There is no file {tmp_path / 'nothing.json'}."
    assert not kept.programme


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        await File(tmp_path).read(Validators())


async def test_sessions_by_hand_stand_beside_what_is_read_and_in_its_place(written: Callable[[bytes], File]) -> None:
    hand = by_hand(
        (
            SessionSettings("Lunch", "2026-11-17T12:00:00", "2026-11-17T13:00:00"),
            SessionSettings("Moved", "2026-11-17 15:15", "2026-11-17 16:00", "main", id=PRETALX["guid"]),
        ),
        BERLIN,
    )
    kept = keeper(written(schedule(PRETALX)), hand)
    assert titles(kept) == ["Lunch", "Moved"]
    await kept.look()
    assert titles(kept) == ["Lunch", "Moved"]
    assert [each.hall for each in kept.programme.sessions] == ["", "main"]


class Website:
    """Serves a programme as a web server does: with an ETag, and shortly where it did not change."""

    def __init__(self) -> None:
        self.body = schedule(PRETALX)
        self.status = 200
        self.answers: list[int] = []

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/schedule.json", self.serve)])

    async def serve(self, request: Request) -> Response:
        tag = f'"{len(self.body)}"'
        status = 304 if self.status == 200 and request.headers.get("if-none-match") == tag else self.status
        self.answers.append(status)
        body = self.body if status == 200 else b""
        return PlainTextResponse(body, status, {"ETag": tag, "Retry-After": "120"})


async def test_an_address_is_asked_for_what_is_newer_and_its_trouble_passes(store: Store) -> None:
    website = Website()
    async with serving(website.app()) as url:
        kept = keeper(Address(f"{url}/schedule.json?secret=sesame"))
        await kept.look()
        await kept.look()
        assert website.answers == [200, 304]
        assert titles(kept) == [TITLE]
        website.status = 503
        assert await kept.look() == 120.0
        assert "gives no programme (answer 503)" in kept.condition.error
        assert "sesame" not in kept.condition.error + kept.condition.where
        website.status = 200
        await kept.look()
        assert (website.answers[-1], kept.condition.error, titles(kept)) == (304, "", [TITLE])


async def test_the_last_good_programme_outlives_a_restart_while_its_address_is_silent(store: Store) -> None:
    website, shelf = Website(), Shelf(store.posts, store.cursors)
    async with serving(website.app()) as url:
        place = Address(f"{url}/schedule.json")
        await keeper(place, shelf=shelf).look()
    again = keeper(Address(f"{url}/schedule.json"), shelf=shelf)
    await again.begin()
    assert titles(again) == [TITLE]
    await again.look()
    assert titles(again) == [TITLE]
    assert again.condition.error
    elsewhere = keeper(Address("http://127.0.0.1:1/other.json"), shelf=shelf)
    await elsewhere.begin()
    assert not elsewhere.programme


def test_calendars_may_call_their_address_webcal() -> None:
    assert address_of("webcal://pink11.example/all.ics") == "https://pink11.example/all.ics"
    assert address_of(" https://pink11.example/all.ics ") == "https://pink11.example/all.ics"
    assert address_of("ftp://pink11.example/all.ics") == ""
