"""Pairing screens, telling them what to do, and hearing what they show."""

import asyncio
import csv
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest

from backchannel import fleet
from backchannel.clock import now
from backchannel.roles import Role
from backchannel.screen import TRIES
from backchannel.web.badges import hash_of
from tests.served import Feed, Served


class Projector:
    """A screen's browser: a cookie, and a page with a socket."""

    def __init__(self, house: Served) -> None:
        self.house = house
        self.cookie = ""

    async def code(self) -> str:
        headers = self.house.from_page | ({"Cookie": self.cookie} if self.cookie else {})
        answer = await self.house.client.post("/api/screens/code", headers=headers)
        if answer.status_code == 204:
            return ""
        assert answer.status_code == 201, answer.text
        if not self.cookie:
            self.cookie = f"screen={answer.cookies['screen']}"
            self.house.client.cookies.delete("screen")
        return str(answer.json()["code"])

    def page(self, hall: str = "main", page: str = "0123456789abcdef") -> Any:
        headers = {"Cookie": self.cookie} if self.cookie else None
        return self.house.feed(f"/feed/screen?hall={hall}&page={page}", headers)


async def pair(house: Served, code: str, name: str = "Left", hall: str = "main", **more: Any) -> Any:
    body = {"code": code, "name": name, "hall": hall, **more}
    return await house.client.post("/api/screens", json=body, headers=await house.badge())


async def paired(house: Served, name: str = "Left", hall: str = "main") -> tuple[Projector, str]:
    projector = Projector(house)
    answer = await pair(house, await projector.code(), name, hall)
    assert answer.status_code == 201, answer.text
    return projector, str(answer.json()["id"])


async def tell(house: Served, screen_id: str, **wish: Any) -> Any:
    return await house.client.post(f"/api/screens/{screen_id}", json=wish, headers=await house.badge())


async def told(house: Served) -> Any:
    return (await house.client.get("/api/screens", headers=await house.badge())).json()


async def say(feed: Feed, **frame: Any) -> None:
    await feed.socket.send(json.dumps(frame))


async def until(ask: Callable[[], Awaitable[Any]]) -> Any:
    """What is asked, once there is any: what screens say is written a moment later."""
    async with asyncio.timeout(10):
        while not (found := await ask()):
            await asyncio.sleep(0.05)
    return found


async def test_a_screen_is_paired_by_its_code_and_told_at_once_who_it_is(house: Served) -> None:
    projector = Projector(house)
    code = await projector.code()
    async with projector.page() as feed:
        assert (await feed.frame("screen"))["screen"] is None
        answer = await pair(house, f"{code[:4].lower()} {code[4:]}", "Main hall left", layout="spotlight")
        assert answer.status_code == 201
        word = await feed.frame("screen")
        assert word["screen"]["name"] == "Main hall left"
        assert word["screen"]["layout"] == "spotlight"
        assert await projector.code() == ""
        await tell(house, answer.json()["id"], panic="black", reload=True, identify=True)
        word = await feed.frame("screen")
        assert (word["screen"]["panic"], word["screen"]["reloads"], word["screen"]["shows"]) == ("black", 1, 1)


async def test_codes_that_are_wrong_used_or_too_many_are_told_in_clear_words(house: Served) -> None:
    projector = Projector(house)
    code = await projector.code()
    other = await Projector(house).code()
    assert (await pair(house, code)).status_code == 201
    taken = await pair(house, other)
    assert (taken.status_code, taken.json()["error"]["code"]) == (409, "name_taken")
    assert (await pair(house, other, " ")).status_code == 422
    assert (await pair(house, other, "Right", "cellar")).status_code == 404
    for _ in range(TRIES):
        wrong = await pair(house, code, "Right")
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (404, "code_unknown")
    late = await pair(house, other, "Right")
    assert (late.status_code, late.json()["error"]["code"]) == (429, "tries")
    assert "Wait 5 min" in late.json()["error"]["message"]


