"""What was measured, as a table, as JSON, in a history, and in README's section on performance."""

import argparse
import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
HISTORY: Final = Path(__file__).with_name("history.jsonl")
README: Final = ROOT / "README.md"
BEGINS, ENDS = "<!-- measured -->", "<!-- end of what was measured -->"


@dataclass(frozen=True)
class Row:
    """A figure, and what it should be; `goal` is empty where none is set."""

    name: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None


def at_most(name: str, value: float, unit: str, limit: float | None = None) -> Row:
    """A figure, and the most that it should be."""
    return Row(
        name, round(value, 3), unit, "" if limit is None else f"≤ {limit:g}", None if limit is None else value <= limit
    )


def at_least(name: str, value: float, unit: str, limit: float | None = None) -> Row:
    """A figure, and the least that it should be."""
    return Row(
        name, round(value, 3), unit, "" if limit is None else f"≥ {limit:,g}", None if limit is None else value >= limit
    )


def result(rows: Sequence[Row], rounds: int) -> dict[str, Any]:
    """Everything of one run."""
    at = datetime.now(UTC).isoformat(timespec="seconds")  # noqa: TID251 (a bench has no clock put in)
    return {"at": at, "machine": machine(), "rounds": rounds, "rows": [asdict(row) for row in rows]}


def add_options(parser: argparse.ArgumentParser) -> None:
    """What every bench of the live path may be told of its results."""
    parser.add_argument("--json", action="store_true", help="one JSON object, and nothing else")
    parser.add_argument("--history", type=Path, default=HISTORY, help="a line of JSON is added to this file")
    parser.add_argument("--readme", action="store_true", help="write the table into README's section on performance")


def tell(rows: Sequence[Row], rounds: int, options: argparse.Namespace) -> None:
    """Say what was measured, and keep it."""
    told = result(rows, rounds)
    with options.history.open("a") as history:
        history.write(json.dumps(told, ensure_ascii=False) + "\n")
    if options.json:
        print(json.dumps(told, ensure_ascii=False))
        return
    print(f"\n{machine()}; medians of {rounds} rounds\n" if rounds > 1 else f"\n{machine()}; one round\n")
    width = max(len(row.name) for row in rows)
    for row in rows:
        verdict = {True: "met", False: "MISSED", None: ""}[row.met]
        print(f"{row.name:<{width}}  {row.value:>10,.2f} {row.unit:<4} {row.goal:<9} {verdict}".rstrip())
    if options.readme:
        into_readme(rows, rounds)


def into_readme(rows: Sequence[Row], rounds: int) -> None:
    """Put the table where README has its place."""
    head, _, rest = README.read_text(encoding="utf-8").partition(BEGINS)
    _, _, tail = rest.partition(ENDS)
    README.write_text(f"{head}{BEGINS}\n{markdown(rows, rounds)}{ENDS}{tail}", encoding="utf-8")


def markdown(rows: Sequence[Row], rounds: int) -> str:
    """The table as README has it."""
    day = datetime.now(UTC).date().isoformat()  # noqa: TID251
    how = f"medians of {rounds} rounds" if rounds > 1 else "one round"
    lines = [f"Measured on {day}: {machine()}; {how}.", "", "| | measured | goal | |", "|---|---:|---:|---|"]
    for row in rows:
        verdict = {True: "met", False: "**missed**", None: ""}[row.met]
        lines.append(f"| {row.name} | {row.value:,.2f} {row.unit} | {row.goal} | {verdict} |")
    return "\n".join([*lines, ""])


def machine() -> str:
    """What it was measured on."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    except OSError:
        model = ""
    return f"{os.cpu_count()} cores, {model or platform.machine()}, {platform.system()} {platform.release()}, " \
           f"Python {platform.python_version()}"  # fmt: skip
