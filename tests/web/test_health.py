"""How the sources are, wherever it is told: to moderators' programs, to who runs the server, to Prometheus."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from backchannel.collector import Health, State
from backchannel.web.openapi import DESCRIPTION
from backchannel.web.wire import health_json
from tests.served import Served, made_config, served
from tests.sources.mastodon_server import mastodon_server
from tests.sources.mastodon_shapes import account, made_up

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
async def many(tmp_path: Path) -> AsyncGenerator[tuple[Served, dict[str, dict[str, Any]]]]:
    """A house whose sources fare differently, and what it tells of each."""
    async with mastodon_server() as mastodon:
        mastodon.post(made_up("One"))
        mastodon.post(made_up("Two", account=account(uri="https://social.example/users/noah", acct="noah")))
        mastodon.post(made_up(account=None))
        sources = [
            {"network": "mastodon", "server": mastodon.url},
            {"network": "feed", "url": f"{NOWHERE}/feed.xml"},
            {"network": "x"},
            {"network": "floor"},
        ]
        async with served(made_config(tmp_path, sources=sources)) as house:
            told: dict[str, dict[str, Any]] = {}
            async with asyncio.timeout(20):
                while not told or any(each["state"] == State.STARTING for each in told.values()):
                    answer = await house.client.get("/api/sources", headers=await house.badge())
                    told = {each["network"]: each for each in answer.json()["sources"]}
                    await asyncio.sleep(0.02)
            yield house, told


async def test_every_source_is_told_of_with_what_is_wrong_and_what_to_do(
    many: tuple[Served, dict[str, dict[str, Any]]],
) -> None:
    house, told = many
    mastodon, feed, x, floor = (told[name] for name in ("mastodon", "feed", "x", "floor"))
    assert (mastodon["state"], mastodon["received"], mastodon["duplicates"]) == ("following", 2, 0)
    assert (mastodon["refused"], mastodon["rate_limit_left"]) == ({"a post has no author": 1}, 299)
    assert mastodon["last_heard_at"] >= mastodon["last_post_at"]
    assert (mastodon["error"], mastodon["next_try_at"]) == ("", None)
    assert (feed["state"], feed["last_heard_at"]) == ("waiting", None)
    assert "refuses connections" in feed["error"]
    assert feed["next_try_at"]
    assert (x["state"], "Set reads_per_day" in x["remedy"]) == ("needs_you", True)
    assert (floor["state"], floor["error"]) == ("following", "")
    ready = (await house.client.get("/readyz")).json()
    assert ready == {
        "ready": True,  # it still serves everybody else
        "reasons": [f"{feed['title']}: {feed['error']}", f"X: {x['error']} {x['remedy']}"],
    }
    metrics = (await house.client.get("/metrics")).text
    of = f'{{source="{mastodon["name"]}"}}'
    for name, figure in (("received", 2), ("duplicates", 0), ("refused", 1), ("rate_limit_left", 299)):
        assert f"backchannel_source_{name}{of} {figure}.0" in metrics
    assert f"backchannel_source_following{of} 1.0" in metrics
    assert f"backchannel_source_last_heard_seconds{of} 1." in metrics
    for each in told.values():
        of = f'{{source="{each["name"]}"}}'
        assert f"backchannel_source_trouble{of} {float(bool(each['error']))}" in metrics
        assert f"backchannel_source_needs_you{of} {float(each['state'] == 'needs_you')}" in metrics


def test_what_the_description_says_of_a_source_is_true() -> None:
    told = health_json(Health("mastodon:social.example", "Mastodon (social.example)", "mastodon"))
    assert told.keys() == DESCRIPTION["components"]["schemas"]["Source"]["properties"].keys()
    assert told.keys() == {each.name for each in fields(Health)} - {"following_since"}
