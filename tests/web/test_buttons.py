"""README's guide for Stream Deck and Companion, run as it stands."""

import asyncio
import json
from asyncio.subprocess import PIPE
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from backchannel.roles import Role
from tests.provision import CI
from tests.served import Served

README = Path(__file__).parents[2] / "README.md"


async def with_next(house: Served) -> dict[str, Any]:
    """The stage once a post is in the spotlight and others come next."""
    headers = await house.badge()
    await house.client.post("/api/halls/main/stage", json={"layout": "spotlight"}, headers=headers)
    for text in ("One about the runbook", "Another about coffee", "The cloakroom is full"):
        await house.approved(text)
    async with asyncio.timeout(10):
        while not (stage := (await house.client.get("/api/halls/main/stage")).json())["next"]:
            await asyncio.sleep(0.01)
    told: dict[str, Any] = stage
    return told


async def test_the_buttons_of_the_readme_work_as_they_stand(house: Served, tmp_path: Path) -> None:
    if missing := [program for program in ("bash", "curl") if which(program) is None]:
        (pytest.fail if CI else pytest.skip)(f"README's example needs {', '.join(missing)}")
    coming = (await with_next(house))["next"][0]
    badge = (await house.badge("Stream Deck", Role.HOST))["Authorization"].split()[1]
    (tmp_path / "deck.badge").write_text(badge + "\n")
    [example] = [part for part in README.read_text().split("```") if part.startswith("\nDESK=")]
    script = "set -e\n" + example.replace("http://127.0.0.1:8011", house.url)
    running = await asyncio.create_subprocess_exec("bash", "-c", script, cwd=tmp_path, stdout=PIPE, stderr=PIPE)
    answers, errors = await running.communicate()
    assert running.returncode == 0, errors.decode()
    stages = [json.loads(line) for line in answers.decode().splitlines()]
    assert [stage["spotlight"] for stage in stages[:2]] == [coming, None]
    assert [stage["layout"] for stage in stages[2:3]] == ["spotlight"]
    assert stages[3]["calm"]
    assert [stage["panic"] for stage in stages[4:]] == ["freeze", "holding", "black", "off"]


async def test_where_nothing_comes_next_the_button_says_so(house: Served) -> None:
    headers = await house.badge("Stream Deck", Role.HOST)
    answer = await house.client.post("/api/halls/main/stage", json={"spotlight": "next"}, headers=headers)
    assert answer.status_code == 409
    assert answer.json()["error"]["message"] == "Nothing comes next in this hall."
