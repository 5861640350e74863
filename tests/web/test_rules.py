"""The rulebook over HTTP: changed as one whole by whoever was first, tried before, carried out, and taken back."""

from typing import Any

import pytest
from httpx2 import Response

from backchannel.post import Post, Status
from tests.served import Served

pytestmark = pytest.mark.anyio

CRYPTO = {"name": "No crypto", "verdict": "hold", "reason": "Adverts", "words": ["crypto"]}


async def written(house: Served, version: int, *rules: dict[str, Any], by: str = "Jo", **more: Any) -> Response:
    body = {"version": version, "clauses": [{"rule": rule} for rule in rules], **more}
    return await house.client.put("/api/rules", json=body, headers=await house.badge(by))


async def asked(house: Served, path: str, by: str = "Jo", **body: Any) -> Response:
    return await house.client.post(path, json=body, headers=await house.badge(by))


async def got(house: Served, path: str) -> dict[str, Any]:
    answer = await house.client.get(path, headers=await house.badge())
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def of_desk(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The desk's own rules among all."""
    return [each for each in told["rules"] if each["origin"] == "desk"]


async def found(house: Served, key: str) -> Post:
    post = await house.store.posts.find(key)
    assert post is not None
    return post


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/rules"),
        ("PUT", "/api/rules"),
        ("POST", "/api/rules/trial"),
        ("POST", "/api/rules/apply"),
        ("POST", "/api/rules/end"),
        ("POST", "/api/rules/preset"),
        ("GET", "/api/rules/versions"),
        ("GET", "/api/rules/versions/1"),
        ("POST", "/api/mutes"),
        ("POST", "/api/trusts"),
        ("GET", "/api/histories"),
    ],
)
async def test_rules_are_for_moderators(house: Served, method: str, path: str) -> None:
    answer = await house.client.request(method, path, headers=house.from_page)
    assert answer.status_code == 401


async def test_a_rule_is_written_judges_what_comes_and_is_named_by_its_decision(house: Served) -> None:
    answer = await written(house, 0, CRYPTO, {**CRYPTO, "name": "Later", "on": False, "words": ["nft"]}, by="Sam")
    assert answer.status_code == 200, answer.text
    told = await got(house, "/api/rules")
    assert (told["version"], told["by"], told["preset"]) == (1, "Sam", "session")
    [first, later] = of_desk(told)
    assert first["rule"] == CRYPTO
    assert (first["origin"], first["kind"], first["by"], first["stands"]) == ("desk", "rule", "Sam", True)
    assert (later["stands"], later["rule"]["on"]) == (False, False)
    assert {"words", "link_hosts"} <= {each["name"] for each in told["conditions"]}
    assert told["verdicts"] == ["approve", "queue", "hold", "reject"]
    post = await found(house, await house.post("Buy crypto"))
    assert post.decision is not None
    assert (post.status, post.decision.by) == (Status.HELD, "rule: No crypto")


async def test_who_changes_an_older_version_gets_the_newest_and_is_told_who_was_faster(house: Served) -> None:
    await written(house, 0, CRYPTO, by="Sam")
    answer = await written(house, 0, by="Jo")
    assert answer.status_code == 409
    told = answer.json()
    assert told["error"]["code"] == "version"
    assert "Sam was faster" in told["error"]["message"]
    assert (told["version"], of_desk(told)[0]["rule"]) == (1, CRYPTO)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({**CRYPTO, "wrods": ["a"]}, "Rule 2 “No crypto”: wrods is no setting of a rule; did you mean words?"),
        ({**CRYPTO, "words": ["a", 7]}, "Rule 2 “No crypto”, words, entry 2: Expected `str`, got `int`."),
        ({**CRYPTO, "words": ["a", "\u200b"]}, "Rule 2 “No crypto”: words: nothing can be found of"),
        ({**CRYPTO, "networks": ["Mastodon"]}, "Rule 2 “No crypto”, networks, entry 1: a network is written in small"),
        ({**CRYPTO, "reason": "a" * 201}, "Rule 2 “No crypto”, reason: it has more than 200 characters."),
        ({**CRYPTO, "hold_s": 3601}, "Rule 2 “No crypto”, hold_s: it is more than 3600."),
        ({**CRYPTO, "name": ""}, "Rule 2, name: there is nothing in it."),
        ({**CRYPTO, "verdict": "sing"}, "Rule 2 “No crypto”, verdict: Invalid enum value 'sing'."),
        ({"name": "No crypto", "verdict": "hold"}, "Rule 2 “No crypto”: has no condition"),
        ({"verdict": "hold", "words": ["a"]}, "Rule 2: Object missing required field `name`."),
        ({**CRYPTO, "name": "first"}, "“first” is the name of two rules; every rule needs its own."),
    ],
)
async def test_a_rule_that_cannot_be_read_is_named_with_its_place(
    house: Served, rule: dict[str, Any], words: str
) -> None:
    answer = await written(house, 0, {**CRYPTO, "name": "first"}, rule)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith(words)
    assert (await got(house, "/api/rules"))["version"] == 0


