"""Having an author forgotten, at the desk and at the terminal: every page hears of it, and nothing comes back."""

import asyncio
from pathlib import Path

from backchannel.roles import Role
from tests.served import Served, made_config, served
from tests.terminal import server

CANARY = "The canary sings."
TOML = """\
[store]
url = "sqlite:///backchannel.db"
[[halls]]
slug = "main"
[[halls]]
slug = "foyer"
name = "Foyer"
[[sources]]
network = "floor"
"""


async def forget(house: Served, key: str, role: Role = Role.OWNER, **more: object) -> tuple[int, dict[str, object]]:
    headers = await house.badge("Olga", role)
    answer = await house.client.post("/api/forgettings", json={"post": key, **more}, headers=headers)
    return answer.status_code, answer.json()


async def test_every_page_hears_of_it_at_once_and_nothing_is_told_any_more(house: Served) -> None:
    await house.client.get("/")  # a phone of its own, whose cookie the client keeps
    shown, waiting = await house.approved(CANARY), await house.post("Another canary.")
    desk = await house.badge()
    async with (
        house.feed("/feed/screen?hall=main") as screen,
        house.feed("/feed/phone") as phone,
        house.feed("/feed/posts?hall=main") as program,
        house.feed("/feed/console", headers=desk) as console,
    ):
        for feed in (screen, phone, program, console):
            await feed.frame("snapshot")
        assert await forget(house, shown, trial=True) == (
            200,
            {"name": "Somebody in the hall", "is_one_post": False, "posts": 2, "mentions": 0},
        )
        status, told = await forget(house, shown)
        assert (status, told["posts"]) == (200, 2)
        for feed in (screen, phone, program):
            assert (await feed.frame("drop"))["key"] == shown
        assert {(await console.frame("drop"))["key"] for _ in range(2)} == {shown, waiting}
    owner = await house.badge("Olga", Role.OWNER)
    for address in (
        "/",
        "/screen/main",
        "/console",
        "/console?list=approved",
        "/api/posts",
        "/posts/mine",
        "/feed.json",
    ):
        assert "canary" not in (await house.client.get(address, headers=owner)).text.lower(), address
    record = (await house.client.get("/api/record", headers=owner)).json()["decisions"]
    assert [(each["verb"], each["by"], each["post"]) for each in record][:2] == [("forget", "Olga", None)] * 2
    exported = (await house.client.get("/api/record.csv", headers=owner)).text
    assert "canary" not in exported
    assert exported.count(",forget,") == 2


async def test_what_the_phone_posts_from_then_on_is_not_taken_in_and_its_owner_is_told(house: Served) -> None:
    await house.client.get("/")
    await forget(house, await house.post(CANARY))
    answer = await house.client.post("/posts", json={"text": "Here again"}, headers=house.from_page)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forgotten")
    assert (await house.store.latest.posts(9)) == ()


async def test_it_takes_an_owner_and_a_post_that_is_there(house: Served) -> None:
    key = await house.post(CANARY)
    assert (await forget(house, key, Role.MODERATOR))[0] == 403
    assert (await forget(house, "floor:none"))[0] == 404
    assert (await house.decide("forget", key)).status_code == 400
    assert await house.store.posts.find(key) is not None


async def test_at_the_terminal_the_same_is_done_and_what_is_out_of_reach_is_named(tmp_path: Path) -> None:
    config = made_config(tmp_path)
    file = tmp_path / "config.toml"
    file.write_text(TOML)
    async with served(config) as house:
        key = await house.approved(CANARY)
        async with house.feed("/feed/screen?hall=main") as screen:
            await screen.frame("snapshot")
            answer = await asyncio.to_thread(server, file, "forget", key)
            assert answer.returncode == 0, answer.stderr
            assert "1 post is gone" in answer.stdout
            assert "backups" in answer.stdout
            assert (await screen.frame("drop"))["key"] == key  # the running server hears of it
        unknown = await asyncio.to_thread(server, file, "forget", "@nobody@social.example")
        assert "is not taken in" in unknown.stdout
