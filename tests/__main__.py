"""The one command that runs the checks: python -m tests [NAME...]."""

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

from tests.checks import CHECKS, Check
from tests.provision import CI, Need, provide

DEADLINE_S: Final = 1800
AT_ONCE: Final = 2
MEMORY: Final = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
ROOM_WANTED: Final = 4 << 30
SKIPPED_TESTS: Final = re.compile(r"\b[1-9]\d* skipped\b|\bskipped [1-9]")


class Outcome(Enum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True)
class Result:
    """A check that ended, with all that it printed."""

    check: Check
    outcome: Outcome
    took_s: float
    output: str

    def closing_lines(self) -> list[str]:
        """The lines that count tests or coverage, without their ornament."""
        return [line.strip("= ") for line in self.output.splitlines() if re.search(self.check.closing, line)]


def main() -> int:
    """Runs the checks named on the command line, or all but those that want to be; returns the exit status."""
    names = [check.name for check in CHECKS]
    parser = argparse.ArgumentParser(prog="python -m tests", description="Runs every check, or only those named.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(names)}")
    parser.add_argument("--list", action="store_true", help="list the checks and stop")
    options = parser.parse_args()
    if options.list:
        print("\n".join(f"{check.name:<10}{check.tells}" for check in CHECKS))
        return 0
    if unknown := set(options.names) - set(names):
        parser.error(f"no check is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    wanted = options.names or [check.name for check in CHECKS if not check.only_named]
    return run([check for check in CHECKS if check.name in wanted])


def run(checks: list[Check]) -> int:
    """Provides what the checks need, runs them, tells how each ended, and sums up."""
    started = time.monotonic()
    remedies = provide(frozenset(need for check in checks for need in check.needs | check.wants), say)
    ready = [check for check in checks if not check.needs & remedies.keys()]
    results = [absent(check, remedies) for check in checks if check not in ready]
    for result in outcomes(ready):
        tell(result)
        results.append(result)
    for need, remedy in remedies.items():
        say(f"\n!!! MISSING: {need.value}. To install it: {remedy}")
    return sum_up(results, time.monotonic() - started)


def outcomes(checks: list[Check]) -> Iterator[Result]:
    """Runs the cheap checks side by side, then the others one after the other; each result as soon as it is there."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for future in as_completed([pool.submit(outcome, check) for check in checks if not check.alone]):
            yield future.result()
    for check in checks:
        if check.alone:
            yield outcome(check)


def outcome(check: Check) -> Result:
    """Runs one check; under CI a test that was skipped fails it."""
    started = time.monotonic()
    passed, output = transcript(check)
    result = Result(check, Outcome.PASSED if passed else Outcome.FAILED, time.monotonic() - started, output)
    if CI and any(SKIPPED_TESTS.search(line) for line in result.closing_lines()):
        return replace(result, outcome=Outcome.FAILED, output=f"{output}\nWith CI=true no test may be skipped.")
    return result


def transcript(check: Check) -> tuple[bool, str]:
    """Runs a check's commands until one fails; tells whether all succeeded, and what they printed."""
    # Not a pipe: a browser left behind would keep that open.
    with tempfile.TemporaryFile() as output, in_memory() as elsewhere:
        environment = os.environ | {"NO_COLOR": "1"} | elsewhere
        # Else each worker and each server compiles everything anew, the assertions of tests too: 1 s of each start.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        failure = ""
        for command in check.commands:
            try:
                subprocess.run(
                    command,
                    cwd=check.folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=DEADLINE_S,
                    check=True,
                )
            except (OSError, subprocess.SubprocessError) as error:
                failure = f"{shlex.join(map(str, command))}: {error.__class__.__name__}"
                break
        output.seek(0)
        printed = output.read().decode(errors="replace")
    return not failure, f"{printed}\n{failure}"


@contextmanager
def in_memory() -> Iterator[dict[str, str]]:
    """Names a folder for files that waits for no disk, where programs may be run in it and there is room.

    No test needs a disk: what they kill are programs, and those leave to the system what they wrote.
    """
    if not has_room(MEMORY):
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="backchannel-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o701)  # PostgreSQL runs as a user of its own
        yield {"TMPDIR": folder}


def has_room(folder: Path) -> bool:
    """Whether a folder can take what the tests write, and run programs."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    is_open = not found.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK)
    return is_open and found.f_bavail * found.f_frsize >= ROOM_WANTED


def absent(check: Check, remedies: dict[Need, str]) -> Result:
    """The result of a check that cannot run: skipped at home, failed under CI."""
    result = Result(check, Outcome.FAILED if CI else Outcome.SKIPPED, 0, "")
    say(f"{result.outcome.value:<8}{check.name}: without {', '.join(n.value for n in check.needs & remedies.keys())}")
    return result


def tell(result: Result) -> None:
    """Prints how a check ended and how long it took; all it printed only if it failed."""
    say(f"{result.outcome.value:<8}{result.check.name:<10}{result.took_s:7.1f} s   {result.check.tells}")
    if result.outcome is Outcome.FAILED:
        say(result.output.rstrip() + "\n")
    else:
        for line in result.closing_lines():
            say(f"        {line}")


def sum_up(results: list[Result], took_s: float) -> int:
    """Prints the last lines; returns the exit status."""
    by_outcome = {kind: [result.check.name for result in results if result.outcome is kind] for kind in Outcome}
    failed, skipped = by_outcome[Outcome.FAILED], by_outcome[Outcome.SKIPPED]
    if skipped:
        say(f"\n!!! SKIPPED: {', '.join(skipped)}. What they prove is not proved by this run.")
    if failed:
        say(f"\nFAILED: {', '.join(failed)}. Again, alone: python -m tests {' '.join(failed)}")
    say(f"\nAll in {took_s:.1f} s.")
    say(f"checks: {len(by_outcome[Outcome.PASSED])} passed, {len(failed)} failed, {len(skipped)} skipped")
    return 1 if failed else 0


def say(line: str) -> None:
    """Prints at once, so that a reader of a long run sees where it is."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