async def test_a_trial_tells_what_would_be_caught_and_changes_nothing(house: Served) -> None:
    keys = [await house.post(text) for text in ("Buy crypto", "Hello there", "Crypto again")]
    await house.decide("reject", keys[0])
    answer = await asked(house, "/api/rules/trial", rule=CRYPTO)
    told = answer.json()
    assert (told["looked_at"], told["caught"], told["waiting"]) == (3, 2, 1)
    assert [each["key"] for each in told["posts"]] == [keys[2], keys[0]]
    assert told["posts"][1]["marks"] == [[4, 10]]
    assert told["posts"][1]["status"] == "rejected"
    assert (await got(house, "/api/rules"))["version"] == 0
    refused = await asked(house, "/api/rules/trial", rule={"name": "?", "verdict": "hold"})
    assert refused.status_code == 422


async def test_a_rule_that_would_hide_everything_is_asked_for_twice(house: Served) -> None:
    await house.post("Hello")
    everything = {"name": "All", "verdict": "reject", "has_media": False}
    answer = await written(house, 0, everything)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "sure"
    assert "“All” would reject nearly every post" in answer.json()["error"]["message"]
    assert (await written(house, 0, everything, sure=True)).status_code == 200


async def test_a_rule_is_carried_to_what_waits_and_taken_back_from_the_record(house: Served) -> None:
    keys = [await house.post(text) for text in ("Buy crypto", "Hello there", "Crypto again")]
    await written(house, 0, CRYPTO)
    answer = await asked(house, "/api/rules/apply", by="Sam", rule="No crypto")
    assert answer.json()["done"] == 2
    post = await found(house, keys[0])
    assert post.decision is not None
    assert (post.status, post.decision.by, post.decision.reason) == (Status.HELD, "Sam", "Adverts")
    [line] = (await got(house, "/api/record?folded=1&by=Sam"))["decisions"]
    assert (line["together"], line["reverse"]["verb"]) == (2, "restore")
    assert (await asked(house, "/api/rules/apply", rule="unknown")).status_code == 404


async def test_versions_tell_who_changed_what_and_go_back(house: Served) -> None:
    assert await got(house, "/api/rules/versions") == {"versions": []}
    assert (await got(house, "/api/rules/versions/0"))["clauses"] == []
    await written(house, 0, CRYPTO, by="Sam")
    await written(house, 1, by="Jo")
    versions = (await got(house, "/api/rules/versions"))["versions"]
    assert [(each["version"], each["by"], each["changes"]) for each in versions] == [
        (2, "Jo", ["removed “No crypto”"]),
        (1, "Sam", ["added “No crypto”"]),
    ]
    first = await got(house, "/api/rules/versions/1")
    back = {name: first[name] for name in ("clauses", "preset", "trust_after")}
    answer = await house.client.put("/api/rules", json={"version": 2, **back}, headers=await house.badge())
    assert [each["rule"]["name"] for each in of_desk(answer.json())] == ["No crypto"]
    missing = await house.client.get("/api/rules/versions/9", headers=await house.badge())
    assert missing.status_code == 404


