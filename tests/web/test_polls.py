"""The phones' feed over plain HTTP: the same frames as by socket, and 304 while there is nothing new."""

from typing import Any

from tests.served import Served


async def polled(house: Served, epoch: str, since: int, etag: str = "") -> tuple[int, list[dict[str, Any]], str]:
    headers = {"If-None-Match": etag} if etag else {}
    # A phone that stands at the head is answered once the ring is there.
    await house.client.get(f"/feed/phone?epoch={house.store.epoch}&since={await head(house)}")
    answer = await house.client.get(f"/feed/phone?epoch={epoch}&since={since}", headers=headers)
    told = answer.json() if answer.status_code == 200 else []
    return answer.status_code, told if isinstance(told, list) else [told], answer.headers.get("etag", "")


async def head(house: Served) -> int:
    return (await house.store.log.heads()).seqs["floor"]


async def test_a_phone_gets_exactly_what_it_missed(house: Served) -> None:
    await house.approved("Before")
    since = await head(house)
    key = await house.approved("After it")
    status, frames, _ = await polled(house, house.store.epoch, since)
    assert status == 200
    assert [(frame["op"], frame.get("key")) for frame in frames] == [("hello", None), ("put", key)]
    await house.decide("withdraw", key)
    _, frames, _ = await polled(house, house.store.epoch, since)
    assert [frame["op"] for frame in frames] == ["hello", "drop", "drop"]


async def test_while_nothing_is_new_the_answer_is_empty(house: Served) -> None:
    await house.approved()
    since = await head(house)
    _, _, etag = await polled(house, house.store.epoch, since)
    assert etag.startswith(f'"{house.store.epoch}-{since}-')
    assert (await polled(house, house.store.epoch, since, etag))[0] == 304
    await house.approved("Something new")
    assert (await polled(house, house.store.epoch, since, etag))[0] == 200


async def test_a_phone_without_a_place_gets_a_snapshot_of_what_is_shown(house: Served) -> None:
    key = await house.approved("Shown")
    await house.post("Waiting")
    for epoch, since in (("", 0), ("another", 3)):
        status, frames, _ = await polled(house, epoch, since)
        assert (status, [frame["op"] for frame in frames]) == (200, ["hello", "snapshot"])
        assert [card["key"] for card in frames[1]["cards"]] == [key]


async def test_a_place_that_is_no_number_is_refused(house: Served) -> None:
    answer = await house.client.get("/feed/phone?epoch=e&since=-1")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "since")


async def test_a_phone_that_asks_hears_the_totals_of_votes_and_reactions_as_well(house: Served) -> None:
    await house.client.get("/")
    key = await house.post("What did you stop measuring?", kind="question", hall="main")
    await house.decide("approve", key)
    since = await head(house)
    _, _, etag = await polled(house, house.store.epoch, since)
    async with house.feed("/feed/phone", origin=house.url) as feed:
        await feed.frame("hello")
        await house.client.post(f"/questions/{key}/vote", json={"up": True}, headers=house.from_page)
        while (await feed.frame("votes"))["totals"] != {key: [1, "open"]}:
            pass
        await house.client.post("/reactions", json={"word": "yes", "hall": "main"}, headers=house.from_page)
        while (await feed.frame("reactions"))["halls"]["main"]["yes"] != 1:
            pass
    status, frames, newer = await polled(house, house.store.epoch, since, etag)
    told = {frame["op"]: frame for frame in frames}
    assert (status, told["votes"]["totals"]) == (200, {key: [1, "open"]})
    assert told["reactions"]["halls"]["main"]["yes"] == 1
    assert (await polled(house, house.store.epoch, since, newer))[0] == 304
