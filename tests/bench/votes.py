"""Votes of a full hall: a server counts those of thousands of devices while a moderator decides and phones listen."""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import uvloop

from server import spare_what_stands
from tests.served import Served, made_config, served

ROOT: Final = Path(__file__).resolve().parents[2]
QUESTIONS: Final = 20


async def measured(votes: int, devices: int, seconds: float, phones: int) -> dict[str, Any]:
    """What the crowd saw, and what the store counted."""
    with TemporaryDirectory() as folder:
        async with served(made_config(Path(folder), halls=[{"slug": "main", "name": "Main hall"}])) as house:
            headers = await house.badge()
            questions = [await _asked(house, number) for number in range(QUESTIONS)]
            await house.decide("approve", *questions, headers=headers)
            order = {
                "host": house.url.removeprefix("http://"),
                "badge": headers["Authorization"],
                "questions": questions,
                "queue": await house.fill(int(seconds * 10)),
                "votes": votes,
                "devices": devices,
                "seconds": seconds,
                "phones": phones,
            }
            spare_what_stands()  # as the server does
            spent = time.process_time()
            seen = await _crowd(order)
            seen["cpu_s"] = time.process_time() - spent
            seen["counted"] = {key: many for key, (many, _) in (await house.store.votes.totals("main", "")).items()}
            return seen


async def _asked(house: Served, number: int) -> str:
    return await house.post(f"What is the answer to number {number} of them all?", kind="question", hall="main")


async def _crowd(order: dict[str, Any]) -> dict[str, Any]:
    voters = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.voters", cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    answer, _ = await voters.communicate(json.dumps(order).encode() + b"\n")
    found: dict[str, Any] = json.loads(answer)
    return found


def _part(numbers: list[float], share: float) -> float:
    return sorted(numbers)[int((len(numbers) - 1) * share)]


def main(arguments: list[str]) -> int:
    """Measures, and prints what came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench votes", description=__doc__)
    parser.add_argument("--votes", type=int, default=10_000)
    parser.add_argument("--devices", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--phones", type=int, default=200)
    wanted = parser.parse_args(arguments)
    seen = uvloop.run(measured(wanted.votes, wanted.devices, wanted.seconds, wanted.phones))
    is_exact = seen["counted"] == seen["totals"]
    print(f"votes      {sum(seen['counted'].values())} counted of {wanted.votes} by {wanted.devices} devices, every "
          f"tenth sent twice: {'each once' if is_exact else 'WRONG'}; {seen['refused']} refused")  # fmt: skip
    print(f"cast       in {seen['cast_s']:.1f} s; an answer takes {_part(seen['votes_ms'], 0.5):.0f} ms at p50, "
          f"{_part(seen['votes_ms'], 0.95):.0f} at p95; CPU: server {seen['cpu_s']:.1f} s, crowd "
          f"{seen['crowd_cpu_s']:.1f} s")  # fmt: skip
    print(f"decisions  {len(seen['decisions_ms'])} meanwhile: {_part(seen['decisions_ms'], 0.5):.0f} ms at p50, "
          f"{_part(seen['decisions_ms'], 0.95):.0f} at p95")  # fmt: skip
    print(f"told       {wanted.phones} phones have the last total {seen['told_s']:.2f} s after the last answer; "
          f"each heard {seen['frames']} frames")  # fmt: skip
    return 0 if is_exact else 1