async def test_whoever_opens_screens_without_end_crowds_out_none_that_is_paired(
    house: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "UNPAIRED_MAX", 2)
    projector, screen_id = await paired(house)
    await house.approved("For every glass.")
    async with AsyncExitStack() as stack:
        for number in range(4):
            page = await stack.enter_async_context(house.feed(f"/feed/screen?hall=main&page={number:016x}"))
            assert (await page.frame("snapshot"))["op"] == "snapshot"  # it shows what is shown
        ours = await stack.enter_async_context(projector.page())
        assert (await ours.frame("screen"))["screen"]["name"] == "Left"
        while not (listed := await told(house))["screens"][0]["open"]:
            await asyncio.sleep(0.05)
        assert listed["screens"][0]["id"] == screen_id
        assert len(listed["unpaired"]) == 2


async def test_a_code_that_has_run_out_says_so(house: Served) -> None:
    await house.store.screens.offer("BCDFGHJK", "hash", now() - timedelta(minutes=6))
    answer = await pair(house, "BCDFGHJK")
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "code_expired")


async def test_two_windows_of_one_browser_are_one_screen_and_the_desk_is_told(house: Served) -> None:
    projector = Projector(house)
    codes = await projector.code(), await projector.code()
    assert (await pair(house, codes[0])).status_code == 201
    await house.store.screens.offer("OTHERTAB", _hash_of(projector), now())
    again = await pair(house, "OTHERTAB", "Right")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "paired")
    async with projector.page() as one, projector.page(page="fedcba9876543210") as two:
        await one.frame("screen")
        await two.frame("screen")
        await until(lambda: _open(house, 2))


def _hash_of(projector: Projector) -> str:
    return hash_of(projector.cookie.partition("=")[2])


async def _open(house: Served, many: int) -> bool:
    return [screen["open"] for screen in (await told(house))["screens"]] == [many]


async def test_the_desk_sees_how_each_screen_stands(house: Served) -> None:
    projector, screen_id = await paired(house)
    async with projector.page() as feed, house.feed("/feed/screen?hall=foyer") as stranger:
        word = await feed.frame("screen")
        await stranger.frame("screen")
        await say(feed, op="here", t=word["t"], width=1920, height=1080)
        await say(feed, op="painted", seq=0, keys=[])

        async def stands() -> Any:
            found = await told(house)
            page = found["screens"][0]["page"]
            return found if page and page["width"] and found["unpaired"] else None

        found = await until(stands)
        page = found["screens"][0]["page"]
        assert (page["width"], page["height"], page["is_there"]) == (1920, 1080, True)
        assert page["latency_ms"] < 5000
        assert page["painted_at"]
        assert [each["hall"] for each in found["unpaired"]] == ["foyer"]
    await until(lambda: _open(house, 0))
    assert (await house.client.delete(f"/api/screens/{screen_id}", headers=await house.badge())).json() == {
        "ended": True
    }
    assert (await tell(house, screen_id, reload=True)).status_code == 404
    assert (await told(house))["screens"] == []


async def test_receipts_say_on_which_screen_a_post_was_and_go_with_it(house: Served) -> None:
    await house.client.get("/")
    projector, _ = await paired(house)
    key = await house.approved("On the glass")
    async with projector.page() as feed:
        await feed.frame("screen")
        await say(feed, op="painted", seq=1, keys=[key, "floor:unknown"])

        async def showings() -> Any:
            answer = await house.client.get(f"/api/posts/{key}/receipts", headers=await house.badge())
            return answer.json()["showings"]

        [showing] = await until(showings)
        assert (showing["screen"], showing["hall"], showing["times"], showing["is_there"]) == ("Left", "main", 1, True)
        await say(feed, op="painted", seq=1, keys=[])

        async def has_left() -> bool:
            return not (await showings())[0]["is_there"]

        await until(has_left)
    headers = await house.badge(role=Role.VIEWER)
    table = (await house.client.get("/api/receipts.csv?hall=main", headers=headers)).text.lstrip("\ufeff")
    [row] = csv.DictReader(table.splitlines())
    assert (row["key"], row["screen"], row["hall"], row["has_left"]) == (key, "Left", "main", "True")
    line = json.loads((await house.client.get(f"/api/receipts.jsonl?post={key}", headers=headers)).text)
    assert line == row | {"seconds": float(row["seconds"]), "has_left": True}
    [own] = (await house.client.get("/posts/mine")).json()["posts"]
    assert [each["hall"] for each in own["seen"]] == ["Main hall"]
    assert "On screen in <bdi>Main hall</bdi> at" in (await house.client.get("/?tab=mine")).text
    await house.client.post(f"/posts/{key}/take-back", headers=house.from_page | {"Accept": "application/json"})
    assert await showings() == []
    assert (await house.client.get("/api/receipts.pdf", headers=headers)).status_code == 404


