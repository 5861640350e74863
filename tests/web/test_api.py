import asyncio

import pytest

from backchannel.roles import Role
from tests.served import Served


async def test_everyone_may_read_what_was_approved_and_nothing_else(house: Served) -> None:
    shown, waiting = await house.approved("shown"), await house.post("waiting")
    answer = await house.client.get("/api/posts")
    assert [post["key"] for post in answer.json()["posts"]] == [shown]
    assert waiting not in answer.text
    assert (await house.client.get("/api/posts?status=queued")).status_code == 401


async def test_who_decided_is_for_moderators_only(house: Served) -> None:
    await house.approved("shown", reason="for the record")
    assert not {"decision", "reasons"} & (await house.client.get("/api/posts")).json()["posts"][0].keys()
    answer = await house.client.get("/api/posts", headers=await house.badge())
    assert answer.json()["posts"][0]["decision"]["by"] == "Jo"


async def test_pages_of_posts_join_without_a_gap(house: Served) -> None:
    keys = [await house.approved(f"post {number}", headers=await house.badge()) for number in range(5)]
    seen: list[str] = []
    after = ""
    while True:
        answer = (await house.client.get(f"/api/posts?limit=2{after}")).json()
        seen += [post["key"] for post in answer["posts"]]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert seen == keys[::-1]


@pytest.mark.parametrize(
    ("query", "status"),
    [("status=shiny", 400), ("after=yesterday", 400), ("limit=-1", 400), ("limit=٣", 400), ("hall=nowhere", 404)],
)
async def test_a_wrong_question_is_refused_in_plain_words(house: Served, query: str, status: int) -> None:
    answer = await house.client.get(f"/api/posts?{query}")
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_a_decision_is_confirmed_with_its_outcome(house: Served) -> None:
    key = await house.post()
    answer = await house.decide("approve", key, versions={key: 1})
    outcome = answer.json()["outcomes"][0]
    assert (outcome["key"], outcome["outcome"], outcome["status"], outcome["by"]) == (key, "done", "approved", "Jo")


async def test_two_moderators_at_once_have_one_winner_and_the_other_is_told_who(house: Served) -> None:
    key = await house.post()
    jo, sam = await house.badge("Jo"), await house.badge("Sam")
    answers = await asyncio.gather(
        house.decide("approve", key, versions={key: 1}, headers=jo),
        house.decide("reject", key, versions={key: 1}, headers=sam, reason="spam"),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    winner, loser = won.json()["outcomes"][0], lost.json()["outcomes"][0]
    assert loser["outcome"] == "conflict"
    assert (loser["by"], loser["status"], loser["at"]) == (winner["by"], winner["status"], winner["at"])


async def test_the_same_order_twice_is_one_decision(house: Served) -> None:
    key = await house.post()
    first = await house.decide("approve", key, idem="one order")
    again = await house.decide("approve", key, idem="one order")
    assert again.json() == first.json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"posts": [], "verb": "approve"}',
        b'{"posts": ["a"], "verb": "burn"}',
        b'{"posts": ["a"], "verb": "approve", "extra": 1}',
        b'{"posts": ["\xff"], "verb": "approve"}',
        b"[" * 10_000,
    ],
)
async def test_a_broken_order_is_refused_and_nothing_else_is_disturbed(house: Served, body: bytes) -> None:
    answer = await house.client.post("/api/decisions", content=body, headers=await house.badge())
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "body"
    assert (await house.client.get("/readyz")).status_code == 200


async def test_an_order_for_an_unknown_hall_is_refused(house: Served) -> None:
    key = await house.post()
    assert (await house.decide("approve", key, halls=["cellar"])).status_code == 400


async def test_a_body_that_is_too_large_is_refused(house: Served) -> None:
    answer = await house.client.post("/api/decisions", content=b" " * 300_000, headers=await house.badge())
    assert answer.status_code == 413


async def test_only_moderators_decide_and_see_the_sources(house: Served) -> None:
    key = await house.post()
    screen = await house.badge("Screen 1", Role.SCREEN)
    for headers, status in (({"Authorization": "Bearer made-up"}, 401), (screen, 403)):
        assert (await house.decide("approve", key, headers=headers)).status_code == status
        assert (await house.client.get("/api/sources", headers=headers)).status_code == status
    assert (await house.client.get("/api/posts")).json()["posts"] == []


