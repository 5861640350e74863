from tests.served import Served


async def test_what_a_search_finds_is_counted(house: Served) -> None:
    headers = await house.badge()
    one, *_ = [await house.post(text) for text in ("Buy this", "Buy that", "A question")]
    answer = await house.client.get("/api/found", params={"q": "buy"}, headers=headers)
    assert answer.json() == {"posts": 2, "by_network": {"floor": 2}, "by_reason": {}}
    await house.decide("reject", one, reason="spam")
    answer = await house.client.get("/api/found?list=rejected", headers=headers)
    assert answer.json() == {"posts": 1, "by_network": {"floor": 1}, "by_reason": {"spam": 1}}


async def test_which_of_some_posts_are_found_is_told(house: Served) -> None:
    headers = await house.badge()
    buy, ask, gone = [await house.post(text) for text in ("Buy this", "A question", "Buy that")]
    await house.decide("approve", gone)
    wanted = {"q": "buy", "keys": f"{buy},{ask},{gone},floor:nothing"}
    answer = await house.client.get("/api/found", params=wanted, headers=headers)
    assert answer.json() == {"keys": [buy]}


async def test_only_moderators_search_and_what_cannot_be_meant_is_refused(house: Served) -> None:
    assert (await house.client.get("/api/found")).status_code == 401
    assert (await house.client.get("/api/posts?q=buy")).status_code == 401
    headers = await house.badge()
    for address in (
        "found?q=has:teeth",
        "posts?q=since:noon",
        "found?keys=" + "a" * 200,
        "found?keys=" + ",".join(map(str, range(201))),
    ):
        assert (await house.client.get(f"/api/{address}", headers=headers)).status_code == 400
    assert (await house.client.get("/api/found?list=drawer", headers=headers)).status_code == 404


async def test_programs_of_moderators_search_any_list(house: Served) -> None:
    headers = await house.badge()
    key = await house.approved("Buy this")
    await house.approved("A question")
    found = (await house.client.get("/api/posts", params={"q": "buy"}, headers=headers)).json()["posts"]
    assert [post["key"] for post in found] == [key]
