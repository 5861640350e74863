"""The questions of a hall as pages show them: phones and kiosks apart, and the time that a session has left."""

from datetime import timedelta
from pathlib import Path

import pytest

from backchannel.programme import Session
from backchannel.web.asking import left_s
from tests.made_up import MORNING
from tests.web.test_questions import ask, conference

TALK = Session("talk", "A talk", MORNING, MORNING + timedelta(minutes=45))


@pytest.mark.parametrize(("minute", "left"), [(-1, None), (0, 2700), (44, 60), (45, None)])
def test_only_a_session_that_is_on_has_time_left(minute: int, left: float | None) -> None:
    assert left_s(TALK, MORNING + timedelta(minutes=minute)) == left
    assert left_s(None, MORNING) is None


async def test_what_a_kiosk_is_shown_never_stands_in_for_what_a_phone_is_shown(tmp_path: Path) -> None:
    async with conference(tmp_path) as house:
        await ask(house)
        kept = [(await house.client.get(f"/questions?hall=main{who}")).json()["html"] for who in ("", "&kiosk") * 2]
        assert ["/vote" in each for each in kept] == [True, False, True, False]
        assert kept[:2] == kept[2:]
