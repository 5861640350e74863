import asyncio
from typing import Any

from backchannel.clock import now
from backchannel.post import Author, Content, Media, Sighting
from backchannel.roles import Role
from backchannel.store.base import Arrival
from tests.served import Feed, Served

PICTURES = (Media("image", "https://example.org/1.png"), Media("image", "https://example.org/2.png", "A cat"))
KEY = "test:1"


async def with_pictures(house: Served) -> str:
    """A post with two pictures, one without a description; its key."""
    said = Content(Author("Ines"), "Look at this queue", media=PICTURES)
    await house.store.posts.receive([Arrival(KEY, Sighting("test", "1", said))], now())
    return KEY


async def note(house: Served, key: str, text: str, name: str = "Sam") -> Any:
    headers = await house.badge(name)
    return await house.client.post(f"/api/posts/{key}/notes", json={"text": text}, headers=headers)


async def test_a_note_reaches_moderators_and_nobody_else(house: Served) -> None:
    key = await house.approved("A question")
    async with house.feed("/feed/console", await house.badge()) as desk, house.feed("/feed/posts") as integrator:
        await desk.frame("snapshot")
        await integrator.frame("snapshot")
        kept = await note(house, key, "  Ask the author first.\nShe is here.  ")
        assert kept.status_code == 201
        told = await desk.frame("put")
        assert 'data-remarks="1"' in told["html"]
        assert "Ask the author" not in told["html"]  # one card is for all at the desk, hosts and viewers too
        await house.approved("Another")
        assert (await integrator.frame("put"))["post"]["text"] == "Another"
    headers = await house.badge("Mo")
    [read] = (await house.client.get(f"/api/posts/{key}/notes", headers=headers)).json()["notes"]
    assert (read["by"], read["text"], read["kind"]) == ("Sam", "Ask the author first.\nShe is here.", "note")
    for role in (Role.HOST, Role.VIEWER):
        other = await house.badge(role.value, role)
        assert (await house.client.get(f"/api/posts/{key}/notes", headers=other)).status_code == 403


async def test_a_note_is_taken_back_by_any_moderator_and_says_by_whom(house: Served) -> None:
    key, headers = await house.post(), await house.badge("Mo")
    kept = (await note(house, key, "He always does that.")).json()
    address = f"/api/posts/{key}/notes/{kept['id']}"
    taken = (await house.client.delete(address, headers=headers)).json()
    assert (taken["text"], taken["by"], taken["taken_by"]) == ("", "Sam", "Mo")
    assert (await house.client.delete(address, headers=headers)).status_code == 404
    assert "He always" not in (await house.client.get(f"/api/posts/{key}/notes", headers=headers)).text


async def test_an_empty_note_and_one_on_no_post_are_refused(house: Served) -> None:
    assert (await note(house, await house.post(), " \u202e ")).status_code == 422
    assert (await note(house, "floor:none", "Nobody's")).status_code == 404


async def test_a_description_is_on_every_stream_and_marked_at_the_desk(house: Served) -> None:
    key, sam = await with_pictures(house), await house.badge("Sam")
    await house.decide("approve", key)
    async with house.feed("/feed/screen") as screen, house.feed("/feed/console", sam) as desk:
        await screen.frame("snapshot")
        await desk.frame("snapshot")
        body = {"place": 0, "text": "A full hall, <b>seen</b> from the stage"}
        answer = await house.client.post(f"/api/posts/{key}/descriptions", json=body, headers=sam)
        assert answer.json()["outcome"] == "done"
        assert "A full hall, &lt;b&gt;seen&lt;/b&gt;" in await card_of(screen, 3)
        card = await card_of(desk, 3)
        assert "Described by the desk (<bdi>Sam</bdi>)" in card
        assert card.count("Described by the desk") == 1
    [post] = (await house.client.get("/api/posts")).json()["posts"]
    assert [media["alt"] for media in post["media"]] == ["A full hall, <b>seen</b> from the stage", "A cat"]


async def card_of(feed: Feed, version: int) -> str:
    """The card of a post at a version."""
    html = ""
    while f'data-version="{version}"' not in html:
        html = str((await feed.frame("put"))["html"])
    return html


async def test_an_authors_own_description_is_never_edited(house: Served) -> None:
    key, sam = await with_pictures(house), await house.badge("Sam")
    for place, status in ((1, 409), (2, 404)):
        body = {"place": place, "text": "A dog"}
        answer = await house.client.post(f"/api/posts/{key}/descriptions", json=body, headers=sam)
        assert answer.status_code == status


async def test_a_line_to_the_stage_waits_there_until_somebody_got_it(house: Served) -> None:
    sam, ada = await house.badge("Sam"), await house.badge("Ada", Role.HOST)
    messages = "/api/halls/main/messages"
    sent = await house.client.post(messages, json={"text": "Five minutes\nleft"}, headers=sam)
    assert sent.status_code == 201
    assert (await house.client.post(messages, json={"text": " "}, headers=sam)).status_code == 422
    assert (await house.client.post("/api/halls/cellar/messages", json={"text": "x"}, headers=sam)).status_code == 404
    seen = (await house.client.get("/api/halls/main/speaker", headers=ada)).json()
    assert [(each["text"], each["by"]) for each in seen["messages"]] == [("Five minutes left", "Sam")]
    got = await house.client.post(f"{messages}/{sent.json()['id']}/got", headers=ada)
    assert got.json()["got_by"] == "Ada"
    assert (await house.client.get("/api/halls/main/speaker", headers=ada)).json()["messages"] == []
    [told] = (await house.client.get(messages, headers=sam)).json()["messages"]
    assert told["got_at"] == got.json()["got_at"]
    assert (await house.client.post(f"{messages}/none/got", headers=ada)).status_code == 404


async def test_the_speaker_view_shows_what_is_on_and_nothing_that_was_taken_back(house: Served) -> None:
    ada = await house.badge("Ada", Role.HOST)
    key = await house.approved("Who wrote the runbook?")
    pinned = await house.client.post("/api/halls/main/stage", json={"spotlight": key}, headers=ada)
    assert pinned.status_code == 200

    async def on_air() -> Any:
        return (await house.client.get("/api/halls/main/speaker", headers=ada)).json()["now"]

    assert (await on_air())["text"] == "Who wrote the runbook?"
    await house.decide("withdraw", key)
    async with asyncio.timeout(10):
        while await on_air():
            pass


async def test_the_speaker_view_opens_for_hosts_and_not_for_viewers(house: Served) -> None:
    for role, status in ((Role.HOST, 200), (Role.MODERATOR, 200), (Role.VIEWER, 303)):
        headers = await house.badge(role.value, role)
        for place in ("/speaker", "/speaker/foyer"):
            assert (await house.client.get(place, headers=headers)).status_code == status
    assert (await house.client.get("/speaker/cellar", headers=await house.badge())).status_code == 404
