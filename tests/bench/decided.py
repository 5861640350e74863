"""From a decision over HTTP to the last of a thousand phones: a whole server, SQLite, and a disk that is waited for."""

import json
import re
import sys
from asyncio import run as run_async
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.contest import Figures, figures_of, load_client, serving
from tests.bench.table import ROOT, Row, at_most
from tests.chaos.house import built

WARM: Final = 3
GAP_MS: Final = 150


def rows(folder: Path, viewers: int, decisions: int, rounds: int, limit: float | None) -> list[Row]:
    """The row of the decisions."""
    found = [run_async(_once(folder, f"house {number}", viewers, decisions)) for number in range(rounds)]
    where = f"a decision over HTTP to the last of {viewers:,}, SQLite with fsync"
    return [
        at_most(f"{where}, p95", median(each["last_ms_p95"] for each in found), "ms", limit),
        at_most(f"{where}, median", median(each["last_ms_med"] for each in found), "ms"),
    ]


async def _once(folder: Path, name: str, viewers: int, decisions: int) -> Figures:
    place = folder / name
    place.mkdir()
    async with built(place, posts=decisions + WARM) as house:
        port = int(re.sub(r".*:", "", house.url))
        bodies = place / "bodies.jsonl"
        bodies.write_text("".join(f"{json.dumps({'posts': [key], 'verb': 'approve'})}\n" for key in house.keys))
        command = (sys.executable, str(ROOT / "server.py"), "--config", str(house.config))
        with serving(command, port) as pid:
            told = ("-Q", "/api/decisions", "-F", bodies, "-O", '"op":"put"', "-m", decisions, "-w", WARM, "-g", GAP_MS)
            head = f"Authorization: {house.headers['Authorization']}\\r\\n"
            client = load_client(folder, port, pid, "-u", "/feed/phone", "-n", viewers, *told, "-j", head)
            return figures_of(client)