async def test_the_sources_tell_how_they_are(house: Served) -> None:
    await house.post()
    answer = await house.client.get("/api/sources", headers=await house.badge())
    [floor] = answer.json()["sources"]
    assert (floor["name"], floor["state"], floor["received"], floor["error"]) == ("floor", "following", 1, "")


RUNBOOK = "Ask who wrote the runbook before the pager goes off, then buy that team a good coffee"


async def test_a_moderator_lists_the_copies_of_a_post_and_takes_one_out(house: Served) -> None:
    first, copy = await house.post(RUNBOOK, name="Ines"), await house.post(f"{RUNBOOK}!!!", name="Eve")
    await house.decide("reject", first, reason="spam")
    headers = await house.badge()
    told = (await house.client.get(f"/api/posts/{first}/copies", headers=headers)).json()
    assert (told["first"]["key"], told["first"]["similar"], told["boosts"]) == (first, 1, 0)
    assert told["first"]["decision"]["reason"] == "spam"
    [listed] = told["copies"]
    assert (listed["key"], listed["status"], listed["text"]) == (copy, "copy", f"{RUNBOOK}!!!")
    assert listed["author"]["name"] == "Eve"
    answer = await house.decide("restore", copy, versions={copy: listed["version"]})
    assert answer.json()["outcomes"][0]["status"] == "queued"
    assert (await house.client.get(f"/api/posts/{first}/copies", headers=headers)).json()["copies"] == []
    assert [post["key"] for post in (await queued(house))] == [copy]


async def queued(house: Served) -> list[dict[str, str]]:
    answer = await house.client.get("/api/posts?status=queued", headers=await house.badge())
    posts: list[dict[str, str]] = answer.json()["posts"]
    return posts


async def test_copies_are_for_moderators_and_of_known_posts(house: Served) -> None:
    first = await house.approved(RUNBOOK)
    await house.post(RUNBOOK, name="Eve")
    assert (await house.client.get(f"/api/posts/{first}/copies")).status_code == 401
    screen = await house.badge("Screen 1", Role.SCREEN)
    assert (await house.client.get(f"/api/posts/{first}/copies", headers=screen)).status_code == 403
    answer = await house.client.get("/api/posts/floor:nothing/copies", headers=await house.badge())
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "post_unknown")


async def test_what_waits_and_is_like_a_rejected_post_is_offered(house: Served) -> None:
    rejected = await house.post("Buy cheap followers at https://cheap.example/a", name="Eve")
    alike = await house.post("You buy cheap followers here https://cheap.example/b", name="Ines")
    await house.post("A fair question about runbooks", name="Jo")
    await house.decide("reject", rejected, reason="spam")
    headers = await house.badge()
    told = (await house.client.get(f"/api/posts/{rejected}/similar", headers=headers)).json()["similar"]
    found = {each["post"]["key"]: each["common"] for each in told}
    assert found[alike] == ["link", "words"]
    assert (await house.client.get(f"/api/posts/{rejected}/similar")).status_code == 401
    answer = await house.client.get("/api/posts/floor:nothing/similar", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "post_unknown")


@pytest.mark.parametrize("verb", ["reject", "hold", "withdraw"])
async def test_critical_is_no_reason_to_keep_a_post_off_the_wall(house: Served, verb: str) -> None:
    key = await house.approved("It was weak, honestly") if verb == "withdraw" else await house.post("Weak, honestly")
    answer = await house.decide(verb, key, reason=" Critical")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "critical")


async def test_that_an_approved_post_is_critical_is_told_to_nobody_outside(house: Served) -> None:
    key = await house.approved("It was weak, honestly", reason="critical")
    assert "critical" not in (await house.client.get("/api/posts")).text.casefold()
    for page in ("/", "/screen"):
        assert "critical" not in (await house.client.get(page)).text.casefold()
    [post] = (await house.client.get("/api/posts", headers=await house.badge())).json()["posts"]
    assert (post["key"], post["decision"]["reason"]) == (key, "critical")