async def test_every_screen_confirms_a_takedown_and_who_does_not_is_named(house: Served) -> None:
    key = await house.approved("Regretted")
    left, _ = await paired(house)
    right, _ = await paired(house, "Right")
    desk = await house.badge()
    async with (
        left.page() as one,
        right.page(page="fedcba9876543210") as two,
        house.feed("/feed/console", desk) as console,
    ):
        for feed in (one, two):
            await feed.frame("screen")  # its snapshot came before
        await console.frame("snapshot")
        await house.decide("withdraw", key, headers=desk)
        drop = await one.frame("drop")
        await say(one, op="painted", seq=drop["seq"], keys=[])
        drop = await two.frame("drop")
        await say(two, op="painted", seq=drop["seq"], keys=[key])

        async def heard() -> Any:
            return (await console.frame("beat")).get("takedowns")

        [late] = await until(heard)
        assert (late["key"], late["hall"], late["asked"], late["confirmed"]) == (key, "main", 2, 1)
        assert late["late"] == ["Right"]
        await say(two, op="painted", seq=drop["seq"], keys=[])
        [whole] = await until(heard)
        while whole["late"]:
            [whole] = await until(heard)
        assert (whole["asked"], whole["confirmed"]) == (2, 2)
        assert whole["took_ms"] >= 2000
    assert (await told(house))["takedowns"] == [whole]


async def test_a_page_that_somebody_closed_is_not_waited_for(house: Served) -> None:
    key = await house.approved("Regretted")
    left, _ = await paired(house)
    desk = await house.badge()
    async with left.page() as one, house.feed("/feed/console", desk) as console:
        async with left.page(page="fedcba9876543210") as before:  # the same screen, before it loaded its page anew
            await before.frame("screen")
        await one.frame("screen")
        await console.frame("snapshot")
        await until(lambda: _open(house, 1))
        await house.decide("withdraw", key, headers=desk)
        await say(one, op="painted", seq=(await one.frame("drop"))["seq"], keys=[])

        async def heard() -> Any:
            return (await console.frame("beat")).get("takedowns")

        [whole] = await until(heard)
        assert (whole["asked"], whole["confirmed"], whole["late"]) == (1, 1, [])


async def test_a_page_that_comes_back_takes_the_place_of_its_dead_connection(house: Served) -> None:
    projector, _ = await paired(house)
    async with projector.page() as dead, projector.page() as alive:
        await alive.frame("screen")
        await asyncio.wait_for(dead.socket.wait_closed(), 5)
        assert dead.socket.close_code == 1001
        await until(lambda: _open(house, 1))


async def test_a_screen_may_show_many_posts_at_once(house: Served) -> None:
    async with house.feed("/feed/screen") as feed:
        await feed.frame("screen")
        await say(feed, op="painted", seq=0, keys=[f"mastodon:{number:032}" for number in range(90)])
        await say(feed, op="here", t=0, width=7680, height=4320)

        async def measured() -> bool:
            return any(page["width"] == 7680 for page in (await told(house))["unpaired"])

        await until(measured)


async def test_a_preview_is_no_screen(house: Served) -> None:
    async with house.feed("/feed/screen?hall=main&preview=1") as feed:
        await feed.frame("snapshot")
        assert (await told(house))["unpaired"] == []


async def test_a_paired_browser_opens_its_own_hall(house: Served) -> None:
    projector, _ = await paired(house, hall="foyer")
    page = (await house.client.get("/screen", headers={"Cookie": projector.cookie})).text
    assert 'data-hall="foyer"' in page
    assert 'data-screen="{&#34;name&#34;:&#34;Left&#34;' in page
    assert "data-screen" not in (await house.client.get("/screen?preview", headers={"Cookie": projector.cookie})).text
