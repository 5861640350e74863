"""Who may post from a phone now, and what whoever may not is told."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from backchannel.errors import Refusal
from backchannel.post import Status
from backchannel.roles import Role
from backchannel.store.base import Finds, Found, Query
from backchannel.store.house import Store
from backchannel.web.badges import hash_of
from backchannel.web.form_age import FormAge
from backchannel.web.inlet import HELD_UP, Inlet, Paces, Place
from backchannel.web.puzzles import Puzzle, Puzzles
from backchannel.web.rooms import SLOT, Rooms
from tests.made_up import Clock
from tests.served import Served, made_config, served
from tests.web.test_puzzles import answer_to

NOON = datetime(2031, 5, 4, 12, 0, tzinfo=UTC)


@asynccontextmanager
async def paced(folder: Path, clock: Clock, **moderation: Any) -> AsyncGenerator[Served]:
    async with served(made_config(folder, moderation=moderation), clock=clock) as house:
        yield house


async def sent(house: Served, text: str, device: str = "", **more: str) -> Response:
    cookie = {"Cookie": f"device={device}"} if device else {}
    return await house.client.post("/posts", json={"text": text, **more}, headers=house.from_page | cookie)


def told(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("error", {}).get("code", "")


async def test_a_full_queue_says_so_and_takes_posts_again_once_some_are_decided(tmp_path: Path) -> None:
    clock = Clock()
    async with paced(tmp_path, clock, floor_waiting_max=3) as house:
        keys = [(await sent(house, f"post {number}", f"phone {number}")).json()["key"] for number in range(3)]
        refused = await sent(house, "one too many", "phone 9")
        assert told(refused) == (429, "full")
        assert "3 posts from phones wait for the desk already" in refused.json()["error"]["message"]
        await house.decide("approve", keys[0])
        clock.at += HELD_UP
        assert told(await sent(house, "one more", "phone 9")) == (202, "")


async def test_new_phones_of_one_address_share_a_pace_and_known_ones_do_not_wait_for_them(tmp_path: Path) -> None:
    clock = Clock()
    async with paced(tmp_path, clock, floor_newcomers_per_minute=3) as house:
        codes = [told(await sent(house, f"post {number}", f"phone {number}")) for number in range(4)]
        assert codes == [(202, "")] * 3 + [(429, "newcomers")]
        assert told(await sent(house, "known here", "phone 0")) == (202, "")
        clock.at += timedelta(minutes=1)
        assert told(await sent(house, "a minute later", "phone 3")) == (202, "")


async def test_who_is_one_newcomer_too_many_may_solve_a_puzzle_instead_once(tmp_path: Path) -> None:
    async with paced(tmp_path, Clock(), floor_newcomers_per_minute=1) as house:
        await sent(house, "first", "phone 0")
        refused = await sent(house, "second", "phone 1")
        assert told(refused) == (429, "newcomers")
        assert refused.headers["Retry-After"] == "60"
        answer = answer_to(Puzzle(**refused.json()["error"]["puzzle"]))
        assert told(await sent(house, "not mine", "phone 2", puzzle=answer)) == (429, "newcomers")
        assert told(await sent(house, "wrong", "phone 1", puzzle=f"{answer}0")) == (429, "newcomers")
        assert told(await sent(house, "second", "phone 1", puzzle=answer)) == (202, "")
        assert told(await sent(house, "known from now on", "phone 1")) == (202, "")


async def test_a_form_is_told_in_how_many_seconds_newcomers_may_send_it_again(tmp_path: Path) -> None:
    clock = Clock()
    async with paced(tmp_path, clock, floor_newcomers_per_minute=1, floor_form_age_s=0) as house:
        await sent(house, "first", "phone 0")
        clock.at += timedelta(seconds=40)
        cookie = {"Cookie": "device=phone 1"}
        answer = await house.client.post("/posts", data={"text": "by form"}, headers=house.from_page | cookie)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "20")
        assert "by form" in answer.text
        assert "Please send it again in a minute." in answer.text


async def test_from_half_a_queue_on_strangers_come_by_ones_and_twos_and_who_solves_or_has_a_code_as_before(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with paced(tmp_path, clock, floor_waiting_max=40, floor_newcomers_per_minute=20) as house:
        codes = [told(await sent(house, f"post {number}", f"phone {number}")) for number in range(19)]
        assert set(codes) == {(202, "")}
        clock.at += timedelta(minutes=1)
        answers = [await sent(house, f"another {number}", f"stranger {number}") for number in range(3)]
        assert [told(each) for each in answers] == [(202, ""), (202, ""), (429, "newcomers")]
        solved = answer_to(Puzzle(**answers[2].json()["error"]["puzzle"]))
        assert told(await sent(house, "solved", "stranger 2", puzzle=solved)) == (202, "")
        room = {
            "Cookie": f"device=guest; room={Rooms(house.store.secret, clock, ['main']).ticket(*guest(house, clock))}"
        }
        by_code = await house.client.post("/posts", json={"text": "from the hall"}, headers=house.from_page | room)
        assert told(by_code) == (202, "")


def guest(house: Served, clock: Clock) -> tuple[str, str, str]:
    """The device `guest`, which took the code of the main hall."""
    return hash_of("guest")[:32], "main", Rooms(house.store.secret, clock, ["main"]).code("main")


async def test_who_opens_the_page_by_the_code_of_a_screen_does_not_wait_for_strangers_and_without_it_all_is_as_before(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with paced(tmp_path, clock, floor_newcomers_per_minute=1) as house:
        await sent(house, "a stranger", "phone 0")
        code = Rooms(house.store.secret, clock, ["main", "foyer"]).code("main")
        clock.at += SLOT
        for address, status in ((f"/?hall=main&room={code}", 202), ("/?hall=main&room=abcdefgh", 429), ("/", 429)):
            house.client.cookies.clear()
            await sent(house, "another stranger", f"before {address}")
            assert (await house.client.get(address)).status_code == 200
            assert ("room" in house.client.cookies) is (status == 202)
            answer = await house.client.post("/posts", json={"text": address}, headers=house.from_page)
            assert answer.status_code == status, address


async def test_one_phone_that_is_too_fast_is_refused_and_may_go_on_after_a_minute(tmp_path: Path) -> None:
    clock = Clock()
    async with paced(tmp_path, clock, floor_posts_per_minute=2) as house:
        codes = [told(await sent(house, f"post {number}", "phone")) for number in range(4)]
        assert codes == [(202, "")] * 2 + [(429, "pace")] * 2
        clock.at += timedelta(minutes=1)
        assert told(await sent(house, "later", "phone")) == (202, "")


async def test_a_field_that_nobody_sees_catches_what_fills_in_everything(house: Served) -> None:
    form = {"text": "Cheap tickets", "homepage": "https://deals.example", "made": house.made}
    answer = await house.client.post("/posts", data=form, headers=house.from_page)
    assert answer.status_code == 422
    assert "that people do not see" in answer.text
    assert "Cheap tickets" in answer.text  # a person sends it again
    assert "deals.example" not in answer.text
    assert (await house.store.posts.counts()).oldest_queued_at is None


async def test_a_form_of_the_page_is_taken_after_two_seconds_and_no_sooner(tmp_path: Path) -> None:
    clock = Clock()
    async with paced(tmp_path, clock) as house:
        page = (await house.client.get("/?tab=write")).text
        stamp = page.partition('name="made" value="')[2].partition('"')[0]
        form = {"text": "Typed", "made": stamp}
        early = await house.client.post("/posts", data=form, headers=house.from_page)
        assert early.status_code == 422
        assert "faster than people type" in early.text
        clock.at += timedelta(seconds=2)
        assert f'value="{stamp}"' in early.text  # sent again at once it is as old as the first one
        assert (await house.client.post("/posts", data=form, headers=house.from_page)).status_code == 303


@pytest.mark.parametrize("stamp", ["", "x", "1.", "1.2", ".", "9" * 40, "²³.x", "1999999999999.é"])
def test_a_stamp_that_is_not_ours_was_never_made(stamp: str) -> None:
    age = FormAge(b"s" * 32, lambda: NOON)
    assert age.is_too_young(stamp)
    assert not age.is_too_young(age.stamp_at(NOON - timedelta(days=3)))
    assert FormAge(b"t" * 32, lambda: NOON).is_too_young(age.stamp_at(NOON - timedelta(days=3)))


async def test_who_asks_to_be_kept_off_the_wall_is(house: Served) -> None:
    answer = await house.client.post("/posts", json={"text": "not for all #NoWall"}, headers=house.from_page)
    assert told(answer) == (422, "opt_out")


async def paused(house: Served, *, is_paused: bool, role: Role = Role.MODERATOR) -> Response:
    headers = await house.badge("Mo", role)
    return await house.client.post("/api/floor", json={"is_paused": is_paused}, headers=headers)


async def test_a_paused_floor_takes_nothing_from_phones_and_says_so_on_every_one(house: Served) -> None:
    assert (await house.client.get("/api/floor")).json() == {"is_open": True, "is_paused": False}
    async with house.feed("/feed/phone") as phone:
        await phone.frame("hello")
        assert (await paused(house, is_paused=True)).json()["is_floor_paused"] is True
        assert (await phone.frame("floor"))["is_paused"] is True
        async with house.feed("/feed/phone") as late:
            assert (await late.frame("floor"))["is_paused"] is True
        assert told(await sent(house, "too late", "phone")) == (403, "paused")
        form = {"text": "by form", "made": house.made}
        answer = await house.client.post("/posts", data=form, headers=house.from_page)
        assert (answer.status_code, "by form" in answer.text) == (403, True)
        assert 'id="paused" role="status">' in (await house.client.get("/?tab=write")).text
        assert "is_paused" in (await house.client.get("/feed/phone")).text
        assert (await paused(house, is_paused=False)).json()["is_floor_paused"] is False
        assert (await phone.frame("floor"))["is_paused"] is False
    assert 'id="paused" role="status" hidden>' in (await house.client.get("/?tab=write")).text
    assert told(await sent(house, "open again", "phone")) == (202, "")


async def test_consoles_hear_of_the_pause_and_its_history_says_who(house: Served) -> None:
    desk = await house.badge()
    async with house.feed("/feed/console", headers=desk) as console:
        await console.frame("snapshot")
        await paused(house, is_paused=True, role=Role.HOST)
        while not (await console.frame("beat")).get("rules", {}).get("is_floor_paused"):
            pass
    versions = (await house.client.get("/api/rules/versions", headers=desk)).json()["versions"]
    assert (versions[0]["by"], versions[0]["changes"]) == ("Mo", ["paused the floor"])
    assert (await paused(house, is_paused=True, role=Role.VIEWER)).status_code == 403


async def test_the_pause_outlives_a_restart_and_a_change_of_rules(tmp_path: Path) -> None:
    config = made_config(tmp_path)
    async with served(config) as house:
        await paused(house, is_paused=True)
        headers = await house.badge()
        body = {"version": 1, "clauses": [], "preset": "break", "trust_after": 3, "sure": True}
        assert (await house.client.put("/api/rules", json=body, headers=headers)).status_code == 200
    async with served(config) as again:
        assert told(await sent(again, "after a restart", "phone")) == (403, "paused")


async def test_who_has_a_post_in_a_long_queue_waits_and_others_still_come_in(tmp_path: Path) -> None:
    clock = Clock()
    async with paced(tmp_path, clock, floor_waiting_max=4) as house:
        first = (await sent(house, "mine", "phone 1")).json()["key"]
        await sent(house, "another", "phone 2")
        refused = await sent(house, "mine again", "phone 1")
        assert told(refused) == (429, "full")
        assert "one of them is yours" in refused.json()["error"]["message"]
        assert told(await sent(house, "somebody else", "phone 3")) == (202, "")
        await house.decide("approve", first)
        clock.at += HELD_UP
        assert told(await sent(house, "mine again", "phone 1")) == (202, "")


async def test_a_flood_is_held_up_at_the_wicket_and_a_repeat_is_told_the_same(tmp_path: Path) -> None:
    clock = Clock()
    async with paced(tmp_path, clock, floor_posts_per_minute=1) as house:
        await sent(house, "once", "phone")
        answers = [await sent(house, f"and again {number}", "phone") for number in range(3)]
        assert [told(each) for each in answers] == [(429, "pace")] * 3
        assert answers[1].json() == answers[0].json()
        assert answers[1].headers["Retry-After"] == answers[0].headers["Retry-After"]


async def test_those_who_were_refused_together_do_not_all_come_back_together(store: Store) -> None:
    clock, devices = Clock(), [f"phone {number}" for number in range(40)]
    puzzles = Puzzles(b"k" * 32, clock)
    inlet = Inlet(store.posts, store.finds, clock, Paces(of_newcomers=0), puzzles, lambda: False)

    def held_up() -> int:
        many = 0
        for device in devices:
            try:
                inlet.hold_up(device, is_kiosk=False)
            except Refusal:
                many += 1
        return many

    for device in devices:
        with inlet.passing(device), pytest.raises(Refusal):
            await inlet.check(device, Place("192.0.2.1"), is_kiosk=False)
    assert held_up() == len(devices)
    clock.at += HELD_UP * 3 / 4
    assert 0 < held_up() < len(devices)
    clock.at += HELD_UP / 4
    assert held_up() == 0


async def test_a_device_that_floods_waits_for_its_answers_and_nobody_else_does(tmp_path: Path) -> None:
    async with paced(tmp_path, Clock(), floor_posts_per_minute=1) as house, asyncio.TaskGroup() as group:
        await sent(house, "once", "phone")
        assert told(await sent(house, "and again", "phone")) == (429, "pace")
        flood = [group.create_task(sent(house, f"and again {number}", "phone"), name="flood") for number in range(9)]
        assert told(await sent(house, "somebody else", "another phone")) == (202, "")
        assert not any(each.done() for each in flood)


async def test_what_the_desk_holds_for_later_keeps_its_place_in_a_full_queue(tmp_path: Path) -> None:
    clock = Clock()
    async with paced(tmp_path, clock, floor_waiting_max=3) as house:
        keys = [(await sent(house, f"post {number}", f"phone {number}")).json()["key"] for number in range(3)]
        await house.decide("hold", keys[0])
        clock.at += HELD_UP
        assert told(await sent(house, "into its place", "phone 8")) == (429, "full")
        await house.decide("restore", keys[0])
        assert (await house.store.posts.counts()).by_status[Status.QUEUED] == 3


class WhileCounting:
    """Finds whose counts are old by the time they are told: a post was taken in meanwhile."""

    def __init__(self, finds: Finds) -> None:
        self._finds = finds
        self.meanwhile: Callable[[], None] = lambda: None

    async def found(self, query: Query) -> Found:
        found = await self._finds.found(query)
        self.meanwhile()
        return found


async def test_what_is_taken_in_while_the_waiting_are_counted_counts(tmp_path: Path) -> None:
    async with paced(tmp_path, Clock()) as house:
        finds = WhileCounting(house.store.finds)
        puzzles = Puzzles(b"s" * 32, lambda: NOON)
        inlet = Inlet(house.store.posts, finds, lambda: NOON, Paces(waiting_max=1), puzzles, lambda: False)
        finds.meanwhile = inlet.note
        with inlet.passing("phone"), pytest.raises(Refusal, match="wait for the desk already"):
            await inlet.check("phone", Place(""), is_kiosk=False)


async def test_the_conferences_own_words_for_opting_out_are_heeded_from_everywhere(tmp_path: Path) -> None:
    config = made_config(tmp_path, privacy={"opt_out_hashtags": ["quiet"]})
    async with served(config) as house:
        assert told(await sent(house, "not for the wall #Quiet", "phone")) == (422, "opt_out")
        assert told(await sent(house, "quiet, please", "phone")) == (202, "")