IN_FORCE = {"version": 1, "preset": "keynote", "by": "Sam", "is_floor_paused": False}


async def test_one_switch_sets_the_preset_and_every_console_hears_of_it(house: Served) -> None:
    headers = await house.badge("Sam")
    async with house.feed("/feed/console", headers=headers) as console:
        await console.frame("snapshot")
        answer = await asked(house, "/api/rules/preset", by="Sam", preset="keynote")
        assert answer.json() == IN_FORCE | {"before": "session"}
        while (beat := await console.frame("beat"))["rules"]["preset"] != "keynote":
            pass
        assert beat["rules"]["by"] == "Sam"
    again = await asked(house, "/api/rules/preset", by="Sam", preset="keynote")
    assert again.json()["version"] == 1


async def test_a_mute_is_tried_hides_what_waits_and_gives_it_back(house: Served) -> None:
    keys = [await house.post(text, name="Eve") for text in ("Follow me", "Follow me now")]

    async def mute(**more: Any) -> dict[str, Any]:
        answer = await asked(house, "/api/mutes", by="Sam", post=keys[0], what="phrase", phrase="follow me", **more)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    tried = await mute(trial=True)
    assert (tried["caught"], tried["waiting"], tried["rule"]["name"]) == (2, 2, "Mute follow me")
    assert (await mute(lasts="hour"))["rejected"] == 2
    post = await found(house, keys[0])
    assert post.decision is not None
    assert (post.status, post.decision.by, post.decision.reason) == (Status.REJECTED, "Sam", "Muted")
    late = await house.post("follow me please")
    assert (await found(house, late)).status is Status.REJECTED
    [rule] = of_desk(await got(house, "/api/rules"))
    assert (rule["kind"], rule["by"], "until" in rule["rule"]) == ("mute", "Sam", True)
    ended = await asked(house, "/api/rules/end", rule="Mute follow me", bring_back=True)
    assert ended.json()["brought_back"] == 3
    assert {(await found(house, key)).status for key in (*keys, late)} == {Status.QUEUED}
    assert of_desk(await got(house, "/api/rules")) == []


async def test_a_phone_is_muted_by_what_the_floor_calls_it_and_has_no_server(house: Served) -> None:
    await house.client.get("/")  # one phone
    mine = [await house.post("one", name="Eve"), await house.post("two", name="Not Eve")]
    muted = await asked(house, "/api/mutes", post=mine[0], what="author", lasts="good")
    assert muted.json()["rejected"] == 2
    assert (await found(house, await house.post("three"))).status is Status.REJECTED
    refused = await asked(house, "/api/mutes", post=mine[0], what="server")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "mute")
    house.client.cookies.clear()
    assert (await found(house, await house.post("another phone"))).status is Status.QUEUED


async def test_an_author_is_trusted_after_so_many_posts_and_not_before(house: Served) -> None:
    await house.client.get("/")
    keys = [await house.post(f"number {number}") for number in range(4)]
    await house.decide("approve", *keys[:2])
    early = await asked(house, "/api/trusts", post=keys[3])
    assert early.status_code == 409
    assert early.json()["error"]["message"].startswith("2 of 3 posts")
    await house.decide("approve", keys[2])
    histories = (await got(house, f"/api/histories?post={keys[3]}&post={keys[0]}&post=nobody"))["histories"]
    assert histories[keys[3]] == {
        "shown": 3,
        "not_shown": 0,
        "waiting": 0,
        "is_trusted": False,
        "is_muted": False,
        "may_trust": True,
        "server": "",
    }
    assert (histories[keys[0]]["shown"], histories[keys[0]]["waiting"]) == (2, 1)
    assert (await asked(house, "/api/trusts", post=keys[3])).status_code == 200
    post = await found(house, await house.post("from somebody who is trusted"))
    assert post.status is Status.APPROVED
    assert (await got(house, f"/api/histories?post={keys[0]}"))["histories"][keys[0]]["is_trusted"]
